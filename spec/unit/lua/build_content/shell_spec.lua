-- The simple commands of a shell text.
local shell = require("ecs_pipeline.build_content.shell")

local function commands(text)
  local list = {}
  for index, command in ipairs(shell.commands(text)) do
    list[index] = (command.piped and "| " or "") .. table.concat(command.words, "_")
  end
  return table.concat(list, " ; ")
end

describe("the commands of a shell text", function()
  for text, wanted in pairs({
    ["a b; c && d || e & f\ng"] = "a_b ; c ; d ; e ; f ; g",
    ["a | b |& c"] = "a ; | b ; c",
    ["a 'b; c' \"d | e\" f\\;g"] = "a_b; c_d | e_f;g",
    ["a $(b; c) `d; e`"] = "a_$b; c_d; e",
    ["a # b; c\nd#e"] = "a ; d#e",
    ["a >b 2>&1; c"] = "a_>b_2>1 ; c",
    ["(a; b)"] = "a ; b",
    ["if a; then b; else c; fi"] = "a ; b ; c ; fi",
    ["A=b sudo -u root -E c"] = "c",
    ["timeout 30s nice -n 5 a -b"] = "a_-b",
    ["env A=\"b c\" d"] = "d",
    ["A=b"] = "",
    [""] = "",
    ["a 'b"] = "a_",
    ["a $(b"] = "a_$",
  }) do
    it(("are found in %q"):format(text):gsub("\n", "n"), function()
      assert.equal(wanted, commands(text))
    end)
  end

  it("are programs without their folders", function()
    assert.same({ "yum", "yum", "" }, { shell.program("/usr/bin/yum"), shell.program("yum"), shell.program("/bin/") })
  end)
end)
