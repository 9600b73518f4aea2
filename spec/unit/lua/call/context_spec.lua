-- What a source of credentials may use of a client.
local context = require("ecs_pipeline.call.context")
local fake = require("spec.support.fake")
local http_date = require("ecs_pipeline.emulator.clock").http_date
local service_clock = require("ecs_pipeline.call.service_clock")

-- An internal client, as far as its context needs one.
local function client(more)
  local platform = fake.platform()
  local made = { platform = platform, service_clock = service_clock.new(platform, 60), options = {}, log = "off",
    picked = {} }
  made.transports = { pick = function(_, ...)
    made.picked[#made.picked + 1] = { ... }
    return made.transport, { code = "NO_TRANSPORT" }
  end }
  made.transport = { send = function() return { status = 200 } end }
  function made.session() return "session" end
  function made.url_of(_, ...) return table.concat({ ... }, " ") end
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

describe("the context of a client", function()
  it("sends by the transport of the host, directly where that is asked for", function()
    local one = client()
    assert.same({ status = 200 }, context.new(one).send({ url = "http://h:1/a?b" }, 5, 2, true))
    assert.same({ { "http://h:1", 2, true } }, one.picked)
    one.transport = nil
    local none, err = context.new(one).send({ url = "http://h" }, 5)
    assert.same({ "nil", "NO_TRANSPORT" }, { tostring(none), err.code })
  end)

  it("knows the corrected time, endpoints, the session, and that nobody is cancelled", function()
    local one = client()
    local around = context.new(one)
    assert.equal(one.platform.wall() + 60, around.now())
    assert.equal("Ecs cn-hangzhou public", around.endpoint("Ecs", "cn-hangzhou", "public"))
    assert.equal("session", around.session())
    assert.is_nil(around.cancelled())
  end)

  it("signs with the clock of the client, and corrects it", function()
    local one = client()
    local around = context.new(one)
    local stamp = around.stamp()
    assert.same({ one.platform.wall() + 60, one.platform.wall() + 5 }, { stamp.now, around.stamp(5).now })
    local refusal = { kind = "api", code = "InvalidTimeStamp.Expired",
      headers = { date = http_date(one.platform.wall() + 3600) } }
    assert.equal(3600, around.learn(stamp, refusal))
    assert.equal(one.platform.wall() + 3600, around.now())
    refusal.code = "NoPermission"
    assert.is_nil(around.learn(stamp, refusal))
  end)

  it("warns by an event", function()
    local events = {}
    context.new(client({ on_event = function(event) events[#events + 1] = event end })).warn("careful")
    assert.same({ { type = "warning", operation = "credentials", message = "careful" } }, events)
  end)

  it("for one call has its deadline, and all else of the client's", function()
    local whole = context.new(client())
    local one = context.until_deadline(whole, 1005)
    assert.same({ 1005, whole.send, whole.platform }, { one.deadline, one.send, one.platform })
    assert.is_nil(whole.deadline)
  end)

  it("where nothing may be sent knows files and clocks, and starts nothing", function()
    local one = client()
    local whole = context.new(one)
    local offline = context.offline(whole)
    local none, err = offline.send({ url = "http://h" }, 5)
    assert.same({ "nil", "NO_TRANSPORT", false, 0 }, { tostring(none), err.code, err.sent, #one.picked })
    assert.same({ nil, "nothing may be started here" }, { offline.platform.popen("keys") })
    assert.equal(whole.platform.clock, offline.platform.clock)
    assert.equal(whole.now, offline.now)
  end)
end)
