--- Whether and when a failed attempt is repeated. Pure: no clock, no randomness of its own, no
-- client. What failures mean is in error_codes.lua.
local dates = require("ecs_pipeline.dates")
local error_codes = require("ecs_pipeline.error_codes")
local to_number = require("ecs_pipeline.sorted_json").to_number

local retry = {}

--- Defaults of the `retry` option. Delay before attempt n+1: random in [0, min(cap, base *
-- 2^(n-1))] seconds.
retry.DEFAULTS = { attempts = 5, deadline = 120, base = 0.5, cap = 20 }

-- Shortest delay, in seconds: what is being carried out takes seconds (terraform waits 3 to 5).
local PAUSE = { pending = 3 }

--- Class of a failure, as `error_codes.classify`.
retry.classify = error_codes.classify

--- After this failure, may the request have been carried out? As `error_codes.uncertain`.
retry.uncertain = error_codes.uncertain

-- Safe to send again for every call: certainly not carried out, and a retry is useful.
local ALWAYS = { unsent = true, throttled = true, skew = true, expired = true, later = true }

-- Retried only after the cause was corrected, and then at once.
local MENDABLE = { skew = true, expired = true }

-- Not retried in the same call.
local NOT_NOW = { final = true, later = true }

--- May this failure be repeated?
-- @tparam string class
-- @tparam boolean repeatable the call can be carried out twice without harm: a read, a call with a
--   ClientToken, a delete for which "not found" is a success
-- @treturn boolean
function retry.safe(class, repeatable)
  return ALWAYS[class] or (class ~= "final" and repeatable) or false
end

--- The wait that the service asked for: `x-acs-retry-after` (milliseconds), `Retry-After` (seconds
-- or a date).
-- @tparam ?table headers lower-case names
-- @treturn number seconds, 0 when it did not ask
function retry.minimum(headers)
  headers = headers or {}
  local wait = (to_number(headers["x-acs-retry-after"]) or 0) / 1000
  local standard = headers["retry-after"]
  local seconds = to_number(standard)
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
