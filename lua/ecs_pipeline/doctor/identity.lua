--- Checks of the sources of credentials: the state of each source, and the key that is used.
local context = require("ecs_pipeline.call.context")
local credentials = require("ecs_pipeline.credentials")
local hints = require("ecs_pipeline.hints")
local names = require("ecs_pipeline.credentials.names")
local redact = require("ecs_pipeline.redact")
local report = require("ecs_pipeline.doctor.report")
local span = require("ecs_pipeline.hints.span")

local identity = {}

local function key_of(entry)
  local given, left = entry.credentials, entry.seconds_left
  local temporary = tostring(given):find("temporary", 1, true)
  return (temporary and "temporary access key " or "access key ") .. given:access_key_id()
    .. (left and ", valid for another " .. span(left) or "")
end

-- The hint for a source that was set up and fails.
local function hint_of(entry)
  local err = type(entry.err) == "table" and entry.err or {}
  local cause = type(err.cause) == "table" and err.cause or {}
  return hints.hint(err) or hints.hint(cause)
    or "correct it or remove it: until then it is skipped (see docs/credentials.md)"
end

local function row_of(entry, unasked)
  local name = "source: " .. entry.source
  if entry.credentials then
    return report.passed(name, key_of(entry))
  elseif unasked then
    return report.skipped(name, "not asked: online = false")
  elseif entry.absent then
    return report.skipped(name, entry.message)
  end
  return report.failed(name, redact.text(entry.message), hint_of(entry))
end

-- Did a source, or the source that it uses, fail because nothing may be sent or started?
local function is_offline(err)
  while type(err) == "table" do
    if err.code == "NO_TRANSPORT" then
      return true
    end
    err = err.cause
  end
  return false
end

-- What is set and has no effect: variables behind others, sources behind the one that is used.
local function unused_row(state, entries, used)
  local env, list = state.client.platform.env, {}
  local provider = state.client.provider
  local fixed = not provider.describe and not provider.environment
  for _, unused in ipairs(names.unused(env)) do
    list[#list + 1] = unused.name .. " (" .. unused.why .. ")"
  end
  for _, family in ipairs(fixed and names.KEYS or {}) do
    if env(family.id) then
      list[#list + 1] = family.id .. " (the credentials option comes first)"
    end
  end
  local after = false
  for _, entry in ipairs(entries) do
    if after and entry.detail then
      list[#list + 1] = entry.source .. ", " .. entry.detail .. " (" .. used.source
        .. " comes first)"
    end
    after = after or entry == used
  end
  if #list == 0 then
    return report.passed("not used", "nothing that is set")
  end
  return report.passed("not used", table.concat(list, "; "), "other tools may prefer these; unset "
    .. "what is not meant")
end

local ADVICE = "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or one of the "
  .. "other sources (see docs/credentials.md)"

--- A row for each source, one for the credentials that a call would use, and one for what is set
-- and not used.
-- @treturn {table,...} rows
function identity.rows(state)
  local client = state.client
  local around = client:context(client.platform.clock() + state.options.deadline)
  if not state.online then
    around = context.offline(around)
  end
  local rows, used, unasked = {}, nil, false
  local entries = credentials.describe(client.provider, around)
  for _, entry in ipairs(entries) do
    local kept = not state.online and is_offline(entry.err)
    rows[#rows + 1] = row_of(entry, kept)
    used, unasked = entry.used and entry or used, unasked or kept
  end
  if used then
    state.credentials = used.credentials
    rows[#rows + 1] = report.passed("credentials", key_of(used) .. ", from "
      .. used.source .. (used.detail and " (" .. used.detail .. ")" or ""))
  elseif unasked then
    rows[#rows + 1] = report.skipped("credentials", "only sources that were not asked may have any")
  else
    rows[#rows + 1] = report.failed("credentials", "none of the sources has any", ADVICE
      .. client.platform.env_note("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
  end
  rows[#rows + 1] = unused_row(state, entries, used)
  return rows
end

return identity
