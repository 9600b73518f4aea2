-- Whose keys sign a call of ours, for each environment in a file: lua identity.lua CASES OUTPUT
-- A case: { env = { name = value } }. A line of output: { key, message, warnings }.
local cjson = require("cjson").new()
local ecs = require("ecs_pipeline")

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local out = assert(io.open(arg[2], "wb"))
for _, case in ipairs(cjson.decode(read(arg[1]))) do
  local key
  local warnings = {}
  local client = ecs.new({ region = "cn-hangzhou", log = "off", retry = false,
    platform = { env = function(name) return case.env[name] end },
    on_event = function(event) warnings[#warnings + 1] = event.type == "warning" and event.message or nil end,
    transport = { send = function(request)
      key = request.headers.authorization:match("Credential=([^,]+)")
      return nil, { kind = "transport", code = "CONNECT", message = "not sent", sent = false }
    end } })
  local _, message = client.pipeline.list({})
  out:write(cjson.encode({ key = key, message = not key and message or nil,
    warnings = table.concat(warnings, "; ") }), "\n")
end
assert(out:close())
