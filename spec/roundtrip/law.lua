--- The rule of the round trip, for one argument at a time: if arguments are created, imported and planned again, there
--- are no changes. Another value is exactly one change, in both directions. Another spelling of the same value is no
--- change.
local core = require("ecs_pipeline.core")
local rows = require("spec.roundtrip.rows")
local virtual = require("spec.support.virtual")

local law = {}

local function walk(parameters, prefix, paths)
  for _, param in ipairs(parameters) do
    if param.fields then
      walk(param.fields, prefix .. param.name .. ".", paths)
    else
      paths[#paths + 1] = prefix .. param.name
    end
  end
  return paths
end

--- Every argument that the C module knows, and every row, so that neither is without the other.
function law.paths()
  local paths, known = walk(core.operations()["pipeline.create"].parameters, "", {}), {}
  for _, path in ipairs(paths) do
    known[path] = true
  end
  for path in pairs(rows) do
    if not known[path] then
      paths[#paths + 1] = path
    end
  end
  table.sort(paths)
  return paths, known
end

local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local out = {}
  for key, item in pairs(value) do
    out[key] = copy(item)
  end
  return out
end

--- Arguments of create with one value at a path.
function law.arguments(row, path, value)
  local args = { name = "roundtrip", base_image = "m-bp1example", base_image_type = "IMAGE" }
  for name, item in pairs(copy(row.with or {})) do
    args[name] = item
  end
  if args.base_image_type == "OSS" then
    args.base_image = nil
  end
  local at, rest = args, row.at or path
  while rest:find(".", 1, true) do
    local head
    head, rest = rest:match("^(.-)%.(.*)$")
    at[head] = at[head] or {}
    at = at[head]
  end
  at[rest] = copy(value)
  return args
end

local function names(plan)
  local list = {}
  for index, change in ipairs(plan.changes) do
    list[index] = change.param
  end
  return table.concat(list, " ")
end

-- → what is wrong, or nil
local function expect(what, plan, message, wanted)
  if not plan then
    return what .. ": " .. message
  elseif names(plan) ~= wanted or plan.action ~= (wanted == "" and "none" or "replace") then
    return ("%s: %s, changes: %s; expected: %s"):format(what, plan.action, names(plan), wanted)
  end
end

local function round_trip(client, id, region)
  local args, message = client.pipeline.import({ id = id, region_id = region })
  if not args then
    return "import: " .. message
  end
  local ok
  ok, message = client.pipeline.validate(args)
  if not ok then
    return "import gives arguments that are refused: " .. message
  end
  local plan, why = client.pipeline.plan(args)
  local wrong = expect("plan(import(id))", plan, why, "")
  if wrong then
    return wrong
  end
  local again
  again, message = client.pipeline.create(args)
  if not again then
    return "create(import(id)): " .. message
  end
  args.id = again.id
  plan, why = client.pipeline.plan(args)
  return expect("plan of what import made", plan, why, "")
end

-- Which values to create with, and which to plan then; `equal`: that is no change.
local function cases(row)
  local list = {}
  if row.b ~= nil then
    list[1] = { what = "a > b", from = row.a, to = row.b, equal = row.kept == false }
    list[2] = { what = "b > a", from = row.b, to = row.a, equal = row.kept == false }
  end
  if not row.needed then
    list[#list + 1] = { what = "a > nothing", from = row.a,
      equal = row.kept == false or row.when_given or false }
    list[#list + 1] = { what = "nothing > a", to = row.a, equal = row.kept == false }
  end
  if row.default then
    list[#list + 1] = { what = "b > nothing", from = row.b, equal = true }
    list[#list + 1] = { what = "nothing > b", to = row.b, equal = true }
  end
  return list
end

local function pair(path, row, case)
  local client = virtual.client()
  local args = law.arguments(row, path, case.from)
  local made, message = client.pipeline.create(args)
  if not made then
    return "create: " .. message
  end
  local wrong = round_trip(client, made.id, args.region_id)
  for _, spelling in ipairs(row.same and case.from == row.a and row.same or {}) do
    local same = law.arguments(row, path, spelling)
    same.id = made.id
    local plan, why = client.pipeline.plan(same)
    wrong = wrong or expect("another spelling", plan, why, "")
  end
  local other = law.arguments(row, path, case.to)
  other.id = path ~= "region_id" and made.id or nil
  local plan, why = client.pipeline.plan(other)
  if path == "region_id" then
    return wrong or plan.action ~= "create" and "found in another region" or nil
  end
  return wrong or expect("another value", plan, why, case.equal and "" or row.param or path)
end

--- Try one argument.
-- @tparam string path
-- @treturn table list of what is wrong
-- @treturn integer how many pairs of values were tried
function law.try(path, known)
  local row = rows[path]
  if not row then
    return { "no row in spec/roundtrip/rows.lua" }, 0
  elseif not known[path] then
    return { "no such argument" }, 0
  end
  local wrong, tried = {}, 0
  for _, case in ipairs(cases(row)) do
    tried = tried + 1
    local why = pair(path, row, case)
    if why then
      wrong[#wrong + 1] = case.what .. ": " .. why
    end
  end
  return wrong, tried
end

return law
