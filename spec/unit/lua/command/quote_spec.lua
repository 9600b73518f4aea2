-- Words for a shell: read back by a real one.
local quote = require("ecs_pipeline.command.quote")

describe("a word for a shell", function()
  for _, word in ipairs({ "plain", "ip-bp1", "a b", "it's", "$(id)", "`id`", "a\nb", "*", "", "~", "k=v", "#x",
    "\\", "ü" }) do
    it(("%q is read as it was"):format(word), function()
      local pipe = assert(io.popen("printf %s. " .. quote(word)))
      local seen = pipe:read("*a")
      pipe:close()
      assert.equal(word .. ".", seen)
    end)
  end

  it("stays without quotes if it can", function()
    assert.equal("exec-bp1", quote("exec-bp1"))
    assert.equal("https://localhost:80/x", quote("https://localhost:80/x"))
  end)
end)
