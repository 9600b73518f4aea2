-- The linter and the emulator know the same grammar, each by itself: what one calls an error, the other refuses.
-- Not compared: YAML, which is only measured here; how many commands there may be, which is the service's to say; and
-- words broken over two lines.
local commands = require("ecs_pipeline.emulator.commands")
local content = require("ecs_pipeline.resources.build_content")
local scripts = require("spec.support.build_content_scripts")

local function first_error(text)
  for _, finding in ipairs(content.lint(text)) do
    if finding.severity == "error" then
      return finding
    end
  end
  return nil
end

local function agree(text)
  local finding, refusal = first_error(text), commands.check(text, "BuildContent", 100000)
  if (finding == nil) ~= (refusal == nil) then
    error(("lint: %s; emulator: %s; content: %q"):format(finding and finding.code or "no error",
      refusal and refusal.code or "accepted", text), 0)
  end
  return finding
end

describe("build_content.lint and the emulator", function()
  it("agree on a thousand scripts", function()
    local refused, accepted = 0, 0
    for seed = 1, 1000 do
      local random = scripts.random(seed)
      local text = scripts.text(scripts.script(random, 6, 12), random)
      if agree(text) then
        refused = refused + 1
      else
        accepted = accepted + 1
      end
    end
    assert.is_true(refused > 250 and accepted > 250, refused .. " refused, " .. accepted .. " accepted")
  end)

  it("agree on scripts of one command", function()
    for seed = 1, 300 do
      local random = scripts.random(seed)
      agree(scripts.text(scripts.script(random, 1, 2), random))
    end
  end)

  it("agree on sizes, on texts without commands and on what breaks lines", function()
    for _, text in ipairs({
      "", "\n\n", "# only\n# comments", "\\\n", "RUN " .. ("x"):rep(16380), "RUN " .. ("x"):rep(16381),
      "RUN " .. ("é"):rep(8190), "RUN " .. ("é"):rep(8191), "\239\187\191RUN a", "\239\187\191# a\nRUN a", "RUN \\",
      "RUN a \\", "RUN \\\n\nRUN b", "RUN a \\\n# b\nRUN c", "RUN a \\\n# b \\\n c", "RUN a\\ \t\n b", "RUN a \\\\\nb",
      "COPY a \\\n b", "COPY a \\", "COPY a \\\n\nb", "USER a \\\n b", "ENV a \\\n b", "ENV A \\\n\nRUN b", "ENV =",
        "RUN\\\n a",
      "RESTART \\\nRUN a", "RESTART \\\n\nRUN a", "FROM a\nFROM b", "FROM a b", "RUN a\r\r\nRUN b", "RUN a\rRUN b",
      "\v\fRUN a", "COMPONENT ic-", "COMPONENT ic-a$ b", "COMPONENT \"ic-a\"", ("RUN true\n"):rep(200),
    }) do
      agree(text)
    end
  end)
end)
