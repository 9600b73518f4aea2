--- Whether and when a failed attempt is repeated. Pure: no clock, no randomness of its own, no
-- client.
--
-- Classes, from what a failure says about the request (which code has which: error_codes.lua):
--
--   * `unsent`     nothing reached the service
--   * `throttled`  refused before anything was done, asked to come later
--   * `skew`       refused because of our clock, before anything was done
--   * `expired`    refused because the credentials have expired, before anything was done
--   * `busy`       refused for now, nothing was done
--   * `pending`    an earlier request with this ClientToken is still being carried out
--   * `lost`       outcome unknown: it may have been carried out
--   * `later`      nothing was sent, and this call has no time left; another call may succeed
--   * `final`      repeating will not help
local dates = require("ecs_pipeline.dates")
local error_codes = require("ecs_pipeline.error_codes")

local retry = {}

--- Defaults of the `retry` option. Delay before attempt n+1: random in [0, min(cap, base *
-- 2^(n-1))] seconds.
retry.DEFAULTS = { attempts = 5, deadline = 120, base = 0.5, cap = 20 }

-- Shortest delay, in seconds: what is being carried out takes seconds (terraform waits 3 to 5).
local PAUSE = { pending = 3 }

local FINAL_KIND = {
  validation = true, credentials = true, not_found = true, conflict = true, denied = true,
  cancelled = true, storage = true,
}

-- Errors of these kinds are not of the service: a transport, a gateway or this library made them.
local OWN_KIND = { transport = true, timeout = true, protocol = true }

local PASSES = { unsent = true, throttled = true, busy = true, pending = true, lost = true,
  later = true }

-- Credentials whose source could not be reached just now: the source has retried that itself.
local function of_source(err)
  local cause = err.kind == "credentials" and err.cause
  return type(cause) == "table" and PASSES[retry.classify(cause)] and "later" or "final"
end

--- Class of a failure.
-- @tparam table err `kind`, `code`, `reason`, `status`, `sent`, `cause`
-- @treturn string one of the classes above
function retry.classify(err)
  local row = (OWN_KIND[err.kind] or err.sent == false) and error_codes.own(err)
    or error_codes.of(err.code)
  if row.class then
    return row.class
  elseif FINAL_KIND[err.kind] then
    return of_source(err)
  elseif err.kind == "throttled" or (err.kind == "protocol" and err.status == 429) then
    return "throttled" -- a gateway's 429 page has no Code
  elseif err.sent == false then
    return "unsent"
  elseif err.status and err.status >= 300 and err.status < 500 then
    return "final"
  elseif err.status and err.status >= 500 or OWN_KIND[err.kind] then
    return "lost"
  end
  return "final"
end

-- Safe to send again for every call: certainly not carried out, and a retry is useful.
local ALWAYS = { unsent = true, throttled = true, skew = true, expired = true, later = true }

-- Retried only after the cause was corrected, and then at once.
local MENDABLE = { skew = true, expired = true }

-- Not retried in the same call.
local NOT_NOW = { final = true, later = true }

-- Does this failure say only that there is no answer of the service? Its refusals have a Code.
local function without_answer(err)
  return OWN_KIND[err.kind] or err.kind == "cancelled"
    or err.kind == "api" and (err.code or "") == ""
end

--- After this failure, may the request have been carried out? This does not mean that a retry is
-- useful: what answers with an error page, a redirect or a reply that is too large does so again;
-- the service may have carried the request out in spite of that. TLS may end, and a task may be
-- cancelled, after the request was sent.
-- @tparam table err
-- @treturn boolean
function retry.uncertain(err)
  local class = retry.classify(err)
  return class == "lost" or class == "pending"
    or class == "final" and err.sent ~= false and without_answer(err) or false
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
  if NOT_NOW[class] or (MENDABLE[class] and not case.mended) then
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
    local least = math.max(retry.minimum(case.err.headers), PAUSE[class] or 0)
    wait = retry.delay(case.number, case.policy, least, case.random())
  end
  if wait >= case.left then
    return nil, "deadline", wait
  end
  return wait
end

return retry
