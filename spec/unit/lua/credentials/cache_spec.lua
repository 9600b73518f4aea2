-- One refresh at a time, old credentials while they last. More of what it promises: spec/credentials/cache_rows.lua.
local cache = require("ecs_pipeline.credentials.cache")

describe("a cache that somebody else refreshes", function()
  local platform, source

  before_each(function()
    platform = { now = 1000, random = function() return 0.5 end, sleep = function(seconds)
      platform.now = platform.now + seconds
    end }
    platform.clock = function() return platform.now end
    source = { asked = 0 }
    function source.fetch()
      source.asked = source.asked + 1
      coroutine.yield()
      return { credentials = "fresh", expires = platform.now + 900 }
    end
  end)

  local function context(more)
    local made = { platform = platform, now = function() return platform.now end, warn = function() end }
    for name, value in pairs(more or {}) do
      made[name] = value
    end
    return made
  end

  -- Begins a refresh that never ends, then asks once more; what that said.
  local function ask(provider, more)
    local first = coroutine.create(function() return provider:get(context()) end)
    assert(coroutine.resume(first))
    local got = { select(2, coroutine.resume(coroutine.create(function()
      return provider:get(context(more))
    end))) }
    assert.equal(coroutine.status(first), "suspended")
    return got
  end

  it("does not keep a caller beyond his deadline", function()
    local got = ask(cache.new(source), { deadline = 1005 })
    assert.matches("the deadline of the call came before the credentials", got[2])
    assert.equal("DEADLINE", got[3].cause.code)
    assert.equal(1, source.asked)
  end)

  it("lets a caller go who is cancelled", function()
    local got = ask(cache.new(source), { cancelled = function() return platform.now > 1001 and "stopped" end })
    assert.same({ "stopped", "cancelled" }, { got[2], got[3].kind })
  end)

  it("serves the old credentials while they last", function()
    local provider = cache.new(source)
    provider.cached = { credentials = "old", refresh_at = 900, ends = 2000 }
    assert.equal("old", ask(provider)[1])
    assert.equal(1, source.asked)
  end)

  it("forgets what the service calls expired, and only that", function()
    local provider = cache.new(source)
    provider.cached = { credentials = "old", refresh_at = 2000, ends = 3000 }
    provider:expire("another")
    assert.equal("old", provider:get(context()))
    provider:expire("old")
    assert.is_nil(provider.cached)
  end)

  it("keeps credentials without an end for as long as their source says", function()
    local asked = 0
    local provider = cache.new({ fetch = function()
      asked = asked + 1
      return { credentials = "keys " .. asked, life = 300 }
    end })
    assert.equal("keys 1", provider:get(context()))
    platform.now = 1299
    assert.equal("keys 1", provider:get(context()))
    platform.now = 1300
    assert.equal("keys 2", provider:get(context()))
    assert.is_nil(provider:seconds_left(context()))
  end)

  -- A refresh that another caller takes over after 30 s, and that then comes to its own end.
  local function taken_over(own_end)
    local provider
    local asked = 0
    provider = cache.new({ fetch = function()
      asked = asked + 1
      if asked == 1 then
        coroutine.yield()
        return own_end()
      end
      return { credentials = "second", expires = platform.now + 900 }
    end })
    local first = coroutine.create(function() return provider:get(context()) end)
    assert(coroutine.resume(first))
    platform.now = platform.now + 31
    local second = coroutine.create(function() return provider:get(context()) end)
    assert.same({ true, "second" }, { coroutine.resume(second) })
    return provider, { select(2, coroutine.resume(first)) }
  end

  it("changes nothing when it ends after another caller took it over", function()
    local provider, got = taken_over(function() return nil, "too late", { kind = "credentials" } end)
    assert.same({ "second", "second", 0 }, { got[1], provider.cached.credentials, provider.failures })
    assert.is_nil(provider.retry_at)
    assert.is_nil(provider.failed)
    provider, got = taken_over(function() return { credentials = "first", expires = platform.now + 5 } end)
    assert.same({ "first", "second" }, { got[1], provider.cached.credentials })
    provider, got = taken_over(function()
      platform.now = platform.now + 1000
      return nil, "too late", { kind = "credentials" }
    end)
    assert.same({ "nil", "too late", "credentials" }, { tostring(got[1]), got[2], got[3].kind })
    assert.is_nil(provider.failed)
  end)

  it("refreshes early, and knows how long they last by the clock that dated them", function()
    local provider = cache.new({ fetch = function() return { credentials = "keys", expires = 5900, now = 5000 } end })
    assert.equal("keys", provider:get(context()))
    assert.equal(900, provider:seconds_left(context()))
    assert.same({ 1900, 1675 }, { provider.cached.ends, provider.cached.refresh_at })
  end)

  it("does not take what has expired already", function()
    local provider = cache.new({ fetch = function() return { credentials = "keys", expires = 1000 } end })
    local none, message = provider:get(context())
    assert.same({ "nil", "the new credentials had already expired; check this machine's clock" },
      { tostring(none), message })
  end)
end)
