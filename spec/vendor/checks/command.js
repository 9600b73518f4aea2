// `ecs-pipeline emulator` with the vendor's SDK as it is used: address, keys and CA are what the command prints. And
// `ecs-pipeline call … --dry-run --curl`: the command line that it prints is sent by curl.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const sdk = require("../lib/sdk");

const root = path.join(__dirname, "../../..");
const COMMAND = [path.join(root, "bin/ecs-pipeline")];
const LUA = "lua5.4";
const region = { regionId: "cn-hangzhou" };

// Starts the emulator: → what it printed, and stop().
async function start(folder, options) {
  const child = spawn(LUA, [...COMMAND, "emulator", "--output", "json", ...options], { cwd: folder });
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  let text = "";
  const found = await new Promise((resolve, reject) => {
    child.stdout.on("data", (part) => {
      text += part;
      if (text.endsWith("}\n")) resolve(JSON.parse(text));
    });
    let why = "";
    child.stderr.on("data", (part) => (why += part));
    child.once("exit", () => reject(new Error(`the emulator has ended: ${why}`)));
  });
  return {
    ...found,
    stop: async () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

async function control(found, method, command) {
  const reply = await fetch(found.control + command, { method });
  assert.equal(reply.status, 200);
  return reply.json();
}

function client(found) {
  return sdk.query({
    port: Number(new URL(found.endpoint).port),
    authority: found.ca_file && fs.readFileSync(found.ca_file, "utf8"),
    key: { accessKeyId: found.access_key_id, accessKeySecret: found.access_key_secret },
  });
}

async function build(found) {
  const sent = client(found);
  const { imagePipelineId } = await sent.create({ ...region, baseImageType: "IMAGE", baseImage: "m-1", name: "web" });
  const { executionId } = await sent.call("execution.start", { ...region, imagePipelineId });
  await control(found, "POST", "advance?seconds=86400");
  const reply = await sent.call("execution.describe", { ...region, executionId });
  return reply.imagePipelineExecution.imagePipelineExecutionSet[0];
}

// The request of a dry run, sent by the shell.
function curled(found) {
  const env = {
    PATH: process.env.PATH,
    ALIBABA_CLOUD_ENDPOINT_ECS: found.endpoint,
    ALIBABA_CLOUD_ACCESS_KEY_ID: found.access_key_id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: found.access_key_secret,
    ALIBABA_CLOUD_REGION_ID: found.region_id,
    CURL_CA_BUNDLE: found.ca_file || "",
  };
  const tag = ["Tag.1.Key=why", "Tag.1.Value=it's \"web\" & $HOME"];
  const words = ["call", "Ecs", "2014-05-26", "DescribeImagePipelines", "RegionId=cn-hangzhou", ...tag];
  const line = execFileSync(LUA, [...COMMAND, ...words, "--dry-run", "--curl"], { env, cwd: os.tmpdir(), stdio: ["ignore", "pipe", "ignore"] });
  return JSON.parse(execFileSync("sh", ["-c", line.toString()], { env, stdio: ["ignore", "pipe", "pipe"] }).toString());
}

module.exports = async (report) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ecs_pipeline_command."));
  fs.writeFileSync(path.join(folder, "builds.json"), '[{ "outcome": "FAILED", "error_code": "BuildTimeout" }]');
  try {
    for (const tls of [[], ["--tls"]]) {
      const where = tls[0] ? "TLS" : "HTTP";
      await report.check("ecs-pipeline emulator, the SDK as its client", where, async () => {
        const found = await start(folder, ["--clock", "virtual", "--builds", "builds.json", ...tls]);
        try {
          const first = await build(found);
          assert.deepEqual([first.status, first.errorCode], ["FAILED", "BuildTimeout"]);
          assert.equal((await build(found)).status, "SUCCESS");
          assert.equal((await control(found, "GET", "state")).images.length, 1);
          assert.equal(curled(found).TotalCount, 0);
        } finally {
          assert.equal(await found.stop(), 0);
        }
        assert.equal(Boolean(found.ca_file) && fs.existsSync(found.ca_file), false);
        await assert.rejects(fetch(`${found.control}state`));
      });
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};
