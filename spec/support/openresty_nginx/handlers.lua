-- luacheck: globals ngx
-- Runs inside nginx: several handlers, for spec/openresty/two_handlers_spec.lua. The file options.lua holds, by name
-- (which is the virtual host), the options of `openresty.handler`, of its client, and the `uri` of its keys.
local ecs = require("ecs_pipeline")
local literal = require("spec.support.openresty_nginx.literal")
local openresty = require("ecs_pipeline.openresty")

local M = {}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local options = literal.read(file:read("*a"))
  file:close()
  return options
end

--- A handler; with the same options again it is made anew all the same.
function M.make(path, name)
  local options = read(path)[name]
  if options.uri then
    options.client.credentials = ecs.credentials.uri({ uri = options.uri })
  end
  options.handler.client = ecs.new(options.client)
  return openresty.handler(options.handler)
end

--- All handlers, by name.
function M.make_all(path)
  M.all = {}
  for name in pairs(read(path)) do
    M.all[name] = M.make(path, name)
  end
  return M.all
end

--- Temporary keys that live for some seconds: another key every two seconds, of ten.
function M.show_keys()
  local number = math.floor(ngx.now() / 2) % 10
  ngx.print(([[{ "AccessKeyId": "temporary-%d", "AccessKeySecret": "secret-%d", "SecurityToken": "token-%d",
    "Expiration": "%s" }]]):format(number, number, number, os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(ngx.now()) + 3)))
end

return M
