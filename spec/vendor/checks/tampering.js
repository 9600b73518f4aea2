// Requests that the SDK signed, and that a raw client then changed, replayed or sent late. The emulator must refuse
// each with the service's code and do nothing. After every refusal the unchanged original is sent and must be accepted:
// this proves that the change was the reason, and that a refused request does not use up its nonce.
"use strict";

const assert = require("node:assert/strict");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");
const wire = require("../lib/wire");

const template = {
  regionId: "cn-hangzhou",
  baseImageType: "IMAGE",
  baseImage: "m-1",
  name: "original",
  description: "two words",
  systemDiskSize: 40,
};
const MISMATCH = ["SignatureDoesNotMatch", 400];

// --- changes: request → request ------------------------------------------------------------------------------------

const copy = (request, more) => ({ ...request, headers: { ...request.headers }, ...more });

// Text in the query or the form, wherever the parameters are. A change that changes nothing is a mistake of ours.
function replace(from, to) {
  return (request) => {
    const changed = copy(request, { target: request.target.replace(from, to), body: request.body.replace(from, to) });
    assert.notDeepEqual(
      [changed.target, changed.body],
      [request.target, request.body],
      `${from} is not in the request`,
    );
    return changed;
  };
}

function header(name, change) {
  return (request) => {
    const changed = copy(request);
    const value = change(request.headers[name]);
    assert.notEqual(value, request.headers[name], `${name} stayed as it was`);
    if (value === undefined) delete changed.headers[name];
    else changed.headers[name] = value;
    return changed;
  };
}

// One character of a text becomes another of its alphabet.
const turn = (text, at = 0) => text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
const later = (date) => new Date(Date.parse(date) + 1000).toISOString().replace(/\.\d+/, "");
const flip = (method) => (request) => copy(request, { method });

const everywhere = {
  "another value": [replace("Name=original", "Name=changed"), ...MISMATCH],
  "a value one byte longer": [replace("SystemDiskSize=40", "SystemDiskSize=400"), ...MISMATCH],
  "a value emptied": [replace("Name=original", "Name="), ...MISMATCH],
  "a parameter removed": [replace(/&?Name=original(&|$)/, "$1"), ...MISMATCH],
  "a parameter added": [replace("Name=original", "Name=original&InstanceType=added"), ...MISMATCH],
  "a parameter renamed": [replace("SystemDiskSize=", "InternetMaxBandwidthOut="), ...MISMATCH],
  "a parameter twice": [replace("Name=original", "Name=original&Name=second"), ...MISMATCH],
};

const v3 = {
  "another action": [header("x-acs-action", () => "DescribeImagePipelines"), ...MISMATCH],
  "another version": [header("x-acs-version", () => "2014-05-27"), ...MISMATCH],
  "a later date": [header("x-acs-date", later), ...MISMATCH],
  "a malformed date": [header("x-acs-date", (date) => date.replace("T", " ")), "InvalidTimeStamp.Format", 400],
  "another nonce": [header("x-acs-signature-nonce", turn), ...MISMATCH],
  "another host": [header("host", () => "ecs.example.com"), ...MISMATCH],
  "another body hash": [header("x-acs-content-sha256", turn), ...MISMATCH],
  "a signed header of the SDK's own": [header("x-acs-credentials-provider", () => "other"), ...MISMATCH],
  "an x-acs- header added": [header("x-acs-added", () => "1"), ...MISMATCH],
  "an x-acs- header removed": [header("x-acs-credentials-provider", () => undefined), ...MISMATCH],
  "a token added": [header("x-acs-security-token", () => "token"), "InvalidSecurityToken.MismatchWithAccessKey", 400],
  "another signature": [header("authorization", (text) => turn(text, text.length - 1)), ...MISMATCH],
  "a shorter signature": [header("authorization", (text) => text.slice(0, -1)), ...MISMATCH],
  "fewer signed headers": [header("authorization", (text) => text.replace("x-acs-date;", "")), ...MISMATCH],
  "another known key": [header("authorization", (text) => text.replace("vendor-key", "vendor-other")), ...MISMATCH],
  "an unknown key": [
    header("authorization", (text) => text.replace("vendor-key", "nobody")),
    "InvalidAccessKeyId.NotFound",
    404,
  ],
  "no signature": [header("authorization", (text) => text.replace(/,Signature=.*/, "")), "IncompleteSignature", 400],
};

