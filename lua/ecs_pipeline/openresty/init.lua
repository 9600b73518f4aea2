--- Hooks for nginx (lua-nginx-module, OpenResty): `handler` for a location; `watch`,
-- `single_flight` and `token_bucket` for handlers of one's own. Each is loaded when it is first
-- named, and needs a `lua_shared_dict` in nginx.conf: `ecs_pipeline` unless told otherwise. See
-- docs/openresty.md.
local openresty = {}

-- Name → what loads its module.
local PARTS = {
  handler = function() return require("ecs_pipeline.openresty.handler") end,
  single_flight = function() return require("ecs_pipeline.openresty.single_flight") end,
  token_bucket = function() return require("ecs_pipeline.openresty.token_bucket") end,
  watch = function() return require("ecs_pipeline.openresty.watch") end,
}

-- For those who call a handler: see signature.lua.
function openresty.sign(secret, body, timestamp)
  return require("ecs_pipeline.openresty.signature").headers(secret, body, timestamp)
end

return setmetatable(openresty, { __index = function(_, name)
  local part = PARTS[name] and PARTS[name]().new
  openresty[name] = part
  return part
end })
