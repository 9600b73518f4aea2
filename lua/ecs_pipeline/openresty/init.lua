--- Hooks for nginx (lua-nginx-module, OpenResty): `handler` for a location; `watch`,
-- `single_flight` and `token_bucket` for handlers of one's own. Each is loaded when it is first
-- named, and needs a `lua_shared_dict` in nginx.conf: `ecs_pipeline` unless told otherwise. See
-- docs/openresty.md.
local openresty = {}

-- Name → module with `new`.
local PARTS = {
  handler = "ecs_pipeline.openresty.handler",
  single_flight = "ecs_pipeline.openresty.single_flight",
  token_bucket = "ecs_pipeline.openresty.token_bucket",
  watch = "ecs_pipeline.openresty.watch",
}

-- For who calls a handler: see signature.lua.
function openresty.sign(secret, body, timestamp)
  return require("ecs_pipeline.openresty.signature").headers(secret, body, timestamp)
end

return setmetatable(openresty, { __index = function(_, name)
  local part = PARTS[name] and require(PARTS[name]).new
  openresty[name] = part
  return part
end })
