--- Scripted faults: what goes wrong, for which action, how often. Consumed in the order given, by
-- requests whose signature holds.
--
-- A fault: { kind, action = nil for any, times = 1, skip = 0 calls let through first,
-- headers = extra reply headers }, and by kind:
--   "throttle"       400 Throttling (or `code`, `status`); nothing is done
--   "error"          the error `code` with its documented status
--   "status"         the HTTP `status` (503), with `body` as it stands when given
--   "expired_token"  400 InvalidSecurityToken.Expired
--   "nonce_used"     400 SignatureNonceUsed; `commit = true` does the work first, as a transport's
--                    own resend would
--   "skew"           the service's clock is off by `seconds` (for every call, or for `times`)
--   "lost_answer"    the work is done, then the connection closes without an answer
--   "lost_request"   nothing is done, the connection closes without an answer
--   "refused"        in process: no connection (sent = false); behind a server: as lost_request
--   "timeout"        nothing is done (`commit = true`: it is), no answer within `delay` seconds, in
--                    process by default not before the caller's deadline
--   "slow"           the right answer after `delay` seconds

local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.emulator.errors")
local tables = require("ecs_pipeline.tables")
local text = require("ecs_pipeline.emulator.text")

local M = {}
M.__index = M

local known = {
  throttle = true, error = true, status = true, expired_token = true, nonce_used = true,
  skew = true, lost_answer = true, lost_request = true, refused = true, timeout = true, slow = true,
}

local fields = {
  kind = "string", action = "string", times = "number", skip = "number", headers = "table",
  code = "string", status = "number", message = "string", body = "string", seconds = "number",
  delay = "number", commit = "boolean",
}

-- Nil, or what is wrong with a fault.
local function wrong(fault)
  local kind = type(fault) == "table" and fault.kind or nil
  if not known[kind or ""] then
    local problem = type(fault) ~= "table"
      and "a fault is a table with kind, not " .. text.shown(fault)
      or kind == nil and "a fault needs kind"
      or type(kind) ~= "string" and "kind of a fault must be a string"
      or "unknown kind of fault: " .. kind
    return problem .. "; known are " .. table.concat(tables.sorted_keys(known), ", ")
  end
  for name, value in pairs(fault) do
    if not fields[name] then
      local nearest = type(name) == "string" and core.nearest(name, tables.sorted_keys(fields))
      return "unknown field of a fault: " .. tostring(name)
        .. (nearest and " (did you mean " .. nearest .. "?)" or "")
    elseif type(value) ~= fields[name] then
      return name .. " of a fault must be a " .. fields[name]
    end
  end
  return nil
end

function M.new(list)
  local self = setmetatable({ script = {} }, M)
  for _, fault in ipairs(list or {}) do
    self:add(fault)
  end
  return self
end

--- Appends one fault; raises for an unknown kind or field.
function M:add(fault)
  local why = wrong(fault)
  if why then
    error("emulator: " .. why, 3)
  end
  local entry = tables.copy(fault)
  entry.times = entry.times or (entry.kind == "skew" and math.huge or 1)
  entry.skip = entry.skip or 0
  self.script[#self.script + 1] = entry
end

local function take(entry, action)
  if entry.times < 1 or entry.action and entry.action ~= action then
    return false
  elseif entry.skip > 0 then
    entry.skip = entry.skip - 1
    return false
  end
  entry.times = entry.times - 1
  return true
end

--- By how many seconds the service's clock is off for this call.
function M:skew(action)
  local skew = 0
  for _, entry in ipairs(self.script) do
    if entry.kind == "skew" and take(entry, action) then
      skew = skew + (entry.seconds or 3600)
    end
  end
  return skew
end

--- The fault for this call, or nil.
function M:next(action)
  for _, entry in ipairs(self.script) do
    if entry.kind ~= "skew" and take(entry, action) then
      return entry
    end
  end
  return nil
end

--- How many faults are still to come.
function M:left()
  local count = 0
  for _, entry in ipairs(self.script) do
    if entry.kind ~= "skew" and entry.times > 0 then
      count = count + entry.times
    end
  end
  return count
end

--- The refusal a fault answers with, or nil when it has none.
function M.refusal(fault)
  local kind = fault.kind
  if kind == "throttle" then
    return errors.new(fault.code or "Throttling", fault.message, fault.status)
  elseif kind == "error" then
    return errors.new(fault.code or "InternalError", fault.message, fault.status)
  elseif kind == "status" then
    local status = fault.status or 503
    local code = fault.code or status == 503 and "ServiceUnavailable" or "InternalError"
    return errors.new(code, fault.message, status)
  elseif kind == "expired_token" then
    return errors.new("InvalidSecurityToken.Expired")
  elseif kind == "nonce_used" then
    return errors.new("SignatureNonceUsed")
  end
  return nil
end

--- True when the work is to be done although the caller will not see its result.
function M.commits(fault)
  return fault.kind == "lost_answer" or fault.kind == "slow" or fault.commit == true
end

--- True when no answer goes out.
function M.silent(fault)
  local kind = fault.kind
  return kind == "lost_answer" or kind == "lost_request" or kind == "refused" or kind == "timeout"
end

return M
