// The emulator's own controls, on its plain port (emulator/nginx/control.lua).
"use strict";

const http = require("node:http");
const fs = require("node:fs");
const { bytes } = require("./wire");

const port = Number(process.env.EMULATOR_HTTP_PORT);
const httpsPort = Number(process.env.EMULATOR_HTTPS_PORT);
const authority = fs.readFileSync(process.env.EMULATOR_CA_FILE, "utf8");

async function control(method, command, value) {
  const reply = await new Promise((resolve, reject) => {
    const outgoing = http.request(
      { host: "127.0.0.1", port, method, path: `/_emulator/${command}`, agent: false, timeout: 10000 },
      resolve,
    );
    outgoing.on("error", reject);
    outgoing.end(value === undefined ? "" : JSON.stringify(value));
  });
  const body = (await bytes(reply)).toString();
  if (reply.statusCode !== 200) throw new Error(`emulator: ${command}: ${body}`);
  return JSON.parse(body);
}

module.exports = {
  port,
  httpsPort,
  authority,
  state: () => control("GET", "state"),
  reset: () => control("POST", "reset"),
  fault: (fault) => control("POST", "fault", fault),
  execution: (execution) => control("POST", "execution", execution),
  image: (image) => control("POST", "image", image),
  advance: (seconds) => control("POST", `advance?seconds=${seconds}`),
};
