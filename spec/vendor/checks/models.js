// Checks that nothing is missing: fields.js names every parameter of the SDK's request models, and the generated inputs
// and the full pipeline of full.js contain each of them.
"use strict";

const assert = require("node:assert/strict");
const operations = require("../lib/fields");
const sdk = require("../lib/sdk");
const { full } = require("../lib/full");

// Dotted names of the leaves of a model.
function leaves(Model, path = "") {
  return Object.entries(Model.types()).flatMap(([name, type]) => {
    const inner = sdk.isModel(type) ? type : type.type === "array" && sdk.isModel(type.itemType) && type.itemType;
    return inner ? leaves(inner, `${path}${name}.`) : [path + name];
  });
}

function listed(fields, path = "") {
  return fields.flatMap(([name, , kind, more]) => {
    if (kind === "tags") return [`${path}${name}.key`, `${path}${name}.value`];
    return kind === "object" || kind === "objects" ? listed(more, `${path}${name}.`) : [path + name];
  });
}

function given(value, path = "", found = new Set()) {
  for (const [name, item] of Object.entries(value)) {
    const items = Array.isArray(item) ? item : [item];
    for (const one of items) {
      if (one !== null && typeof one === "object") given(one, `${path}${name}.`, found);
      else found.add(path + name);
    }
  }
  return found;
}

module.exports = async (report, { inputs }) => {
  const group = "the SDK's models: no parameter left out";
  for (const [operation, { action, fields }] of Object.entries(operations)) {
    const Model = sdk.model(operation, "Request");
    const wanted = Model ? leaves(Model).sort() : []; // GetCallerIdentity has none
    await report.check(group, `${action} in fields.js`, () => assert.deepEqual(listed(fields).sort(), wanted));
    await report.check(group, `${action} in the generated inputs`, () => {
      const found = new Set();
      inputs.cases.filter((one) => one.operation === operation).forEach((one) => given(one.sdk, "", found));
      assert.deepEqual([...found].sort(), wanted);
    });
  }
  await report.check(group, "CreateImagePipeline in the full template", () => {
    assert.deepEqual([...given(full())].sort(), leaves(sdk.ecs.CreateImagePipelineRequest).sort());
  });
};
