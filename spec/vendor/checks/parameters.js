// The same inputs go through our client and through the SDK. After decoding, both requests must have the same
// parameters and the same protocol fields.
"use strict";

const assert = require("node:assert/strict");
const { AssertionError } = assert;
const operations = require("../lib/fields");
const sdk = require("../lib/sdk");
const wire = require("../lib/wire");

const PROTOCOL = [
  "AccessKeyId",
  "Action",
  "Format",
  "SecurityToken",
  "Signature",
  "SignatureMethod",
  "SignatureNonce",
  "SignatureVersion",
  "Timestamp",
  "Version",
];
// What is new in every request is compared by shape.
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SHAPES = {
  Timestamp: DATE,
  "x-acs-date": DATE,
  SignatureNonce: /^[\w-]{16,64}$/,
  "x-acs-signature-nonce": /^[\w-]{16,64}$/,
  Signature: /^[A-Za-z0-9+/]{27}=$/,
  Format: /^json$/i,
  authorization: /^ACS3-HMAC-SHA256 Credential=[^,]+,SignedHeaders=[a-z0-9;-]+,Signature=[0-9a-f]{64}$/,
};
// The SDK says where it has its keys from. A body of ours has another hash than the SDK's none.
const NOT_COMPARED = ["x-acs-credentials-provider", "x-acs-content-sha256"];

// Request → { params, fields }: the action's own parameters, and what the protocol adds.
function split(request, scheme) {
  const params = wire.parameters(request);
  const fields = {};
  if (scheme === "1.0") {
    for (const name of PROTOCOL) {
      if (params.has(name)) fields[name] = params.get(name);
      params.delete(name);
    }
  } else {
    for (const [name, value] of Object.entries(request.headers)) {
      if (/^(x-acs-|accept$|authorization$)/.test(name) && !NOT_COMPARED.includes(name)) fields[name] = value;
    }
  }
  return { params, fields };
}

const shown = (value) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 120));

function equal(what, ours, theirs) {
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(name), theirs.get(name)];
    const shape = SHAPES[name];
    if (shape ? !(shape.test(a) && shape.test(b)) : a !== b) {
      throw new AssertionError({ message: `${what} ${name}: ours ${shown(a)}, the SDK's ${shown(b)}` });
    }
  }
}

// Keys of `inputs.credentials` in the SDK's names.
function keysOf({ access_key_id, access_key_secret, security_token }) {
  return { accessKeyId: access_key_id, accessKeySecret: access_key_secret, securityToken: security_token };
}

// Every input through the SDK: scheme → list of what it sent.
async function captureAll({ capture, inputs }) {
  const sent = {};
  for (const [scheme, signature] of [
    ["v3", undefined],
    ["1.0", "1.0"],
  ]) {
    const clients = Object.fromEntries(
      Object.entries(inputs.credentials).map(([name, key]) => [
        name,
        sdk.query({ port: capture.port, key: keysOf(key), signature }),
      ]),
    );
    sent[scheme] = [];
    for (const input of inputs.cases) {
      capture.take();
      await clients[input.credentials].call(input.operation, input.sdk);
      const [request, ...others] = capture.take();
      assert.equal(others.length, 0);
      sent[scheme].push(split(request, scheme));
    }
  }
  return sent;
}

// Where the parameters travel: as told, or by their length.
function placed(request, params, scheme) {
  const query = request.url.split("?")[1] || "";
  if (request.way === "auto auto") {
    assert.ok(scheme === "v3" ? query.length <= 4096 && request.body === "" : request.body.length > 4096);
  } else {
    assert.equal(request.body !== "", request.way.endsWith("form") && params.size > 0);
  }
}

module.exports = async (report, context) => {
  const { inputs, ours } = context;
  const theirs = await captureAll(context);
  for (const [lua, requests] of Object.entries(ours)) {
    for (const request of requests) {
      const input = inputs.cases[request.case - 1];
      const { action } = operations[input.operation];
      await report.check(`parameters, ours (${lua}) = the SDK's: ${request.way}`, `${action}, ${input.name}`, () => {
        assert.equal(request.error, undefined);
        const scheme =
          request.way === "auto auto" ? (request.headers.authorization ? "v3" : "1.0") : request.way.split(" ")[0];
        const wanted = theirs[scheme][request.case - 1];
        const found = split(request, scheme);
        equal("parameter", found.params, wanted.params);
        equal("field", new Map(Object.entries(found.fields)), new Map(Object.entries(wanted.fields)));
        assert.equal(request.method, "POST");
        placed(request, found.params, scheme);
      });
    }
    await report.check(`parameters, ours (${lua}) = the SDK's: every input sent`, "count", () => {
      assert.equal(requests.length, inputs.cases.length * 5);
    });
  }
};
