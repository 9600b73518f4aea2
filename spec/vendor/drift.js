// Compares our operations with the models of the vendor's SDK, parameters and results, at every depth:
//   node drift.js OPERATIONS.json    (VENDOR_PACKAGES: the folder with node_modules)
// Prints what the SDK has more, calls otherwise, types otherwise, and has no more. Fails only for the last: that is what
// we document and the service may refuse.
"use strict";

const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const PACKAGES = {
  Ecs: "@alicloud/ecs20140526",
  Vpc: "@alicloud/vpc20160428",
  Sts: "@alicloud/sts20150401",
  ResourceManager: "@alicloud/resourcemanager20200331",
};

// Every request may have them, and no page explains them.
const OWNER = new Set(["OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"]);
// Every result has it; it is in ecs.info.
const ALWAYS = new Set(["RequestId"]);

const isModel = (type) => typeof type === "function" && typeof type.names === "function";

// The SDK's type of a field → scalar, list, object or objects, and the model of the objects.
function kindOf(type) {
  if (isModel(type)) return { kind: "object", model: type };
  if (type && type.type === "array") {
    return isModel(type.itemType) ? { kind: "objects", model: type.itemType } : { kind: "list" };
  }
  if (type && type.type === "map") return { kind: "map" };
  return { kind: "scalar", scalar: type };
}

// They read the fields of another operation's results; the service gives only some of them.
const SHARED = new Set(["image.from_family"]);

const SCALARS = { string: "string", boolean: "boolean", integer: "number", number: "number" };

// Wire name → kind, of a model.
function fieldsOf(model) {
  const types = model.types();
  const fields = new Map();
  for (const [name, wire] of Object.entries(model.names())) fields.set(wire, kindOf(types[name]));
  return fields;
}

// "DiskDeviceMapping", "diskdevicemappings" → one spelling.
const plain = (wire) => wire.toLowerCase().replace(/[^a-z0-9]/g, "").replace(/s$/, "");

// Is the kind that we have the one that the SDK has? Tags are objects there, and ids are texts here, even if they are
// written in digits.
function sameKind(row, theirs) {
  if (row.type === "tags") return theirs.kind === "objects";
  if (row.type === "string" && theirs.scalar === "number") return /Id$/.test(row.wire);
  if (row.type in SCALARS) return theirs.kind === "scalar" && SCALARS[row.type] === theirs.scalar;
  return row.type === theirs.kind || (row.type === "list" && theirs.kind === "scalar" && theirs.scalar === "string");
}

const describe = (theirs) => (theirs.kind === "scalar" ? theirs.scalar : theirs.kind);

function compare(rows, model, where, skip, report) {
  const theirs = fieldsOf(model);
  const ours = new Map(rows.map((row) => [row.wire, row]));
  const added = [...theirs.keys()].filter((wire) => !ours.has(wire) && !skip.has(wire));
  for (const [wire, row] of ours) {
    const place = `${where}.${wire}`;
    if (!theirs.has(wire)) {
      const again = added.findIndex((other) => plain(other) === plain(wire));
      if (again >= 0) report("renamed", `${place} is ${added.splice(again, 1)[0]} now`, true);
      else report("removed", place, true);
      continue;
    }
    let theirField = theirs.get(wire);
    if (row.wrapper && theirField.kind === "object" && row.type !== "object") {
      theirField = fieldsOf(theirField.model).get(row.wrapper) || theirField;
    }
    if (!sameKind(row, theirField)) report("retyped", `${place}: ${row.type} here, ${describe(theirField)} in the SDK`);
    else if (row.fields && theirField.model) compare(row.fields, theirField.model, place, new Set(), report);
  }
  for (const wire of added) report("new", `${where}.${wire} (${describe(theirs.get(wire))})`);
}

// → lines by sort, and what is gone that we document.
function drift(operations, sdkOf) {
  const found = { new: [], renamed: [], retyped: [], removed: [] };
  let gone = 0;
  const report = (sort, line, documented) => {
    found[sort].push(line);
    gone += documented ? 1 : 0;
  };
  for (const name of Object.keys(operations).sort()) {
    const { action, product, params, results } = operations[name];
    const sdk = sdkOf(product);
    const request = sdk[`${action}Request`];
    const body = sdk[`${action}ResponseBody`];
    if (!body) report("removed", `${name}: the action ${action}`, true);
    if (request) compare(params, request, `${name} ${action}`, OWNER, report);
    const partly = (sort, line, documented) => sort === "removed" || report(sort, line, documented);
    if (body) compare(results, body, `${name} ${action} →`, ALWAYS, SHARED.has(name) ? partly : report);
  }
  return { found, gone };
}

// The SDK of each product, from a folder with node_modules, and the versions of those that were used.
function sdkFrom(folder) {
  const vendor = createRequire(path.join(folder, "package.json"));
  const versions = {};
  const sdkOf = (product) => {
    const name = PACKAGES[Object.keys(PACKAGES).find((key) => key.toLowerCase() === product.toLowerCase())];
    const about = path.join(folder, "node_modules", name, "package.json");
    versions[name] = versions[name] || JSON.parse(fs.readFileSync(about, "utf8")).version;
    return vendor(name);
  };
  return { sdkOf, versions };
}

function main(file) {
  const { sdkOf, versions } = sdkFrom(process.env.VENDOR_PACKAGES);
  const { found, gone } = drift(JSON.parse(fs.readFileSync(file, "utf8")), sdkOf);
  for (const [sort, lines] of Object.entries(found)) for (const line of lines) console.log(`  ${sort.padEnd(8)} ${line}`);
  const counts = Object.entries(found).map(([sort, lines]) => `${lines.length} ${sort}`);
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  console.log(`drift: ${counts.join(", ")}; ${used.sort().join(", ")}`);
  return gone > 0 ? 1 : 0;
}

module.exports = { drift, sdkFrom };
if (require.main === module) process.exitCode = main(process.argv[2]);
