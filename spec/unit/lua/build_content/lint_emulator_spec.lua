-- The linter and the emulator state the grammar apart. What the linter calls an error, the emulator refuses: an error
-- is certain. What the emulator refuses, the linter mentions, as an error or a warning. Not compared: YAML, whose
-- findings are never errors, and how many commands there may be, which is the service's to say.
local commands = require("ecs_pipeline.emulator.commands")
local content = require("ecs_pipeline.resources.build_content")
local scripts = require("spec.support.build_content_scripts")

-- The first finding of each severity.
local function first(text)
  local found = {}
  for _, finding in ipairs(content.lint(text)) do
    found[finding.severity] = found[finding.severity] or finding
  end
  return found
end

local function agree(text)
  local found, refusal = first(text), commands.check(text, "BuildContent", 100000)
  if found.error and not refusal or refusal and not found.error and not found.warning then
    error(("lint: %s, %s; emulator: %s; content: %q"):format(found.error and found.error.code or "no error",
      found.warning and found.warning.code or "no warning", refusal and refusal.code or "accepted", text), 0)
  end
  return refusal
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
