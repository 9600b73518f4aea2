-- The sources in their order. With every kind of source: spec/credentials/rows/chain.lua.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

describe("a chain", function()
  it("tells the source it uses of expired credentials", function()
    local told = {}
    local source = { get = function() return core.credentials(KEYS) end,
      expire = function(_, given) told[#told + 1] = given end }
    local chain = ecs.credentials.chain({ sources = { source } })
    chain:expire("before anything was got")
    assert.same({}, told)
    local got = assert(chain:get({}))
    chain:expire(got)
    assert.same({ got }, told)
  end)

  it("tells the source that gave them, although another one has been chosen since", function()
    local told, first_has = {}, true
    local function source_named(name, has)
      return { get = function() return has() and core.credentials(KEYS) or nil, "none" end,
        expire = function() told[#told + 1] = name end }
    end
    local chain = ecs.credentials.chain({ sources = { source_named("first", function() return first_has end),
      source_named("second", function() return true end), source_named("third", function() return true end) } })
    local around = { platform = { env = function() end }, warn = function() end }
    local got = assert(chain:get(around))
    first_has = false
    assert(chain:get(around))
    chain:expire(got)
    assert.same({ "first", "second" }, told)
  end)

  it("keeps what another call has found while this one failed", function()
    local asked = 0
    local chain
    chain = ecs.credentials.chain({ sources = { { get = function()
      asked = asked + 1
      if asked == 1 then -- the source waits; meanwhile another call asks and gets some
        assert(chain:get({ platform = { env = function() end } }))
        return nil, "too late", { kind = "credentials" }
      end
      return core.credentials(KEYS)
    end } } })
    assert.is_nil((chain:get({ platform = { env = function() end } })))
    assert.truthy(chain.chosen)
  end)

  it("is made of providers", function()
    assert.error_matches(function() ecs.credentials.chain({ sources = { KEYS } }) end,
      "sources%[1%] must be a provider with get")
    assert.error_matches(function() ecs.credentials.chain({ sources = {} }) end, "must not be empty")
  end)

  local function source(answer)
    local one = { asked = 0, answer = answer }
    function one.get()
      one.asked = one.asked + 1
      if one.answer == "keys" then
        return "keys of " .. tostring(one)
      end
      return nil, one.answer, { kind = "credentials", absent = one.answer == "not set up" or nil }
    end
    return one
  end

  local function context()
    local warnings = {}
    return { platform = { env = function() end }, warn = function(text) warnings[#warnings + 1] = text end }, warnings
  end

  it("stays with the source that has credentials, for as long as it has some", function()
    local first, second = source("not set up"), source("keys")
    local chain = ecs.credentials.chain({ sources = { first, second } })
    assert.truthy(chain:get(context()))
    assert.truthy(chain:get(context()))
    assert.same({ 1, 2 }, { first.asked, second.asked })
    second.answer, first.answer = "gone", "keys"
    assert.truthy(chain:get(context()))
    assert.same({ 2, 3 }, { first.asked, second.asked })
  end)

  it("warns once of a source that was set up and fails, and of none that was not", function()
    local around, warnings = context()
    local broken = source("the file is broken")
    local chain = ecs.credentials.chain({ sources = { source("not set up"), broken, source("keys") } })
    chain:get(around)
    chain.chosen = nil
    chain:get(around)
    assert.same({ "credentials of the source 2 are not usable, those of the source 3 are used: the file is broken" },
      warnings)
  end)

  it("says what each source said when none has credentials", function()
    local _, message, err = ecs.credentials.chain({ sources = { source("not set up"), source("broken") } })
      :get((context()))
    assert.equal("no source has credentials: source 2: broken; source 1: not set up", message)
    assert.same({ { source = "source 1", message = "not set up", absent = true },
      { source = "source 2", message = "broken" } }, err.sources)
  end)

  it("describes its sources up to the one in use", function()
    local last = source("keys")
    local chain = ecs.credentials.chain({ sources = { source("broken"), source("keys"), last } })
    local said = chain:describe((context()))
    assert.same({ "broken", true, "not asked: source 2 comes first" },
      { said[1].message, said[2].used, said[3].message })
    assert.equal(0, last.asked)
  end)
end)
