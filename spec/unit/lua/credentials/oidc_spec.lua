-- The role of a workload that shows an OIDC token. Every refusal: spec/credentials/rows/sts.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

describe("credentials.oidc", function()
  local function host(text, more)
    local env = { ALIBABA_CLOUD_ROLE_ARN = harness.ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN = harness.IDP,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/token" }
    for name, value in pairs(more or {}) do env[name] = value or nil end
    return harness.new({ env = env, files = { ["/token"] = text } })
  end

  it("shows the token of the file, which is read again at each refresh", function()
    local one = host("canary-jwt\n")
    local client = one:client(ecs.credentials.oidc({ duration_seconds = 900 }))
    assert(client.pipeline.list({}))
    assert.same({ 1, 1 }, { one.reads, one.count.sts })
    one.emulator:advance(900)
    assert(client.pipeline.list({}))
    assert.same({ 2, 2 }, { one.reads, one.count.sts })
  end)

  it("is not set up without each of its three variables", function()
    for _, name in ipairs({ "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
      "ALIBABA_CLOUD_OIDC_TOKEN_FILE" }) do
      local _, message, err = host("canary-jwt", { [name] = false }):client(ecs.credentials.oidc()).pipeline.list({})
      assert.matches(name .. " is not set", message)
      assert.is_true(err.absent)
    end
  end)

  it("says what is wrong with the file, not what is in it", function()
    for text, pattern in pairs({ [" \n"] = "the token file /token is empty",
      ["canary-jwt x"] = "more than one token" }) do
      local _, message = host(text):client(ecs.credentials.oidc()).pipeline.list({})
      assert.matches(pattern, message)
      assert.same({}, harness.leaks(message))
    end
  end)
end)
