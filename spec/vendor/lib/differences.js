// Compares a reply of the emulator with the SDK's response model: names and types, no extra field, no missing field.
"use strict";

const sdk = require("./sdk");

// Keys of the raw reply that the SDK's model does not know, and fields of the model that the reply does not have.
function differences(raw, Model, path = "") {
  const names = Model.names();
  const types = Model.types();
  const found = Object.keys(raw)
    .filter((key) => !Object.values(names).includes(key))
    .map((key) => `unknown to the SDK: ${path}${key}`);
  for (const [name, key] of Object.entries(names)) {
    const value = raw[key];
    const type = types[name];
    const item = sdk.isModel(type) ? type : type.type === "array" && sdk.isModel(type.itemType) && type.itemType;
    if (value === undefined) {
      found.push(`not answered: ${path}${key}`);
    } else if (item) {
      for (const one of Array.isArray(value) ? value : [value])
        found.push(...differences(one, item, `${path}${key}.`));
    } else {
      const wanted = type.type === "array" ? type.itemType : type;
      for (const one of type.type === "array" ? value : [value]) {
        if (typeof one !== wanted) found.push(`${path}${key} is a ${typeof one}, the SDK has a ${wanted}`);
      }
    }
  }
  return found;
}

module.exports = { differences };
