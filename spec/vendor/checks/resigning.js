// V3 requests that the vendor's own signer signed again, without something that must be signed. The emulator must
// decide by itself what the signature covers, and refuse them.
"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");
const wire = require("../lib/wire");

const signer = sdk.vendor("@alicloud/openapi-util").default;

const template = { regionId: "cn-hangzhou", baseImageType: "IMAGE", baseImage: "m-1", description: "a+b *~" };
const MISMATCH = ["SignatureDoesNotMatch", 400];

// Signs a captured request as it stands, but for the headers named.
function sign(request, without = []) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !without.includes(name)));
  const { accessKeyId, accessKeySecret } = sdk.KEYS.key;
  const query = Object.fromEntries(wire.decode(request.target.split("?")[1] || ""));
  const payload = crypto.createHash("sha256").update(request.body, "latin1").digest("hex");
  const authorization = signer.getAuthorization(
    { method: request.method, pathname: "/", query, headers },
    "ACS3-HMAC-SHA256",
    payload,
    accessKeyId,
    accessKeySecret,
  );
  return { ...request, headers: { ...request.headers, authorization } };
}

const withHash = (request, hash) => ({ ...request, headers: { ...request.headers, "x-acs-content-sha256": hash } });

const REQUESTS = {
  "nothing left out": [(request) => sign(request), undefined, 200],
  "host left out": [(request) => sign(request, ["host"]), ...MISMATCH],
  "the date left out": [(request) => sign(request, ["x-acs-date"]), ...MISMATCH],
  "the nonce left out": [(request) => sign(request, ["x-acs-signature-nonce"]), ...MISMATCH],
  "the action left out": [(request) => sign(request, ["x-acs-action"]), ...MISMATCH],
  "the hash of another body": [(request) => sign(withHash(request, "0".repeat(64))), ...MISMATCH],
};
const FORM = { "the content type left out": [(request) => sign(request, ["content-type"]), ...MISMATCH] };

module.exports = async (report, { capture }) => {
  for (const way of ["V3 query", "V3 form"]) {
    const client = sdk.ways[way]({ port: capture.port, key: sdk.KEYS.key });
    for (const [name, [change, code, status]] of Object.entries({ ...REQUESTS, ...(way === "V3 form" && FORM) })) {
      await report.check(`vendor's signer → emulator, ${way}: too little signed`, name, async () => {
        await emulator.reset();
        capture.take();
        await client.create(template);
        const reply = await wire.send(emulator.port, change(capture.take()[0]));
        assert.deepEqual([reply.json.Code, reply.status], [code, status]);
        assert.equal((await emulator.state()).pipelines.length, status === 200 ? 1 : 0);
      });
    }
  }
};
