--- Runs the examples as a user does: a process each, over HTTPS through libcurl, in an empty folder of its own. The
--- service is the emulator in nginx, a new one for each row of rows.lua, with ids that derive from a seed and on a
--- virtual clock that goes on when the example waits: what is printed is the same each time, but for what `normalised`
--- says. The clock begins now, since it has to suit the certificate: no example prints a time of day.
local child_lua = require("spec.support.child_lua")
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local points_library = require("spec.kill.points_library")
local repo = require("spec.support.repo")
local server = require("ecs_pipeline.emulator.nginx.server")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness = {}

local Harness = {}
Harness.__index = Harness

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

--- Start the service. `close` it.
-- @tparam[opt] string clock "real": that of the host, which nothing moves
function harness.open(clock)
  local library = points_library.compile()
  -- The certificate is younger than this call and the processes believe the emulator's clock.
  local running = assert(server.start({ emulator = clock and { clock = clock }
    or { clock = "virtual", now = os.time() + 300, seed = "examples" } }))
  local self = setmetatable({ running = running, transport = curl.new(), library = library,
    url = "https://127.0.0.1:" .. running.https_port, folder = running.prefix .. "/work" }, Harness)
  if not clock then
    self:control("POST", "follow")
  end
  return self
end

function Harness:close()
  self.transport.close()
  self.running.stop()
end

--- Ask the emulator itself; see emulator/nginx/control.lua.
function Harness:control(method, path, body)
  local reply = assert(self.transport.send({ method = method, headers = {}, body = body and cjson.encode(body) or "",
    url = "http://127.0.0.1:" .. self.running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

--- One process.
-- @tparam string example file of examples/, without .lua
-- @tparam string variables assignments of the environment
-- @tparam string arguments
-- @treturn string what it printed, then its errors (the two are buffered in different ways), then its exit code
function Harness:run(example, variables, arguments)
  local root, out = shell.line("pwd"), self.running.prefix .. "/out"
  local errors = out .. ".errors"
  local lua_path = ("%s/lua/?.lua;%s/lua/?/init.lua;;"):format(root, root)
  shell.run(table.concat({
    "cd", shell.quote(self.folder), "&& timeout -k 1 120 env -i PATH=\"$PATH\"",
    "LUA_PATH=" .. shell.quote(lua_path),
    "LUA_CPATH=" .. shell.quote(("%s/build/%s/?.so;;"):format(root, child_lua.interpreter)),
    "LD_PRELOAD=" .. shell.quote(self.library), "KILL_CLOCK_STANDS=1",
    "KILL_CLOCK=" .. self:control("GET", "state").now,
    "ALIBABA_CLOUD_ACCESS_KEY_ID=" .. KEYS.access_key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" .. KEYS.access_key_secret,
    (("ECS=url VPC=url STS=url RESOURCEMANAGER=url"):gsub("%u+=", "ALIBABA_CLOUD_ENDPOINT_%0")
      :gsub("url", self.url)),
    "ECS_PIPELINE_CA_FILE=" .. shell.quote(self.running.ca_file), variables,
    child_lua.interpreter, shell.quote(("%s/examples/%s.lua"):format(root, example)), arguments,
    (">%s 2>%s; code=$?; cat %s >>%s; echo \"exit $code\" >>%s"):format(out, errors, errors, out, out),
  }, " "))
  return shell.read(out)
end

-- The first three are always said.
local KINDS = { "pipelines", "executions", "images", "vpcs", "vswitches" }

-- What is left at the service, and the files of the folder.
local function left(self)
  local state, parts = self:control("GET", "state"), {}
  for index, kind in ipairs(KINDS) do
    if index <= 3 or #state[kind] > 0 then
      parts[#parts + 1] = ("%d %s"):format(#state[kind], kind)
    end
  end
  local pipe = io.popen("ls -A " .. shell.quote(self.folder))
  for name in pipe:lines() do
    parts[#parts + 1] = name
  end
  pipe:close()
  return "left: " .. table.concat(parts, ", ") .. "\n"
end

-- "{name}" → what the scene calls so
local function filled(text, scene)
  return text and (text:gsub("{(%w+)}", scene)) or ""
end

local function set(self, before)
  local client = ecs.new({ region = "cn-hangzhou", endpoint = self.url, credentials = KEYS, proxy = false,
    log = "off", ca_file = self.running.ca_file, platform = { wall = function()
      return self:control("GET", "state").now
    end } })
  local scene = before(client, function(...)
    return self:control(...)
  end)
  client.close()
  return scene or {}
end

-- What is another one each time: the service's address, how old something is, and where an error was raised (not every
-- Lua says so).
local function normalised(self, text)
  return (text:gsub(self.url:gsub("%p", "%%%0"), "ENDPOINT"):gsub("%d+ days old", "AGE days old")
    :gsub("%S+/examples/[%w_/]+%.lua:%d+: ", ""))
end

--- A service and a folder with nothing in them.
function Harness:fresh()
  self:control("POST", "reset")
  shell.run(("rm -rf %s && mkdir %s"):format(shell.quote(self.folder), shell.quote(self.folder)))
end

--- Play a row.
-- @tparam table row of rows.lua
-- @treturn string each command with what it printed, its exit code and what it left
function Harness:play(row)
  self:fresh()
  local scene, shown = row.before and set(self, row.before) or {}, {}
  for _, call in ipairs(row.runs) do
    for _, fault in ipairs(call.faults or {}) do
      self:control("POST", "fault", fault)
    end
    local variables, arguments = filled(call.variables, scene), filled(call.arguments, scene)
    shown[#shown + 1] = ("$ %s lua examples/%s.lua %s"):format(variables, row.example, arguments):gsub(" +", " ")
      :gsub(" $", "") .. "\n"
    shown[#shown + 1] = self:run(row.example, variables, arguments)
    shown[#shown + 1] = left(self) .. "\n"
  end
  return normalised(self, table.concat(shown))
end

--- The file that holds what a row shows.
function harness.expected(row)
  return "spec/examples/expected/" .. row.name .. ".txt"
end

--- The examples that no row runs.
-- @tparam table rows
-- @treturn table list of paths
function harness.without_row(rows)
  local run_by, list = {}, {}
  for _, row in ipairs(rows) do
    run_by["examples/" .. row.example .. ".lua"] = true
  end
  for _, path in ipairs(repo.files("examples", "%.lua$")) do
    if path:find("^examples/[^/]+$") and not run_by[path] then
      list[#list + 1] = path
    end
  end
  return list
end

--- Where two texts part.
-- @treturn string|nil the first line that differs, both ways
function harness.difference(is, expected)
  local theirs = (expected or ""):gmatch("([^\n]*)\n")
  local number = 0
  for line in is:gmatch("([^\n]*)\n") do
    local wanted = theirs()
    number = number + 1
    if line ~= wanted then
      return ("line %d is\n      %s\n    and expected is\n      %s"):format(number, line, wanted or "the end")
    end
  end
  local more = theirs()
  return more and ("it ends before the expected line\n      %s"):format(more) or nil
end

return harness
