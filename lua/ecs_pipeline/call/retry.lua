--- Whether and when a failed attempt is repeated. Pure: no clock, no randomness of its own, no
-- client.
--
-- Classes, from what a failure says about the request:
--
--   * `unsent`     nothing reached the service
--   * `throttled`  refused before anything was done, asked to come later
--   * `skew`       refused because of our clock, before anything was done
--   * `expired`    refused because the credentials have expired, before anything was done
--   * `busy`       refused for now, nothing was done
--   * `lost`       outcome unknown: it may have been carried out
--   * `final`      repeating will not help
--
-- Sources: error lists of ECS 2014-05-26 and VPC 2016-04-28; what terraform-provider-alicloud and
-- the CLI repeat.
local dates = require("ecs_pipeline.dates")

local retry = {}

--- Defaults of the `retry` option. Delay before attempt n+1: random in [0, min(cap, base *
-- 2^(n-1))] seconds.
retry.DEFAULTS = { attempts = 5, deadline = 120, base = 0.5, cap = 20 }

-- The one table. Key: the service's Code, or the transport's. A Code with "Throttling" in it that
-- is not listed is `throttled`; a status of 500 and above that is not listed is `lost`.
local CLASS = {
  ["Throttling.DeepPageSkip"] = "final", -- page less deep instead
  ["ServiceUnavailable"] = "lost",
  ["ServiceUnavailable.RegionMaintaining"] = "lost",
  ["InternalError"] = "lost",
  ["StartImagePipelineExecution.Failed"] = "lost",
  ["LastTokenProcessing"] = "lost", -- an earlier request with this ClientToken is still running
  ["TOKEN_PROCESSING"] = "lost",
  ["OperationFailed.IdempotentTokenProcessing"] = "lost",
  ["SignatureNonceUsed"] = "lost", -- resent on a stale connection: the first copy may have worked
  ["OperationConflict"] = "busy",
  ["Operation.Conflict"] = "busy", -- the spelling of DeleteSnapshot
  ["TaskConflict"] = "busy",
  ["System.ServiceBusy"] = "busy",
  ["SystemBusy"] = "busy",
  ["InvalidOperation.OSSObjectIsImporting"] = "busy",
  ["InvalidTimeStamp.Expired"] = "skew",
  ["IllegalTimestamp"] = "skew",
  ["InvalidSecurityToken.Expired"] = "expired",
  ["SecurityTokenExpired"] = "expired",
  ["TLS"] = "final", -- a certificate does not get better
  ["TOO_LARGE"] = "final",
  ["NO_TRANSPORT"] = "final",
  ["DEADLINE"] = "final",
  ["LOCAL_RATE_LIMIT"] = "final",
}

local FINAL_KIND = {
  validation = true, credentials = true, not_found = true, conflict = true, denied = true,
  cancelled = true, storage = true,
}

--- Class of a failure.
-- @tparam table err `kind`, `code`, `status`, `sent`
-- @treturn string one of the classes above
function retry.classify(err)
  local code = err.code and tostring(err.code) or ""
  if CLASS[code] then
    return CLASS[code]
  elseif code:find("Throttling", 1, true) or (err.kind == "protocol" and err.status == 429) then
    return "throttled" -- a gateway's 429 page has no Code
  elseif FINAL_KIND[err.kind] then
    return "final"
  elseif err.sent == false then
    return "unsent"
  elseif err.status and err.status >= 300 and err.status < 500 then
    return "final"
  elseif err.status and err.status >= 500 then
    return "lost"
  elseif err.kind == "transport" or err.kind == "timeout" or err.kind == "protocol" then
    return "lost"
  end
  return "final"
end

-- Safe to send again for every call: certainly not carried out, and a retry is useful.
local ALWAYS = { unsent = true, throttled = true, skew = true, expired = true }

-- Retried only after the cause was corrected, and then at once.
local MENDABLE = { skew = true, expired = true }

--- After this failure, may the request have been carried out? This does not mean that a retry is
-- useful: a reply that is too large stays too large, but the server has answered. TLS may end after
-- the request was sent.
-- @tparam table err
-- @treturn boolean
function retry.uncertain(err)
  return retry.classify(err) == "lost" or (err.code == "TOO_LARGE" and err.sent ~= false)
    or (err.code == "TLS" and err.sent == true)
end

--- May this failure be repeated?
-- @tparam string class
-- @tparam boolean repeatable the call can be carried out twice without harm: a read, a call with a
--   ClientToken, a delete for which "not found" is a success
-- @treturn boolean
function retry.safe(class, repeatable)
  return ALWAYS[class] or (class ~= "final" and repeatable) or false
end

-- Accepts only digits: some Luas also read "inf", "nan", "0x10" and "1e300" as numbers.
local function digits(text)
  return type(text) == "string" and text:find("^%d+%.?%d*$") and tonumber(text) or nil
end

--- The wait that the service asked for: `x-acs-retry-after` (milliseconds), `Retry-After` (seconds
-- or a date).
-- @tparam ?table headers lower-case names
-- @treturn number seconds, 0 when it did not ask
function retry.minimum(headers)
  headers = headers or {}
  local wait = (digits(headers["x-acs-retry-after"]) or 0) / 1000
  local standard = headers["retry-after"]
  local seconds = digits(standard)
  if not seconds then
    local at, now = dates.http(standard), dates.http(headers.date)
    seconds = at and now and at - now or 0
  end
  return math.max(wait, seconds, 0)
end

--- Full jitter: the wait after attempt `number`, on top of what the service asked for.
-- With a minimum only one `base` of jitter is added, so that clients do not all retry at the same
-- moment.
-- @tparam integer number attempts made so far
-- @tparam table policy `base`, `cap` in seconds
-- @tparam number minimum seconds
-- @tparam number random in [0, 1)
-- @treturn number seconds
function retry.delay(number, policy, minimum, random)
  if minimum > 0 then
    return minimum + random * policy.base
  end
  return random * math.min(policy.cap, policy.base * 2 ^ (number - 1))
end

--- Decides after a failed attempt.
-- @tparam table case `err`, `number` (attempts made), `policy` (table, or false = never),
--   `repeatable`, `left` (seconds to the deadline), `random` (function), `mended` (the clock was
--   corrected, or the credentials were renewed, just now)
-- @treturn[1] number seconds to wait before the next attempt
-- @treturn[2] nil
-- @treturn[2] string why not: "final", "disabled", "attempts", "unsafe", "deadline"
-- @treturn[2] ?number the wait that would have passed the deadline
function retry.decide(case)
  local class = retry.classify(case.err)
  if class == "final" or (MENDABLE[class] and not case.mended) then
    return nil, "final"
  elseif not case.policy then
    return nil, "disabled"
  elseif not retry.safe(class, case.repeatable) then
    return nil, "unsafe"
  elseif case.number >= case.policy.attempts then
    return nil, "attempts"
  end
  local wait = 0
  if not MENDABLE[class] then
    wait = retry.delay(case.number, case.policy, retry.minimum(case.err.headers), case.random())
  end
  if wait >= case.left then
    return nil, "deadline", wait
  end
  return wait
end

return retry
