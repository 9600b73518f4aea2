-- XML of replies.
local xml = require("ecs_pipeline.emulator.xml")

describe("XML", function()
  it("repeats an element for a list", function()
    assert.are.equal('<?xml version="1.0" encoding="UTF-8"?>\n<R><A><B>1</B><B>&amp;</B></A><C>2</C></R>',
      xml.encode("R", { A = { B = { 1, "&" } }, C = 4 / 2 }))
  end)
end)
