// Runs every check and prints the table; called by run.sh: node main.js FOLDER LUA…
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { Report } = require("./lib/report");
const wire = require("./lib/wire");

async function main() {
  const [folder, ...luas] = process.argv.slice(2);
  const report = new Report("make test-vendor");
  const capture = await wire.capture();
  const inputs = JSON.parse(fs.readFileSync(path.join(folder, "inputs.json"), "utf8"));
  const ours = {};
  for (const lua of luas) {
    const lines = fs
      .readFileSync(path.join(folder, `ours.${lua}.jsonl`), "utf8")
      .trimEnd()
      .split("\n");
    ours[lua] = lines.map((line) => JSON.parse(line));
  }
  for (const name of ["models", "calls", "builds", "components", "images", "networks", "paging", "errors", "tampering", "resigning", "parameters", "signatures", "identity", "command", "hcl", "drift"]) {
    await require(`./checks/${name}`)(report, { capture, inputs, ours });
  }
  await capture.close();
  process.exitCode = report.print() ? 0 : 1;
}

main().then(
  () => setTimeout(() => process.exit(), 50).unref(),
  (error) => {
    console.error(error);
    console.log("0 passed, 1 failed");
    process.exit(1);
  },
);
