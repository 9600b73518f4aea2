// Compares our signatures with those of the vendor's signers, which get only our request as it would be sent.
// openapi-util and openapi-core build their own canonical strings from the decoded parameters; darabonba-signature-util
// signs our string to sign.
"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const operations = require("../lib/fields");
const sdk = require("../lib/sdk");
const wire = require("../lib/wire");

const util = sdk.vendor("@alicloud/openapi-util").default;
const core = sdk.core.OpenApiUtil;
const signer = sdk.vendor("@alicloud/darabonba-signature-util").default;

const V3 = "ACS3-HMAC-SHA256";

function checkV3(request, key) {
  const url = new URL(request.url);
  const { authorization, ...headers } = request.headers;
  const query = Object.fromEntries(wire.decode(request.url.split("?")[1] || ""));
  const payload = crypto.createHash("sha256").update(request.body, "latin1").digest("hex");
  assert.equal(headers.host, url.host);
  assert.equal(headers["x-acs-content-sha256"], payload);
  assert.equal(Boolean(headers["content-type"]), request.body !== "");
  for (const vendor of [util, core]) {
    const signed = { method: request.method, pathname: url.pathname, query, headers };
    assert.equal(authorization, vendor.getAuthorization(signed, V3, payload, key.access_key_id, key.access_key_secret));
  }
  const signature = signer.HmacSHA256Sign(request.string_to_sign, key.access_key_secret).toString("hex");
  assert.ok(authorization.endsWith(`,Signature=${signature}`));
}

function checkV1(request, key) {
  const params = Object.fromEntries(wire.parameters(request));
  const { Signature, ...signed } = params;
  for (const vendor of [util, core]) {
    assert.equal(Signature, vendor.getRPCSignature(signed, request.method, key.access_key_secret));
  }
  assert.equal(Signature, signer.HmacSHA1Sign(request.string_to_sign, `${key.access_key_secret}&`).toString("base64"));
}

module.exports = async (report, { inputs, ours }) => {
  for (const [lua, requests] of Object.entries(ours)) {
    for (const request of requests) {
      const input = inputs.cases[request.case - 1];
      const name = `${operations[input.operation].action}, ${input.name}, ${request.way}`;
      await report.check(`signatures, ours (${lua}) = the vendor's signers`, name, () => {
        assert.equal(request.error, undefined);
        (request.headers.authorization ? checkV3 : checkV1)(request, inputs.credentials[input.credentials]);
      });
    }
  }
};
