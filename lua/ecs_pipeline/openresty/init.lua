--- Hooks for nginx (lua-nginx-module, OpenResty): `handler` for a location; `watch`,
-- `single_flight` and `token_bucket` for your own handlers. Each needs a `lua_shared_dict` in
-- nginx.conf; its name is `ecs_pipeline` unless the option `dict` gives another. See
-- docs/openresty.md and docs/webhooks.md.
--
-- This file loads all hooks and the whole library, so that with `require` in `init_by_lua*` no
-- worker reads a file while a request waits.
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

-- For programs that call a handler: see signature.lua.
function openresty.sign(secret, body, given)
  return signature.headers(secret, body, given)
end

return openresty
