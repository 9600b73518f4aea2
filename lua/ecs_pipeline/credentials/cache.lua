--- Caches the credentials of a source until shortly before they expire: one refresh at a time for
-- all callers; the old credentials are used while they are valid.
--
-- A source is `{ fetch = function(self, context) → { credentials, expires, now } or nil, message,
-- err }`. `expires` in unix seconds on the clock that showed `now` (default: ours); without it,
-- they are cached for `life` seconds.
local result = require("ecs_pipeline.credentials.result")
local tables = require("ecs_pipeline.tables")

local cache = {}

local Cache = {}
Cache.__index = Cache

-- Seconds: they are refreshed if less than this, or less than a quarter of the life, remains.
local MARGIN = 300
-- Longest wait for the refresh of another coroutine: it may have been abandoned.
local LEASE = 30
-- Seconds between two refreshes that fail while the old credentials are still valid.
local FIRST_PAUSE, LONGEST_PAUSE = 5, 60

-- PUC Lua 5.1 cannot yield across pcall; there a refresh that raises is noticed by its dead
-- coroutine.
local PCALL_YIELDS = rawget(_G, "jit") ~= nil or _VERSION ~= "Lua 5.1"

--- A provider around a source.
-- @tparam table source
-- @tparam ?function fallback → context, for `get()` outside a client
-- @treturn table provider `{ get, expire }`
function cache.new(source, fallback)
  return setmetatable({ source = source, fallback = fallback, failures = 0 }, Cache)
end

-- The running coroutine; nil in the main one, which cannot yield.
local function current()
  local running, main = coroutine.running()
  return not main and running or nil
end

-- Is another coroutine refreshing, and still alive?
local function busy(self, now)
  local lease, me = self.lease, current()
  if not lease or not me or lease.owner == me or now - lease.since > LEASE then
    return false
  end
  return not lease.owner or coroutine.status(lease.owner) ~= "dead"
end

local function fetch(self, context)
  if not PCALL_YIELDS and current() then
    return self.source:fetch(context)
  end
  local lease = self.lease
  local function settle(ok, got, message, err)
    if not ok then
      if self.lease == lease then
        self.lease = nil
      end
      error(got, 0)
    end
    return got, message, err
  end
  return settle(pcall(self.source.fetch, self.source, context))
end

local function keep(self, context, got)
  local platform = context.platform
  local now = platform.clock()
  if not got.expires then
    self.cached = { credentials = got.credentials, refresh_at = now + got.life,
      ends = math.huge }
    return got.credentials
  end
  local life = got.expires - (got.now or context.now())
  if life <= 0 then
    return result.fail("the new credentials had already expired; check this machine's clock")
  end
  local margin = math.min(MARGIN, life / 4) * (0.9 + 0.2 * platform.random())
  self.cached = { credentials = got.credentials, refresh_at = now + life - margin,
    ends = now + life }
  return got.credentials
end

-- Each caller completes the error that it gets, so each needs a copy.
local function failure(self)
  local err = tables.copy(self.failed.err)
  return nil, err.message, err
end

-- Did it fail because of the caller: cancelled, out of time, not allowed to send? Then the next
-- caller tries again.
local OURS = { DEADLINE = true, NO_TRANSPORT = true }

local function only_ours(context, now, err)
  return context.deadline and now >= context.deadline
    or context.cancelled and context.cancelled()
    or type(err) == "table" and err.cause and OURS[err.cause.code]
end

local function refresh(self, context)
  local lease = { owner = current(), since = context.platform.clock() }
  self.lease = lease
  local credentials
  local got, message, err = fetch(self, context)
  local now = context.platform.clock()
  if self.lease ~= lease then -- it took so long that another caller began one: the state is theirs
    local cached = self.cached
    credentials = got and got.credentials or cached and now < cached.ends and cached.credentials
    return credentials or nil, message, err
  end
  self.lease = nil
  if got then
    credentials, message, err = keep(self, context, got)
  end
  if credentials then
    self.failures, self.retry_at = 0, nil
    return credentials
  end
  local ours = only_ours(context, now, err)
  if self.cached and now < self.cached.ends then
    if not ours then
      self.failures = self.failures + 1
      self.retry_at = now
        + math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ^ math.min(self.failures - 1, 10))
      context.warn("credentials not refreshed, the old ones are used while they last: " .. message)
    end
    return self.cached.credentials
  elseif ours then
    return nil, message, err
  end
  self.failed = { err = err or { kind = "credentials", message = message, sent = false } }
  return failure(self)
end

-- Waits for the refresh of another coroutine. False if the deadline passes first, or the task is
-- cancelled.
local function wait(self, context)
  local platform = context.platform
  local pause = 0.01
  while busy(self, platform.clock()) do
    if context.cancelled and context.cancelled() then
      return false, context.cancelled()
    elseif context.deadline and platform.clock() + pause >= context.deadline then
      return false
    end
    platform.sleep(pause)
    pause = math.min(pause * 2, 0.5)
  end
  return true
end

--- Credentials that are valid now. Blocks or yields, as the transport does, when a refresh is due.
-- @tparam ?table context of the client
-- @treturn[1] userdata
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "credentials"
function Cache:get(context)
  context = context or self.fallback()
  local failed = self.failed
  while true do
    local now = context.platform.clock()
    local cached = self.cached
    if cached and now < math.max(cached.refresh_at, self.retry_at or 0) and now < cached.ends then
      return cached.credentials
    elseif not busy(self, now) then
      return refresh(self, context)
    elseif cached and now < cached.ends then
      return cached.credentials
    end
    local waited, cancelled = wait(self, context)
    if not waited then
      return result.fail(cancelled or "the deadline of the call came before the credentials",
        { kind = cancelled and "cancelled" or nil, cause = { code = "DEADLINE" } })
    elseif self.failed ~= failed then
      return failure(self) -- the waiting callers do not each try again
    end
  end
end

--- How long the cached credentials stay valid.
-- @tparam table context
-- @treturn ?number seconds; nil if nothing is cached, or it is not known
function Cache:seconds_left(context)
  local ends = self.cached and self.cached.ends
  return ends and ends < math.huge and ends - context.platform.clock() or nil
end

--- @treturn string see `result.identity_of`
function Cache:identity(context)
  return self.source:identity(context)
end

--- The service has refused these credentials as expired: the next `get` asks the source again.
-- @tparam userdata credentials
function Cache:expire(credentials)
  if self.cached and self.cached.credentials == credentials then
    self.cached = nil
  end
end

return cache
