-- build_content.lint: every code, what it takes and what it refuses.
-- What RUN runs: lint_scripts_spec.lua; secrets: secrets_spec.lua.
local ecs = require("ecs_pipeline")
local codes = require("ecs_pipeline.build_content.codes")
local repo = require("spec.support.repo")

local content = ecs.build_content
local UBUNTU = "ubuntu_22_04_x64_20G_alibase_20240926.vhd"

local function found(input, options)
  local list = {}
  for index, finding in ipairs(content.lint(input, options)) do
    list[index] = finding.code .. ":" .. finding.line
  end
  return table.concat(list, " ")
end

-- The message of a raised error, which must point at this file.
local function raised(fn)
  local ok, thrown = pcall(fn)
  assert.is_false(ok)
  assert.matches("lint_spec.lua:%d+: ", thrown)
  return thrown
end

-- Content → codes and lines; options behind it.
local ROWS = {
  { "RUN true", "" }, { "RUN " .. ("x"):rep(16380), "" }, { "RUN " .. ("x"):rep(16381), "too_large:1" },
  { "RUN " .. ("é"):rep(8191), "too_large:1" }, { ("RUN\n"):rep(100000), "too_large:1" },
  { "", "no_commands:1" }, { "# nothing\n", "no_commands:1" },
  { "\239\187\191RUN a\nRUN b", "byte_order_mark:1" }, { "RUN a\n\239\187\191RUN b", "unknown_verb:2" },
  { "RUN a\n&& b\nKICK c\nEXPOSE 80\nADD a b", "unknown_verb:2 unknown_verb:3 unknown_verb:4 unknown_verb:5" },
  { "run a\nRestart\ncopy", "verb_case:1 verb_case:2 verb_case:3" },
  { "RUN\nENV \nWORKDIR\nCOPY\nUSER\nLABEL\nCMD\nENTRYPOINT\nCOMPONENT\nRESTART", "empty_argument:1 empty_argument:2 "
    .. "empty_argument:3 empty_argument:4 empty_argument:5 empty_argument:6 empty_argument:7 empty_argument:8 "
    .. "component_form:9" },
  { "RESTART now", "superfluous_argument:1" }, { "RESTART # now", "superfluous_argument:1" },
  { "ENV A\nCOPY a\nUSER a b\nWORKDIR \"/a b\"", "bad_argument:1 bad_argument:2 several_words:3 several_words:4" },
  { "ENV A b\nENV B=\"c\"\nCOPY a b c\nUSER a\nWORKDIR /a", "" },
  { "FROM IMAGE:m-1\nRUN a", "from_ignored:1" }, { "FROM\nRUN a", "bad_argument:1" },
  { "FROM a b", "several_words:1 from_ignored:1" }, { "RUN a\nFROM b", "from_not_first:2" },
  { "FROM a\nFROM b", "from_ignored:1 from_duplicate:2" },
  { "FROM a\nRUN b", "from_in_component:1", { target = "component" } },
  { "COMPONENT ic-1\nRUN a", "component_in_component:1", { target = "component" } },
  { "COMPONENT web\nCOMPONENT acs:ecs:a:b:image/c", "component_form:1 component_form:2" },
  { "COMPONENT ic-bp1\nCOMPONENT acs:ecs:a:1:imagecomponent/w:1.*.*\nCOMPONENT acs:ecs:a:1:imagecomponent/w/1.0.0",
  "" },
  { "COMPONENT acs:ecs:a:1:imagecomponent/w\nCOMPONENT acs:ecs:a:1:imagecomponent/w:1.0\n"
    .. "COMPONENT acs:ecs:a:1:imagecomponent/w 1.0.0", "component_version:1 component_version:2 component_version:3" },
  { "COMPONENT ic-1 a\nCOMPONENT ic-1 --a\nCOMPONENT ic-1 --a \"b", "component_parameters:1 component_parameters:2 "
    .. "component_parameters:3" },
  { "COMPONENT ic-1 --a b --c=\"d e\" --f ''", "" },
  { ("RUN true\n"):rep(127), "" }, { ("RUN true\n"):rep(128), "too_many_commands:128" },
  { "COPY https://a/b?c=d /e", "copy_url_query:1" }, { "COPY /a?b /c", "" },
  { "COPY https://a/b /c", "" }, { "COPY https://a/b /c", "copy_without_bandwidth:1", { args = {} } },
  { "COPY https://a/b /c", "copy_without_bandwidth:1", { internet_max_bandwidth_out = 0 } },
  { "COPY https://a/b /c", "copy_without_bandwidth:1", { args = { internet_max_bandwidth_out = "0" } } },
  { "COPY https://a/b /c", "", { args = { internet_max_bandwidth_out = 20 } } }, { "COPY /a /c", "", { args = {} } },
  { "COPY https://b.oss-cn-hangzhou-internal.aliyuncs.com/a /c", "", { args = {} } },
  { "ENV A=\"b\nLABEL a\nLABEL a$=\"b\"\nENV 1=\"b\"\nENV 1 b\nLABEL a.b/c-d=\"e\"",
  "pair_form:1 pair_form:2 pair_form:3 "
    .. "pair_form:4 pair_form:5" },
  { "CMD [a]\nENTRYPOINT [\"a\"]\nCMD a [b]", "exec_form:1" },
  { "# c\nRUN a\r\nRUN b\r\n", "crlf:2" }, { "RUN a\rb\nRUN \27[0m\t", "crlf:1 control_character:2" },
  { "RUN a\rRUN b", "crlf:1" }, { "RUN caf\195\169\nRUN caf\233\nRUN \255", "not_utf8:2" },
  { "\255\254R\0U\0N\0 \0a\0", "not_utf8:1" }, { "\254\255\0R\0U", "not_utf8:1" },
  { "R\0U\0N\0 \0a\0\n\0", "not_utf8:1" },
  { "\0T\0a\0s\0k\0s\0:\0\n", "not_utf8:1" },
  { "Tasks:\n- {Name: \233, Action: Reboot}", "yaml_syntax:1 not_utf8:2" },
  { "RUN a\nRUN b \\", "trailing_backslash:2" }, { "RUN a \\\n b \\\n\n", "trailing_backslash:2" },
  { "RUN a \\ \n b", "unclear_continuation:1" }, { "RUN a \\\\\n b", "unclear_continuation:1" },
  { "RUN apt-\\\nget", "unclear_continuation:1" }, { "RUN a \\\n\nRUN b", "unclear_continuation:1" },
  { "RUN a&&\\\nb\nRUN 'a\\\nb'\nRUN a\\\n b", "" },
  { "RUN a \\\n# b \\\n c", "comment_in_continuation:2" },
  { "RUN a \\\n# b\n && c\nRUN d", "comment_in_continuation:2" },
  { "RUN a \\\n# b\nRUN c", "comment_in_continuation:1" }, { "RUN a \\\n\n b", "unclear_continuation:2" },
  { "RUN cat > /x <<'M'\nhello\nRUN\nM\nRUN <<EOF\nrun a\nEOF", "here_document:1 here_document:5" },
  { "#!/bin/sh\nset -e\napt-get update\n", "unknown_verb:2" },
  { "RUN a && # b \\\n c", "comment_in_continuation:1" }, { "RUN a # b", "" },
  { "ENV A=1 B=2 C=\"3\"", "unquoted_value:1" },
  { "Tasks:\r\n  - Name: a\r\n    Action: Reboot\r\n", "" },
  { "RUN a\nRESTART\nCOMPONENT ic-1", "windows_notation:1", { base_image = "win2022_21H2_x64_dtc_zh-cn_40G.vhd" } },
  { "Set-Service a\n$env:A = 1\nif ($a) {\n}\nNew-Item b", "unknown_verb:1 unknown_verb:3 unknown_verb:4" },
  { "net user\nif ($a) {\n}\n", "unknown_verb:1", { base_image = "win2022_21H2_x64_dtc_zh-cn_40G.vhd" } },
  { "ADD a\nrestart", "unknown_verb:1 verb_case:2", { platform = "Windows Server 2022" } },
  { "RESTART\nCOMPONENT ic-1", "", { base_image = "acs:windows_2022" } },
}

