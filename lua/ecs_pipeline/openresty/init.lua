--- Hooks for nginx (lua-nginx-module, OpenResty): `handler` for a location; `watch`,
-- `single_flight` and `token_bucket` for handlers of one's own. Each needs a `lua_shared_dict` in
-- nginx.conf: `ecs_pipeline` unless told otherwise. See docs/openresty.md.
--
-- All of it is loaded here, and the library too, so that with `require` in `init_by_lua*` no worker
-- reads a file while a request waits.
local handler = require("ecs_pipeline.openresty.handler")
local signature = require("ecs_pipeline.openresty.signature")
local single_flight = require("ecs_pipeline.openresty.single_flight")
local token_bucket = require("ecs_pipeline.openresty.token_bucket")
local watch = require("ecs_pipeline.openresty.watch")
require("ecs_pipeline")

local openresty = {
  handler = handler.new,
  single_flight = single_flight.new,
  token_bucket = token_bucket.new,
  watch = watch.new,
}

-- For those who call a handler: see signature.lua.
function openresty.sign(secret, body, timestamp)
  return signature.headers(secret, body, timestamp)
end

return openresty
