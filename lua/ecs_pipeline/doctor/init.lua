--- `ecs.doctor`: checks what is installed, configured, reachable and allowed, and says what to do
-- about each failure. It changes nothing; every failure becomes a row of the report.
local host = require("ecs_pipeline.doctor.host")
local identity = require("ecs_pipeline.doctor.identity")
local place = require("ecs_pipeline.doctor.place")
local redact = require("ecs_pipeline.redact")
local report = require("ecs_pipeline.doctor.report")
local service = require("ecs_pipeline.doctor.service")

local doctor = {}

local ROWS = { online = { "boolean" } }

local function always() return nil end

local function needs_way(state)
  return not state.online and "not asked: online = false"
    or not state.url and "there is no endpoint"
    or not state.transport and "there is no transport"
    or nil
end

local function needs_reply(state)
  return needs_way(state) or not state.reply and "the service was not reached" or nil
end

local function needs_signature(state)
  return needs_reply(state) or not state.credentials and "there are no credentials"
    or state.refused and "the signed call failed" or nil
end

-- The checks in their order: later checks use results of earlier ones. `unless` returns why a check
-- cannot be made; `names` are the rows that report this.
local CHECKS = {
  { names = { "lua" }, run = host.lua, unless = always },
  { names = { "core" }, run = host.core, unless = always },
  { names = { "openssl" }, run = host.openssl, unless = always },
  { names = { "cjson" }, run = host.cjson, unless = always },
  { names = { "region" }, run = place.region, unless = always },
  { names = { "endpoint" }, run = place.endpoint, unless = always },
  { names = { "proxy" }, run = place.proxy, unless = always },
  { names = { "transport" }, run = host.transport, unless = always },
  { names = { "certificates" }, run = host.certificates, unless = always },
  { names = { "credentials" }, run = identity.rows, unless = always },
  { names = { "name", "connection", "tls" }, run = service.way, unless = needs_way },
  { names = { "clock" }, run = service.clock, unless = needs_reply },
  { names = { "signature" }, run = service.signed, unless = needs_signature },
  { names = { "identity" }, run = service.identity, unless = needs_signature },
}

-- PUC Lua 5.1 cannot yield across pcall, and in a coroutine a call may have to.
local PCALL_YIELDS = rawget(_G, "jit") ~= nil or _VERSION ~= "Lua 5.1"

local function guarded(run, state)
  if not PCALL_YIELDS and coroutine.running() then
    return true, run(state)
  end
  return pcall(run, state)
end

local REPORT_IT = "a transport, provider or host function of yours raised this; if it is not "
  .. "yours, please report it"

local function add(checks, check, state)
  local why = check.unless(state)
  if why then
    for _, name in ipairs(check.names) do
      checks[#checks + 1] = report.skipped(name, why)
    end
    return
  end
  local ok, found = guarded(check.run, state)
  if not ok then
    found = report.failed(check.names[1], redact.text(tostring(found)), REPORT_IT)
  end
  for _, row in ipairs(found.name and { found } or found) do
    checks[#checks + 1] = row
  end
end

-- These rows are shown first, although they are found late: whose account is it?
local FIRST = { identity = 1, credentials = 2, ["not used"] = 3 }

local function in_order(checks)
  local ordered = {}
  for _, row in ipairs(checks) do
    if FIRST[row.name] then
      ordered[#ordered + 1] = row
    end
  end
  table.sort(ordered, function(a, b) return FIRST[a.name] < FIRST[b.name] end)
  for _, row in ipairs(checks) do
    if not FIRST[row.name] then
      ordered[#ordered + 1] = row
    end
  end
  return ordered
end

--- Makes all checks.
-- @tparam table client internal client
-- @tparam string version of the Lua files
-- @tparam ?table given call options (`region`, `timeout`; default 10 s), and `online`: false sends
--   nothing
-- @treturn table as `client.doctor`
-- @raise wrong options, a closed client
function doctor.run(client, version, given)
  local options = client:call_options("doctor", given, ROWS)
  options.retry = false -- every failure is to be reported
  if not (given and given.timeout) then
    local total = math.min(10, options.timeout.total)
    options.timeout = { total = total, connect = math.min(options.timeout.connect, total) }
  end
  local state = { client = client, version = version, online = options.online ~= false,
    options = options }
  local checks = {}
  for _, check in ipairs(CHECKS) do
    add(checks, check, state)
  end
  return report.new(version, in_order(checks))
end

return doctor
