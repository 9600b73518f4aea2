--- `openresty.token_bucket`: a token bucket for each account, region and action, shared by all
-- workers of an nginx, for the option `rate_limit` of a client. Time is divided into numbered
-- slots, `per_second` of them in a second, and every request takes the next one. Slots in the past
-- are tokens; slots older than the burst are lost.
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")

local token_bucket = {}

local OPERATION = "openresty.token_bucket"

local Bucket = {}
Bucket.__index = Bucket

local function rate(given)
  return { per_second = given.per_second,
    burst = math.max(1, math.floor(given.burst or given.per_second)) }
end

--- A limiter. Works in every phase.
-- @function openresty.token_bucket
-- @tparam table options
--
--   * `per_second`: requests in a second
--   * `burst`: requests that may go out at once, default per_second, at least 1
--   * `actions`: action → `{ per_second, burst }`, for those that differ, such as
--     `StartImagePipelineExecution`
--   * `dict`: name of a `lua_shared_dict`, default "ecs_pipeline"
--   * `host`: the table `ngx`, for tests
-- @treturn table for the option `rate_limit` of a client
-- @raise wrong options, a dictionary that nginx.conf does not declare
function token_bucket.new(given)
  options.check(OPERATION, given, { per_second = options.RATE.per_second,
    burst = options.RATE.burst, actions = { "table" }, dict = store_file.ROWS.dict,
    host = store_file.ROWS.host })
  local self = setmetatable({ rates = {}, whole = rate(given) }, Bucket)
  for action, one in pairs(given.actions or {}) do
    if type(one) ~= "table" then
      errors.raise(("%s: actions.%s must be a table { per_second, burst }, not a %s"):format(
        OPERATION, tostring(action), type(one)))
    end
    options.check(OPERATION .. ": actions." .. tostring(action), one, options.RATE)
    self.rates[action] = rate(one)
  end
  self.ngx, self.store = store_file.open(OPERATION, given)
  return self
end

--- The same buckets for the account of a client; `ecs.new` calls it. Clients of one account share
-- their buckets, those of two accounts do not.
-- @tparam table client internal client, with `identity`
-- @treturn Bucket
function Bucket:for_client(client)
  return setmetatable({ rates = self.rates, whole = self.whole, ngx = self.ngx, store = self.store,
    account = { identity = function() return client:identity() end } }, Bucket)
end

-- Buckets of another rate have other slots, so the rate is part of the key.
local function key_of(self, region, action)
  self.keys = self.keys or scope.of("bucket", "default", self.account or {})
  local one = self.rates[action] or self.whole
  return ("%s%.14g/%d:%s:%s"):format(self.keys, one.per_second, one.burst, region or "",
    action or ""), one
end

--- Takes one token; if there is none yet, the next one, with a wait.
-- @tparam number now monotonic seconds; the clock is the machine's, not the worker's
-- @tparam ?string region
-- @tparam ?string action
-- @treturn number seconds to wait before sending
function Bucket:take(now, region, action)
  local key, one = key_of(self, region, action)
  local oldest = math.floor(now * one.per_second) - one.burst + 1
  local slot, message = self.store:update(key, function(last)
    return ("%.0f"):format(math.max(oldest, (tonumber(last) or oldest - 1) + 1))
  end)
  if not slot then
    -- a full dictionary must not stop calls: the service has its own limits
    self.ngx.log(self.ngx.ERR, message, "; the rate of requests is not limited")
    return 0
  end
  return math.max(0, tonumber(slot) / one.per_second - now)
end

--- Gives a token back, if the request was not sent.
-- @tparam ?string region
-- @tparam ?string action
function Bucket:give_back(region, action)
  self.store:update((key_of(self, region, action)), function(last)
    return last and ("%.0f"):format(tonumber(last) - 1)
  end)
end

return token_bucket
