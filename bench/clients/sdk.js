// The vendor's own SDK: node sdk.js CALLS WARM describe|create BASE CA CONCURRENCY ARGUMENTS ID SECRET, with its packages in
// VENDOR_PACKAGES. CA: a file, or "-". CONCURRENCY: 0 is one call after another. ARGUMENTS: JSON with the SDK's names.
// Prints the wall and CPU time of one of CALLS in microseconds; WARM calls before them are not counted.
"use strict";

const { randomUUID } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const vendor = createRequire(path.join(process.env.VENDOR_PACKAGES, "package.json"));
const ecs = vendor("@alicloud/ecs20140526");
const dara = vendor("@darabonba/typescript");

const [callsText, warmText, verb, base, caFile, concurrencyText, argumentText, id, secret] = process.argv.slice(2);
const [, protocol, endpoint] = base.match(/^(https?):\/\/(.*)$/);
const client = new ecs.default({
  accessKeyId: id,
  accessKeySecret: secret,
  endpoint,
  protocol,
  regionId: "cn-hangzhou",
  maxIdleConns: 1024,
  ...(caFile === "-" ? {} : { ca: readFileSync(caFile, "utf8") }),
});
const runtime = new dara.RuntimeOptions({});
const given = JSON.parse(argumentText);

const verbs = {
  async describe() {
    const request = new ecs.DescribeImagePipelinesRequest(given);
    const { body } = await client.describeImagePipelinesWithOptions(request, runtime);
    if (body.imagePipeline.imagePipelineSet[0].name !== "web-1") throw new Error("not web-1");
  },
  async create() {
    const request = new ecs.CreateImagePipelineRequest({ ...given, clientToken: randomUUID(), tag: given.tag.map((tag) => new ecs.CreateImagePipelineRequestTag(tag)) });
    const { body } = await client.createImagePipelineWithOptions(request, runtime);
    if (!body.imagePipelineId) throw new Error("no id");
  },
};

async function run(count) {
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await verbs[verb]();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(concurrencyText)) }, work));
}

(async () => {
  const calls = Number(callsText);
  await run(Number(warmText));
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  await run(calls);
  const used = process.cpuUsage(cpu);
  const passed = Number(process.hrtime.bigint() - wall) / 1e3;
  console.log(`${(passed / calls).toFixed(3)} ${((used.user + used.system) / calls).toFixed(3)}`);
  process.exit(0);
})();
