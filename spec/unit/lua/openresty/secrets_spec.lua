-- Secrets of webhooks.
local secrets = require("ecs_pipeline.openresty.secrets")

describe("secrets", function()
  it("are one text or a list, none of them short; what is blank is none", function()
    assert.same({ "0123456789abcdef" }, secrets.read("x", "0123456789abcdef"))
    assert.same({ "0123456789abcdef" }, secrets.read("x", { "", "0123456789abcdef", " " }))
    assert.same({}, secrets.read("x", nil))
    assert.error_matches(function() secrets.read("x", { 1 }) end, "x: option \"secret\" must be a string", 1, true)
    assert.error_matches(function() secrets.read("x", "0123456789abcde") end, "at least 16 bytes", 1, true)
  end)

  it("are the handler's and those of its pipelines", function()
    assert.same({ "0123456789abcdef", "fedcba9876543210" }, secrets.all("x", { secret = "0123456789abcdef",
      pipelines = { web = { secret = "fedcba9876543210" }, api = "ip-1", other = { id = "ip-2" } } }))
  end)

  it("have the key of Standard Webhooks in Base64", function()
    assert.equal("gitlab signing key of 32 bytes!!",
      secrets.standard_key("whsec_Z2l0bGFiIHNpZ25pbmcga2V5IG9mIDMyIGJ5dGVzISE="))
    assert.is_nil(secrets.standard_key("whsec_"))
    assert.is_nil(secrets.standard_key("whsec_a*b"))
    assert.is_nil(secrets.standard_key("Z2l0bGFi"))
  end)
end)
