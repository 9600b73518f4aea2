-- IPv4 blocks as numbers.
local cidr = require("ecs_pipeline.emulator.cidr")

describe("a block of addresses", function()
  it("is read and written", function()
    assert.same({ first = 2886729728, size = 2 ^ 20, prefix = 12 }, cidr.read("172.16.0.0/12"))
    assert.same({ first = 0, size = 2 ^ 32, prefix = 0 }, cidr.read("0.0.0.0/0"))
    for _, text in ipairs({ "172.16.0.0/12", "10.1.2.3/32", "255.255.255.0/24" }) do
      local block = cidr.read(text)
      assert.equal(text, cidr.text(block.first, block.prefix))
    end
  end)

  it("is none with bits beyond its prefix, zeros in front, or numbers out of range", function()
    for _, text in ipairs({ "172.16.0.1/12", "10.0.0.0", "10.0.0.0/33", "10.0.0.256/32", "10.00.0.0/8", "10.0.0/8", "",
      "10.0.0.0/8 " }) do
      assert.is_nil(cidr.read(text), text)
    end
  end)

  it("contains itself and what lies in it, and overlaps what it shares an address with", function()
    local vpc, inner, beside = cidr.read("10.0.0.0/16"), cidr.read("10.0.255.0/24"), cidr.read("10.1.0.0/24")
    assert.same({ true, true, false, false },
      { cidr.contains(vpc, vpc), cidr.contains(vpc, inner), cidr.contains(inner, vpc), cidr.contains(vpc, beside) })
    assert.same({ true, true, false },
      { cidr.overlap(vpc, inner), cidr.overlap(inner, vpc), cidr.overlap(vpc, beside) })
  end)
end)
