// The SDKs of four products read regions, zones and types from the emulator, create a VPC and a vSwitch, and delete
// both. Their own response models must return what they sent.
"use strict";

const assert = require("node:assert/strict");
const { differences } = require("../lib/differences");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");

const region = { regionId: "cn-hangzhou" };
const owner = { ownerAccount: "a@b", ownerId: 1, resourceOwnerAccount: "c@d", resourceOwnerId: 2 };
const UBUNTU = "ubuntu_22_04_x64_20G_alibase_20240926.vhd";
const AWKWARD = "a+b c%20d/é镜'()*!~";
const tag = [
  { key: "team", value: "web+db & more" },
  { key: "空", value: "" },
];

const token = () => `token-${Math.random().toString(36).slice(2)}`;

// What the SDK sends of a VPC, every parameter that the emulator takes.
const newVpc = (more) => ({
  ...region,
  ...owner,
  cidrBlock: "172.17.3.0/24",
  clientToken: token(),
  description: AWKWARD,
  dryRun: false,
  enableDnsHostname: true,
  enableIpv6: true,
  ipv6CidrBlock: "2408:4005:3b0::/56",
  ipv6Isp: "BGP",
  resourceGroupId: "rg-2",
  tag,
  userCidr: "10.1.0.0/16,10.2.0.0/16",
  vpcName: "terraform-example",
  ...more,
});

const newVSwitch = (vpcId, more) => ({
  ...region,
  ...owner,
  cidrBlock: "172.17.3.0/24",
  clientToken: token(),
  description: AWKWARD,
  ipv6CidrBlock: 15,
  tag,
  vpcId,
  vSwitchName: "terraform-example",
  zoneId: "cn-hangzhou-h",
  ...more,
});

const SECONDS = 2;

async function lifeOfNetworks(client) {
  const sent = newVpc();
  const { vpcId } = await client.call("vpc.create", sent);
  assert.equal((await client.call("vpc.create", sent)).vpcId, vpcId);
  await assert.rejects(client.call("vpc.create", { ...sent, cidrBlock: "10.0.0.0/8" }), {
    code: "IdempotentParameterMismatch",
  });
  await assert.rejects(client.call("vswitch.create", newVSwitch(vpcId)), { code: "IncorrectVpcStatus" });
  await emulator.advance(SECONDS);
  const one = sdk.plain(await client.call("vpc.describe", { ...region, ...owner, vpcId, isDefault: false }));
  assert.deepEqual(
    [one.vpcName, one.cidrBlock, one.description, one.status, one.tags.tag, one.userCidrs.userCidr],
    [sent.vpcName, sent.cidrBlock, sent.description, "Available", tag, ["10.1.0.0/16", "10.2.0.0/16"]],
  );
  assert.deepEqual([one.ipv6CidrBlock, one.dnsHostnameStatus], [sent.ipv6CidrBlock, "ENABLED"]);
  const inside = newVSwitch(vpcId);
  const { vSwitchId } = await client.call("vswitch.create", inside);
  assert.equal((await client.call("vswitch.create", inside)).vSwitchId, vSwitchId);
  await emulator.advance(SECONDS);
  const it = sdk.plain(await client.call("vswitch.describe", { ...region, ...owner, vSwitchId, dryRun: false }));
  assert.deepEqual(
    [it.vSwitchName, it.cidrBlock, it.description, it.status, it.tags.tag, it.zoneId, it.vpcId],
    [inside.vSwitchName, inside.cidrBlock, inside.description, "Available", tag, inside.zoneId, vpcId],
  );
  await assert.rejects(client.call("vpc.delete", { ...region, ...owner, vpcId }), {
    code: "DependencyViolation.VSwitch",
  });
  await client.call("vswitch.delete", { ...region, ...owner, vSwitchId, dryRun: false });
  await emulator.advance(SECONDS);
  await assert.rejects(client.call("vswitch.describe", { vSwitchId }), { code: "InvalidVSwitchId.NotFound" });
  await client.call("vpc.delete", { ...region, ...owner, vpcId, clientToken: token(), forceDelete: false });
  await emulator.advance(SECONDS);
  await assert.rejects(client.call("vpc.describe", { ...region, vpcId }), { code: "InvalidVpcId.NotFound" });
  await assert.rejects(client.call("vpc.delete", { ...region, vpcId }), { code: "InvalidVpcId.NotFound" });
}

