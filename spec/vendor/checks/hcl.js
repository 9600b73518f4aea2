// spec/support/terraform/*.tf.json are what @cdktf/hcl2json makes of the HCL beside them, and example.tf.json of
// examples/terraform/main.tf; UPDATE=1 writes them anew.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { vendor } = require("../lib/sdk");

const folder = path.join(__dirname, "../../support/terraform");
const EXAMPLE = path.join(__dirname, "../../../examples/terraform/main.tf");

module.exports = async (report) => {
  const { parse } = vendor("@cdktf/hcl2json");
  for (const json of fs.readdirSync(folder).filter((file) => file.endsWith(".tf.json"))) {
    const name = path.basename(json, ".json");
    await report.check("terraform: JSON of HCL", name, async () => {
      const hcl = name === "example.tf" ? EXAMPLE : path.join(folder, name);
      const made = `${JSON.stringify(await parse(name, fs.readFileSync(hcl, "utf8")), null, 2)}\n`;
      if (process.env.UPDATE === "1") fs.writeFileSync(path.join(folder, json), made);
      assert.equal(fs.readFileSync(path.join(folder, json), "utf8"), made);
    });
  }
};
