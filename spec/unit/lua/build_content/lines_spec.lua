-- From text to commands: line ends, continuations, comments. What a parser makes of them: parser_spec.lua.
local lines = require("ecs_pipeline.build_content.lines")

local function commands(text)
  local list = {}
  for index, command in ipairs(lines.commands(lines.physical(text))) do
    list[index] = command.text
  end
  return list
end

describe("lines of build content", function()
  it("end with LF, whatever CRs stand before it", function()
    assert.same({ "a", "b", "c\rd", "" }, lines.physical("a\nb\r\r\nc\rd\n"))
    assert.same({ "" }, lines.physical(""))
  end)

  it("lose their blanks at an end, of every kind", function()
    assert.same({ "a \t", " \va", "", "" },
      { lines.lstrip(" \t\r\v\fa \t"), lines.rstrip(" \va\f\v "), lines.lstrip(" \t"), lines.rstrip("\r ") })
    assert.same({ "a", "\"b", "c\"" }, lines.bare_words("\ta  \"b c\"\n"))
  end)

  it("are YAML by the first that is neither blank nor a comment", function()
    for text, yaml in pairs({ ["# a\n\n---"] = true, ["Tasks :"] = true, ["Parameters:"] = true, ["RUN a\n---"] = false,
      [" Tasks:"] = true, [""] = false, ["\"Tasks\":"] = true, ["'Parameters' :"] = true, ["{ }"] = true,
      ["\239\187\191Tasks:"] = true,
      ["%YAML 1.1"] = true, ["Taskset: a"] = true, ["? Tasks"] = false, ["tasks:"] = true,
      ["'x-y': &a {}"] = true, ["- Tasks:"] = true, ["-\n  a: b"] = true, ["-x"] = false, ["RUN: a"] = false,
      ["run:"] = false, ["RUN : a"] = false, ["a:b c"] = false, ["https://a"] = false }) do
      assert.equal(yaml, lines.is_yaml(lines.physical(text)), text)
    end
  end)

  it("are joined by a backslash, also before blanks, and end at a blank line", function()
    assert.same({ "RUN a b" }, commands("RUN a \\\n  b"))
    assert.same({ "RUN a", "RUN b" }, commands("RUN a \\\n\nRUN b"))
    assert.same({ "RUN a", "RUN b" }, commands("# c\nRUN a\n\n  # c\nRUN b"))
  end)

  it("say where a command stands, and whether its last line is continued by nothing", function()
    local list = lines.commands(lines.physical("\nRUN a \\\n b\nRUN c \\"))
    assert.same({ 2, 3, false, "RUN a \\\n b" }, { list[1].line, list[1].last_line, list[1].open, list[1].raw })
    assert.same({ 4, 4, true }, { list[2].line, list[2].last_line, list[2].open })
  end)

  for why, text in pairs({ heredoc = "RUN cat <<E \\\n a", swallowed = "RUN a # b \\\n c", blank = "RUN a \\ \n b",
    double = "RUN a \\\\\n b", quoted = "RUN 'a \\\n b'", word = "RUN ab\\\ncd",
    operator = "RUN a;\\\nb" }) do
    it("leave a continuation in doubt as it stands: " .. why, function()
      local command = lines.commands(lines.physical(text))[1]
      assert.same({ { line = 1, why = why } }, command.unclear)
      assert.truthy(command.exact:find("\\", 1, true))
    end)
  end

  it("leave out comments and blank lines inside a continued command, and say so", function()
    local list = lines.commands(lines.physical("RUN a \\\n  # b \\\n\n  && c\nRUN d"))
    assert.same({ "RUN a   && c", "RUN d" }, { list[1].text, list[2].text })
    assert.same({ { line = 2, why = "comment" } }, list[1].unclear)
    assert.same({ true, 1, 4 }, { list[1].doubtful, list[1].line, list[1].last_line })
    assert.is_nil(list[2].doubtful)
  end)

  it("end a continued command at a comment or blank line before a verb, with a doubt about both", function()
    for between, why in pairs({ ["# b"] = "comment", [""] = "blank_line" }) do
      local list = lines.commands(lines.physical("RUN a \\\n" .. between .. "\nENV A b\nRUN c"))
      assert.same({ "RUN a", "ENV A b", "RUN c" }, { list[1].text, list[2].text, list[3].text })
      assert.same({ true, why, true, true }, { list[1].open, list[1].cut, list[1].doubtful, list[2].doubtful })
      assert.is_nil(list[3].doubtful)
    end
    assert.same({ "RUN a RUNNER b" }, commands("RUN a \\\n\nRUNNER b"))
  end)

  it("of a here-document belong to its command", function()
    for _, row in ipairs({ { "<<EOF", "EOF" }, { "<<'EOF'", "EOF" }, { "<<-\"E.O\"", "\tE.O" },
      { "<< EOF", "EOF" } }) do
      local text = "RUN cat " .. row[1] .. " > x\nRUN b\n\n#c\n" .. row[2]
      local list = lines.commands(lines.physical(text .. "\nRUN d"))
      assert.equal(text, list[1].text)
      assert.same({ 1, 5, "RUN d" }, { list[1].line, list[1].last_line, list[2].text })
      assert.same({ { line = 1, why = "heredoc" } }, list[1].unclear)
    end
    assert.same({ "RUN a $((1<<3))", "RUN b" }, commands("RUN a $((1<<3))\nRUN b"))
    assert.same({ "LABEL a <<b", "b" }, commands("LABEL a <<b\nb"))
    local twice = commands("RUN cat <<A\nx\nA\nRUN cat <<A\ny\nA")
    assert.same({ "RUN cat <<A\nx\nA", "RUN cat <<A\ny\nA" }, twice)
  end)

  it("have no doubt about a continuation between two words", function()
    local command = lines.commands(lines.physical("RUN a \\\n  b"))[1]
    assert.same({ {}, "RUN a b" }, { command.unclear, command.exact })
  end)
end)
