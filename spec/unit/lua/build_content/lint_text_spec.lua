-- Findings about a content as a text. All codes: lint_spec.lua; here their bounds and counts.
local content = require("ecs_pipeline.resources.build_content")
local lint_text = require("ecs_pipeline.build_content.lint_text")

local function findings(check, ...)
  local list = {}
  check(..., function(code, line, message) list[#list + 1] = code .. ":" .. line .. " " .. message end)
  return list
end

local function first(text, code)
  for _, finding in ipairs(content.lint(text)) do
    if finding.code == code then
      return finding
    end
  end
end

describe("build_content.lint, of a text,", function()
  it("counts bytes, 16384 at most", function()
    assert.same({}, findings(lint_text.size, ("x"):rep(16384)))
    assert.same({ "too_large:1 16385 bytes; at most 16384 are accepted" }, findings(lint_text.size, ("x"):rep(16385)))
  end)

  it("counts lines that end with CR LF, and those with control characters", function()
    assert.same({ "crlf:2 1 line ends with CR LF; a shell can take the CR as a part of the last word" },
      findings(lint_text.bytes, "a\nb\r\nc"))
    assert.same({ "crlf:1 2 lines end with CR LF; a shell can take the CR as a part of the last word" },
      findings(lint_text.bytes, "a\r\nb\r\n"))
    assert.same({ "control_character:2 control characters in 2 lines" }, findings(lint_text.bytes, "a\tb\n\0\n\127"))
  end)

  it("knows every character of UTF-8, and what is none", function()
    local function ok(text)
      return #findings(lint_text.encoding, text) == 0
    end
    for _, text in ipairs({ "", "a", "\194\128\223\191", "\224\160\128",
      "\225\128\128\236\191\191\238\128\128\239\191\191",
      "\237\159\191", "\240\144\128\128\241\128\128\128\243\191\191\191\244\143\191\191", "a\0b" }) do
      assert.is_true(ok(text), ("%q"):format(text))
    end
    for _, text in ipairs({ "\128", "\193\191", "\194", "\224\159\128", "\237\160\128", "\240\143\128\128",
      "\244\144\128\128",
      "\195\195\169\169", "\226\130", "a\nb\255" }) do
      assert.is_false(ok(text), ("%q"):format(text))
    end
  end)

  it("names the first command beyond 127", function()
    local finding = first(("# c\nRUN a\n"):rep(130), "too_many_commands")
    assert.same({ 256, "130 commands; " }, { finding.line, finding.message:sub(1, 14) })
  end)

  it("tells a backslash at the very end from one before a blank line", function()
    assert.equal(2, first("RUN a\nRUN b \\", "trailing_backslash").line)
    assert.equal(1, first("RUN a \\\n\nRUN b", "unclear_continuation").line)
  end)
end)