async function listsOfNetworks(client) {
  const ids = [];
  for (let i = 1; i <= 3; i += 1) ids.push((await client.call("vpc.create", newVpc({ vpcName: `web-${i}` }))).vpcId);
  await emulator.advance(SECONDS);
  const vpcs = async (filter) =>
    (await client.call("vpc.list", { ...region, ...owner, ...filter })).vpcs.vpc.map((one) => one.vpcId);
  assert.deepEqual(await vpcs({ pageSize: 2, pageNumber: 2 }), [ids[2]]);
  assert.deepEqual(await vpcs({ vpcId: `${ids[2]},${ids[0]}` }), [ids[0], ids[2]]);
  const all = { enableIpv6: true, isDefault: false, resourceGroupId: "rg-2", tag: [tag[0]], vpcName: "web-2" };
  assert.deepEqual(await vpcs(all), [ids[1]]);
  assert.deepEqual(await vpcs({ ...all, tag: [{ key: "team", value: "other" }] }), []);
  const { vSwitchId } = await client.call("vswitch.create", newVSwitch(ids[1]));
  const vSwitches = async (filter) =>
    (await client.call("vswitch.list", { ...owner, ...filter })).vSwitches.vSwitch.map((one) => one.vSwitchId);
  const [{ routerTableIds }] = (await client.call("vpc.list", { ...region, vpcId: ids[1] })).vpcs.vpc;
  const exact = { vpcId: ids[1], vSwitchId, vSwitchName: "terraform-example", zoneId: "cn-hangzhou-h", tag };
  const more = { enableIpv6: true, isDefault: false, routeTableId: routerTableIds.routerTableIds[0] };
  assert.deepEqual(await vSwitches({ ...exact, ...more, resourceGroupId: "rg-2", pageSize: 50, pageNumber: 1 }), [
    vSwitchId,
  ]);
  assert.deepEqual(await vSwitches({ ...region, vpcId: ids[0] }), []);
  await assert.rejects(vSwitches({ vSwitchId }), { code: "MissingParameter.RegionId" });
}

async function whereToBuild(client) {
  const { regions } = await client.call("region.list", { ...owner, acceptLanguage: "en-US", resourceType: "instance" });
  assert.ok(regions.region.some((one) => one.regionId === region.regionId && one.localName === "China (Hangzhou)"));
  const spot = { instanceChargeType: "PostPaid", spotStrategy: "NoSpot" };
  const { zones } = await client.call("zone.list", { ...region, ...owner, ...spot, verbose: true });
  const makers = zones.zone.filter((one) => one.availableResourceCreation.resourceTypes.includes("VSwitch"));
  assert.deepEqual([zones.zone.length, makers.length], [5, 4]);
  const stock = await client.call("zone.available", {
    ...region,
    ...spot,
    destinationResource: "InstanceType",
    ioOptimized: "optimized",
    cores: 2,
    memory: 8,
    zoneId: "cn-hangzhou-h",
  });
  const [zone] = sdk.plain(stock.availableZones.availableZone);
  const values = zone.availableResources.availableResource[0].supportedResources.supportedResource;
  assert.deepEqual(
    values.map((one) => `${one.value} ${one.status}`),
    ["t6-c1m4 SoldOut", "g6 Available", "g7 Available", "g8a Available"].map((one) =>
      one.replace(/(\S+) /, "ecs.$1.large "),
    ),
  );
  const { instanceTypes } = await client.call("instance_type.supported", { ...region, imageId: UBUNTU });
  assert.ok(instanceTypes.instanceType.every((one) => !/\dy\./.test(one.instanceTypeId)));
  await assert.rejects(client.call("instance_type.supported", { ...region, imageId: "m-none" }), {
    code: "InvalidImageId.NotFound",
  });
}

