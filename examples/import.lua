--- Imports a pipeline (lua examples/import.lua ip-bp1example): prints the arguments that would
-- create it again, ready for `pipeline.ensure`, and checks that they are complete. It only reads.
-- In a shell: ecs-pipeline import ip-bp1example > web.json; ecs-pipeline plan -f web.json
-- Environment: keys, region, endpoint and certificates as docs/credentials.md says.
-- Exit code: 0 if their plan has no changes, otherwise 1.
local ecs = require("ecs_pipeline")

ecs.configure({ region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou" })

-- A value as Lua source. Keys that are not Lua names are written in brackets.
local function source(value, indent)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"):gsub("\r", "\\r"):gsub("\\13", "\\r"))
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local keys, lines, inner = {}, {}, indent .. "  "
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local name = type(key) == "number" and "" or key:find("^[%a_][%w_]*$") and key .. " = "
      or ("[%q] = "):format(key)
    lines[#lines + 1] = inner .. name .. source(value[key], inner)
  end
  return "{\n" .. table.concat(lines, ",\n") .. ",\n" .. indent .. "}"
end

local ok, message = pcall(function()
  local id = arg[1] or error("usage: lua examples/import.lua ip-…", 0)
  local args = assert(ecs.pipeline.import(id))
  print("local args = " .. source(args, ""))
  args.id = id
  local plan = assert(ecs.pipeline.plan(args))
  print(("-- plan: %s, %d changes"):format(plan.action, #plan.changes))
  assert(plan.action == "none", "the arguments are not complete")
end)
io.stderr:write(ok and "" or "The example failed: " .. tostring(message) .. "\n")
os.exit(ok and 0 or 1)
