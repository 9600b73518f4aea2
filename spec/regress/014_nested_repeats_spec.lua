--- Found by looking for the worst case of core.regex: 57 bytes of nested plus signs, ((((a+)+)+…)+, kept regcomp busy
-- for more than 20 s and used gigabytes, and so did sixteen nested {4}. Both were within the limits on length and
-- repeats. glibc expands repeats, again for each enclosing group. Now the limit counts the expanded repeats.

local core = require("ecs_pipeline.core")

describe("repeats nested in repeats", function()
  local function nested(depth, repeated)
    return ("("):rep(depth) .. "a" .. (")" .. repeated):rep(depth) .. "b"
  end

  it("are refused before the C library writes them out", function()
    local started = core.clock()
    for _, pattern in ipairs({ nested(16, "+"), nested(15, "{4}"), nested(10, "{3,}"), nested(4, "{16}"),
      "(" .. nested(5, "+") .. "+){40}" }) do
      local regex, message = core.regex(pattern)
      assert.is_nil(regex)
      assert.matches("nested too deeply", message)
    end
    assert.is_true(core.clock() - started < 15)
  end)

  it("are taken while they are small", function()
    assert.is_true(assert(core.regex("^(([0-9]{1,3}\\.){3}[0-9]{1,3},?)+$")):match("10.0.0.1,10.0.0.2"))
    assert.is_true(assert(core.regex(nested(8, "+"))):match("ab"))
  end)
end)
