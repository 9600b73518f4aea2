-- Writes what our client sends: lua ours.lua INPUTS OUTPUT
-- Each input of lib/inputs.js goes through core.prepare, without checks, with each signature and placement; one JSON
-- line per request.

local core = require("ecs_pipeline.core")
local cjson = require("cjson").new()

local ways = {
  { "v3", "query" }, { "v3", "form" }, { "1.0", "query" }, { "1.0", "form" }, { "auto", "auto" },
}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local inputs = cjson.decode(read(arg[1]))
local out = assert(io.open(arg[2], "wb"))

for _, way in ipairs(ways) do
  local session = core.session({
    decode = cjson.decode, user_agent = "ours", signature_version = way[1], placement = way[2],
  })
  for number, case in ipairs(inputs.cases) do
    local request, err = core.prepare(session, case.operation, case.lua, {
      credentials = assert(core.credentials(inputs.credentials[case.credentials])),
      endpoint = inputs.endpoint, validate = "off",
    })
    out:write(cjson.encode({
      case = number, way = way[1] .. " " .. way[2], error = not request and err.message or nil,
      method = request and request.method, url = request and request.url, headers = request and request.headers,
      body = request and request.body, string_to_sign = request and request.trace:string_to_sign(),
    }), "\n")
  end
end
assert(out:close())