const v1 = {
  "another action": [replace("Action=CreateImagePipeline", "Action=DescribeImagePipelines"), ...MISMATCH],
  "another version": [replace("Version=2014-05-26", "Version=2014-05-27"), ...MISMATCH],
  "a later date": [
    replace(
      /(Timestamp=[^&]*%3A)(\d\d)Z/,
      (_, head, s) => `${head}${s === "59" ? "58" : String(Number(s) + 1).padStart(2, "0")}Z`,
    ),
    ...MISMATCH,
  ],
  "a malformed date": [replace(/(Timestamp=[^&]*)T/, "$1+"), "InvalidTimeStamp.Format", 400],
  "another nonce": [replace(/SignatureNonce=(.)/, (_, one) => `SignatureNonce=${turn(one)}`), ...MISMATCH],
  "another format": [replace(/Format=json/i, "Format=JsOn"), ...MISMATCH],
  "another signature method": [replace("HMAC-SHA1", "HMAC-SHA256"), "IncompleteSignature", 400],
  "a token added": [
    replace("Name=original", "Name=original&SecurityToken=t"),
    "InvalidSecurityToken.MismatchWithAccessKey",
    400,
  ],
  "another signature": [replace(/([?&]Signature=)(.)/, (_, head, one) => head + turn(one)), ...MISMATCH],
  "another known key": [replace("AccessKeyId=vendor-key", "AccessKeyId=vendor-other"), ...MISMATCH],
  "an unknown key": [replace("AccessKeyId=vendor-key", "AccessKeyId=nobody"), "InvalidAccessKeyId.NotFound", 404],
};

const placed = {
  "V3 query": {
    "a body added": [(request) => copy(request, { body: "Name=second" }), ...MISMATCH],
    "a form added": [
      (request) =>
        copy(request, {
          body: "Name=second",
          headers: { ...request.headers, "content-type": "application/x-www-form-urlencoded" },
        }),
      ...MISMATCH,
    ],
    "another method": [flip("GET"), ...MISMATCH],
  },
  "V3 form": {
    "another content type": [
      header("content-type", () => "application/x-www-form-urlencoded; charset=utf-8"),
      ...MISMATCH,
    ],
    "the same form, other bytes": [replace("Name=original", "Name=origina%6c"), ...MISMATCH],
  },
  "1.0 query": { "another method": [flip("GET"), ...MISMATCH] },
  "1.0 pop GET": { "another method": [flip("POST"), ...MISMATCH] },
};

// --- delivery ------------------------------------------------------------------------------------------------------

const outcome = (reply) => [reply.json.Code, reply.status];
const ACCEPTED = [undefined, 200];

async function changed(signed, [change, code, status]) {
  assert.deepEqual(outcome(await wire.send(emulator.port, change(signed))), [code, status]);
  assert.equal((await emulator.state()).pipelines.length, 0);
  assert.deepEqual(outcome(await wire.send(emulator.port, signed)), ACCEPTED);
}

async function replayed(signed) {
  assert.deepEqual(outcome(await wire.send(emulator.port, signed)), ACCEPTED);
  assert.deepEqual(outcome(await wire.send(emulator.port, signed)), ["SignatureNonceUsed", 400]);
  assert.equal((await emulator.state()).pipelines.length, 1);
}

async function late(signed, seconds, wanted) {
  await emulator.advance(seconds);
  assert.deepEqual(outcome(await wire.send(emulator.port, signed)), wanted);
}

// What no signature covers may change on the way: the same parameters written otherwise, headers of the transport.
async function harmless(signed, way) {
  const plus = (request) => replace("two%20words", "two+words")(replace("Name=original", "Name=%6Frigin%61l")(request));
  const rewritten = way === "V3 form" ? copy(signed) : plus(signed);
  Object.assign(rewritten.headers, { "user-agent": "proxy", accept: "*/*", via: "1.1 proxy" });
  assert.deepEqual(outcome(await wire.send(emulator.port, rewritten)), ACCEPTED);
  const [made] = (await emulator.state()).pipelines;
  assert.deepEqual([made.Name, made.Description], [template.name, template.description]);
}

module.exports = async (report, { capture }) => {
  for (const [way, connect] of Object.entries(sdk.ways)) {
    const client = connect({ port: capture.port, key: sdk.KEYS.key });
    const check = (name, run) =>
      report.check(`SDK → emulator, ${way}: tampered, replayed, late`, name, async () => {
        await emulator.reset();
        capture.take();
        await client.create(template);
        const [signed, ...others] = capture.take();
        assert.equal(others.length, 0);
        await run(signed);
      });
    const changes = { ...everywhere, ...(way.startsWith("V3") ? v3 : v1), ...placed[way] };
    for (const [name, row] of Object.entries(changes)) await check(name, (signed) => changed(signed, row));
    await check("nothing changed that is signed", (signed) => harmless(signed, way));
    await check("sent twice", replayed);
    await check("16 minutes late", (signed) => late(signed, 960, ["InvalidTimeStamp.Expired", 400]));
    await check("16 minutes early", (signed) => late(signed, -960, ["InvalidTimeStamp.Expired", 400]));
    await check("14 minutes late", (signed) => late(signed, 840, ACCEPTED));
    await check("14 minutes early", (signed) => late(signed, -840, ACCEPTED));
  }
};
