--- Keeps a client under a number of requests per second, by a token bucket of its own or by a
-- limiter of the user (such as `openresty.token_bucket`). The clock is an argument.
local rate_limit = {}

local Bucket = {}
Bucket.__index = Bucket

--- A token bucket.
-- @tparam number per_second
-- @tparam ?number burst requests that may be sent without a wait; default per_second, at least 1
-- @treturn Bucket
function rate_limit.new(per_second, burst)
  burst = math.max(1, burst or per_second)
  return setmetatable({ per_second = per_second, burst = burst, tokens = burst, at = nil }, Bucket)
end

--- Takes one token; if there is none yet, the next one, with a wait.
-- @tparam number now monotonic seconds
-- @treturn number seconds to wait before sending
function Bucket:take(now)
  if self.at then
    self.tokens = math.min(self.burst, self.tokens + (now - self.at) * self.per_second)
  end
  self.at = now
  self.tokens = self.tokens - 1
  if self.tokens >= 0 then
    return 0
  end
  return -self.tokens / self.per_second
end

--- Gives a token back: the request was not sent.
function Bucket:give_back()
  self.tokens = math.min(self.burst, self.tokens + 1)
end

--- The limiter that a client's option asks for.
-- @tparam ?table option `{ per_second, burst }`, or a limiter with `take` and `give_back`
-- @treturn ?table
function rate_limit.limiter(option)
  if not option or option.take then
    return option
  end
  return rate_limit.new(option.per_second, option.burst)
end

--- Waits until a request may be sent.
-- @tparam table limiter
-- @tparam table platform
-- @tparam ?string region
-- @tparam string action
-- @tparam number deadline on the platform's clock
-- @treturn ?table err if the deadline is earlier, or the host is about to end; nothing was sent
function rate_limit.wait(limiter, platform, region, action, deadline)
  local seconds = limiter:take(platform.clock(), region, action)
  if seconds <= 0 then
    return nil
  elseif platform.clock() + seconds >= deadline then
    limiter:give_back(region, action)
    return { kind = "throttled", code = "LOCAL_RATE_LIMIT", sent = false,
      message = ("rate_limit asks to wait %.1f s, past the deadline"):format(seconds) }
  end
  if platform.sleep(seconds) then
    limiter:give_back(region, action)
    return { kind = "cancelled", code = "HOST_EXITING", sent = false,
      message = "this nginx worker is to end; rate_limit asked to wait" }
  end
  return nil
end

return rate_limit
