// The SDK starts, reads and cancels builds on the emulator, with every parameter. Its own response models must return
// what it sent and what the emulator did.
"use strict";

const assert = require("node:assert/strict");
const { differences } = require("../lib/differences");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");

const region = { regionId: "cn-hangzhou" };
const template = { ...region, baseImageType: "IMAGE", baseImage: "m-1", name: "web", resourceGroupId: "rg-1" };
const owner = { ownerAccount: "a@b", ownerId: 1, resourceOwnerAccount: "c@d", resourceOwnerId: 2 };
const TAGS = [
  { key: "why", value: "nightly & more" },
  { key: "空", value: "" },
];
const tagged = TAGS.map(({ key, value }) => ({ tagKey: key, tagValue: value }));

async function started(client, more) {
  const { imagePipelineId } = await client.create(template);
  const { executionId } = await client.call("execution.start", {
    ...region,
    ...owner,
    imagePipelineId,
    clientToken: "once",
    tag: TAGS,
    templateTag: [{ key: "old", value: "way" }],
    ...more,
  });
  assert.match(executionId, /^exec-\w+$/);
  return { imagePipelineId, executionId };
}

// Time goes by for builds alone: the SDK signs with this machine's clock, and the service goes on judging by it.
async function later(seconds) {
  await emulator.advance(seconds);
  await emulator.fault({ kind: "skew", seconds: -seconds });
}

async function look(client, filter) {
  const body = await client.call("execution.describe", { ...region, ...filter });
  return sdk.plain(body.imagePipelineExecution.imagePipelineExecutionSet);
}

const checks = {
  "start, look, end": async (client) => {
    const ids = await started(client);
    const [first] = await look(client, { executionId: ids.executionId });
    const { creationTime, modifiedTime, message, ...read } = first;
    assert.ok(creationTime && modifiedTime && message);
    assert.deepEqual(read, { ...ids, status: "PREPARING", resourceGroupId: "rg-1", tags: { tag: tagged } });
    await later(4 * 3600);
    const [last] = await look(client, { executionId: ids.executionId });
    assert.equal(last.status, "SUCCESS");
    assert.match(last.imageId, /^m-\w+$/);
    await assert.rejects(client.call("execution.cancel", { ...region, executionId: ids.executionId }), {
      code: "InvalidStatus.CancelFailed",
    });
  },
  "cancel": async (client) => {
    const { executionId } = await started(client);
    const templateTag = [{ key: "old", value: "way" }];
    const body = await client.call("execution.cancel", { ...region, ...owner, executionId, templateTag });
    assert.match(body.requestId, /^[0-9A-F-]{36}$/);
    await later(3600);
    const [one] = await look(client, { executionId });
    assert.equal(one.status, "CANCELLED");
  },
  "a ClientToken starts one": async (client) => {
    const { imagePipelineId, executionId } = await started(client);
    const again = await client.call("execution.start", {
      ...region,
      ...owner,
      imagePipelineId,
      clientToken: "once",
      tag: TAGS,
      templateTag: [{ key: "old", value: "way" }],
    });
    assert.equal(again.executionId, executionId);
    await assert.rejects(client.call("execution.start", { ...region, imagePipelineId }), {
      code: "InvalidImagePipeline.HasRunningExecution",
    });
  },
  "each filter, page by page": async (client) => {
    const { imagePipelineId, executionId } = await started(client);
    await later(4 * 3600);
    const second = (await client.call("execution.start", { ...region, imagePipelineId })).executionId;
    const found = async (filter) => (await look(client, filter)).map((one) => one.executionId);
    assert.deepEqual(await found({ imagePipelineId, ...owner }), [second, executionId]);
    assert.deepEqual(await found({ imagePipelineId, status: "SUCCESS,FAILED" }), [executionId]);
    assert.deepEqual(await found({ imagePipelineId, tag: [TAGS[0]] }), [executionId]);
    assert.deepEqual(await found({ imagePipelineId, executionId: second }), [second]);
    const page = await client.call("execution.describe", { ...region, imagePipelineId, maxResults: 1 });
    assert.deepEqual([page.totalCount, page.maxResults], [2, 1]);
    assert.deepEqual(await found({ imagePipelineId, maxResults: 1, nextToken: page.nextToken }), [executionId]);
  },
};

// What only a failed build has, or one that has an image, is looked for in those.
async function rawReplies() {
  const client = sdk.pop("POST", { port: emulator.port, key: sdk.KEYS.key });
  const { imagePipelineId } = await client.create(template);
  const begun = await client.raw("execution.start", { ...region, imagePipelineId, tag: TAGS });
  assert.deepEqual(differences(begun, sdk.ecs.StartImagePipelineExecutionResponseBody), []);
  const executionId = begun.ExecutionId;
  const cancelled = await client.raw("execution.cancel", { ...region, executionId });
  assert.deepEqual(differences(cancelled, sdk.ecs.CancelImagePipelineExecutionResponseBody), []);
  await emulator.execution({
    ImagePipelineId: imagePipelineId,
    Status: "FAILED",
    Message: "it broke",
    ImageId: "m-1",
    ErrorCode: "CommandFailed",
    ErrorInfo: "exit code 1",
    ResourceGroupId: "rg-1",
    Tags: { Tag: [{ TagKey: "a", TagValue: "b" }] },
  });
  const found = await client.raw("execution.describe", { ...region, imagePipelineId, status: "FAILED" });
  assert.deepEqual(differences(found, sdk.ecs.DescribeImagePipelineExecutionsResponseBody), []);
}

module.exports = async (report) => {
  for (const [way, connect] of Object.entries(sdk.ways)) {
    for (const [name, run] of Object.entries(checks)) {
      await report.check("SDK → emulator: builds, all parameters, read back", `${name}, ${way}`, async () => {
        await emulator.reset();
        await run(connect({ port: emulator.port, key: sdk.KEYS.sts }));
      });
    }
  }
  await report.check("the emulator's replies against the SDK's response models", "executions", async () => {
    await emulator.reset();
    await rawReplies();
  });
};
