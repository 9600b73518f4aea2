--- Found by `make faults`: Message, Code and RequestId of a refusal went unchanged into err.message, with escape
-- sequences and NUL bytes, and from there to the terminal of the user who printed it.

local fake = require("spec.support.fake")

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
