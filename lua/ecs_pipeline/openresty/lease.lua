--- A lease: a lock in a shared dictionary that expires if its owner dies. The owner renews it while
-- it works; a worker that dies stops renewing it, and another worker can get it.
local core = require("ecs_pipeline.core")
local shared = require("ecs_pipeline.openresty.shared")

local lease = {}

local Lease = {}
Lease.__index = Lease

--- Seconds after which the lease of a dead owner expires.
lease.SECONDS = 5

--- Takes the lease if it is free.
-- @tparam string operation for the message
-- @tparam table ngx of `shared.open`
-- @tparam table dict
-- @tparam string key
-- @tparam number seconds until it expires unless it is renewed
-- @treturn[1] Lease
-- @treturn[2] boolean false if another worker has it
-- @treturn[3] nil
-- @treturn[3] string message
-- @treturn[3] table err of kind "storage"
function lease.take(operation, ngx, dict, key, seconds)
  local owner = core.token(8)
  local taken, message, err = shared.keep(operation, dict, "safe_add", key, owner, seconds)
  if not taken then
    return taken, message, err
  end
  return setmetatable({ ngx = ngx, dict = dict, key = key, seconds = seconds, owner = owner },
    Lease)
end

--- Does this owner still have the lease?
-- @treturn boolean
function Lease:held()
  return self.dict:get(self.key) == self.owner
end

--- Gives the lease back.
function Lease:release()
  if self:held() then
    self.dict:delete(self.key)
  end
end

-- A lease that expired, because the worker was blocked for too long, is not renewed.
local function renew(self)
  while self:held() do
    self.dict:set(self.key, self.owner, self.seconds)
    self.ngx.sleep(self.seconds / 3)
  end
end

--- Calls a function while the lease is renewed, then releases it. The function may yield.
-- @tparam function work
-- @treturn boolean false if the function raised an error
-- @return its result, or the error
function Lease:hold(work)
  local keeper = self.ngx.thread.spawn(function() renew(self) end)
  local ok, result = pcall(work)
  self.ngx.thread.kill(keeper)
  self:release()
  return ok, result
end

return lease
