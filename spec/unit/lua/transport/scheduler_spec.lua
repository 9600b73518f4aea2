-- Tasks, sleeps and cancelling, on a clock of the spec's own. Requests: spec/contract/multi_spec.lua.

local repo = require("spec.support.repo")
local scheduler = require("ecs_pipeline.transport.scheduler")

local old_lua = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

describe("the scheduler", function()
  local now, idled, loop, log

  before_each(function()
    now, idled, log = 100, {}, {}
    loop = scheduler.new({ clock = function() return now end, sleep = function(seconds)
      idled[#idled + 1] = seconds
      now = now + seconds
    end })
  end)

  local function run()
    while loop.count > 0 do
      loop:step(math.huge)
    end
  end

  local function note(text)
    log[#log + 1] = text
  end

  it("knows the running task, and that ordinary code is none", function()
    local task, inside, nested
    task = loop:spawn(function()
      inside = scheduler.current()
      nested = coroutine.wrap(function() return scheduler.current() or "none" end)()
    end)
    assert.is_nil(scheduler.current())
    run()
    assert.equal(task, inside)
    assert.equal("none", nested)
    assert.is_nil(scheduler.current())
  end)

  it("runs sleepers in the order of their times, sleeping only as long as needed", function()
    for _, seconds in ipairs({ 30, 10, 20, 10 }) do
      loop:spawn(function()
        scheduler.current():sleep(seconds)
        note(seconds)
      end)
    end
    run()
    assert.same({ 10, 10, 20, 30 }, log)
    assert.same({ 10, 10, 10 }, idled)
  end)

  it("counts the tasks that can continue from 1 again when none is left", function()
    for _ = 1, 3 do
      loop:spawn(function() scheduler.current():sleep(1) end)
      run()
      assert.same({ 1, 0, {} }, { loop.first, loop.last, loop.ready })
    end
  end)

  it("does not wait for no time", function()
    loop:spawn(function()
      scheduler.current():sleep(0)
      scheduler.current():sleep(-1)
      note("done")
    end)
    loop:step(0)
    assert.same({ "done" }, log)
    assert.same({}, idled)
  end)

  it("hands over results, or what was raised and where", function()
    loop:spawn(function() return 1, nil, 3 end, function(...) note({ select("#", ...), ... }) end)
    loop:spawn(function() error("broken", 0) end, function(ok, raised, where)
      note({ ok, raised })
      assert.truthy(where:find("scheduler_spec", 1, true))
    end)
    run()
    assert.same({ { 4, true, 1, nil, 3 }, { false, "broken" } }, log)
  end)

  it("refuses a task that yields by itself", function()
    loop:spawn(function() coroutine.yield("mine") end, function(ok, why) note({ ok, why }) end)
    run()
    assert.is_false(log[1][1])
    assert.truthy(log[1][2]:find("yielded by itself", 1, true))
  end)

  it("wakes a sleeper that is cancelled, and lets it end", function()
    local sleeper
    sleeper = loop:spawn(function()
      scheduler.current():sleep(1000)
      note(now)
      scheduler.current():sleep(1000) -- no more sleep
      note(now)
      local reply, err = scheduler.current():send({}, {}, 0)
      note({ reply, err.kind, err.message, err.sent })
    end)
    loop:spawn(function()
      scheduler.current():sleep(5)
      sleeper:cancel("enough")
      sleeper:cancel("again")
    end)
    run()
    assert.same({ 105, 105, { nil, "cancelled", "enough", false } }, log)
    sleeper:cancel("too late") -- nothing happens
    assert.is_nil(loop.sleepers:first())
  end)

  it("calls functions at their time, unless they are taken back", function()
    loop:wake_at(now + 1, function() note("first") end)
    local second = loop:wake_at(now + 2, function() note("second") end)
    loop:wake_at(now + 3, function() note("third") end)
    loop:forget(second)
    for _ = 1, 3 do
      loop:step(10)
    end
    assert.same({ "first", "third" }, log)
  end)

  it("says how long a host may wait", function()
    assert.is_nil(loop:timeout())
    loop:spawn(function() scheduler.current():sleep(7) end)
    assert.equal(0, loop:timeout())
    loop:step(0)
    assert.equal(7, loop:timeout())
    now = now + 3
    assert.equal(4, loop:timeout())
    now = now + 30
    assert.equal(0, loop:timeout())
    assert.same({}, loop:descriptors())
  end)

  it("cannot be stepped by its own tasks, but goes on after that", function()
    loop:spawn(function() loop:step(0) end, function(ok, why) note({ ok, why }) end)
    run()
    assert.is_false(log[1][1])
    assert.truthy(log[1][2]:find("from inside itself", 1, true))
    loop:spawn(function() note("fine") end)
    run()
    assert.equal("fine", log[2])
  end)

  it("shares one scheduler, and gives another while that one works", function()
    local one = scheduler.shared()
    assert.equal(one, scheduler.shared())
    local other
    one:spawn(function() other = scheduler.shared() end)
    one:step(0)
    assert.are_not.equal(one, other)
  end)

  it("lets Ctrl-C in a task end the step, and forgets the shared tasks then", function()
    local one = scheduler.shared()
    one:requests()
    one:spawn(function() error("script.lua:1: interrupted!", 0) end)
    one:spawn(function() note("carried on") end)
    assert.same({ false, "script.lua:1: interrupted!" }, { pcall(one.step, one, 0) })
    local fresh = scheduler.shared()
    assert.are_not.equal(one, fresh)
    fresh:step(0)
    assert.same({}, log)
    assert.has_error(function() one.multi:step(0) end, "the multi is closed")
  end)

  it("waits inside pcall and iterators, or says that this Lua cannot", function()
    local function iterator()
      scheduler.current():sleep(1)
      return nil
    end
    local said = {}
    loop:spawn(function()
      local ok, why = pcall(function() scheduler.current():sleep(1) end)
      said[1] = ok or why
    end)
    loop:spawn(function()
      for _ in iterator do break end -- luacheck: ignore
      said[2] = true
    end, function(ok, why) said[2] = ok or why end)
    run()
    if old_lua then
      assert.truthy(said[1]:find("Lua 5.1 a task cannot wait inside pcall", 1, true), said[1])
      assert.truthy(said[2]:find("Lua 5.1 a task cannot wait inside an iterator", 1, true), said[2])
    else
      assert.same({ true, true }, said)
    end
  end)

  if _VERSION >= "Lua 5.4" then -- the syntax is an error before
    it("is closed at the end of a block by <close>", function()
      local env = { scheduler = scheduler, closed = 0 }
      assert(repo.compile([[
        local loop <close> = scheduler.new({ clock = function() return 0 end, sleep = function() end })
        loop.multi = { close = function() closed = closed + 1 end }
      ]], "closes", setmetatable(env, { __index = _G })))()
      assert.equal(1, env.closed)
    end)
  end
end)
