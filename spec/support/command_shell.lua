--- Runs shell text as a user of `ecs-pipeline` does: the command is on PATH, started by the Lua that runs the specs,
--- nothing else of the caller's environment is there, and the service is the emulator in nginx. Builds and copies take
--- seconds there, and a wait looks ten times a second.
---     local user = require("spec.support.command_shell").new()
---     local out, code = user:run("ecs-pipeline list --output id")     -- stdout and stderr, exit code
---     user:control("GET", "state"); user:close()
local child_lua = require("spec.support.child_lua")
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local server = require("ecs_pipeline.emulator.nginx.server")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

local User = {}
User.__index = User

local KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret",
  ALIBABA_CLOUD_REGION_ID = "cn-hangzhou" }

local POLL = [[
case " $* " in
  *" --poll "*) ;;
  *" bake "* | *" build "* | *" wait "* | *" --wait "*) set -- "$@" --poll 0.1 ;;
esac
]]
local QUICK = { clock = "real", copies = { seconds = 1 }, builds = { durations = { PREPARING = 0.1, REPAIRING = 0.1,
  BUILDING = 0.4, DISTRIBUTING = 0.1, RELEASING = 0.1 } } }

--- Starts the service.
function M.new()
  local self = setmetatable({ folder = shell.line("mktemp -d"), root = shell.line("pwd"), variables = {} }, User)
  shell.run("mkdir " .. self.folder .. "/bin " .. self.folder .. "/work")
  self:script("ecs-pipeline", POLL .. ("LUA_PATH=%s LUA_CPATH=%s exec %s %s/bin/ecs-pipeline \"$@\""):format(
    shell.quote(package.path:gsub("%f[^;%z]%./", self.root .. "/")), shell.quote(package.cpath), child_lua.interpreter,
    self.root))
  self.running = assert(server.start({ emulator = QUICK }))
  self.url = "http://127.0.0.1:" .. self.running.http_port
  self.transport = curl.new()
  for name, value in pairs(KEYS) do
    self.variables[name] = value
  end
  for _, product in ipairs({ "ECS", "VPC", "STS", "RESOURCEMANAGER" }) do
    self.variables["ALIBABA_CLOUD_ENDPOINT_" .. product] = self.url
  end
  return self
end

--- A service and a folder with nothing in them.
function User:fresh()
  self:control("POST", "reset")
  shell.run(("rm -rf %s/work && mkdir %s/work"):format(self.folder, self.folder))
end

--- Puts a program on PATH before the system's.
-- @tparam string name
-- @tparam string text for /bin/sh
function User:script(name, text)
  local path = self.folder .. "/bin/" .. name
  shell.write(path, "#!/bin/sh\n" .. text .. "\n")
  shell.run("chmod +x " .. path)
end

--- Writes a file in the folder where commands run.
function User:write(name, text)
  shell.write(self.folder .. "/work/" .. name, text)
end

--- Reads such a file; nil if it is not there.
function User:read(name)
  return shell.read(self.folder .. "/work/" .. name)
end

--- Runs text in bash, in a folder that stays the same, for at most a minute.
-- @tparam string text
-- @tparam ?string program default "bash"
-- @treturn string stdout and stderr
-- @treturn integer exit code
function User:run(text, program)
  local file, assignments = self.folder .. "/run.sh", {}
  shell.write(file, text)
  for name, value in pairs(self.variables) do
    assignments[#assignments + 1] = name .. "=" .. shell.quote(value)
  end
  local out = shell.output(("cd %s/work && env -i PATH=%s/bin:\"$PATH\" HOME=%s/work %s timeout -k 1 60 %s %s 2>&1;"
    .. " echo \"exit $?\""):format(self.folder, self.folder, self.folder, table.concat(assignments, " "),
    program or "bash", file))
  local printed, code = out:match("^(.*)exit (%d+)\n$")
  return printed, tonumber(code)
end

--- Asks the emulator itself; see emulator/nginx/control.lua.
function User:control(method, path, body)
  local reply = assert(self.transport.send({ method = method, headers = {}, body = body and cjson.encode(body) or "",
    url = self.url .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

--- Stops the service and removes the folder.
function User:close()
  self.transport.close()
  self.running.stop()
  shell.run("rm -rf " .. self.folder)
end

return M
