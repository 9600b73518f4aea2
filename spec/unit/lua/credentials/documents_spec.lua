-- JSON documents that hold credentials: fetched, decoded.
local documents = require("ecs_pipeline.credentials.documents")

local function context(reply, more)
  local asked = {}
  local made = { platform = { clock = function() return 100 end }, send = function(...)
    asked[#asked + 1] = { ... }
    return reply
  end }
  for name, value in pairs(more or {}) do made[name] = value end
  return made, asked
end

describe("a document", function()
  it("is fetched within its own time and the call's, never through a proxy", function()
    local around, asked = context({ status = 200, body = "{}" }, { deadline = 103 })
    local reply = documents.fetch(around, { method = "GET", url = "http://h:80/a?b",
      headers = { accept = "x", y = "z" } }, { connect = 1, total = 5 })
    assert.same({ status = 200, body = "{}", headers = {} }, reply)
    assert.same({ { method = "GET", url = "http://h:80/a?b", body = "",
      headers = { host = "h:80", accept = "x", y = "z" } }, 103, 1, true }, asked[1])
  end)

  it("is not fetched when the deadline has passed", function()
    local around, asked = context(nil, { deadline = 100 })
    local none, err = documents.fetch(around, { url = "http://h" }, { connect = 1, total = 5 })
    assert.same({ "nil", "DEADLINE", 0 }, { tostring(none), err.code, #asked })
  end)

  it("is refused when it is larger than 64 KiB, or no text", function()
    for _, body in ipairs({ ("x"):rep(64 * 1024 + 1), 7 }) do
      local around = context({ status = 200, body = body })
      local none, err = documents.fetch(around, { url = "http://h" }, { connect = 1, total = 5 })
      assert.same({ "nil", "protocol" }, { tostring(none), err.kind })
    end
  end)

  it("is decoded when it is the text of an object, of 256 KiB at most", function()
    assert.same({ a = "b" }, documents.decode('{"a":"b"}'))
    for _, text in ipairs({ "", "{", "7", '"a"', "{" .. (" "):rep(256 * 1024) .. "}" }) do
      assert.is_nil(documents.decode(text))
    end
    assert.is_nil(documents.decode(nil))
  end)
end)
