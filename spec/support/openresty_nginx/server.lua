--- Starts the nginx under test and stops it again, leaving nothing behind.
local ports = require("ecs_pipeline.emulator.nginx.ports")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local base = require("ecs_pipeline.emulator.nginx.server")

local M = {}

local here = debug.getinfo(1, "S").source:match("^@(.*)server%.lua$")

local function absolute(path)
  return shell.line("cd " .. shell.quote(path) .. " && pwd")
end

-- The module in its build of the moment (sanitizers), when that is one for nginx's Lua.
local function build()
  local asked = os.getenv("ECSP_BUILD") or ""
  return asked:find("luajit", 1, true) and asked or "build/luajit"
end

-- What the library needs of an http block, and what a user is told to write there.
local function http_lines(options)
  local lines = {}
  if options.resolver then
    lines[#lines + 1] = ("resolver 127.0.0.1:%d ipv6=off;"):format(options.resolver)
  end
  if options.ca_file then
    lines[#lines + 1] = "lua_ssl_trusted_certificate " .. options.ca_file .. ";"
  end
  if options.verify_depth then
    lines[#lines + 1] = ("lua_ssl_verify_depth %d;"):format(options.verify_depth)
  end
  lines[#lines + 1] = "lua_ssl_protocols TLSv1.2 TLSv1.3;"
  lines[#lines + 1] = options.http
  return "  " .. table.concat(lines, "\n  ")
end

-- `under` and ECSP_NGINX_UNDER: commands that run another one, such as `valgrind … env`.
local function start_nginx(prefix, options)
  local ok = shell.run(("%s %s %s PATH=$PATH:/usr/sbin nginx -p %s -e %s -c %s >%s 2>&1 </dev/null"):format(
    options.environment or "", options.under or "", os.getenv("ECSP_NGINX_UNDER") or "env",
    shell.quote(prefix), shell.quote(prefix .. "/error.log"), shell.quote(prefix .. "/nginx.conf"),
    shell.quote(prefix .. "/start.log")))
  local pid
  shell.wait(ok and 5 or 0, function()
    pid = (shell.read(prefix .. "/nginx.pid") or ""):match("%d+")
    return pid ~= nil
  end)
  return pid
end

--- options, all optional: template (text, instead of nginx.conf.in; same names in it), workers (1), resolver (port of
-- a DNS server), ca_file, verify_depth, main, http, server (more lines there; @PREFIX@ and @PORT@ are known),
-- environment (shell assignments), under (a command that runs nginx), files (name below the prefix → text).
-- @treturn[1] table `{ pid, port, prefix, log(), workers(), reload(), stop() }`
-- @treturn[2] nil, what nginx said
function M.start(options)
  options = options or {}
  local prefix = assert(shell.line("mktemp -d -t ecs_pipeline.XXXXXX"))
  shell.run("mkdir -p " .. shell.quote(prefix .. "/tmp"))
  local port = ports.free()
  local values = {
    MODULES = assert(base.modules()), LUA_DIR = absolute("lua"), SO_DIR = absolute(build()),
    ROOT = absolute(here .. "../../.."), WORKERS = ("%d"):format(options.workers or 1),
    USER = shell.line("id -u") == "0" and "user root;" or "", PREFIX = prefix, PORT = ("%d"):format(port),
    MAIN = options.main or "", HTTP = http_lines(options), SERVER = options.server or "",
  }
  local template = options.template or assert(shell.read(here .. "nginx.conf.in"))
  for _ = 1, 2 do -- the second time for what was filled in
    template = template:gsub("@([A-Z_]+)@", values)
  end
  shell.write(prefix .. "/nginx.conf", template)
  for name, text in pairs(options.files or {}) do
    shell.write(prefix .. "/" .. name, text)
  end
  local pid = start_nginx(prefix, options)
  local server = { pid = pid, port = port, prefix = prefix }

  --- Stops nginx and starts it again, with the same configuration.
  function server.restart()
    shell.run("kill -TERM " .. pid)
    assert(shell.wait(10, function() return not shell.alive(pid) end))
    shell.run("rm -f " .. shell.quote(prefix .. "/nginx.pid"))
    pid = assert(start_nginx(prefix, options), "nginx does not start again: " .. server.log())
    server.pid = pid
  end

  function server.log()
    return shell.read(prefix .. "/error.log") or ""
  end

  --- pids of the workers, those that are about to go included
  function server.workers()
    local found = {}
    for line in (shell.read(("/proc/%s/task/%s/children"):format(pid, pid)) or ""):gmatch("%d+") do
      found[#found + 1] = line
    end
    return found
  end

  --- As `nginx -s reload`; returns when new workers are there.
  function server.reload()
    local before = {}
    for _, worker in ipairs(server.workers()) do
      before[worker] = true
    end
    shell.run("kill -HUP " .. pid)
    assert(shell.wait(10, function()
      local fresh = 0
      for _, worker in ipairs(server.workers()) do
        fresh = fresh + (before[worker] and 0 or 1)
      end
      return fresh == (options.workers or 1)
    end), "no new workers: " .. server.log())
  end

  --- Raises when a sanitizer has said something in the meantime; leaks at nginx's end are nginx's.
  function server.stop()
    local log
    local stopped = base.stop(pid, prefix, function() log = server.log() end)
    local report = log:find("ERROR: AddressSanitizer", 1, true) or log:find(":%d+:%d+: runtime error: ")
    if report then
      error("nginx: " .. log:sub(report, report + 4000))
    end
    return stopped
  end

  if not pid then
    local said = (shell.read(prefix .. "/start.log") or "") .. server.log()
    base.stop(nil, prefix)
    return nil, said
  end
  return server
end

return M
