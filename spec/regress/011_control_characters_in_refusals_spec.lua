--- Found by `make faults`: Message, Code and RequestId of a refusal went unchanged into err.message, with escape
-- sequences and NUL bytes, and from there to the terminal of the user who printed it.

local fake = require("spec.support.fake")

-- Later: what UTF-8 has of them beyond ASCII (U+009B begins an escape sequence), and characters that set the direction
-- of writing, so that a text reads as another one, passed still.

describe("a refusal with control characters", function()
  it("gives a message without them", function()
    local body = '{"Code":"Invalid\\u001b[31mThing","Message":"a\\u0000b\\u001b]0;x\\u0007\\r\\nc","RequestId":"R\\n1"}'
    local client = fake.client({ fake.reply(400, body) })
    local _, message, err = client.pipeline.delete("ip-1")
    assert.equal("pipeline.delete: arguments refused: a b ]0;x c [Invalid [31mThing, R 1]", message)
    assert.equal("Invalid [31mThing", err.code)
    assert.equal("R 1", err.request_id)
  end)

  it("gives one without those beyond ASCII, wherever they are", function()
    local bad = "\\u009b31m\\u202e\\u2066\\u200f\\u061cx"
    local body = ('{"Code":"A%s","Message":"b%s","RequestId":"R%s"}'):format(bad, bad, bad)
    local client = fake.client({ fake.reply(400, body) })
    local _, message, err = client.pipeline.delete("ip-1")
    for _, text in ipairs({ message, err.message, err.code, err.request_id, err.raw.Message }) do
      assert.is_nil(text:find("[\194\216\226]"), text)
      assert.matches(" 31m    x", text, 1, true)
    end
  end)

  it("of a gateway that answers no JSON is shown without them too", function()
    local client = fake.client({ fake.reply(404, "<p>\194\155\155\226\128\174x") })
    local _, message = client.pipeline.delete("ip-1")
    assert.is_nil(message:find("[\155\174]"), message)
  end)
end)
