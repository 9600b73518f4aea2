--- The emulator's in-process transport fulfils the part of the send contract about replies, errors and deadlines. The
--- part about bytes on a wire does not apply to it; spec/integration checks that with the emulator behind nginx.

local core = require("ecs_pipeline.core")
local emulators = require("ecs_pipeline.emulator")
local fixture = require("spec.support.core_fixture")

describe("the emulator in process keeps the send contract:", function()
  local emulator, transport

  before_each(function()
    emulator = emulators.new({ clock = "virtual", now = 1764000000,
      credentials = { LTAI5tExampleKeyAb3d = { secret = fixture.SECRET } } })
    transport = emulator:transport()
  end)

  local function request(nonce)
    return assert(core.prepare(fixture.session(), "pipeline.describe", {}, fixture.attempt({ nonce = nonce })))
  end

  it("a reply is a whole number, headers in lower case, and a string", function()
    local reply = assert(transport.send(request("1"), core.clock() + 5))
    assert.equal(200, reply.status)
    assert.is_string(reply.body)
    for name, value in pairs(reply.headers) do
      assert.equal(name:lower(), name)
      assert.is_string(value)
    end
    assert.equal(0, assert(core.finish(request("2"), reply)).total_count)
  end)

  it("a refusal of the service is a reply, not an error", function()
    local reply = assert(transport.send({ method = "POST", url = "https://h/", headers = {}, body = "" }, nil))
    assert.is_true(reply.status >= 400)
  end)

  it("a deadline that has passed sends nothing", function()
    local reply, err = transport.send(request("1"), core.clock() - 1)
    assert.is_nil(reply)
    assert.same({ "timeout", "DEADLINE", false }, { err.kind, err.code, err.sent })
    assert.equal(0, #emulator:state().requests)
  end)

  for kind, expected in pairs({ refused = { "transport", false }, timeout = { "timeout" },
    lost_answer = { "transport" }, lost_request = { "transport" } }) do
    it(kind .. " is an error table of its own, and the next request works", function()
      emulator:fault({ kind = kind })
      local reply, err = transport.send(request("1"), core.clock() + 5)
      assert.is_nil(reply)
      assert.same(expected, { err.kind, err.sent })
      assert.is_string(err.message)
      assert.is_string(err.code)
      err.message = "changed"
      emulator:fault({ kind = kind })
      local _, again = transport.send(request("2"), core.clock() + 5)
      assert.not_equal("changed", again.message)
      assert.equal(200, assert(transport.send(request("3"), core.clock() + 5)).status)
    end)
  end
end)
