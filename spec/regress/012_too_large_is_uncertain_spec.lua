--- Found by `make faults`: a create whose reply was too large (17 MiB, a gzip bomb, endless headers) failed without
-- `outcome = "unknown"` and without the hint to keep the client token, because TOO_LARGE is not retried. But the
-- service had answered, so the pipeline may exist. A second create with a new token could create a second pipeline.

local fake = require("spec.support.fake")

local ARGS = { base_image = "m-1", base_image_type = "IMAGE" }

local function too_large(sent)
  return { failed = { kind = "protocol", code = "TOO_LARGE", message = "too large", sent = sent } }
end

describe("a reply that is too large", function()
  it("leaves the outcome of a write unknown, and is not repeated", function()
    local client, transport = fake.client({ too_large(true) })
    local _, _, err = client.pipeline.create(ARGS)
    assert.equal(1, #transport.requests)
    assert.equal("unknown", err.outcome)
    assert.is_false(err.retryable)
    assert.is_truthy(err.hint:find("client_token", 1, true))
  end)

  it("of a read leaves nothing unknown", function()
    local client = fake.client({ too_large(true) })
    local _, _, err = client.pipeline.describe("ip-1")
    assert.is_nil(err.outcome)
  end)
end)
