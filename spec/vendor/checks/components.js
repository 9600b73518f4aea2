// The SDK creates, finds, tags and deletes image components on the emulator, with every parameter. Its own response
// models must return what it sent.
"use strict";

const assert = require("node:assert/strict");
const { differences } = require("../lib/differences");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");

const region = { regionId: "cn-hangzhou" };
const owner = { ownerAccount: "a@b", ownerId: 1, resourceOwnerAccount: "c@d", resourceOwnerId: 2 };
const ours = { ...region, resourceType: "imagecomponent" };
const CONTENT = [
  "Parameters:",
  "  url:",
  "    Type: String",
  "    DefaultValue: https://example.com/镜?a=b&c",
  "Tasks:",
  "  - Name: one",
  "    Action: Reboot",
  "",
].join("\r\n");

function full(more) {
  return {
    ...region,
    ...owner,
    clientToken: `token-${Math.random().toString(36).slice(2)}`,
    componentType: "Test",
    componentVersion: "1.2.3",
    content: CONTENT,
    description: "a+b c%20d/é镜'()*!~",
    name: "镜-probe:1",
    resourceGroupId: "rg-1",
    systemType: "Windows",
    tag: [{ key: "team", value: "web+db & more" }],
    ...more,
  };
}

async function find(client, filter) {
  const body = await client.call("component.describe", { ...region, ...filter });
  return sdk.plain(body.imageComponent.imageComponentSet);
}

async function rows(client, filter) {
  const body = await client.call("tags.list", { ...ours, ...owner, ...filter });
  return body.tagResources.tagResource.map((row) => `${row.resourceId} ${row.tagKey}=${row.tagValue}`);
}

const checks = {
  "create, describe, delete": async (client) => {
    const sent = full();
    const { imageComponentId } = await client.call("component.create", sent);
    assert.match(imageComponentId, /^ic-\w+$/);
    const again = await client.call("component.create", sent);
    assert.equal(again.imageComponentId, imageComponentId);
    const found = await find(client, { imageComponentId: [imageComponentId] });
    assert.equal(found.length, 1);
    const { creationTime, ...read } = found[0];
    assert.ok(creationTime);
    const { componentType, componentVersion, content, description, name, resourceGroupId, systemType } = sent;
    assert.deepEqual(read, {
      componentType,
      componentVersion,
      content,
      description,
      name,
      resourceGroupId,
      systemType,
      imageComponentId,
      owner: "SELF",
      parameters: {
        parameter: [{ name: "url", type: "String", defaultValue: "https://example.com/镜?a=b&c" }],
      },
      tags: { tag: [{ tagKey: "team", tagValue: "web+db & more" }] },
    });
    await client.call("component.delete", { ...region, ...owner, imageComponentId });
    assert.deepEqual(await find(client, { imageComponentId: [imageComponentId] }), []);
    await assert.rejects(client.call("component.delete", { ...region, imageComponentId }), {
      code: "InvalidImageComponent.NotFound",
    });
  },
  "each filter, page by page": async (client) => {
    for (const componentVersion of ["1.0.0", "1.10.0", "2.0.0"])
      await client.call("component.create", full({ name: "web", componentVersion }));
    await client.call("component.create", { ...region, content: "RUN true", name: "db" });
    const found = async (filter) =>
      (await find(client, filter)).map((one) => `${one.name} ${one.componentVersion}`).join(", ");
    assert.equal(await found({ name: "web", componentVersion: "1.*.0", ...owner }), "web 1.0.0, web 1.10.0");
    assert.equal(await found({ componentType: "Build" }), "db 1.0.0");
    assert.equal(await found({ systemType: "Linux", owner: "SELF" }), "db 1.0.0");
    assert.equal(await found({ owner: "ALIYUN" }), "");
    assert.equal(await found({ resourceGroupId: "rg-1", tag: full().tag }), "web 1.0.0, web 1.10.0, web 2.0.0");
    const page = await client.call("component.describe", { ...region, maxResults: 3 });
    assert.deepEqual([page.totalCount, page.maxResults], [4, 3]);
    assert.equal(await found({ maxResults: 3, nextToken: page.nextToken }), "db 1.0.0");
  },
  "tags and groups": async (client) => {
    const { imageComponentId } = await client.call("component.create", full());
    const resourceId = [imageComponentId];
    const { resourceOwnerId, ...most } = owner;
    const tag = [{ key: "空", value: "acs:x & y" }];
    await client.call("tags.add", { ...ours, ...most, resourceId, tag });
    assert.deepEqual(await rows(client, { resourceId }), [
      `${imageComponentId} team=web+db & more`,
      `${imageComponentId} 空=acs:x & y`,
    ]);
    assert.equal((await rows(client, { tag: [{ key: "空" }] })).length, 2);
    assert.deepEqual(await rows(client, { tag: [{ key: "空", value: "other" }] }), []);
    await client.call("tags.remove", { ...ours, ...owner, resourceId, tagKey: ["team"], all: false });
    assert.deepEqual(await rows(client, { resourceId }), [`${imageComponentId} 空=acs:x & y`]);
    await client.call("tags.remove", { ...ours, resourceId, all: true });
    assert.deepEqual(await rows(client, { resourceId }), []);
    await assert.rejects(client.call("tags.list", { ...ours, tagFilter: [{ tagKey: "env*", tagValues: ["a"] }] }), {
      code: "PermissionDenied.TagsFuzzyQuery",
    });
    const group = { resourceId: imageComponentId, resourceGroupId: "rg-2" };
    await client.call("resource_group.join", { ...ours, ...owner, ...group });
    assert.equal((await find(client, { imageComponentId: resourceId }))[0].resourceGroupId, "rg-2");
    await assert.rejects(client.call("tags.add", { ...ours, resourceType: "imagepipeline", resourceId, tag }), {
      code: "InvalidResourceType.NotFound",
    });
  },
};

async function rawReplies() {
  const client = sdk.pop("POST", { port: emulator.port, key: sdk.KEYS.key });
  const call = async (operation, action, args) => {
    const reply = await client.raw(operation, args);
    assert.deepEqual(differences(reply, sdk.ecs[`${action}ResponseBody`]), []);
    return reply;
  };
  const { ImageComponentId } = await call("component.create", "CreateImageComponent", full());
  await call("component.describe", "DescribeImageComponents", region);
  const resourceId = [ImageComponentId];
  await call("tags.add", "TagResources", { ...ours, resourceId, tag: [{ key: "a", value: "b" }] });
  await call("tags.list", "ListTagResources", { ...ours, resourceId });
  await call("tags.remove", "UntagResources", { ...ours, resourceId, all: true });
  const group = { resourceId: ImageComponentId, resourceGroupId: "rg-2" };
  await call("resource_group.join", "JoinResourceGroup", { ...ours, ...group });
  await call("component.delete", "DeleteImageComponent", { ...region, imageComponentId: ImageComponentId });
}

module.exports = async (report) => {
  for (const [way, connect] of Object.entries(sdk.ways)) {
    for (const [name, run] of Object.entries(checks)) {
      await report.check("SDK → emulator: components, tags, all parameters", `${name}, ${way}`, async () => {
        await emulator.reset();
        await run(connect({ port: emulator.port, key: sdk.KEYS.sts }));
      });
    }
  }
  await report.check("the emulator's replies against the SDK's response models", "components and tags", async () => {
    await emulator.reset();
    await rawReplies();
  });
};
