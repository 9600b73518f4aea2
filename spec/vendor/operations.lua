--- Our table of operations as JSON, for drift.js: { [operation] = { action, product, version, params, results } }.
local json = require("ecs_pipeline.sorted_json")

local function rows(list)
  local out = json.array({})
  for index, row in ipairs(list or {}) do
    out[index] = { wire = row.wire, name = row.name, type = row.type, wrapper = row.wrapper,
      fields = row.fields and rows(row.fields) or nil }
  end
  return out
end

local out = {}
for name, operation in pairs(require("ecs_pipeline.core").operations()) do
  out[name] = { action = operation.action, product = operation.product, version = operation.version,
    params = rows(operation.parameters), results = rows(operation.results) }
end
io.write(json.encode(out), "\n")
