-- Credentials of a URL. Every answer: spec/credentials/rows/uri_process.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

describe("credentials.uri", function()
  it("is a plain GET without the fragment", function()
    local asked
    local host = harness.new({ sidecar = function(self, request)
      asked = request
      return harness.reply(200, self:document())
    end })
    assert(host:client(ecs.credentials.uri({ uri = harness.SIDECAR .. "?a=b#c" })).pipeline.list({}))
    assert.same({ "GET", harness.SIDECAR .. "?a=b", "" }, { asked.method, asked.url, asked.body })
  end)

  it("has a port that there is", function()
    for url, wrong in pairs({ ["http://h:99999/x"] = true, ["http://[::1]:0/"] = true, ["http://h:65536?a"] = true,
      ["http://[::1]/a:99999"] = false, ["http://[1::2]:1/"] = false, ["http://h/"] = false }) do
      local host = harness.new({ env = { ALIBABA_CLOUD_CREDENTIALS_URI = url } })
      local _, message = host:client(ecs.credentials.uri()).pipeline.list({})
      assert.equal(wrong, message:find("the port must be from 1 to 65535", 1, true) ~= nil, message)
    end
  end)

  it("must be http or https, with a host and without a user; it is not repeated", function()
    for _, url in ipairs({ "ftp://h/canary-secret", "http://canary-user:canary-secret@h/", "http:///canary-secret",
      "http://h/canary secret" }) do
      local host = harness.new({ env = { ALIBABA_CLOUD_CREDENTIALS_URI = url } })
      local _, message, err = host:client(ecs.credentials.uri()).pipeline.list({})
      assert.matches("must be http://host/path or https://host/path, without a user name", message)
      assert.same({}, harness.leaks(message, err))
      assert.equal(0, #host.sent)
    end
  end)

  it("is not asked when the deadline has passed", function()
    local host = harness.new()
    local none, message = ecs.credentials.uri({ uri = harness.SIDECAR }):get({ platform = host.platform,
      deadline = host.platform.clock(), now = host.platform.wall, warn = error, send = error })
    assert.same({ "nil", "the credentials URI: the deadline of the call passed first [DEADLINE]" },
      { tostring(none), message })
  end)
end)
