--- Found by `make faults`: a refusal's Message, Code and RequestId went into err.message as they came, escape
-- sequences and NUL bytes included, and from there to whoever printed it, usually a terminal.

local fake = require("fake")

describe("a refusal with control characters", function()
  it("gives a message without them", function()
    local body = '{"Code":"Invalid\\u001b[31mThing","Message":"a\\u0000b\\u001b]0;x\\u0007\\r\\nc","RequestId":"R\\n1"}'
    local client = fake.client({ fake.reply(400, body) })
    local _, message, err = client.pipeline.delete("ip-1")
    assert.equal("pipeline.delete: arguments refused: a b ]0;x c [Invalid [31mThing, R 1]", message)
    assert.equal("Invalid [31mThing", err.code)
    assert.equal("R 1", err.request_id)
  end)
end)
