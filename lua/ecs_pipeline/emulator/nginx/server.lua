--- Starts the emulator behind nginx and stops it again, leaving nothing behind.
--
--     local server = assert(require("ecs_pipeline.emulator.nginx.server").start({ tls = true }))
--     … "https://localhost:" .. server.https_port, ca_file = server.ca_file …
--     server.stop()

local certificates = require("ecs_pipeline.emulator.nginx.certificates")
local config = require("ecs_pipeline.emulator.nginx.config")
local number_text = require("ecs_pipeline.sorted_json").number
local ports = require("ecs_pipeline.emulator.nginx.ports")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

-- The folder below which this library is, and so what nginx's Lua needs of it.
local lua_dir = debug.getinfo(1, "S").source:match("^@(.*)ecs_pipeline/emulator/nginx/server%.lua$")

-- Debian keeps nginx in /usr/sbin, which is not on the PATH of every user.
local PATH = "PATH=$PATH:/usr/sbin "
local PACKAGES = "; on Debian: apt install nginx-light libnginx-mod-http-lua lua-cjson"

local function absolute(path)
  return shell.line("cd " .. shell.quote(path == "" and "." or path) .. " 2>/dev/null && pwd")
end

local MODULES = { "/usr/lib/nginx/modules/", "/usr/share/nginx/modules/",
  "/usr/lib64/nginx/modules/" }

local function module_path(name, folders)
  for _, folder in ipairs(folders or MODULES) do
    if shell.read(folder .. name .. ".so") then
      return folder .. name .. ".so"
    end
  end
  return nil
end

--- The load_module lines for nginx's Lua, by absolute path since the prefix is ours.
-- @tparam ?string nginx the program
-- @tparam ?table folders where the modules may be
-- @treturn[1] string "" if it is a part of nginx, as in OpenResty
-- @treturn[2] nil
-- @treturn[2] string what is not installed
function M.modules(nginx, folders)
  nginx = nginx or "nginx"
  local version = shell.output(PATH .. shell.quote(nginx) .. " -V 2>&1")
  if not version:find("nginx version", 1, true) then
    return nil, nginx .. " is not installed" .. PACKAGES
  elseif version:find("ngx_lua", 1, true) then
    return ""
  end
  local kit = module_path("ndk_http_module", folders)
  local lua = module_path("ngx_http_lua_module", folders)
  if not kit or not lua then
    return nil, "the Lua module of nginx is not installed" .. PACKAGES
  end
  return "load_module " .. kit .. ";\nload_module " .. lua .. ";"
end

-- A table of plain values as Lua text, for the worker to read.
local function literal(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value)
      or type(value) == "number" and number_text(value) or tostring(value)
  end
  local out = {}
  for key, item in pairs(value) do
    out[#out + 1] = "[" .. literal(key) .. "] = " .. literal(item)
  end
  return "{ " .. table.concat(out, ", ") .. " }"
end

local function remove(prefix)
  shell.run("rm -rf " .. shell.quote(prefix))
end

--- Stops the nginx of this pid, and only that, and removes its folder; `last_look` is called in
-- between. True when both are gone.
function M.stop(pid, prefix, last_look)
  if pid and shell.alive(pid) then
    shell.run("kill -TERM " .. pid)
    if not shell.wait(5, function() return not shell.alive(pid) end) then
      shell.run("kill -KILL " .. pid)
    end
  end
  if last_look then
    last_look()
  end
  remove(prefix)
  return not (pid and shell.alive(pid)) and not shell.read(prefix .. "/nginx.conf")
end

-- One try with one pair of ports: → pid, or nil and nginx's own words.
local function launch(nginx, prefix)
  local log = prefix .. "/start.log"
  -- Modules built for the Lua that runs this are not for nginx.
  local command = PATH .. "env -u LUA_PATH -u LUA_CPATH %s -p %s -e %s -c %s >%s 2>&1 </dev/null"
  local ok = shell.run(command:format(shell.quote(nginx), shell.quote(prefix),
    shell.quote(prefix .. "/error.log"), shell.quote(prefix .. "/nginx.conf"), shell.quote(log)))
  local pid
  shell.wait(ok and 5 or 0, function()
    pid = (shell.read(prefix .. "/nginx.pid") or ""):match("%d+")
    return pid ~= nil
  end)
  if ok and pid then
    return pid
  end
  return nil, (shell.read(log) or "") .. (shell.read(prefix .. "/error.log") or "")
end

-- → pid, or nil and why; the ports are in `values` then
local function launch_on_ports(options, prefix, values)
  local port, pid, why = options.port, nil, nil
  for _ = 1, 5 do
    local first = port or ports.free()
    local second = ports.free(first)
    values.HTTP_PORT, values.HTTPS_PORT = first, nil
    if options.tls ~= false then -- a given port is that of the service
      values.HTTP_PORT, values.HTTPS_PORT = port and second or first, port or second
    end
    shell.write(prefix .. "/nginx.conf", config.text(values))
    pid, why = launch(options.nginx or "nginx", prefix)
    local taken = not pid and why:find("Address already in use", 1, true)
    if port and taken and why:find(("127.0.0.1:%d "):format(port), 1, true) then
      return nil, ("port %d is in use: give another one"):format(port)
    elseif not taken then
      break
    end
  end
  if not pid and why:find("module 'cjson' not found", 1, true) then
    return nil, "nginx's Lua does not find cjson" .. PACKAGES
  end
  return pid, pid or "nginx did not start: " .. why
end

--- Starts it.
-- @tparam ?table options, all optional: `port` of the service on 127.0.0.1 (default: a free one);
--   `tls` (true); `prefix` (an empty folder to work in, which stop removes; default: a new one);
--   `owner` (pid of the process without which the server ends; default: the caller's); `nginx` (the
--   program); `emulator` (the options of ecs_pipeline.emulator; clock is "real" unless given)
-- @treturn[1] table `{ pid, prefix, http_port, https_port, ca_file, stop() }`; the control URLs
--   (control.lua) are on `http_port` always
-- @treturn[2] nil
-- @treturn[2] string what went wrong
function M.start(options)
  options = options or {}
  local loads, why = M.modules(options.nginx)
  if not loads then
    return nil, why
  end
  local prefix = options.prefix
    or assert(shell.line("mktemp -d -t ecs_pipeline.XXXXXX"), "mktemp failed")
  local values = {
    MODULES = loads, PREFIX = prefix, LUA_DIR = absolute(lua_dir),
    USER = shell.line("id -u") == "0" and "user root;" or "",
    OWNER = tostring(options.owner or shell.line("echo $PPID")),
  }
  shell.run("mkdir -p " .. shell.quote(prefix .. "/tmp"))
  local settings = { clock = "real" }
  for name, value in pairs(options.emulator or {}) do
    settings[name] = value
  end
  shell.write(prefix .. "/options.lua", "return " .. literal(settings) .. "\n")
  local ca_file, pid
  if options.tls ~= false then
    ca_file, why = certificates.make(prefix)
  end
  if not why then
    pid, why = launch_on_ports(options, prefix, values)
  end
  if not pid then
    remove(prefix)
    return nil, why
  end
  return {
    pid = pid, prefix = prefix, http_port = values.HTTP_PORT, ca_file = ca_file,
    https_port = values.HTTPS_PORT,
    stop = function()
      return M.stop(pid, prefix)
    end,
  }
end

return M
