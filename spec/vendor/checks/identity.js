// Whose keys: the vendor's credentials package and ours, over the same files and 64 random subsets of the variables. Both
// must take the same key; where ours reads a name that the package does not, the name is the reason, and without it both
// must agree again.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { default: Credential } = require(path.join(process.env.VENDOR_PACKAGES, "node_modules/@alicloud/credentials"));

const SEED = Number(process.env.SEED || 20261128);
const COUNT = 64;

// Read by the package, and by others only.
const PACKAGE = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: "env-key",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
  ALIBABA_CLOUD_SECURITY_TOKEN: "token",
  ALIBABA_CLOUD_PROFILE: "two",
  ALIBABA_CLOUD_CREDENTIALS_FILE: "HOME/other.ini",
  ALIBABA_CLOUD_CLI_PROFILE_DISABLED: "true",
};
const OTHERS = {
  ALICLOUD_ACCESS_KEY: "tf-key",
  ALICLOUD_SECRET_KEY: "secret",
  ALIBABACLOUD_ACCESS_KEY_ID: "cli-key",
  ALIBABACLOUD_ACCESS_KEY_SECRET: "secret",
  ACCESS_KEY_ID: "short-key",
  ACCESS_KEY_SECRET: "secret",
  ALIBABACLOUD_PROFILE: "two",
  ALICLOUD_PROFILE: "default",
  ALIBABA_CLOUD_CONFIG_FILE: "HOME/other.json",
  ALICLOUD_SHARED_CREDENTIALS_FILE: "HOME/other.json",
  ALIBABACLOUD_IGNORE_PROFILE: "true",
};

function config(prefix) {
  const profile = (name) => ({ name, mode: "AK", access_key_id: `${prefix}-${name}`, access_key_secret: "s", region_id: "cn-hangzhou" });
  return JSON.stringify({ current: "default", profiles: [profile("default"), profile("two")] });
}

function ini(prefix) {
  return ["default", "two"].map((name) => `[${name}]\ntype = access_key\naccess_key_id = ${prefix}-${name}\naccess_key_secret = s\n`).join("");
}

// Which of the files there are, by case.
const FILES = [
  { ".aliyun/config.json": config("json"), ".alibabacloud/credentials": ini("ini") },
  { ".aliyun/config.json": config("json") },
  { ".alibabacloud/credentials": ini("ini") },
  {},
];

// A small generator (mulberry32), so that a seed gives the same cases everywhere.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function homes() {
  return FILES.map((files) => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "ecs_pipeline_identity."));
    const all = { ...files, "other.json": config("other"), "other.ini": ini("otherini") };
    for (const [name, text] of Object.entries(all)) {
      fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
      fs.writeFileSync(path.join(home, name), text, { mode: 0o600 });
    }
    return home;
  });
}

function subset(variables, random, home) {
  const chosen = Object.entries(variables).filter(() => random() < 0.4);
  return Object.fromEntries(chosen.map(([name, value]) => [name, value.replace("HOME", home)]));
}

async function theirs(env) {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { PATH: before.PATH, ...env });
  try {
    return (await new Credential().getCredential()).accessKeyId;
  } catch {
    return undefined;
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

function ours(lua, cases, folder) {
  const [input, output] = [path.join(folder, "identity.json"), path.join(folder, `identity.${lua}.jsonl`)];
  fs.writeFileSync(input, JSON.stringify(cases));
  const env = { ...process.env, LUA_CPATH: `${process.cwd()}/build/${lua}/?.so;;` };
  execFileSync(lua, ["spec/vendor/identity.lua", input, output], { env });
  const lines = fs.readFileSync(output, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

module.exports = async (report, { ours: results }) => {
  const group = `whose keys: ${COUNT} subsets of the variables, seed ${SEED}`;
  const folders = homes();
  const random = generator(SEED);
  const cases = [];
  for (let index = 0; index < COUNT; index += 1) {
    const home = folders[index % folders.length];
    const base = { HOME: home, ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true", ...subset(PACKAGE, random, home) };
    cases.push({ env: base, base }, { env: { ...base, ...subset(OTHERS, random, home) }, base });
  }
  const wanted = [];
  for (const one of cases) wanted.push(await theirs(one.env));
  for (const lua of Object.keys(results)) {
    const got = ours(lua, cases, folders[0]);
    for (const [index, one] of cases.entries()) {
      const said = JSON.stringify({ env: one.env, ours: got[index], theirs: wanted[index] });
      await report.check(group, `${lua} ${said}`, () => {
        if (got[index].key === wanted[index]) return;
        const reasons = Object.keys(one.env).filter((name) => !(name in one.base));
        assert.ok(reasons.length > 0, "another key, although only variables of the package are set");
        const plain = cases.findIndex((other) => other.base === one.base && other.env === one.base);
        assert.equal(got[plain].key, wanted[plain], "another key also without the variables of other tools");
      });
    }
  }
  for (const folder of folders) fs.rmSync(folder, { recursive: true });
};
