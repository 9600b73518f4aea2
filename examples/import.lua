--- Imports a pipeline that was created by hand: prints the arguments that would create it again,
-- ready for `pipeline.ensure`, and checks that they are complete. It only reads.
--   lua examples/import.lua ip-bp1example
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS (default: the region's
-- own), ECS_PIPELINE_CA_FILE (PEM file of the authorities to trust; default: the system's).
-- Exit code: 0 if the plan of the arguments has no changes, otherwise 1.
local ecs = require("ecs_pipeline")

local client = ecs.new({
  region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
  ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
})

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

-- A value as Lua source. Keys that are not Lua names are written in brackets.
local function source(value, indent)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"):gsub("\r", "\\r"):gsub("\\13", "\\r"))
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local lines, inner = {}, indent .. "  "
  if value[1] ~= nil then
    for _, item in ipairs(value) do
      lines[#lines + 1] = inner .. source(item, inner)
    end
  else
    for _, key in ipairs(sorted_keys(value)) do
      local name = key:find("^[%a_][%w_]*$") and key or ("[%q]"):format(key)
      lines[#lines + 1] = inner .. name .. " = " .. source(value[key], inner)
    end
  end
  return "{\n" .. table.concat(lines, ",\n") .. ",\n" .. indent .. "}"
end

local function main()
  local id = assert(arg[1], "usage: lua examples/import.lua ip-…")
  local args = assert(client.pipeline.import(id))
  print("local args = " .. source(args, ""))
  args.id = id
  local plan = assert(client.pipeline.plan(args))
  print(("-- plan: %s, %d changes"):format(plan.action, #plan.changes))
  return plan.action == "none"
end

local ok, complete = pcall(main)
if not ok then
  io.stderr:write("The example failed: ", tostring(complete), "\n")
end
client.close()
os.exit(ok and complete and 0 or 1)
