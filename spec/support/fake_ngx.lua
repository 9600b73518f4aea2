--- As much of lua-nginx-module as the hooks use, for plain Lua: shared dictionaries and timers on a clock of their own.
-- `sleep` moves the clock and runs the timers that are due; `run_timers(seconds)` does it from outside.
local fake_ngx = {}

-- The LuaJIT of nginx yields across pcall, PUC Lua 5.1 does not. There, a protected call is a coroutine of its own.
if _VERSION == "Lua 5.1" and not rawget(_G, "jit") then
  local function go_on(body, ok, ...)
    if ok and coroutine.status(body) == "suspended" then
      return go_on(body, coroutine.resume(body, coroutine.yield(...)))
    end
    return ok, ...
  end

  function _G.pcall(fn, ...) -- luacheck: ignore 122
    local body = coroutine.create(function(...) return fn(...) end)
    return go_on(body, coroutine.resume(body, ...))
  end
end

local Dict = {}
Dict.__index = Dict

local function live(self, key)
  local entry = self.entries[key]
  if entry and entry.ends and entry.ends <= self.now() then
    self.entries[key] = nil
    return nil
  end
  return entry
end

local function count(self)
  local n = 0
  for _ in pairs(self.entries) do
    n = n + 1
  end
  return n
end

function Dict:get(key)
  local entry = live(self, key)
  if entry then
    return entry.value
  end
  return nil
end

local function put(self, key, value, ttl)
  if value ~= nil and not self.entries[key] and count(self) >= self.most then
    return nil, "no memory"
  end
  self.entries[key] = value ~= nil
    and { value = value, ends = ttl and ttl > 0 and self.now() + ttl or nil } or nil
  return true
end

function Dict:set(key, value, ttl)
  return put(self, key, value, ttl)
end

Dict.safe_set = Dict.set

function Dict:add(key, value, ttl)
  if live(self, key) then
    return false, "exists"
  end
  return put(self, key, value, ttl)
end

Dict.safe_add = Dict.add

function Dict:replace(key, value, ttl)
  if not live(self, key) then
    return false, "not found"
  end
  return put(self, key, value, ttl)
end

function Dict:delete(key)
  self.entries[key] = nil
end

function Dict:incr(key, step, init, ttl)
  local entry = live(self, key)
  if not entry then
    if not init then
      return nil, "not found"
    end
    local ok, why = put(self, key, init + step, ttl)
    return ok and init + step, why
  end
  entry.value = entry.value + step
  return entry.value
end

function Dict:ttl(key)
  local entry = live(self, key)
  if not entry then
    return nil, "not found"
  end
  return entry.ends and entry.ends - self.now() or 0
end

function Dict:expire(key, ttl)
  local entry = live(self, key)
  if not entry then
    return nil, "not found"
  end
  entry.ends = ttl > 0 and self.now() + ttl or nil
  return true
end

function Dict:get_keys(most)
  local keys = {}
  for key in pairs(self.entries) do
    if live(self, key) and (#keys < (most or 1024) or most == 0) then
      keys[#keys + 1] = key
    end
  end
  return keys
end

function Dict:flush_expired()
  for key in pairs(self.entries) do
    live(self, key)
  end
end

--- options: now (unix seconds), dicts (list of names, default { "ecs_pipeline" }), most (entries that fit into each),
-- on_advance(seconds) called when the clock moves, started (when this nginx began), monotonic (a clock that is not
-- the wall clock).
function fake_ngx.new(options)
  options = options or {}
  local ngx = { ERR = 4, WARN = 5, NOTICE = 6, INFO = 7, DEBUG = 8, HTTP_OK = 200, lines = {}, timers = {},
    shared = {}, clock = options.now or 1795491843, pid = 100 }

  ngx.started = options.started or ngx.clock - 60
  function ngx.now() return ngx.clock end
  ngx.time = function() return math.floor(ngx.clock) end
  function ngx.update_time() end
  function ngx.get_phase() return ngx.phase or "content" end

  local function now() return ngx.clock end
  for _, name in ipairs(options.dicts or { "ecs_pipeline" }) do
    ngx.shared[name] = setmetatable({ entries = {}, now = now, most = options.most or math.huge }, Dict)
  end

  ngx.worker = {
    id = function() return 0 end,
    pid = function() return ngx.pid end,
    exiting = function() return ngx.is_exiting == true end,
  }

  local function join(...)
    local words = {}
    for index = 1, select("#", ...) do
      words[index] = tostring((select(index, ...)))
    end
    return table.concat(words)
  end
  function ngx.log(level, ...)
    ngx.lines[#ngx.lines + 1] = { level = level, text = join(...) }
  end

  ngx.timer = {}
  function ngx.timer.at(delay, fn, ...)
    if ngx.no_timers then
      return nil, ngx.no_timers
    end
    local given = { n = select("#", ...), ... }
    ngx.timers[#ngx.timers + 1] = { at = ngx.clock + delay, fn = function()
      return fn(ngx.is_exiting == true, (table.unpack or unpack)(given, 1, given.n)) -- luacheck: ignore 113 143
    end }
    return true
  end

  local at = ngx.timer.at -- `every` goes on when a spec replaces it

  local function due(ends)
    local first
    for index, timer in ipairs(ngx.timers) do
      if timer.at <= ends and (not first or timer.at < ngx.timers[first].at) then
        first = index
      end
    end
    return first and table.remove(ngx.timers, first)
  end

  local function move(to)
    if to > ngx.clock then
      local step = to - ngx.clock
      ngx.clock = to
      if options.on_advance then
        options.on_advance(step)
      end
    end
  end

  --- Moves the clock; timers that fall due run on the way, each to its end.
  function ngx.run_timers(seconds)
    local ends = ngx.clock + (seconds or 0)
    local timer = due(ends)
    while timer do
      move(timer.at)
      timer.fn()
      timer = due(ends)
    end
    move(ends)
  end

  --- In a thread, lets the others go on.
  function ngx.sleep(seconds)
    local thread = ngx.running
    if not thread then
      return ngx.run_timers(seconds)
    end
    ngx.timers[#ngx.timers + 1] = { at = ngx.clock + seconds, fn = function()
      ngx.resume(thread)
    end }
    coroutine.yield()
  end

  -- A thread that was killed is not resumed.
  function ngx.resume(thread)
    if not thread.killed then
      local before = ngx.running
      ngx.running = thread
      assert(coroutine.resume(thread.body))
      ngx.running = before
    end
  end

  ngx.thread = {
    spawn = function(body)
      local thread = { body = coroutine.create(body) }
      ngx.resume(thread)
      return thread
    end,
    kill = function(thread)
      thread.killed = true
    end,
  }

  --- Until `is_exiting`.
  function ngx.timer.every(seconds, fn)
    local function again(premature)
      fn(premature)
      if not premature then
        at(seconds, again)
      end
    end
    return at(seconds, again)
  end

  ngx.monotonic, ngx.wall = options.monotonic or now, now

  local pid = ngx.pid
  --- Another worker of this nginx: the same dictionaries, clock and timers.
  function ngx.another_worker()
    pid = pid + 1
    local own = pid
    local worker = setmetatable({ id = function() return 1 end, pid = function() return own end },
      { __index = ngx.worker })
    return setmetatable({ worker = worker }, { __index = ngx, __newindex = ngx })
  end

  return ngx
end

return fake_ngx
