--- Fuzz target: any reply body → core.finish for every operation.
-- Oracle: no call raises; the answer is a result or a typed error; a result holds no JSON null at any depth, every
-- table in it is a list without holes or a map, the fields that are lists are lists, tags are maps of texts, and the
-- identifier is there as `id` too.
local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local operations = core.operations()
local session = fixture.session()
local names = { "pipeline.describe", "pipeline.create", "pipeline.delete", "any" }
local statuses = { 200, 200, 201, 302, 400, 404, 500, 101 }
local requests = {}
for i, name in ipairs(names) do
  local target = operations[name] and name or { product = "Ecs", version = "2014-05-26", action = "Any" }
  local args = name == "pipeline.create" and fixture.create_args() or name == "pipeline.delete" and { id = "ip-1" }
    or {}
  requests[i] = assert(core.prepare(session, target, args, fixture.attempt()))
end

local function check_value(value, depth)
  assert(type(value) ~= "userdata", "JSON null in a result")
  if type(value) ~= "table" then
    return
  end
  local items, fields = 0, 0
  for key, item in pairs(value) do
    if type(key) == "number" then
      items = items + 1
    else
      assert(type(key) == "string", "a key that is no string")
      fields = fields + 1
    end
    check_value(item, depth + 1)
  end
  assert(items == 0 or fields == 0, "half a list, half a map")
  assert(items == #value, "a list with holes")
end

local check_fields

local function check_field(field, value)
  if field.type == "list" then
    assert(type(value) == "table", field.name .. " is no list")
    for key, item in pairs(value) do
      assert(type(key) == "number" and type(item) ~= "table", field.name .. " is no list of texts")
    end
  elseif field.type == "objects" then
    assert(type(value) == "table" and (next(value) == nil or #value > 0), field.name .. " is no list")
    for _, item in ipairs(value) do
      assert(type(item) == "table", field.name .. " holds something else")
      check_fields(field.fields, item)
    end
  elseif field.type == "tags" then
    assert(type(value) == "table", field.name .. " is no map")
    for key, text in pairs(value) do
      assert(type(key) == "string" and type(text) == "string", field.name .. " is no map of texts")
    end
  elseif field.type == "object" and type(value) == "table" then
    check_fields(field.fields, value)
  end
end

function check_fields(fields, result)
  for _, field in ipairs(fields) do
    local value = result[field.name]
    if value ~= nil then
      check_field(field, value)
      assert(not field.id or rawequal(result.id, value), "id is something else than " .. field.name)
    end
  end
end

return function(data)
  local which, status = data:byte(1) or 0, statuses[(data:byte(2) or 0) % #statuses + 1]
  local name = names[which % #names + 1]
  local reply = { status = status, headers = {}, body = data:sub(3) }
  local result, info = core.finish(requests[which % #names + 1], reply)
  if not result then
    assert(type(info) == "table" and (info.kind == "api" or info.kind == "protocol"), "no typed error")
    assert(type(info.message) == "string" and info.status == status, "half an error")
    assert(info.code == nil or type(info.code) == "string", "a code that is no text")
    return
  end
  assert(status >= 200 and status < 300 and type(result) == "table" and type(info.raw) == "table", "a wrong success")
  check_value(result, 0)
  if operations[name] then
    check_fields(operations[name].results, result)
  end
end
