// The SDK finds, modifies, copies, shares and deletes images on the emulator, with every parameter. Its own response models must
// return what it sent.
"use strict";

const assert = require("node:assert/strict");
const { differences } = require("../lib/differences");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");

const region = { regionId: "cn-hangzhou" };
const there = { regionId: "cn-beijing" };
const owner = { ownerAccount: "a@b", ownerId: 1, resourceOwnerAccount: "c@d", resourceOwnerId: 2 };
const UBUNTU = "ubuntu_22_04_x64_20G_alibase_20240926.vhd";

const put = async (image) => (await emulator.image({ ImageName: "web", ...image })).ImageId;

async function images(client, filter) {
  const body = await client.call("image.describe", { ...region, pageSize: 100, ...filter });
  return sdk.plain(body.images.image);
}

const names = async (client, filter) => (await images(client, filter)).map((one) => one.imageName).join(", ");

const checks = {
  "public images, page by page": async (client) => {
    const system = { ...region, imageOwnerAlias: "system" };
    const first = await client.call("image.describe", { ...system, pageSize: 10 });
    const second = await client.call("image.describe", { ...system, pageSize: 10, pageNumber: 2 });
    assert.deepEqual([first.pageNumber, first.pageSize, second.pageNumber, first.regionId], [1, 10, 2, region.regionId]);
    const ids = [...first.images.image, ...second.images.image].map((one) => one.imageId);
    assert.equal(new Set(ids).size, first.totalCount);
    const { image } = await client.call("image.from_family", {
      ...region,
      ...owner,
      imageFamily: "acs:ubuntu_22_04_x64",
    });
    assert.equal(image.imageId, UBUNTU);
    const none = await client.call("image.from_family", { ...region, imageFamily: "none" });
    assert.ok(!none.image);
  },
  "each filter": async (client) => {
    const tag = [{ TagKey: "team", TagValue: "web & 镜" }];
    await put({ ImageFamily: "web", ResourceGroupId: "rg-1", Usage: "instance", Tags: { Tag: tag } });
    await put({ ImageName: "old", Status: "Deprecated", CreationTime: "2020-01-01T00:00:00Z" });
    await put({ ImageName: "foreign", ImageOwnerAlias: "others", ImageOwnerId: 12 });
    const self = { imageOwnerAlias: "self" };
    const all = { ...self, ...owner, actionType: "CreateEcs", architecture: "x86_64", imageFamily: "web", usage: "instance" };
    const more = { isPublic: false, isSupportCloudinit: true, isSupportIoOptimized: true, OSType: "linux", usable: true };
    const rest = { resourceGroupId: "rg-1", showExpired: false, status: "Available,Creating", instanceType: "ecs.g6.large" };
    const tags = { tag: [{ key: "team", value: "web & 镜" }] };
    assert.equal(await names(client, { ...all, ...more, ...rest, ...tags, imageName: "we" }), "web");
    assert.equal(await names(client, { ...self, status: "ALL" }), "web, old");
    assert.equal(await names(client, { imageOwnerAlias: "others", imageOwnerId: 12 }), "foreign");
    const filter = [{ key: "CreationEndTime", value: "2021-01-01T00:00Z" }];
    assert.equal(await names(client, { ...self, status: "ALL", filter }), "old");
    const [web] = await images(client, self);
    const { snapshotId } = web.diskDeviceMappings.diskDeviceMapping[0];
    assert.equal(await names(client, { snapshotId }), "web");
    assert.equal(await names(client, { imageId: web.imageId }), "web");
    for (const [wrong, code] of [
      [{ imageOwnerAlias: "me" }, "InvalidImageOwnerAlias.ValueNotSupported"],
      [{ isPublic: true }, "InvalidImageOwnerAlias.PublicImageUnsupported"],
      [{ filter: [{ key: "Color", value: "x" }] }, "InvalidFilterKey.NotFound"],
      [{ dryRun: true }, "DryRunOperation"],
    ])
      await assert.rejects(images(client, wrong), { code });
  },
  "modify": async (client) => {
    const imageId = await put({ Description: "old" });
    await put({ ImageName: "taken" });
    await client.call("image.modify", { ...region, ...owner, imageId, imageName: "镜-web:1.4", dryRun: false });
    await client.call("image.modify", { ...region, imageId, imageFamily: "web.1", description: "" });
    const [image] = await images(client, { imageId });
    assert.deepEqual([image.imageName, image.imageFamily, image.description], ["镜-web:1.4", "web.1", "old"]);
    const { image: latest } = await client.call("image.from_family", { ...region, imageFamily: "web.1" });
    assert.equal(latest.imageId, imageId);
    for (const [wrong, code] of [
      [{ imageName: "taken" }, "InvalidImageName.Duplicated"],
      [{ imageName: "acs:web" }, "InvalidImageName.Malformed"],
      [{ imageFamily: "1" }, "InvalidImageFamily.Malformed"],
      [{ description: "x" }, "InvalidDescription.Malformed"],
      [{ imageId: "m-none" }, "InvalidImageId.NotFound"],
      [{ imageName: "web-2", dryRun: true }, "DryRunOperation"],
    ])
      await assert.rejects(client.call("image.modify", { ...region, imageId, ...wrong }), { code });
  },
  "copy, share, delete": async (client) => {
    const imageId = await put({});
    const sent = {
      ...region,
      ...owner,
      imageId,
      clientToken: `token-${Math.random().toString(36).slice(2)}`,
      destinationDescription: "a+b c%20d/é镜'()*!~",
      destinationImageName: "镜-copy:1",
      destinationRegionId: there.regionId,
      encrypted: true,
      KMSKeyId: "key",
      resourceGroupId: "rg-2",
      tag: [{ key: "team", value: "web+db & more" }],
    };
    const made = (await client.call("image.copy", sent)).imageId;
    assert.equal((await client.call("image.copy", sent)).imageId, made);
    await assert.rejects(client.call("image.copy", { ...sent, clientToken: undefined, dryRun: true }), {
      code: "OperationDenied.ImageCopyConflict",
    });
    await assert.rejects(client.call("image.delete", { ...region, imageId }), { code: "OperationDenied.ImageCopying" });
    await emulator.advance(300);
    const [copy] = await images(client, { ...there, imageId: made });
    assert.deepEqual(
      [copy.imageName, copy.description, copy.isCopied, copy.resourceGroupId, copy.status, copy.tags.tag],
      ["镜-copy:1", sent.destinationDescription, true, "rg-2", "Available", [{ tagKey: "team", tagValue: "web+db & more" }]],
    );
    await client.call("image.share", { ...region, ...owner, imageId, addAccount: ["12", "13"], isPublic: false });
    const [shared] = await images(client, { imageId });
    assert.equal(shared.isSelfShared, "True");
    await assert.rejects(client.call("image.delete", { ...region, imageId, force: true }), { code: "ImageUseShared" });
    await client.call("image.share", { ...region, imageId, removeAccount: ["12", "13"] });
    await client.call("image.delete", { ...region, ...owner, imageId, force: false, dryRun: false });
    assert.deepEqual(await images(client, { imageId }), []);
    await assert.rejects(client.call("image.delete", { ...region, imageId }), { code: "InvalidImageId.NotFound" });
    const { snapshotId } = shared.diskDeviceMappings.diskDeviceMapping[0];
    await client.call("snapshot.delete", { ...owner, snapshotId, force: false });
    await assert.rejects(client.call("snapshot.delete", { snapshotId }), { code: "InvalidSnapshotId.NotFound" });
    const of = copy.diskDeviceMappings.diskDeviceMapping[0].snapshotId;
    await assert.rejects(client.call("snapshot.delete", { snapshotId: of }), { code: "SnapshotCreatedImage" });
  },
};

