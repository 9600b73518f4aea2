-- build_content.hash: equal when the service would do the same, different when it might not.
local content = require("ecs_pipeline.resources.build_content")
local core = require("ecs_pipeline.core")
local parser = require("ecs_pipeline.build_content.parser")
local scripts = require("build_content_scripts")

local function same(a, b)
  assert.equal(parser.canonical(a), parser.canonical(b))
  assert.equal(content.hash(a), content.hash(b))
end

local function different(a, b)
  assert.not_equal(content.hash(a), content.hash(b))
end

describe("build_content.hash", function()
  it("is SHA-256 of the canonical text", function()
    assert.equal("RUN yum update -y\n", parser.canonical("RUN yum update -y"))
    assert.equal("sha256:" .. core.sign.sha256_hex("RUN yum update -y\n"), content.hash("RUN yum update -y"))
    assert.equal("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", content.hash(""))
  end)

  it("takes builders too, and nothing else", function()
    same("RUN a", tostring(content.new():run("a")))
    assert.equal(content.hash("RUN a"), content.hash(content.new():run("a")))
    for _, value in ipairs({ 7, true, {} }) do
      assert.has_error(function() content.hash(value) end)
    end
    assert.has_error(function() content.hash(nil) end)
  end)

  it("does not look at line ends, comments, blank lines and blanks around commands", function()
    same("RUN a\nRUN b", "# c\r\n\r\n  RUN \t a  \r\n\t# d\r\nRUN b\r\n\n")
    same("", "# nothing\n\n")
    same("RESTART", "RESTART  ")
  end)

  it("takes a continuation between words for a blank", function()
    same("RUN a && b", "RUN a && \\\n    b")
    same("RUN a && b", "RUN\\\n a &&\\\n\tb\n")
    same("RUN a b", "RUN a \\\n   \\\n\\\n b")
    same("ENV A=\"1\" B=\"2\"", "ENV A=\"1\" \\\r\n  B=\"2\"")
    same("RUN echo \"a\" 'b' c", "RUN echo \"a\" \\\n 'b' \\\n c")
    same("RUN echo 'a\\' b", "RUN echo 'a\\' \\\n b")
    same("RUN echo \\\" b", "RUN echo \\\" \\\n  b")
  end)

  it("leaves a continuation whose meaning is not certain as it stands", function()
    for _, row in ipairs({
      { "RUN echo 'a b'", "RUN echo 'a \\\n b'" }, { "RUN echo \"a b\"", "RUN echo \"a \\\n b\"" },
      { "RUN echo 'a \\\n  b'", "RUN echo 'a \\\n b'" }, { "RUN apt-get", "RUN apt-\\\nget" },
      { "RUN a b", "RUN a \\  \n b" }, { "RUN a b", "RUN a \\\\\n b" }, { "RUN a\nRUN b", "RUN a \\\n\nRUN b" },
      { "RUN a", "RUN a \\" }, { "RUN a # b c", "RUN a # b \\\n c" }, { "RUN a b", "RUN a \\\n# c\\\n b" },
      { "RUN cat <<E  b", "RUN cat <<E \\\n  b" }, { "RUN a\\ b", "RUN a\\  \\\n b" },
    }) do
      different(row[1], row[2])
    end
    assert.equal("RUN x 'a \\\n  b' \\\\\n c \\\n\n", parser.canonical("RUN x 'a \\\r\n  b' \\\\\n c \\"))
    same("RUN echo <<<a b", "RUN echo <<<a \\\n b")
  end)

  it("sees what else there is", function()
    for _, row in ipairs({
      { "RUN a", "run a" }, { "RUN a", "RUN A" }, { "RUN a  b", "RUN a b" }, { "RUN a\nRUN b", "RUN b\nRUN a" },
      { "RUN a\nRUN b", "RUN a RUN b" }, { "ENV A=\"1\" B=\"2\"", "ENV B=\"2\" A=\"1\"" }, { "ENV A=1", "ENV A=\"1\"" },
      { "RUN a", "RUN a\nRESTART" }, { "RUN # a", "RUN" }, { "", "RUN" }, { "RUN a\rb", "RUN ab" },
    }) do
      different(row[1], row[2])
    end
  end)

  it("takes YAML as it is, but for line ends and blanks at the ends of lines", function()
    local yaml = "Tasks:\n  - Name: a\n    Action: Reboot\n"
    same(yaml, (yaml:gsub("\n", "  \r\n")))
    same(yaml, yaml:sub(1, -2))
    different(yaml, "# comment\n" .. yaml)
    different(yaml, (yaml:gsub("Name: a", "Name:  a")))
    different(yaml, yaml .. "\n")
  end)

  it("is equal in every layout of a script, and differs after every change to it", function()
    for seed = 1, 400 do
      local random = scripts.random(seed)
      local script = scripts.script(random, 8, 6)
      local plain = scripts.text(script)
      local hash = content.hash(plain)
      for _ = 1, 3 do
        local text = scripts.text(script, random)
        assert.equal(hash, content.hash(text), ("seed %d: %q"):format(seed, text))
      end
      local changed = scripts.text(scripts.changed(random, script))
      if changed ~= plain then
        assert.not_equal(hash, content.hash(changed), ("seed %d: %q"):format(seed, changed))
      end
    end
  end)

  it("has a canonical text that is its own canonical text and parses to the same commands", function()
    for seed = 1, 600 do
      local text = scripts.random(seed):bytes(60)
      local canonical = parser.canonical(text)
      assert.equal(canonical, parser.canonical(canonical), ("%q"):format(text))
      local before, after = parser.parse(text), parser.parse(canonical)
      assert.equal(#before, #after)
      for index, command in ipairs(before) do
        assert.equal(command.verb, after[index].verb)
        assert.equal(command.argument, after[index].argument)
      end
    end
  end)
end)
