-- What a refusal teaches about the service's clock, judged by the stamp that was signed.
local fake = require("spec.support.fake")
local http_date = require("ecs_pipeline.emulator.clock").http_date
local service_clock = require("ecs_pipeline.call.service_clock")

describe("the service's clock", function()
  local host, clock, client, events

  before_each(function()
    host, events = fake.platform(), {}
    clock = service_clock.new(host)
    client = { platform = host, log = "off", on_event = function(event) events[#events + 1] = event end }
  end)

  -- A refusal by a service whose clock is so many seconds ahead of the right time.
  local function refused(ahead, code)
    return { kind = "api", code = code or "InvalidTimeStamp.Expired", status = 400,
      headers = { date = http_date(1795491843 + host.now - 1000 + ahead) } }
  end

  local function learn(stamp, err)
    return clock:learn(client, "pipeline.list", stamp, err)
  end

  it("is ours until a refusal shows another", function()
    assert.equal(host.wall(), clock:now())
    local stamp = clock:stamp()
    assert.same({ now = 1795491843, at = 1000 }, stamp)
    host.now = host.now + 0.5
    assert.is_nil(learn(stamp, refused(0)))
    assert.equal(3599.5, learn(stamp, refused(3600)))
    assert.equal(host.wall() + 3599.5, clock:now())
    assert.equal(1795491843 + 3600, clock:stamp().now)
    assert.equal(1795491843 + 60, clock:stamp(60).now)
    assert.equal(60, service_clock.new(host, 60).offset)
  end)

  it("is compared with what was signed, and reported once", function()
    local first, second = clock:stamp(), clock:stamp()
    assert.equal(3600, learn(first, refused(3600)))
    assert.equal(3600, learn(second, refused(3600)))
    assert.equal(1, #events)
    assert.same({ "skew", "pipeline.list", 3600 }, { events[1].type, events[1].operation, events[1].offset })
    assert.is_nil(learn(clock:stamp(), refused(3600)))
  end)

  it("is learnt too when our own clock was set while the request was under way", function()
    host.wall_offset = host.wall_offset - 3600
    local stamp = clock:stamp()
    host.wall_offset = host.wall_offset + 3600
    assert.equal(0, learn(stamp, refused(0)))
    assert.same({ 0, 0 }, { clock.offset, #events })
  end)

  it("is not learnt from other failures, nor without a date", function()
    local stamp = clock:stamp()
    assert.is_nil(learn(stamp, refused(3600, "Throttling")))
    assert.is_nil(learn(stamp, { kind = "api", code = "IllegalTimestamp", headers = {} }))
    assert.is_nil(learn(stamp, { kind = "api", code = "IllegalTimestamp", headers = { date = "soon" } }))
    assert.equal(0, clock.offset)
  end)
end)