async function rawReplies() {
  const client = sdk.pop("POST", { port: emulator.port, key: sdk.KEYS.key });
  const call = async (operation, action, args) => {
    const reply = await client.raw(operation, args);
    assert.deepEqual(differences(reply, sdk.ecs[`${action}ResponseBody`]), []);
    return reply;
  };
  // pop-core makes objects of numbers with more than 15 digits, as account ids have
  const imageId = await put({ Tags: { Tag: [{ TagKey: "a", TagValue: "b" }] }, ImageFamily: "web", ImageOwnerId: 12 });
  await call("image.describe", "DescribeImages", { ...region, imageOwnerAlias: "self" });
  await call("image.from_family", "DescribeImageFromFamily", { ...region, imageFamily: "web" });
  await call("image.share", "ModifyImageSharePermission", { ...region, imageId, isPublic: false });
  await call("image.modify", "ModifyImageAttribute", { ...region, imageId, description: "modified" });
  await call("image.copy", "CopyImage", { ...region, imageId, destinationRegionId: there.regionId });
  await emulator.advance(300);
  await call("image.delete", "DeleteImage", { ...region, imageId });
  await call("snapshot.delete", "DeleteSnapshot", { snapshotId: `s-${imageId.slice(2)}` });
}

module.exports = async (report) => {
  for (const [way, connect] of Object.entries(sdk.ways)) {
    for (const [name, run] of Object.entries(checks)) {
      await report.check("SDK → emulator: images, all parameters", `${name}, ${way}`, async () => {
        await emulator.reset();
        await run(connect({ port: emulator.port, key: sdk.KEYS.sts }));
      });
    }
  }
  await report.check("the emulator's replies against the SDK's response models", "images", async () => {
    await emulator.reset();
    await rawReplies();
  });
};
