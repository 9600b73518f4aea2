-- The service's rules for texts.
local text = require("ecs_pipeline.emulator.text")

describe("text", function()
  it("is counted in characters, and only when it is UTF-8", function()
    assert.are.equal(3, text.length("aé镜"))
    assert.are.equal(1, text.length("\240\159\154\128"))
    for _, bytes in ipairs({ "\255", "\192\128", "\224\128\128", "\237\160\128", "\195", "\195a",
        "\244\144\128\128" }) do
      assert.is_nil(text.length(bytes))
    end
  end)

  it("is counted in bytes where the service does so", function()
    assert.same({ true, false, false }, { text.bytes(3)("abc"), text.bytes(2)("abc"), text.bytes(2)("镜") })
  end)

  it("is a name when it begins with a letter, Chinese ones too, and has nothing else in it", function()
    local name = text.name(2, 8, "._-")
    for _, good in ipairs({ "ab", "镜像1", "a.b_c-d", "A1" }) do
      assert.is_true(name(good), good)
    end
    for _, bad in ipairs({ "a", "1a", "a b", "abcdefghi", "é1", "http://", "a\255", "" }) do
      assert.is_false(name(bad), bad)
    end
    assert.is_false(text.name(2, 20, "", { "acs:" })("acs:web"))
  end)

  it("is free text unless it begins like a web address", function()
    assert.same({ true, false, false, false },
      { text.free(1, 9)("see http:"), text.free(1, 99)("https://x"), text.free(1, 2)("abc"), text.free(1, 9)("\255") })
    assert.same({ true, false }, { text.holds_web_address("see https://x"), text.holds_web_address("see x") })
  end)

  it("is one of a few words, or a whole number in its range", function()
    assert.same({ true, false }, { text.one_of("a", "b")("b"), text.one_of("a", "b")("c") })
    local rule = text.integer(20, 500)
    assert.same({ true, true, false, false, false, false },
      { rule("20"), rule("500"), rule("19"), rule("501"), rule("20.0"), rule("-20") })
  end)
end)