describe("build_content.lint", function()
  for _, row in ipairs(ROWS) do
    it(("says %s of %s"):format(row[2] == "" and "nothing" or row[2], row[1]:sub(1, 60):gsub("%c", " ")), function()
      assert.equal(row[2], found(row[1], row[3]))
    end)
  end

  it("warns of terraform's example: yum on Ubuntu", function()
    local list = content.lint({ base_image = UBUNTU, base_image_type = "IMAGE", build_content = "RUN yum update -y" })
    assert.same({ { code = "package_manager", severity = "warning", line = 1, param = "build_content",
      message = "yum on Ubuntu (base image " .. UBUNTU .. "): the build will fail there", fix = "use apt-get" } }, list)
  end)

  it("has a severity, a message and a fix for every finding", function()
    for _, row in ipairs(ROWS) do
      for _, finding in ipairs(content.lint(row[1], row[3])) do
        assert.equal(codes.SEVERITY[finding.code], finding.severity)
        assert.equal(codes.SOURCE[finding.code], finding.source)
        assert.equal(finding.severity == "error", finding.source ~= nil)
        assert.is_true(#finding.message > 10)
        assert.is_true(#finding.fix > 3, finding.code)
      end
    end
  end)

  it("is certain only of commands that every reader sees: else an error is a warning", function()
    for text, codes_found in pairs({
      ["ENV A \\\n\nRUN b"] = "unclear_continuation bad_argument",
      ["FROM a \\\n# c\nFROM b"] = "comment_in_continuation from_ignored from_duplicate",
      ["COPY a\\\nb"] = "unclear_continuation bad_argument",
      ["RESTART \\\n\nRUN a"] = "unclear_continuation",
    }) do
      local list = {}
      for index, finding in ipairs(content.lint(text)) do
        list[index] = finding.code
        assert.equal("warning", finding.severity, text)
      end
      table.sort(list)
      local expected = {}
      for code in codes_found:gmatch("%S+") do
        expected[#expected + 1] = code
      end
      table.sort(expected)
      assert.same(expected, list)
    end
  end)

  it("guesses what was meant", function()
    local function fix(text)
      return content.lint(text)[1].fix
    end
    assert.matches("did you mean RUN%?", fix("RUNN a"))
    assert.matches("did you mean RUN%?", fix("RUN: a"))
    assert.matches("did you mean COMPONENT%?", fix("COMPONENTS ic-1"))
    assert.matches("^if the line continues", fix("apt-get install -y a"))
    assert.matches("commandContent of a RunPowerShellCommand", fix("Write-Host a"))
    assert.matches("commandContent of a RunPowerShellCommand", fix("$a = 1"))
    assert.matches("^if the line continues", fix("$SUDO apt-get update"))
    assert.equal("write RUN", fix("run a"))
    assert.equal("use COPY", fix("ADD a b"))
  end)
end)

describe("build_content.lint takes", function()
  it("the arguments of pipeline.create: both contents, and builders in them", function()
    local list = content.lint({ base_image = UBUNTU,
      build_content = content.new():run("yum update -y"):copy("https://a/b", "/c"),
      test_content = "run x", internet_max_bandwidth_out = 0 })
    assert.equal(3, #list)
    assert.same({ "package_manager", "build_content", 1 }, { list[1].code, list[1].param, list[1].line })
    assert.same({ "copy_without_bandwidth", "build_content", 2 }, { list[2].code, list[2].param, list[2].line })
    assert.same({ "verb_case", "test_content", 1 }, { list[3].code, list[3].param, list[3].line })
    assert.same({}, content.lint({ base_image = UBUNTU }))
    assert.same({}, content.lint({ build_content = "", test_content = 7 }))
  end)

  it("the name of the image, in the arguments of pipeline.create: same_image_name", function()
    local list = content.lint({ advanced_options = { image_name_suffix = "disable" }, build_content = "run x" })
    assert.same({ "same_image_name", "advanced_options.image_name_suffix", nil },
      { list[1].code, list[1].param, list[1].line })
    assert.equal("verb_case", list[2].code)
    for _, advanced in ipairs({ {}, "disable", { image_name_suffix = "enable" } }) do
      assert.same({}, content.lint({ advanced_options = advanced }))
    end
  end)

  it("the arguments of component.create", function()
    local list = content.lint({ name = "web", content = "COMPONENT ic-1" })
    assert.same({ "component_in_component", "content" }, { list[1].code, list[1].param })
  end)

  it("a builder, which makes nothing to complain of", function()
    assert.same({}, content.lint(content.new():comment("web"):run("apt-get update", "apt-get install -y a")
      :env({ A = "b c" }):copy("https://a/b", "/c"):workdir("/a"):user("root"):component("ic-1", { a = "b c" })
      :label({ a = "b" }):cmd("a", "b"):entrypoint("a"):restart(), { args = { base_image = UBUNTU,
        internet_max_bandwidth_out = 1 } }))
  end)

  it("codes to be silent about", function()
    local args = { base_image = UBUNTU, build_content = "FROM a\nRUN yum install a" }
    assert.equal("from_ignored:1 package_manager:2 interactive_install:2", found(args))
    assert.equal("interactive_install:2", found(args, { disable = { "from_ignored", "package_manager" } }))
  end)

  it("no other options and inputs", function()
    assert.matches("unknown option \"disabled\" %(did you mean \"disable\"%?%)", raised(function()
      content.lint("RUN a", { disabled = {} })
    end))
    assert.matches("unknown option \"1\"", raised(function() content.lint("RUN a", { "x" }) end))
    assert.matches("option \"disable\" must be a table, not a string", raised(function()
      content.lint("RUN a", { disable = "crlf" })
    end))
    assert.matches("no code crlff %(did you mean \"crlf\"%?%)", raised(function()
      content.lint("RUN a", { disable = { "crlff" } })
    end))
    assert.matches("option \"target\" must be", raised(function() content.lint("RUN a", { target = "image" }) end))
    assert.matches("options must be a table", raised(function() content.lint("RUN a", "crlf") end))
    assert.matches("wants a text, a builder or", raised(function() content.lint(7) end))
    assert.matches("wants a text, a builder or", raised(function() content.lint() end))
  end)
end)

describe("the codes of build_content.lint", function()
  it("are each found by a row of the specs", function()
    local text = ""
    for _, name in ipairs({ "lint", "lint_scripts", "lint_yaml", "secrets" }) do
      text = text .. repo.read("spec/unit/lua/build_content/" .. name .. "_spec.lua")
    end
    for _, row in ipairs(codes.LIST) do
      assert.truthy(text:find(row[1], 1, true), row[1])
      assert.truthy(("error warning note"):find(row[2], 1, true))
    end
  end)

  it("stand in docs/build_content.md, with severity, meaning and source", function()
    local text = repo.read("docs/build_content.md")
    for _, row in ipairs(codes.LIST) do
      local line = ("| `%s` | %s | %s | %s |"):format(row[1], row[2], row[3], row[4] and "`" .. row[4] .. "`" or "")
      assert.truthy(text:find(line, 1, true), row[1])
    end
  end)
end)
