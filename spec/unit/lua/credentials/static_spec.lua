-- Credentials given by the caller.
local static = require("ecs_pipeline.credentials.static")

describe("credentials.static", function()
  it("gives the same userdata every time, and it does not tell the secret", function()
    local provider = static.new({ access_key_id = "LTAI5tFakeKey00wxyz",
      access_key_secret = "CANARY" })
    local one = assert(provider:get())
    assert.equal(one, provider:get())
    assert.is_nil(tostring(one):find("CANARY", 1, true))
  end)

  it("reports a blank value when it is used", function()
    local none, message, err = static.new({ access_key_id = "", access_key_secret = "x" }):get()
    assert.is_nil(none)
    assert.is_string(message)
    assert.equal("credentials", err.kind)
  end)

  it("asks whether id and secret are swapped, and shows nothing of either", function()
    for _, id in ipairs({ "LTAI5tFakeKey00wxyz", "STS.NUFakeKey00wxyz" }) do
      local _, message = static.new({ access_key_id = "qSecretOfSomebody", access_key_secret = id }):get()
      assert.matches("are the two swapped?", message, 1, true)
      assert.is_nil(message:find("qSec", 1, true) or message:find("wxyz", 1, true))
      assert(static.new({ access_key_id = id, access_key_secret = id }):get())
    end
    assert(static.new({ access_key_id = "key", access_key_secret = "LTA" }):get())
  end)

  it("raises for what are no fields, unknown ones, and those that are missing", function()
    for wrong, given in pairs({
      ["wants { access_key_id =, access_key_secret =, security_token = }"] = "x",
      ["unknown field \"secret\""] = { secret = "x" },
      ["\"access_key_secret\" must be a string, not a nil"] = { access_key_id = "x" },
      ["\"security_token\" must be a string, not a number"] = { access_key_id = "x", access_key_secret = "y",
        security_token = 1 },
    }) do
      local _, raised = pcall(static.new, given)
      assert.truthy(tostring(raised):find("credentials.static: " .. wrong, 1, true), tostring(raised))
    end
  end)
end)
