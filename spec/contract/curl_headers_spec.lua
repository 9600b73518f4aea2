-- Headers that the libcurl transport rarely gets.

local curl = require("ecs_pipeline.transport.curl")
local raw_server = require("spec.support.raw_server")

describe("the libcurl transport", function()
  local server

  setup(function()
    server = raw_server.start(60)
  end)

  teardown(function()
    server.stop()
  end)

  local function send(headers)
    return curl.new().send({ method = "POST", url = server.url("/echo"), headers = headers, body = "a=1" })
  end

  it("raises on headers that are no table", function()
    assert.error_matches(function() send("x") end, "headers must be a table", 1, true)
  end)

  it("sends the caller's Expect, and none of its own", function()
    assert.is_nil(assert(send({})).body:lower():find("\nexpect:", 1, true))
    assert.is_truthy(assert(send({ expect = "nothing" })).body:lower():find("\nexpect: nothing\r\n", 1, true))
  end)

  it("refuses a header longer than 64 KiB before anything is sent", function()
    local reply, err = send({ ["x-long"] = ("v"):rep(64 * 1024) })
    assert.is_nil(reply)
    assert.same({ "protocol", "REQUEST", false }, { err.kind, err.code, err.sent })
  end)

  it("refuses more than 1 MiB of headers before anything is sent", function()
    local headers = {}
    for index = 1, 17 do
      headers["x-long-" .. index] = ("v"):rep(63 * 1024)
    end
    local reply, err = send(headers)
    assert.is_nil(reply)
    assert.same({ "protocol", "REQUEST", false }, { err.kind, err.code, err.sent })
    assert.equal("the headers are longer than 1 MiB", err.message)
  end)
end)
