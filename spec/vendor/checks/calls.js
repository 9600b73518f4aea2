// The SDK calls the emulator with each signature and placement, HTTP and HTTPS, key and token, and all parameters. Its
// own response models must return what it sent.
"use strict";

const assert = require("node:assert/strict");
const emulator = require("../lib/emulator");
const { differences } = require("../lib/differences");
const sdk = require("../lib/sdk");
const { full, asRead, AWKWARD } = require("../lib/full");

const region = { regionId: "cn-hangzhou" };

async function roundTrip(client) {
  const sent = full();
  const made = await client.create(sent);
  assert.match(made.imagePipelineId, /^ip-\w+$/);
  assert.match(made.requestId, /^[0-9A-F-]{36}$/);
  const found = await client.describe({ ...region, imagePipelineId: [made.imagePipelineId] });
  assert.equal(found.totalCount, 1);
  const { creationTime, imagePipelineId, ...read } = sdk.plain(found.imagePipeline.imagePipelineSet[0]);
  assert.equal(imagePipelineId, made.imagePipelineId);
  assert.match(creationTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/);
  assert.deepEqual(read, asRead(sent));
  const deleted = await client.delete({ ...region, imagePipelineId, ownerId: 1, resourceOwnerAccount: AWKWARD });
  assert.match(deleted.requestId, /^[0-9A-F-]{36}$/);
  assert.equal((await client.describe({ ...region, imagePipelineId: [imagePipelineId] })).totalCount, 0);
}

// The least a template needs: the service's defaults are read back.
async function defaults(client) {
  const made = await client.create({ ...region, baseImageType: "IMAGE", baseImage: "m-1" });
  const found = await client.describe({ ...region, imagePipelineId: [made.imagePipelineId] });
  const { creationTime, resourceGroupId, ...read } = sdk.plain(found.imagePipeline.imagePipelineSet[0]);
  assert.ok(creationTime && resourceGroupId);
  assert.deepEqual(read, {
    addAccounts: { addAccount: [] },
    baseImage: "m-1",
    baseImageType: "IMAGE",
    deleteInstanceOnFailure: true,
    imagePipelineId: made.imagePipelineId,
    internetMaxBandwidthOut: 0,
    name: made.imagePipelineId,
    systemDiskSize: 40,
    tags: { tag: [] },
    toRegionIds: { toRegionId: [] },
  });
}

// 16 KB of newlines are 48 KB once encoded.
async function large(client, way) {
  const buildContent = "RUN x" + "\n".repeat(16379);
  const { imagePipelineId } = await client.create({
    ...region,
    baseImageType: "IMAGE",
    baseImage: "m-1",
    buildContent,
  });
  const found = await client.describe({ ...region, imagePipelineId: [imagePipelineId] });
  assert.equal(found.imagePipeline.imagePipelineSet[0].buildContent, buildContent);
  const [request] = (await emulator.state()).requests;
  assert.ok((/query|GET/.test(way) ? request.query_bytes : request.body_bytes) > 48000);
}

async function rawReplies() {
  const client = sdk.pop("POST", { port: emulator.port, key: sdk.KEYS.key });
  const made = await client.raw("pipeline.create", full());
  assert.deepEqual(differences(made, sdk.ecs.CreateImagePipelineResponseBody), []);
  const found = await client.raw("pipeline.describe", { ...region, imagePipelineId: [made.ImagePipelineId] });
  assert.deepEqual(differences(found, sdk.ecs.DescribeImagePipelinesResponseBody), []);
  const deleted = await client.raw("pipeline.delete", { ...region, imagePipelineId: made.ImagePipelineId });
  assert.deepEqual(differences(deleted, sdk.ecs.DeleteImagePipelineResponseBody), []);
}

module.exports = async (report) => {
  const schemes = { http: { port: emulator.port }, https: { port: emulator.httpsPort, authority: emulator.authority } };
  const checks = { "create, describe, delete": roundTrip, defaults, "16 KB of build content": large };
  for (const [way, connect] of Object.entries(sdk.ways)) {
    for (const [scheme, where] of Object.entries(schemes)) {
      for (const [keys, key] of Object.entries(sdk.KEYS)) {
        for (const [name, run] of Object.entries(checks)) {
          await report.check(
            `SDK → emulator, ${way}: all parameters, read back`,
            `${name} over ${scheme}, ${keys}`,
            async () => {
              await emulator.reset();
              await run(connect({ ...where, key }), way);
              const { requests } = await emulator.state();
              requests.forEach((one) =>
                assert.deepEqual([one.scheme, one.token], [way.slice(0, 3).trim(), keys === "sts"]),
              );
            },
          );
        }
      }
    }
  }
  await report.check("the emulator's replies against the SDK's response models", "names and types", rawReplies);
};
