-- The checks of build_content and test_content.

local commands = require("ecs_pipeline.emulator.commands")

local function code(content, name, limit)
  local refusal = commands.check(content, name or "BuildContent", limit or 127)
  return refusal and refusal.code
end

describe("build content", function()
  for _, content in ipairs({
    "RUN yum update -y", "RUN a \\\n  b \\\n  c\nENV A=1", "ENV A 1", "WORKDIR /opt", "USER root", "LABEL a=\"b\"",
    "COPY https://example.com/a /opt", "CMD [\"nginx\"]", "ENTRYPOINT nginx", "RESTART", "RUN a\nRESTART\nRUN b",
    "# a comment\n\nRUN true\n", "FROM IMAGE:m-1\nRUN true", "RUN a\r\nRUN b\r\n", "  RUN indented",
    "COMPONENT ic-bp1abc --name value", "COMPONENT acs:ecs:cn-hangzhou:123:imagecomponent/web 1.*.*",
    "Parameters:\n  a:\n    Type: String\nTasks:\n  - Name: one\n    Action: RunShellCommand\n",
    "Tasks:\n- Action: Reboot\n  Name: two", "RUN a \\\n  # comment\n\n  && b", "RUN a \\\n\nRUN b",
    "\"Tasks\":\n- \"Action\": \"RunShellCommand\"\n", "'Tasks':\n- 'Action': 'Reboot'",
    "  Tasks:\n  - Action: Reboot",
    "{\"Tasks\": [{\"Name\": \"a\", \"Action\": \"Reboot\"}]}", "{ Tasks: [ { Action: Reboot } ] }",
    "Tasks:\n- Action: RunShellCommand\n  Properties:\n    commandContent: |\n      Action: Explode\n- Action: Reboot",
  }) do
    it("accepts " .. ("%q"):format(content), function()
      assert.is_nil(code(content))
    end)
  end

  for _, row in ipairs({
    { "KICKSTART x", "InvalidImageTemplateCommand.NotSupported" },
    { "run true", "InvalidImageTemplateCommand.NotSupported" },
    { "RUN a\nnonsense", "InvalidImageTemplateCommand.NotSupported" },
    { "RUN", "EmptyCommandContent.RUN" }, { "ENV  ", "EmptyCommandContent.ENV" },
    { "WORKDIR", "EmptyCommandContent.WORKDIR" }, { "COPY", "EmptyCommandContent.COPY" },
    { "USER", "EmptyCommandContent.USER" }, { "LABEL", "EmptyCommandContent.LABEL" },
    { "CMD", "EmptyCommandContent.CMD" }, { "ENTRYPOINT", "EmptyCommandContent.ENTRYPOINT" },
    { "RESTART now", "NotEmptyCommandContent.RESTART" }, { "ENV A", "InvalidCommandContent.ENV" },
    { "COPY https://example.com/a", "InvalidCommandContent.COPY" }, { "USER a b", "InvalidCommandContent.USER" },
    { "WORKDIR a b", "InvalidCommandContent.WORKDIR" }, { "FROM", "InvalidCommandContent.FROM" },
    { "RUN a\nFROM IMAGE:m-1", "InvalidCommandOrder.FROM" },
    { "FROM IMAGE:m-1\nFROM IMAGE:m-2", "DuplicatedCommand.FROM" }, { "COMPONENT web", "ImageComponent.NotFound" },
    { "# nothing else", "InvalidParameter.BuildContent" }, { "Tasks:\n", "InvalidParameter.BuildContent" },
    { "Tasks:\n  - Action: Explode", "InvalidParameter.BuildContent" },
    { "\"Tasks\":\n- \"Action\": \"Explode\"", "InvalidParameter.BuildContent" },
    { "{\"Tasks\": [{\"Action\": \"Explode\"}]}", "InvalidParameter.BuildContent" },
    { "Tasks:\n- Action: Reboot\n  x: |\n    a\n- Action: Explode", "InvalidParameter.BuildContent" },
    { "RUN cat <<EOF\nhello\nEOF", "InvalidImageTemplateCommand.NotSupported" },
  }) do
    it("refuses " .. ("%q"):format(row[1]), function()
      assert.are.equal(row[2], code(row[1]))
    end)
  end

  it("takes 16384 bytes, not one more", function()
    assert.is_nil(code("RUN " .. ("x"):rep(16380)))
    assert.are.equal("InvalidBuildContent.LengthExceeded", code("RUN " .. ("x"):rep(16381)))
    assert.are.equal("InvalidBuildContent.LengthExceeded", code("RUN " .. ("é"):rep(8191)))
    assert.are.equal("InvalidParameter.TestContent", code("RUN " .. ("x"):rep(16381), "TestContent"))
  end)

  it("takes 127 commands, or as many as the emulator is told", function()
    assert.is_nil(code(("RUN true\n"):rep(127)))
    assert.are.equal("InvalidImageTemplateCommandSize.ExceededMaxNumber", code(("RUN true\n"):rep(128)))
    assert.is_nil(code(("RUN true\n"):rep(128), nil, 200))
  end)

  it("has a last command even when that ends with a backslash", function()
    assert.same({ "RUN a " }, commands.split("RUN a \\"))
  end)
end)
