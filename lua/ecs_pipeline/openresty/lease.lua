--- A lock in a shared dictionary that ends by itself when its owner does. The owner renews it while
-- it works; a worker that dies stops renewing, and another one may take it.
local core = require("ecs_pipeline.core")
local shared = require("ecs_pipeline.openresty.shared")

local lease = {}

local Lease = {}
Lease.__index = Lease

--- Seconds after which the lease of a dead owner ends.
lease.SECONDS = 5

--- Takes the lease if it is free.
-- @tparam string operation for the message
-- @tparam table ngx of `shared.open`
-- @tparam table dict
-- @tparam string key
-- @tparam number seconds until it ends unless renewed
-- @treturn[1] Lease
-- @treturn[2] boolean false when somebody else has it
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

--- Is it ours still?
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

-- A lease that was lost, because the worker was blocked for too long, is not taken back.
local function renew(self)
  while self:held() do
    self.dict:set(self.key, self.owner, self.seconds)
    self.ngx.sleep(self.seconds / 3)
  end
end

--- Calls a function while the lease is ours, then releases it. The function may yield.
-- @tparam function work
-- @treturn boolean false when it raised
-- @return what it returned, or raised
function Lease:hold(work)
  local keeper = self.ngx.thread.spawn(function() renew(self) end)
  local ok, result = pcall(work)
  self.ngx.thread.kill(keeper)
  self:release()
  return ok, result
end

return lease
