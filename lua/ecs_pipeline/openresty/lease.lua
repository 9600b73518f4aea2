--- A lease: a lock in a store that expires if its owner dies. The owner renews it while it works; a
-- worker that dies stops renewing it, and another worker can get it.
local core = require("ecs_pipeline.core")

local lease = {}

local Lease = {}
Lease.__index = Lease

--- Seconds after which the lease of a dead owner expires.
lease.SECONDS = 5

-- The value of a lease that has no owner, and that no worker can get until it expires.
local RESTS = "rests"

--- Takes the lease if it is free.
-- @tparam table ngx of `store.open`
-- @tparam Store store
-- @tparam string key
-- @tparam number seconds until it expires unless it is renewed
-- @treturn[1] Lease
-- @treturn[2] boolean false if another worker has it, or it rests
-- @treturn[3] nil
-- @treturn[3] string message
-- @treturn[3] table err of kind "storage"
function lease.take(ngx, store, key, seconds)
  local owner = core.token(8)
  local taken, message, err = store:add(key, owner, seconds)
  if not taken then
    return taken, message, err
  end
  return setmetatable({ ngx = ngx, store = store, key = key, seconds = seconds, owner = owner },
    Lease)
end

--- Does this owner still have the lease?
-- @treturn boolean
function Lease:held()
  return self.store:get(self.key) == self.owner
end

--- Gives the lease back.
-- @tparam ?number rest seconds for which no worker can get it; nil = none
function Lease:release(rest)
  if rest then
    self.store:compare_and_set(self.key, self.owner, RESTS, rest)
  else
    self.store:compare_and_delete(self.key, self.owner)
  end
end

-- A lease that expired, because the worker was blocked for too long, is not renewed.
local function renew(self)
  while self.store:compare_and_set(self.key, self.owner, self.owner, self.seconds) do
    self.ngx.sleep(self.seconds / 3)
  end
end

--- Calls a function while the lease is renewed, then releases it. The function may yield.
-- @tparam function work → seconds for which no worker can get the lease afterwards, or nil
-- @treturn boolean false if the function raised an error
-- @return its result, or the error
function Lease:hold(work)
  local keeper = self.ngx.thread.spawn(function() renew(self) end)
  local ok, result = pcall(work)
  self.ngx.thread.kill(keeper)
  self:release(ok and result or nil)
  return ok, result
end

return lease
