--- The machine of one row: files, environment, commands, a metadata service, STS and a sidecar, all in memory, on one
-- virtual clock. The emulated service verifies every key that it receives.
local cjson = require("cjson")
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local harness = {}

harness.ROLE = "acs:ram::1511928242963727:role/web"
harness.IDP = "acs:ram::1511928242963727:oidc-provider/k8s"
harness.SIDECAR = "http://sidecar.test/keys"
harness.CONFIG = "/home/u/.aliyun/config.json"
harness.INI = "/home/u/.alibabacloud/credentials"

-- No text of a failure may hold one of these.
harness.CANARIES = { "canary-secret", "canary-token", "canary-jwt", "canary-broken", "emulator-secret", "canary-user" }

local Harness = {}
Harness.__index = Harness

-- The last line says how the command ended; without it, it was killed.
local function pipe_of(text)
  local output, status = text:match("^(.*)\n(%w+)$")
  return fake.pipe(output or text, status)
end

local function host_platform(self)
  local platform = virtual.platform(self.emulator)
  platform.env = function(name) return self.env[name] end
  platform.file_status = function(path)
    local file = self.files[path]
    if not file then
      return nil, "No such file or directory", true
    elseif file.folder then
      return file
    elseif file.denied then
      return { mode = 384, size = 1, modified = 1, regular = true }
    end
    return { mode = file.mode or 384, size = #file.text, modified = file.modified or 1, regular = not file.fifo,
      owner = file.owner or 0, trusted_owner = (file.owner or 0) == 0 }
  end
  platform.read_file = function(path, most)
    self.reads = self.reads + 1
    local file = self.files[path]
    if not file then
      return nil, "No such file or directory"
    elseif file.denied then
      return nil, "Permission denied"
    elseif #file.text > most then
      return nil, ("larger than %d bytes"):format(most)
    end
    return file.text
  end
  platform.popen = function(line)
    self.commands[#self.commands + 1] = line
    if type(self.command) == "string" then
      return pipe_of(self.command)
    end
    return nil, "this Lua cannot start commands: 'popen' not supported"
  end
  return platform
end

--- A JSON text.
function harness.json(value)
  return cjson.encode(value)
end

--- A reply of a scripted host.
function harness.reply(status, body, headers)
  return { status = status, headers = headers or {}, body = type(body) == "table" and cjson.encode(body) or body }
end

--- Nothing listens there.
function harness.unreachable()
  return nil, { kind = "transport", code = "CONNECT", message = "connection refused", sent = false }
end

--- No answer in time: the clock moves on to the deadline.
function harness.slow(self, _, deadline)
  self.emulator:advance(math.max(0, deadline - self.platform.clock()))
  return nil, { kind = "timeout", code = "TIMEOUT", message = "no answer in time" }
end

--- A document with keys that the service will know.
function Harness:document(more, seconds)
  local keys = self.emulator:issue(seconds or 3600, "acs:sts::1:assumed-role/web/spec")
  local document = { Code = "Success", AccessKeyId = keys.id, AccessKeySecret = keys.secret,
    SecurityToken = keys.token, Expiration = os.date("!%Y-%m-%dT%H:%M:%SZ", keys.expires) }
  for name, value in pairs(more or {}) do
    document[name] = value ~= cjson.null and value or nil
  end
  return document
end

local function route(self, request, deadline)
  local host, path = request.url:match("^%a+://([^/?#]+)([^?#]*)")
  self.sent[#self.sent + 1] = request.method .. " " .. host .. path
  local kind = host:find("^100%.100") and "metadata" or host:find("^sts") and "sts"
    or host == "sidecar.test" and "sidecar" or host:find("sso%.com$") and "sso" or host:find("^oauth") and "oauth"
    or "ecs"
  self.count[kind] = (self.count[kind] or 0) + 1
  self.last = self.last or {}
  self.last[kind] = request.url .. "&" .. request.body
  if self.yields then
    coroutine.yield()
  end
  local scripted = self[kind]
  if scripted then
    local reply, err = scripted(self, request, deadline)
    if reply or err then
      return reply, err
    end
  end
  return self.emulator:transport().send(request, nil)
end

--- options: `emulator` (its options), `env`, `files`, and the scripts `metadata`, `sts`, `sidecar`,
-- `ecs`, `sso`, `oauth` = function(harness, request, deadline) → reply | nil, err; neither: the emulator answers.
function harness.new(options)
  options = options or {}
  local settings = { now = 1795491843 }
  for name, value in pairs(options.emulator or {}) do
    settings[name] = value
  end
  local self = setmetatable({ emulator = emulators.new(settings), env = { HOME = "/home/u" }, files = {}, sent = {},
    count = {}, commands = {}, events = {}, reads = 0, metadata = harness.unreachable }, Harness)
  for name, value in pairs(options.env or {}) do
    self.env[name] = value
  end
  for path, text in pairs(options.files or {}) do
    self.files[path] = type(text) == "table" and text or { text = text }
  end
  for _, name in ipairs({ "metadata", "sts", "sidecar", "ecs", "command", "sso", "oauth" }) do
    if options[name] ~= nil then
      self[name] = options[name] or nil
    end
  end
  self.platform = host_platform(self)
  return self
end

--- A client on this host.
function Harness:client(provider, options)
  local all = { region = "cn-hangzhou", platform = self.platform, credentials = provider, log = "off",
    transport = { send = function(request, deadline) return route(self, request, deadline) end },
    on_event = function(event) self.events[#self.events + 1] = event end }
  for name, value in pairs(options or {}) do
    all[name] = value or nil
  end
  return ecs.new(all)
end

local function texts(value, out, seen)
  if type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, item in pairs(value) do
      texts(key, out, seen)
      texts(item, out, seen)
    end
  else
    out[#out + 1] = tostring(value)
  end
  return out
end

--- Canaries that can be read in anything given.
function harness.leaks(...)
  local text = table.concat(texts({ ... }, {}, {}), "\n")
  local found = {}
  for _, canary in ipairs(harness.CANARIES) do
    if text:find(canary, 1, true) then
      found[#found + 1] = canary
    end
  end
  return found
end

--- The warnings so far.
function Harness:warnings()
  local list = {}
  for _, event in ipairs(self.events) do
    if event.type == "warning" then
      list[#list + 1] = event.message
    end
  end
  return list
end

--- Makes one call of the API. → what is wrong, or nil.
function Harness:check(row)
  local client = self:client(row.provider and row.provider(self), row.options)
  local listed, message, err = client.pipeline.list({})
  local leaked = harness.leaks(message, err, tostring(err), self.events)
  if #leaked > 0 then
    return "shows " .. table.concat(leaked, ", ") .. ": " .. tostring(message)
  elseif row.fails then
    if listed then
      return "succeeded"
    elseif err.kind ~= (row.kind or "credentials") then
      return "is of kind " .. err.kind .. ": " .. message
    elseif not message:find(row.fails, 1, true) then
      return "says: " .. message
    end
  elseif not listed then
    return "failed: " .. message
  end
  return row.after and row.after(self, client, listed, message, err) or nil
end

return harness
