// How the SDK reads the emulator's refusals: class, code, status, request id. Its own retries must work too.
"use strict";

const assert = require("node:assert/strict");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");
const { full } = require("../lib/full");

const region = { regionId: "cn-hangzhou" };
const least = { ...region, baseImageType: "IMAGE", baseImage: "m-1" };
const secret = "vendor-secret";
const STS = sdk.KEYS.sts;

// name → [verb, arguments, code, status, { key, before }]
const REFUSALS = {
  "no such template": ["delete", { ...region, imagePipelineId: "ip-none" }, "InvalidImagePipeline.NotFound", 404],
  "no id": ["delete", region, "MissingParameter.ImagePipelineId", 404],
  "no region": ["describe", {}, "MissingParameter.RegionId", 404],
  "an unknown region": ["describe", { regionId: "cn-nowhere" }, "InvalidRegionId.NotFound", 404],
  "no base image type": ["create", { ...region, baseImage: "m-1" }, "MissingParameter.BaseImageType", 404],
  "no base image": ["create", { ...region, baseImageType: "IMAGE" }, "MissingParameter.BaseImage", 404],
  "a base image type that is none": [
    "create",
    { ...least, baseImageType: "ISO" },
    "InvalidBaseImageType.NotSupportedValue",
    400,
  ],
  "a name of one letter": ["create", { ...least, name: "w" }, "InvalidName.Malformed", 400],
  "a disk too large": ["create", { ...least, systemDiskSize: 501 }, "InvalidSystemDiskSize.NotSupportedValue", 400],
  "a disk of size 0": ["create", { ...least, systemDiskSize: 0 }, "InvalidSystemDiskSize.NotSupportedValue", 400],
  "a bandwidth too large": [
    "create",
    { ...least, internetMaxBandwidthOut: 101 },
    "InvalidInternetMaxBandwidthOut.NotSupportedValue",
    400,
  ],
  "21 accounts": [
    "create",
    { ...least, addAccount: Array(21).fill(1) },
    "InvalidAddAccountSize.ExceededMaxNumber",
    400,
  ],
  "21 regions": [
    "create",
    { ...least, toRegionId: Array(21).fill("cn-beijing") },
    "InvalidToRegionIdSize.ExceededMaxNumber",
    400,
  ],
  "21 tags": [
    "create",
    { ...least, tag: Array.from({ length: 21 }, (_, i) => ({ key: `k${i}`, value: "v" })) },
    "InvalidTagCount",
    400,
  ],
  "a tag key that is reserved": [
    "create",
    { ...least, tag: [{ key: "acs:x", value: "v" }] },
    "InvalidTagKey.Malformed",
    400,
  ],
  "a tag key twice": [
    "create",
    {
      ...least,
      tag: [
        { key: "a", value: "1" },
        { key: "A", value: "2" },
      ],
    },
    "Duplicate.TagKey",
    400,
  ],
  "a command that is none": [
    "create",
    { ...least, buildContent: "SHELL x" },
    "InvalidImageTemplateCommand.NotSupported",
    400,
  ],
  "17 KB of script": [
    "create",
    { ...least, buildContent: "RUN x".padEnd(17000, "x") },
    "InvalidBuildContent.LengthExceeded",
    400,
  ],
  "an import without disks": [
    "create",
    { ...region, baseImageType: "OSS", importImageOptions: { OSType: "linux" } },
    "MissingParameter.ImageOptionsDiskDeviceMappings",
    404,
  ],
  "two names for the image": ["create", full({ imageName: "another" }), "InvalidParameterCombination", 400],
  "21 ids": [
    "describe",
    { ...region, imagePipelineId: Array.from({ length: 21 }, (_, i) => `ip-${i}`) },
    "InvalidImagePipelineIdSize.ExceededMaxNumber",
    400,
  ],
  "a page token that is none": ["describe", { ...region, nextToken: "x" }, "Invalid.NextToken", 403],
  "a page of 501": ["describe", { ...region, maxResults: 501 }, "InvalidParameter", 400],
  "an unknown key": [
    "describe",
    region,
    "InvalidAccessKeyId.NotFound",
    404,
    { key: { accessKeyId: "nobody", accessKeySecret: secret } },
  ],
  "a disabled key": [
    "describe",
    region,
    "InvalidAccessKeyId.Inactive",
    400,
    { key: { accessKeyId: "vendor-disabled", accessKeySecret: secret } },
  ],
  "a wrong secret": [
    "describe",
    region,
    "SignatureDoesNotMatch",
    400,
    { key: { accessKeyId: "vendor-key", accessKeySecret: "wrong" } },
  ],
  "a missing token": ["describe", region, "MissingSecurityToken", 400, { key: { ...STS, securityToken: undefined } }],
  "a wrong token": [
    "describe",
    region,
    "InvalidSecurityToken.Malformed",
    400,
    { key: { ...STS, securityToken: "wrong" } },
  ],
  "a token for a plain key": [
    "describe",
    region,
    "InvalidSecurityToken.MismatchWithAccessKey",
    400,
    { key: { ...sdk.KEYS.key, securityToken: "token" } },
  ],
  "an expired token": [
    "describe",
    region,
    "InvalidSecurityToken.Expired",
    400,
    { key: { accessKeyId: "vendor-expired", accessKeySecret: "sts-secret", securityToken: "old-token" } },
  ],
  "what the key may not do": [
    "create",
    least,
    "Forbidden.RAM",
    403,
    { key: { accessKeyId: "vendor-denied", accessKeySecret: secret }, denied: "ecs:CreateImagePipeline" },
  ],
  "a clock 16 minutes behind": [
    "create",
    least,
    "InvalidTimeStamp.Expired",
    400,
    { before: () => emulator.advance(960) },
  ],
  "a clock 16 minutes ahead": [
    "create",
    least,
    "InvalidTimeStamp.Expired",
    400,
    { before: () => emulator.advance(-960) },
  ],
  throttling: [
    "create",
    least,
    "Throttling.User",
    400,
    { before: () => emulator.fault({ kind: "throttle", code: "Throttling.User" }), name: "ThrottlingError" },
  ],
  "a server error": [
    "create",
    least,
    "InternalError",
    500,
    { before: () => emulator.fault({ kind: "error", code: "InternalError" }), name: "ServerError" },
  ],
  "an outage": [
    "create",
    least,
    "ServiceUnavailable",
    503,
    { before: () => emulator.fault({ kind: "error", code: "ServiceUnavailable" }), name: "ServerError" },
  ],
};

