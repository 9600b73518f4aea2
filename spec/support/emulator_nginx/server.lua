-- Starts the emulator behind nginx and stops it again, leaving nothing behind.
--
--     local server = assert(require("spec.support.emulator_nginx.server").start({ tls = true }))
--     … "https://localhost:" .. server.https_port, ca_file = server.ca_file …
--     server.stop()

local certificates = require("spec.support.emulator_nginx.certificates")
local ports = require("spec.support.emulator_nginx.ports")
local shell = require("spec.support.emulator_nginx.shell")

local M = {}

local here = debug.getinfo(1, "S").source:match("^@(.*)server%.lua$")

local function absolute(path)
  return shell.line("cd " .. shell.quote(path) .. " 2>/dev/null && pwd")
end

local function find(what, candidates)
  for _, path in ipairs(candidates) do
    if shell.read(path) then
      return path
    end
  end
  return nil, what .. " is not installed (looked for " .. table.concat(candidates, ", ") .. ")"
end

--- The load_module lines for ngx_lua, by absolute path since the prefix is ours.
function M.modules()
  local lines = {}
  for _, name in ipairs({ "ndk_http_module", "ngx_http_lua_module" }) do
    local path, why = find("nginx's " .. name, {
      "/usr/lib/nginx/modules/" .. name .. ".so", "/usr/share/nginx/modules/" .. name .. ".so",
      "/usr/lib64/nginx/modules/" .. name .. ".so",
    })
    if not path then
      return nil, why
    end
    lines[#lines + 1] = "load_module " .. path .. ";"
  end
  return table.concat(lines, "\n")
end

-- A table of plain values as Lua text, for the worker to read.
local function literal(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value) or tostring(value)
  end
  local out = {}
  for key, item in pairs(value) do
    out[#out + 1] = "[" .. literal(key) .. "] = " .. literal(item)
  end
  return "{ " .. table.concat(out, ", ") .. " }"
end

local function fill(template, values)
  return (assert(shell.read(here .. template)):gsub("@([A-Z_]+)@", values))
end

local function write_config(prefix, options, values)
  values.PREFIX = prefix
  values.TLS = ""
  if options.tls ~= false then
    values.TLS = fill("tls.conf.in", values)
  end
  shell.write(prefix .. "/nginx.conf", fill("nginx.conf.in", values))
end

local function remove(prefix)
  shell.run("rm -rf " .. shell.quote(prefix))
end

--- Stops the nginx of this pid, and only that, and removes its folder; `last_look` is called in between. True when
--- both are gone.
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
local function launch(prefix)
  local log = prefix .. "/start.log"
  -- Debian keeps nginx in /usr/sbin, which is not on everybody's PATH. Modules built for the Lua that runs the specs
  -- are not for nginx.
  local command = "PATH=$PATH:/usr/sbin env -u LUA_PATH -u LUA_CPATH nginx -p %s -e %s -c %s >%s 2>&1 </dev/null"
  local ok = shell.run(command:format(shell.quote(prefix), shell.quote(prefix .. "/error.log"),
    shell.quote(prefix .. "/nginx.conf"), shell.quote(log)))
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

--- options, all optional: lua_dir ("lua"), so_dir ("build/luajit"), tls (true), prefix (an empty folder to work
-- in, which stop removes; default: a new one), owner (pid of the process without which the server ends; default: the
-- caller's), emulator (the options of ecs_pipeline.emulator; clock is "real" unless given).
-- → { pid, prefix, http_port, https_port, ca_file, stop() }, or nil and what went wrong.
function M.start(options)
  options = options or {}
  local lua_dir, so_dir = options.lua_dir or "lua", options.so_dir or "build/luajit"
  local loads, why = M.modules()
  if not loads then
    return nil, why
  elseif not shell.read(so_dir .. "/ecs_pipeline/core.so") then
    return nil, so_dir .. "/ecs_pipeline/core.so is missing: run `make build LUA=luajit`"
  end
  local values = {
    MODULES = loads, LUA_DIR = absolute(lua_dir), SO_DIR = absolute(so_dir), ROOT = absolute(here .. "../../.."),
    USER = shell.line("id -u") == "0" and "user root;" or "",
    OWNER = tostring(options.owner or shell.line("echo $PPID")),
  }
  local prefix = options.prefix or assert(shell.line("mktemp -d -t ecs_pipeline.XXXXXX"), "mktemp failed")
  shell.run("mkdir -p " .. shell.quote(prefix .. "/tmp"))
  local settings = { clock = "real" }
  for name, value in pairs(options.emulator or {}) do
    settings[name] = value
  end
  shell.write(prefix .. "/options.lua", "return " .. literal(settings) .. "\n")
  local ca_file
  if options.tls ~= false then
    ca_file, why = certificates.make(prefix)
  end
  local pid
  for _ = 1, why and 0 or 5 do
    values.HTTP_PORT = ports.free()
    values.HTTPS_PORT = ports.free(values.HTTP_PORT)
    write_config(prefix, options, values)
    pid, why = launch(prefix)
    if pid or not why:find("Address already in use", 1, true) then
      break
    end
  end
  if not pid then
    remove(prefix)
    return nil, "nginx did not start: " .. tostring(why)
  end
  return {
    pid = pid, prefix = prefix, http_port = values.HTTP_PORT, ca_file = ca_file,
    https_port = ca_file and values.HTTPS_PORT,
    stop = function()
      return M.stop(pid, prefix)
    end,
  }
end

return M
