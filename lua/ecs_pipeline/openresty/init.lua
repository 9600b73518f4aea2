--- Hooks for nginx (lua-nginx-module): `handler` for a location, `watch`, `single_flight` and
-- `token_bucket` for handlers of one's own. Each is loaded when it is first named.
local openresty = {}

local PARTS = {
  handler = "ecs_pipeline.openresty.handler",
  single_flight = "ecs_pipeline.openresty.single_flight",
  token_bucket = "ecs_pipeline.openresty.token_bucket",
  watch = "ecs_pipeline.openresty.watch",
}

return setmetatable(openresty, { __index = function(_, name)
  local part = PARTS[name] and require(PARTS[name])
  openresty[name] = part
  return part
end })
