// The report of drift.js: nothing that we document is gone, and each sort of difference is seen, at every depth.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const { drift, sdkFrom } = require("../drift");

const load = () => JSON.parse(execFileSync("lua5.4", ["spec/vendor/operations.lua"], { encoding: "utf8", maxBuffer: 1e8 }));

const row = (rows, wire) => rows.find((item) => item.wire === wire);
const without = (rows, wire) => rows.splice(rows.findIndex((item) => item.wire === wire), 1);

// What to change in our table → the line that says so; is it gone?
const CASES = [
  ["a parameter of the SDK that we lack", (ops) => without(ops["pipeline.create"].params, "RepairMode"),
    "new", "pipeline.create CreateImagePipeline.RepairMode (string)", 0],
  ["a nested one", (ops) => without(row(ops["pipeline.create"].params, "ImportImageOptions").fields, "Platform"),
    "new", "pipeline.create CreateImagePipeline.ImportImageOptions.Platform (string)", 0],
  ["a field of a result", (ops) => without(row(ops["pipeline.describe"].results, "ImagePipeline").fields, "VSwitchId"),
    "new", "pipeline.describe DescribeImagePipelines →.ImagePipeline.VSwitchId (string)", 0],
  ["another name", (ops) => { row(ops["pipeline.create"].params, "RepairMode").wire = "Repair_Modes"; },
    "renamed", "pipeline.create CreateImagePipeline.Repair_Modes is RepairMode now", 1],
  ["another type", (ops) => { row(ops["pipeline.create"].params, "SystemDiskSize").type = "boolean"; },
    "retyped", "pipeline.create CreateImagePipeline.SystemDiskSize: boolean here, number in the SDK", 0],
  ["another type of a nested field", (ops) => {
    row(row(ops["pipeline.describe"].results, "ImagePipeline").fields, "ImageOptions").type = "string";
  }, "retyped", "pipeline.describe DescribeImagePipelines →.ImagePipeline.ImageOptions: string here, object in the SDK", 0],
  ["a parameter that is gone", (ops) => ops["pipeline.create"].params.push({ wire: "Colour", type: "string" }),
    "removed", "pipeline.create CreateImagePipeline.Colour", 1],
  ["a nested field that is gone", (ops) => {
    row(row(ops["pipeline.describe"].results, "ImagePipeline").fields, "ImageOptions").fields.push({ wire: "Colour", type: "string" });
  }, "removed", "pipeline.describe DescribeImagePipelines →.ImagePipeline.ImageOptions.Colour", 1],
  ["an action that is gone", (ops) => { ops["pipeline.create"].action = "PaintImage"; },
    "removed", "pipeline.create: the action PaintImage", 1],
];

module.exports = async function checkDrift(report) {
  const { sdkOf } = sdkFrom(process.env.VENDOR_PACKAGES);
  await report.check("drift", "nothing that we document is gone", () => {
    assert.deepEqual(drift(load(), sdkOf).found.removed, []);
  });
  for (const [name, change, sort, line, gone] of CASES) {
    await report.check("drift", name, () => {
      const operations = load();
      change(operations);
      const { found, gone: counted } = drift(operations, sdkOf);
      assert.ok(found[sort].includes(line), found[sort].join("; "));
      assert.equal(counted, gone);
    });
  }
};
