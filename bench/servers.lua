--- The nginxes of the benches, on loopback ports, each below a temporary folder of its own.
local certificates = require("ecs_pipeline.emulator.nginx.certificates")
local nginx = require("spec.support.openresty_nginx.server")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local replies = require("bench.replies")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local servers = {}

local SERVICE = [[
  map $http_x_acs_action $reply {
    default '%s';
    CreateImagePipeline '%s';
  }
  ssl_certificate %s/server.pem;
  ssl_certificate_key %s/server.key;
  ssl_session_cache shared:sessions:4m;
  server {
    listen 127.0.0.1:%d backlog=4096;
    listen 127.0.0.1:%d ssl backlog=4096;
    default_type application/json;
    location / { return 200 $reply; }
  }
  server {
    listen 127.0.0.1:%d;
    default_type application/json;
    location / { content_by_lua_block { require("bench.replies").answer() } }
  }
  server {
    listen 127.0.0.1:%d backlog=4096;
    default_type application/json;
    location / { content_by_lua_block { ngx.sleep(0.3) ngx.header["Content-Length"] = %d ngx.print([=[%s]=]) } }
  }
]]

local function start(make_options)
  local server, why
  for _ = 1, 5 do -- another process may have been faster to take a port
    server, why = nginx.start(make_options())
    if server or not why:find("Address already in use", 1, true) then
      break
    end
  end
  return assert(server, why)
end

--- A service with fixed answers. → { http, https, pages, slow (URLs), ca_file, stop() }; `slow` answers after 300 ms,
-- `pages` as replies.lua says.
function servers.service()
  local folder = assert(shell.line("mktemp -d -t ecs_pipeline.XXXXXX"))
  local ca_file = assert(certificates.make(folder))
  local describe = replies.page(1)
  local http, https, pages, slow
  local server = start(function()
    http = ports.free()
    https, pages, slow = ports.free(http), ports.free(http), ports.free(http)
    return { http = SERVICE:format(describe, replies.CREATED, folder, folder, http, https, pages, slow, #describe,
      describe) }
  end)
  local function url(port)
    return ("http://127.0.0.1:%d"):format(port)
  end
  return { http = url(http), https = ("https://localhost:%d"):format(https), pages = url(pages), slow = url(slow),
    ca_file = ca_file, stop = function()
      server.stop()
      shell.run("rm -rf " .. shell.quote(folder))
    end }
end

--- An nginx whose one worker calls the service (clients/worker.lua), and answers /ping. `under`: a command that runs
-- it, as for callgrind; then it is one process.
function servers.worker(under)
  return start(function()
    return { environment = under and under .. " env", main = under and "master_process off;", server = [[
    location = /bench { content_by_lua_block { require("bench.clients.worker").answer() } }
    location = /ping { return 200 "pong"; }
]] }
  end)
end

return servers
