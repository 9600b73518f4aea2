-- Whose state in a store is whose, and that the same options give the same object. With handlers: handler_spec.lua.
local fake_ngx = require("spec.support.fake_ngx")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")

local function client_of(identity, region)
  return { identity = function() return identity, region end }
end

describe("openresty.scope", function()
  local host, store

  before_each(function()
    host = fake_ngx.new()
    host.phase = "init"
    store = store_file.find("x", host)
  end)

  it("has keys of its own for each kind, name and identity", function()
    local key, region = scope.of("watch", "default", client_of("key a", "cn-beijing"))
    assert.matches("^watch:default:%x+:$", key)
    assert.equal("cn-beijing", region)
    assert.equal(key, (scope.of("watch", "default", client_of("key a"))))
    for _, other in ipairs({ scope.of("flight", "default", client_of("key a")), (scope.of("watch", "other",
      client_of("key a"))), (scope.of("watch", "default", client_of("key b"))), (scope.of("watch", "default", {})) }) do
      assert.not_equal(key, other)
    end
    assert.is_nil(key:find("key a", 1, true))
  end)

  local function once(options, given)
    given = given or {}
    local all = { host = given.host or host }
    for name, value in pairs(options) do
      all[name] = value
    end
    return scope.once("openresty.x", given.store or store, given.key or "x:", "default", all, function()
      return {}, given.gone
    end)
  end

  local function callback()
    return function() end
  end

  it("gives the same object for the same options, whatever closures and clients stand in them", function()
    local first = once({ a = { 1, { b = true } }, on_change = callback(), client = {} })
    assert.equal(first, once({ a = { 1, { b = true } }, on_change = callback(), client = {} }))
    assert.not_equal(first, once({ a = { 1, { b = true } }, on_change = callback() }, { key = "y:" }))
  end)

  it("refuses other options, and names them", function()
    once({ a = { 1, { b = true } }, on_change = callback(), c = 1 })
    assert.error_matches(function() once({ a = { 1, { b = "true" } }, on_change = function() end, d = 1 }) end,
      "openresty.x: another one of the name \"default\" and with the same credentials exists, with other options "
      .. "%(a, c, d, on_change%): give one of the two another name %(option \"name\"%)")
  end)

  it("gives a new object when the old one is gone", function()
    local gone = false
    local first = once({ a = 1 }, { gone = function() return gone end })
    assert.equal(first, once({ a = 1 }))
    gone = true
    assert.not_equal(first, once({ a = 2 }))
  end)

  it("knows for a time what was made while a request ran, in another Lua of this nginx", function()
    host.phase = "content"
    once({ a = 1 })
    local other = host.another_worker()
    once({ a = 1 }, { host = other })
    other = host.another_worker()
    assert.error_matches(function() once({ a = 2 }, { host = other }) end, "wait 10 s")
    host.phase = "init_worker" -- a reload replaces it at once
    once({ a = 2 }, { host = other })
    host.phase = "content"
    host.sleep(10)
    once({ a = 3 }, { host = host.another_worker() })
    host = fake_ngx.new({ most = 0 })
    host.phase = "content"
    assert.is_table(once({ a = 1 }, { host = host, store = store_file.find("x", host) })) -- no room to know it
  end)

  it("knows those of the same name in other dictionaries", function()
    host.shared.other = fake_ngx.new().shared.ecs_pipeline
    local theirs = store_file.find("x", host, "other")
    once({ secret = "s" }, { store = theirs })
    once({ secret = "t" })
    assert.equal("s", scope.elsewhere("openresty.x", store, "default", host)[1].secret)
    assert.equal(1, #scope.elsewhere("openresty.x", store, "default", host))
    assert.same({}, scope.elsewhere("openresty.y", store, "default", host))
    assert.same({}, scope.elsewhere("openresty.x", store, "default", fake_ngx.new()))
  end)

  it("has one timer in each worker, until it is stopped or the worker is gone", function()
    local ticks = 0
    local function every(worker)
      return scope.every(store_file.clocks(worker), store, "x:", 1, function() ticks = ticks + 1 end)
    end
    local stop = every(host)
    every(host)()
    host.run_timers(10)
    assert.equal(10, ticks)
    local other = host.another_worker()
    every(other)
    host.run_timers(10)
    assert.equal(30, ticks)
    stop()
    host.run_timers(10)
    assert.equal(40, ticks)
    every(host)
    host.run_timers(10)
    assert.equal(60, ticks)
    host.no_timers = "too many pending timers"
    assert.same({ nil, "too many pending timers" }, { every(host.another_worker()) })
  end)
end)
