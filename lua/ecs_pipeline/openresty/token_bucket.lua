--- `openresty.token_bucket`: a token bucket for each region and action, shared by all workers of an
-- nginx, for the option `rate_limit` of a client. It needs no lock: time is divided into numbered
-- slots, `per_second` of them in a second, and every request takes the next one by one atomic
-- `incr`. Slots in the past are tokens; slots older than the burst are lost.
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local shared = require("ecs_pipeline.openresty.shared")

local token_bucket = {}

local OPERATION = "openresty.token_bucket"

-- Seconds after which the marker of a worker that died while it moved the slots expires.
local MOVE = 10

local Bucket = {}
Bucket.__index = Bucket

local function rate(given)
  return { per_second = given.per_second,
    burst = math.max(1, math.floor(given.burst or given.per_second)) }
end

--- A limiter. Works in every phase.
-- @function openresty.token_bucket
-- @tparam table given `per_second`; `burst` (requests that may go out at once, default per_second,
--   at least 1); `actions`: action → `{ per_second, burst }`, for those that differ, such as
--   `StartImagePipelineExecution`; `dict` (name of a `lua_shared_dict`, default "ecs_pipeline")
-- @treturn table for the option `rate_limit` of a client
-- @raise wrong options, a dictionary that nginx.conf does not declare
function token_bucket.new(given)
  options.check(OPERATION, given, { per_second = options.RATE.per_second,
    burst = options.RATE.burst, actions = { "table" }, dict = shared.ROWS.dict,
    host = shared.ROWS.host })
  local self = setmetatable({ rates = {}, whole = rate(given) }, Bucket)
  for action, one in pairs(given.actions or {}) do
    if type(one) ~= "table" then
      errors.raise(("%s: actions.%s must be a table { per_second, burst }, not a %s"):format(
        OPERATION, tostring(action), type(one)))
    end
    options.check(OPERATION .. ": actions." .. tostring(action), one, options.RATE)
    self.rates[action] = rate(one)
  end
  self.ngx, self.dict = shared.open(OPERATION, given)
  return self
end

local function key_of(region, action)
  return ("ecs:bucket:%s:%s"):format(region or "", action or "")
end

local function rate_of(self, action)
  return self.rates[action] or self.whole
end

-- After a pause one of the workers that see it moves the next slot to the oldest token that is not
-- lost. Turns are counted after the move, so a worker that reads the new turn sees the moved slot.
local function move_on(self, key, turn, slot, oldest)
  if not self.dict:add(("%s:turn:%.0f"):format(key, turn), true, MOVE) then
    return slot
  end
  local moved, why = self.dict:incr(key, oldest - slot)
  self.dict:incr(key .. ":turn", 1, 0)
  return moved, why
end

--- Takes one token; if there is none yet, the next one, with a wait.
-- @tparam number now monotonic seconds; the clock is the machine's, not the worker's
-- @tparam ?string region
-- @tparam ?string action
-- @treturn number seconds to wait before sending
function Bucket:take(now, region, action)
  local one, key = rate_of(self, action), key_of(region, action)
  local present = math.floor(now * one.per_second)
  local oldest = present - one.burst + 1
  local turn = self.dict:get(key .. ":turn") or 0
  local slot, why = self.dict:incr(key, 1, oldest - 1)
  if slot and slot < oldest then
    slot, why = move_on(self, key, turn, slot, oldest)
  end
  if not slot then
    -- a full dictionary must not stop calls: the service has its own limits
    self.ngx.log(self.ngx.ERR, OPERATION, ": ", why, "; the rate of requests is not limited")
    return 0
  end
  return math.max(0, slot / one.per_second - now)
end

--- Gives a token back, if the request was not sent.
-- @tparam ?string region
-- @tparam ?string action
function Bucket:give_back(region, action)
  self.dict:incr(key_of(region, action), -1)
end

return token_bucket
