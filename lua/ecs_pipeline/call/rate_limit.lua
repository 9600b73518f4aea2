--- Token bucket: keeps a client under a number of requests per second. Pure: the clock is an
-- argument.
local rate_limit = {}

local Bucket = {}
Bucket.__index = Bucket

--- A bucket.
-- @tparam number per_second
-- @tparam ?number burst requests that may go out at once; default per_second, at least 1
-- @treturn Bucket
function rate_limit.new(per_second, burst)
  burst = math.max(1, burst or per_second)
  return setmetatable({ per_second = per_second, burst = burst, tokens = burst, at = nil }, Bucket)
end

--- Take one token, on credit if there is none yet.
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

--- Give a token back: the request did not go out.
function Bucket:give_back()
  self.tokens = math.min(self.burst, self.tokens + 1)
end

return rate_limit
