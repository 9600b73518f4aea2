--- Reports what a call does, to `on_event`, to listeners and to the log. Everything is redacted,
-- here or before.
--
-- Events: `attempt`, `retry`, `skew`, `warning`, `result`, `error`. All have `type`, `operation`,
-- and where known `attempt`, `region`, `code`, `kind`, `message`, `request_id`, `wait`, `elapsed`
-- (seconds).
local interrupt = require("ecs_pipeline.interrupt")
local redact = require("ecs_pipeline.redact")

local events = {}

local LEVEL = { warning = "warn", skew = "warn" }
local ORDER = {
  "attempt", "attempts", "region", "endpoint", "param", "kind", "code", "status", "request_id",
  "wait", "offset", "elapsed", "message",
}

local NONE = {}

local function line(event)
  local words = { "ecs_pipeline:", event.operation, event.type }
  for _, name in ipairs(ORDER) do
    local value = event[name]
    if type(value) == "number" and value % 1 ~= 0 then
      value = ("%.3f"):format(value)
    end
    if value ~= nil then
      words[#words + 1] = name .. "=" .. tostring(value)
    end
  end
  -- One event is one line, also if the service's text has line ends.
  return (table.concat(words, " "):gsub("%c", " "))
end

--- The log setting that the `log` option and `ECS_PIPELINE_LOG` select.
-- @param option "off", "warn", "debug", function(level, text), or nil
-- @tparam function env
-- @treturn string|function
function events.log_setting(option, env)
  if option ~= nil then
    return option
  end
  local word = env("ECS_PIPELINE_LOG")
  if word == "off" or word == "warn" or word == "debug" then
    return word
  end
  return "warn"
end

local function wants(client, level)
  local setting = client.log
  return type(setting) == "function" or setting == "debug" or setting == level
end

local function log(client, level, text)
  if type(client.log) == "function" then
    interrupt.shield(client.log, level, text)
  elseif wants(client, level) then
    client.platform.log(level, text)
  end
end

--- Does anybody get the events of a call that goes well? If not, they need not be built.
-- @tparam table client
-- @treturn boolean
function events.heard(client)
  return client.on_event ~= nil or client.listeners ~= nil or wants(client, "debug")
end

-- An error that the user's function raises is logged, and does not end the call.
local function hand(client, name, handler, event)
  local ok, raised = interrupt.shield(handler, event)
  if not ok then
    log(client, "warn", ("ecs_pipeline: %s failed: %s"):format(name,
      redact.text(tostring(raised))))
  end
end

--- Sends one event.
-- At level "warn", warnings and clock corrections are logged only if there is no handler.
-- @tparam table client `on_event`, `listeners`, `log`, `platform`
-- @tparam table event
-- @tparam ?function more see `redact.text`; its message is redacted here, if anybody gets it
function events.emit(client, event, more)
  local handler = client.on_event
  local level = not handler and LEVEL[event.type] or "debug"
  local logged = wants(client, level)
  if event.message and (handler or client.listeners or logged) then
    event.message = redact.text(event.message, more)
  end
  if logged then
    log(client, level, line(event))
  end
  for _, listener in ipairs(client.listeners or NONE) do
    hand(client, "a listener", listener, event)
  end
  if handler then
    hand(client, "on_event", handler, event)
  end
end

--- Sends one event for each warning of the C module.
-- @tparam table client
-- @tparam string operation
-- @tparam ?table warnings list of `{ param, rule, message }`
function events.warnings(client, operation, warnings)
  for _, warning in ipairs(warnings or {}) do
    events.emit(client, { type = "warning", operation = operation, param = warning.param,
      rule = warning.rule, message = warning.message })
  end
end

local UNVERIFIED = "the server's certificate is not checked (verify = false): anybody on the "
  .. "network path can read and change this call; trust the authority with ca_file instead"

--- Warns at each call over TLS that is not verified, because such an option is easily forgotten.
-- @tparam table client
-- @tparam table call `name`, `endpoint`
function events.unverified(client, call)
  if client.options.verify == false and type(client.options.transport) ~= "table"
      and call.endpoint:find("^https:") then
    events.emit(client, { type = "warning", operation = call.name, param = "verify",
      rule = "verified", message = UNVERIFIED })
  end
end

return events