async function pagesOfTypes(client) {
  const seen = new Set();
  let nextToken;
  do {
    const body = await client.call("instance_type.list", { ...owner, maxResults: 60, nextToken });
    body.instanceTypes.instanceType.forEach((one) => seen.add(one.instanceTypeId));
    nextToken = body.nextToken;
  } while (nextToken);
  assert.ok(seen.size > 120);
  const two = { instanceTypeFamilies: ["ecs.g6", "ecs.c8y"], minimumMemorySize: 3.5, maximumCpuCoreCount: 2 };
  const { instanceTypes } = await client.call("instance_type.list", two);
  assert.deepEqual(
    instanceTypes.instanceType.map((one) => [one.instanceTypeId, one.memorySize]),
    [
      ["ecs.g6.large", 8],
      ["ecs.c8y.large", 4],
    ],
  );
}

async function whoAndGroups(client) {
  const identity = await client.call("account.describe", {});
  assert.match(identity.accountId, /^\d{12,16}$/);
  const first = await client.call("resource_group.list", { pageSize: 10 });
  const second = await client.call("resource_group.list", { pageSize: 10, pageNumber: 2, includeTags: true });
  const groups = [...first.resourceGroups.resourceGroup, ...second.resourceGroups.resourceGroup];
  assert.equal(new Set(groups.map((one) => one.id)).size, first.totalCount);
  const named = await client.call("resource_group.list", { name: "default", status: "OK", displayName: "Default" });
  assert.deepEqual(
    named.resourceGroups.resourceGroup.map((one) => one.name),
    ["default"],
  );
  const ids = groups.slice(3, 5).map((one) => one.id);
  const some = await client.call("resource_group.list", { resourceGroupIds: ids, resourceGroupId: groups[0].id });
  assert.deepEqual(
    some.resourceGroups.resourceGroup.map((one) => one.id),
    ids,
  );
}

const checks = {
  "a VPC and a vSwitch, made and deleted": lifeOfNetworks,
  "lists of VPCs and vSwitches": listsOfNetworks,
  "regions, zones, stock, types of an image": whereToBuild,
  "instance types, page by page": pagesOfTypes,
  "account and resource groups": whoAndGroups,
};

async function rawReplies() {
  const client = sdk.pop("POST", { port: emulator.port, key: sdk.KEYS.key });
  const call = async (operation, args, ...absent) => {
    const reply = await client.raw(operation, args);
    const found = differences(reply, sdk.model(operation, "ResponseBody"));
    assert.deepEqual([operation, ...found], [operation, ...absent.map((name) => `not answered: ${name}`)]);
    return reply;
  };
  await call("region.list", {});
  await call("zone.list", region);
  await call("zone.available", { ...region, destinationResource: "SystemDisk", instanceType: "ecs.g6.large" });
  await call("instance_type.list", {});
  await call("instance_type.supported", { ...region, imageId: UBUNTU });
  await call("resource_group.list", { includeTags: true });
  await call("account.describe", {}, "RoleId"); // that of an assumed role
  const { VpcId } = await call("vpc.create", newVpc());
  await emulator.advance(SECONDS);
  const { VSwitchId } = await call("vswitch.create", newVSwitch(VpcId));
  await emulator.advance(SECONDS);
  await call("vpc.list", region);
  await call("vpc.describe", { ...region, vpcId: VpcId });
  await call("vswitch.list", region);
  await call("vswitch.describe", { vSwitchId: VSwitchId });
  await call("vswitch.delete", { vSwitchId: VSwitchId });
  await emulator.advance(SECONDS);
  await call("vpc.delete", { vpcId: VpcId });
}

module.exports = async (report) => {
  for (const [way, connect] of Object.entries(sdk.ways)) {
    for (const [name, run] of Object.entries(checks)) {
      await report.check("SDKs → emulator: where to build, VPCs, vSwitches", `${name}, ${way}`, async () => {
        await emulator.reset();
        await run(connect({ port: emulator.port, key: sdk.KEYS.sts }));
      });
    }
  }
  await report.check("the emulator's replies against the SDK's response models", "networks and places", async () => {
    await emulator.reset();
    await rawReplies();
  });
};
