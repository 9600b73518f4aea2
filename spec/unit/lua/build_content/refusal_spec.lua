-- A refusal of build content by the service carries the linter's finding and fix.
local refusal = require("ecs_pipeline.build_content.refusal")
local virtual = require("spec.support.virtual")

local client = virtual.client()

local function args(content, test_content)
  return { base_image = "ubuntu_22_04_x64_20G_alibase_20240926.vhd", base_image_type = "IMAGE", name = "web",
    build_content = content, test_content = test_content }
end

describe("a refused content", function()
  it("has the finding that is the reason as its hint, and all findings", function()
    local _, _, err = client.pipeline.create(args("# c\nyum update -y"))
    assert.equal("InvalidImageTemplateCommand.NotSupported", err.code)
    assert.equal("build_content, line 2: \"yum\" is not a command of the build notation (RUN, COPY, ENV …); if the "
      .. "line continues the command above, that one needs a backslash at its end; if not, begin it with RUN", err.hint)
    assert.equal("unknown_verb", err.findings[1].code)
  end)

  it("names a here-document once, with the way that works", function()
    local _, _, err = client.pipeline.create(args("RUN cat > /etc/motd <<'M'\nhello\nworld\nM\nRUN yum install x"))
    assert.matches("^build_content, line 1: a here%-document: .*; write the lines with printf", err.hint)
    local count = 0
    for _, finding in ipairs(err.findings) do
      count = count + (finding.line <= 4 and 1 or 0)
    end
    assert.equal(1, count)
  end)

  it("is explained by ensure, bake and component.create, too", function()
    local _, _, err = client.pipeline.ensure(args("RUN a", "run b"))
    assert.matches("^test_content, line 1: commands are written in upper case; write RUN$", err.hint)
    _, _, err = client.bake(args("RUN a", "run b"), { lint = false })
    assert.matches("^test_content, line 1: ", err.hint)
    assert.equal("verb_case", err.findings[1].code)
    _, _, err = client.component.create({ name = "web", content = "COMPONENT ic-1" })
    assert.matches("^content, line 1: a component cannot use another one", err.hint)
  end)
end)

describe("a content that bake refuses, or the service refuses to bake,", function()
  it("is told how to be written", function()
    local _, message, err = client.bake(args("yum update -y"))
    assert.matches("line 1: \"yum\" is not a command .* begin it with RUN$", message)
    assert.equal("unknown_verb", err.failures[1].rule)
    for text, hint in pairs({ ["tasks:\n- Name: a\n"] = "\"tasks\" is not known in the content; did you mean Tasks%?$",
      ["Tasks:\n- Name: a\n"] = "a task has no Action; write Action: …$" }) do
      _, _, err = client.bake(args(text))
      assert.equal("InvalidParameter.BuildContent", err.code)
      assert.matches("^build_content, line %d: " .. hint, err.hint)
      _, _, err = client.pipeline.create(args(text))
      assert.matches(hint, err.hint)
    end
  end)

  it("is not told to be baked again as it is", function()
    for text, kind in pairs({ ["COMPONENT ic-none1"] = "not_found", ["Tasks: {}"] = "validation" }) do
      local _, _, err = client.bake(args(text))
      assert.equal(kind, err.kind)
      assert.is_nil((err.hint or ""):find("same arguments", 1, true))
    end
  end)
end)

describe("refusal.explain", function()
  it("leaves other errors alone, and says nothing of a content without a reason", function()
    for _, err in ipairs({ { code = "InvalidName.Duplicated" }, { kind = "timeout" }, { code = 7 } }) do
      refusal.explain(args("make"), err)
      assert.same({}, { err.hint, err.findings })
    end
    local err = { code = "InvalidCommandContent.RUN", hint = "before" }
    refusal.explain(args("RUN apt-get install x"), err)
    assert.same({ "before", "interactive_install" }, { err.hint, err.findings[1].code })
    err = { code = "InvalidBuildContent.LengthExceeded" }
    refusal.explain(args("RUN " .. ("x"):rep(16381)), err)
    assert.matches("16385 bytes; at most 16384 are accepted; move files", err.hint)
  end)
end)