async function refused(
  way,
  [verb, args, code, status, { key = sdk.KEYS.key, before, name = "ClientError", denied } = {}],
) {
  await emulator.reset();
  if (before) await before();
  const client = sdk.ways[way]({ port: emulator.port, key });
  const error = await client[verb](args).then(
    () => assert.fail(`accepted, not ${code}`),
    (reason) => reason,
  );
  assert.equal(error.code, code, error.stack);
  const { requests, pipelines } = await emulator.state();
  const last = requests[requests.length - 1];
  assert.deepEqual([last.code, last.status, pipelines.length], [code, status, 0]);
  assert.equal(error.data.RequestId, last.request_id);
  assert.ok(error.data.Message.length > 10 && error.data.HostId && error.data.Recommend.includes(code));
  if (/pop/.test(way)) return; // knows neither class nor status
  assert.match(error.name, new RegExp(`^${name}$`));
  assert.equal(error.statusCode, status);
  assert.equal(error.message, `${code}: code: ${status}, ${error.data.Message} request id: ${last.request_id}`);
  if (denied) assert.equal(error.accessDeniedDetail.AuthAction, denied);
}

async function running() {
  await emulator.reset();
  const client = sdk.query({ port: emulator.port, key: sdk.KEYS.key });
  const { imagePipelineId } = await client.create(least);
  await emulator.execution({ ImagePipelineId: imagePipelineId, Status: "BUILDING" });
  await assert.rejects(client.delete({ ...region, imagePipelineId }), {
    code: "InvalidImagePipeline.HasRunningExecution",
    statusCode: 403,
  });
}

// The SDK's own retries: a new nonce each time, so that a throttled or lost call is carried out once.
async function retried(fault) {
  await emulator.reset();
  await emulator.fault(fault);
  const condition = {
    maxAttempts: 4,
    exception: ["ThrottlingError", "ServerError", "Error"],
    errorCode: ["ECONNRESET"],
    backoff: { policy: "Fixed", period: 1 },
  };
  const retryOptions = new sdk.dara.RetryOptions({ retryable: true, retryCondition: [condition] });
  const client = sdk.query({ port: emulator.port, key: sdk.KEYS.key, retryOptions });
  const made = await client.create({ ...least, clientToken: "retried" });
  const { requests, pipelines } = await emulator.state();
  assert.deepEqual(
    pipelines.map((one) => one.ImagePipelineId),
    [made.imagePipelineId],
  );
  assert.ok(requests.length > 1, "there was no retry");
  assert.equal(new Set(requests.map((one) => one.nonce)).size, requests.length);
}

module.exports = async (report) => {
  for (const way of Object.keys(sdk.ways)) {
    for (const [name, row] of Object.entries(REFUSALS)) {
      await report.check(`SDK → emulator, ${way}: refusals`, name, () => refused(way, row));
    }
  }
  const group = "SDK → emulator: running builds, the SDK's own retries";
  await report.check(group, "a running build", running);
  await report.check(group, "throttled twice", () => retried({ kind: "throttle", times: 2 }));
  await report.check(group, "503 twice", () => retried({ kind: "error", code: "ServiceUnavailable", times: 2 }));
  await report.check(group, "the answer lost after the work", () => retried({ kind: "lost_answer" }));
};
