// Bytes on the wire, without the vendor's code: a server that records requests, a client that sends given bytes, and
// decoding.
"use strict";

const http = require("node:http");

async function bytes(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

// A loopback server that answers every request with the next reply (or {}) and keeps them:
// → { port, take() → the requests since the last take, close() }.
async function capture() {
  let kept = [];
  const server = http.createServer({ maxHeaderSize: 256 * 1024 }, async (incoming, outgoing) => {
    const body = (await bytes(incoming)).toString("latin1");
    kept.push({ method: incoming.method, target: incoming.url, headers: { ...incoming.headers }, body });
    outgoing.setHeader("content-type", "application/json;charset=utf-8");
    outgoing.end('{"RequestId":"captured"}');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    take() {
      const taken = kept;
      kept = [];
      return taken;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

// Sends a kept request as it is to a loopback port, but for what belongs to the connection: → { status, json }.
function send(port, request) {
  const headers = {
    ...request.headers,
    connection: "close",
    "content-length": Buffer.byteLength(request.body, "latin1"),
  };
  delete headers["transfer-encoding"];
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      {
        host: "127.0.0.1",
        port,
        method: request.method,
        path: request.target,
        headers,
        setHost: false,
        timeout: 10000,
      },
      (incoming) =>
        bytes(incoming)
          .then((body) => resolve({ status: incoming.statusCode, json: JSON.parse(body) }))
          .catch(reject),
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in 10 s")));
    outgoing.on("error", reject);
    outgoing.end(Buffer.from(request.body, "latin1"));
  });
}

function unescape(text) {
  const out = text
    .replace(/\+/g, " ")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(out, "latin1"));
}

// "a=1&b=" → Map. A name that comes twice, a bare name and broken UTF-8 are errors.
function decode(text) {
  const params = new Map();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    if (at < 0) throw new Error(`a pair without = in ${pair.slice(0, 80)}`);
    const name = unescape(pair.slice(0, at));
    if (params.has(name)) throw new Error(`${name} comes twice`);
    params.set(name, unescape(pair.slice(at + 1)));
  }
  return params;
}

// The parameters of a request, query and form together. A name in both is an error.
function parameters(request) {
  const target = request.target || request.url;
  const params = decode(target.includes("?") ? target.slice(target.indexOf("?") + 1) : "");
  for (const [name, value] of decode(request.body)) {
    if (params.has(name)) throw new Error(`${name} is in the query and in the body`);
    params.set(name, value);
  }
  return params;
}

module.exports = { capture, send, decode, parameters, bytes };
