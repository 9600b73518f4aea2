-- Prints what ecs_pipeline.core registers and checks that each operation is one C function, reachable as
-- core.<group>.<verb>. Ends with "N passed, N failed".
local core = require("ecs_pipeline.core")

local passed, failed = 0, 0
local function row(name, value, must_be_c, note)
  local kind, ok = type(value), true
  if kind == "function" then
    kind = debug.getinfo(value, "S").what == "C" and "C function" or "Lua function"
  end
  if must_be_c then
    ok = kind == "C function"
  end
  passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
  print(("  %-36s %-14s %-6s %s"):format("core." .. name, kind, ok and "ok" or "FAILED", note or ""))
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

print("ecs_pipeline.core " .. tostring(core._VERSION) .. " under " .. (jit and jit.version or _VERSION))
print("the API calls:")
local operations = core.operations()
for _, name in ipairs(sorted(operations)) do
  local operation = operations[name]
  local group = core[operation.group]
  row(name, type(group) == "table" and group[operation.verb] or nil, true,
    ("%s %s, %d parameters"):format(operation.version, operation.action, #operation.parameters))
end
print("everything registered:")
for _, name in ipairs(sorted(core)) do
  local value = core[name]
  if type(value) == "table" then
    for _, inner in ipairs(sorted(value)) do
      row(name .. "." .. inner, value[inner], true)
    end
  else
    row(name, value, type(value) == "function", type(value) == "string" and value or nil)
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
