-- The argument of each verb, taken apart. Whole contents: parser_spec.lua.
local arguments = require("ecs_pipeline.build_content.arguments")

describe("the arguments of a verb", function()
  it("are those of a verb that the notation has, in upper case", function()
    for _, verb in ipairs(require("ecs_pipeline.build_content.lines").VERBS) do
      assert.is_true(arguments.knows(verb), verb)
      assert.is_false(arguments.knows(verb:lower()))
    end
    assert.same({}, arguments.of("ADD", "a b"))
    assert.same({}, arguments.of("RUN", "a b"))
  end)

  it("of ENV are one name with the rest as its value, or pairs: the first word decides", function()
    assert.same({ form = "single", pairs = { { key = "A", value = "b c=d", quoted = false, open = false } } },
      arguments.of("ENV", "A  b c=d"))
    assert.same({ form = "single", pairs = {} }, arguments.of("ENV", "A"))
    assert.equal("pairs", arguments.of("ENV", "A=b C=d").form)
    assert.same({ form = "pairs", pairs = {} }, arguments.of("ENV", ""))
  end)

  it("of COPY are sources and one target, a URL being known by its scheme", function()
    assert.same({ source = "a", sources = { "a", "b" }, target = "c", is_url = false, has_query = false },
      arguments.of("COPY", "a b c"))
    local url = arguments.of("COPY", "https://h/a?b /c")
    assert.same({ true, true }, { url.is_url, url.has_query })
    assert.is_nil(arguments.of("COPY", "a").target)
    assert.same({ {}, false }, { arguments.of("COPY", "").sources, arguments.of("COPY", "").is_url })
  end)

  it("of COMPONENT are an id or an ARN, a version behind a colon, a slash or a blank, and parameters", function()
    assert.equal("ic-1", arguments.of("COMPONENT", "ic-1 --a b").id)
    for text, separator in pairs({ ["web:1.*.0"] = ":", ["web/1.*.0"] = "/", ["web 1.*.0"] = " " }) do
      local found = arguments.of("COMPONENT", "acs:ecs:cn-hangzhou:1:imagecomponent/" .. text)
      assert.same({ "cn-hangzhou", "1", "web", separator, "1.*.0" },
        { found.region, found.account, found.name, found.separator, found.version })
    end
    assert.same({ parameters = {} }, arguments.of("COMPONENT", "web"))
    assert.same({ { open = false, name = "a", value = "b c" }, { open = false, name = "d", value = "e" },
      { open = false, stray = "x" }, { open = false, name = "f" } },
      arguments.of("COMPONENT", "ic-1 --a \"b c\" --d=e x --f").parameters)
  end)

  it("of CMD are a list of words in JSON, else a shell's", function()
    assert.same({ form = "exec", words = { "a", "b" } }, arguments.of("CMD", '["a", "b"]'))
    assert.same({ form = "shell" }, arguments.of("ENTRYPOINT", "a b"))
    for _, broken in ipairs({ "[a]", "[]", '["a", 1]', '["a"' }) do
      assert.same({ form = "shell", broken_exec = true }, arguments.of("CMD", broken))
    end
  end)

  it("of WORKDIR, USER and FROM are one text", function()
    assert.same({ { path = "/a" }, { user = "web" }, { image = "m-1" }, {} }, { arguments.of("WORKDIR", "/a"),
      arguments.of("USER", "web"), arguments.of("FROM", "m-1"), arguments.of("FROM", "") })
  end)

  it("know a version of a component", function()
    for text, good in pairs({ ["1.2.3"] = true, ["1.*.*"] = true, ["1.2"] = false, ["1.2.3.4"] = false,
      [""] = false }) do
      assert.equal(good, arguments.is_version(text), text)
    end
    assert.is_false(arguments.is_version(nil))
  end)
end)
