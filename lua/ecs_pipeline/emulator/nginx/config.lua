--- The configuration of the nginx around the emulator.
local config = {}

-- @NAMES@ are filled in.
local MAIN = [[
# The emulator behind nginx. Everything it writes stays below its prefix.
@MODULES@
@USER@
worker_processes 1;
daemon on;
pid "@PREFIX@/nginx.pid";
error_log "@PREFIX@/error.log" warn;

events {
  worker_connections 512;
}

http {
  access_log off;
  server_tokens off;
  default_type application/json;
  keepalive_timeout 65;
  keepalive_requests 100000;

  # The vendor's SDK sends 16 KB of build content as 48 KB of query.
  large_client_header_buffers 8 128k;
  client_body_buffer_size 1m;
  client_max_body_size 1m;
  client_body_temp_path "@PREFIX@/tmp";
  proxy_temp_path "@PREFIX@/tmp";
  fastcgi_temp_path "@PREFIX@/tmp";
  uwsgi_temp_path "@PREFIX@/tmp";
  scgi_temp_path "@PREFIX@/tmp";

  lua_package_path "@LUA_DIR@/?.lua;@LUA_DIR@/?/init.lua;;";
  # One worker and cached code: the state of the emulator lives in the worker's memory.
  lua_code_cache on;
  init_by_lua_block { require("ecs_pipeline.emulator.nginx.worker").start("@PREFIX@/options.lua") }
  init_worker_by_lua_block {
    require("ecs_pipeline.emulator.nginx.watch").start("@OWNER@", "@PREFIX@")
  }

  server {
    listen 127.0.0.1:@HTTP_PORT@;
    location / {
      content_by_lua_block { require("ecs_pipeline.emulator.nginx.worker").answer() }
    }
    location /_emulator/ {
      content_by_lua_block { require("ecs_pipeline.emulator.nginx.control").answer() }
    }
  }
@TLS@
}
]]

local TLS = [[
  server {
    listen 127.0.0.1:@HTTPS_PORT@ ssl;
    ssl_certificate "@PREFIX@/server.pem";
    ssl_certificate_key "@PREFIX@/server.key";
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {
      content_by_lua_block { require("ecs_pipeline.emulator.nginx.worker").answer() }
    }
  }
]]

local function fill(template, values)
  return (template:gsub("@([A-Z_]+)@", values))
end

--- @tparam table values MODULES (lines), USER (a line or ""), PREFIX, LUA_DIR, OWNER (a pid or ""),
--   HTTP_PORT, and HTTPS_PORT if there is TLS
-- @treturn string
function config.text(values)
  values.TLS = values.HTTPS_PORT and fill(TLS, values) or ""
  return fill(MAIN, values)
end

return config
