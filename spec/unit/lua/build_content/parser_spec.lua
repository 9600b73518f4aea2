-- build_content.parse: every verb of the Dockerfile-like notation, and any bytes at all.
-- Runs alone: it sets the debug hook, which coverage needs elsewhere
local content = require("ecs_pipeline.resources.build_content")
local core = require("ecs_pipeline.core")
local parser = require("ecs_pipeline.build_content.parser")
local scripts = require("spec.support.build_content_scripts")

local function only(text)
  local list = content.parse(text)
  assert.equal(1, #list)
  return list[1]
end

-- Only the fields that are asked for.
local function has(expected, actual)
  for key, value in pairs(expected) do
    assert.same(value, actual[key], key)
  end
end

-- Instructions of the Lua machine that a function needs, in hundreds: the same on every machine, however busy.
local function steps(fn)
  local count = 0
  local compiler = rawget(_G, "jit")
  if compiler then
    compiler.off() -- compiled code calls no hook
  end
  debug.sethook(function() count = count + 1 end, "", 100)
  fn()
  debug.sethook()
  if compiler then
    compiler.on()
  end
  return count
end

-- The same, for all that is done with a text of one piece repeated.
local function read_all(piece, bytes)
  local text = "RUN " .. piece:rep(math.floor(bytes / #piece)) .. "x"
  return steps(function()
    content.lint(text, { args = { base_image = "debian" } })
    content.hash(text)
  end)
end

describe("build_content.parse", function()
  it("reads commands, line by line", function()
    local list = content.parse("# a comment\n\n  RUN  yum update -y  \r\nRESTART\n\n# end \\\nUSER root")
    assert.equal(3, #list)
    assert.same({ verb = "RUN", argument = "yum update -y", known = true, line = 3, last_line = 3,
      raw = "  RUN  yum update -y  " }, list[1])
    assert.same({ verb = "RESTART", argument = "", known = true, line = 4, last_line = 4, raw = "RESTART" }, list[2])
    has({ verb = "USER", user = "root", line = 7 }, list[3])
    assert.same({}, content.parse(""))
    assert.same({}, content.parse("\n # only a comment\n\\\n"))
  end)

  it("joins continued lines", function()
    local run = only("RUN apt-get update && \\\n    apt-get install \\\r\n  nginx")
    has({ argument = "apt-get update && apt-get install nginx", line = 1, last_line = 3,
      raw = "RUN apt-get update && \\\n    apt-get install \\\n  nginx" }, run)
    assert.equal("apt-get", only("RUN apt-\\\nget").argument)
    assert.equal("echo 'a   b'", only("RUN echo 'a \\\n  b'").argument)
    assert.equal("a  b", only("RUN a \\ \t\n b").argument)
    assert.equal("a", only("RUN a \\").argument)
    assert.equal("a", only("RUN a \\\n# b").argument)
    assert.equal("a && c", only("RUN a \\\n# b\n\n&& c").argument)
    local list = content.parse("RUN a \\\n\nRUN b")
    assert.same({ "a", "b" }, { list[1].argument, list[2].argument })
  end)

  it("tells verbs that do not exist, and their case", function()
    has({ verb = "run", argument = "true", known = false }, only("run true"))
    has({ verb = "&&", argument = "b", known = false }, only("&& b"))
    assert.is_false(only("\239\187\191RUN a").known)
  end)

  it("reads ENV and LABEL", function()
    has({ form = "single", pairs = { { key = "A", value = "b  c=d", quoted = false, open = false } } },
      only("ENV A  b  c=d"))
    has({ form = "single", pairs = {} }, only("ENV A"))
    has({ form = "pairs", pairs = {
      { key = "A", value = "b c", quoted = true, open = false },
      { key = "B", value = "d", quoted = false, open = false },
      { key = "C", value = "", quoted = false, open = false },
      { key = "D", value = "\"x\\", quoted = true, open = false },
      { key = "E", value = "a\\b\"", quoted = true, open = false },
      { key = "F", value = "g h", quoted = false, open = false },
      { key = "I", value = "a\\n", quoted = true, open = false },
    } }, only([[ENV A="b c" B=d C= D="\"x\\" E='a\b"' F=g\ h I="a\n"]]))
    has({ pairs = { { key = "k", value = "v w", quoted = true, open = false },
      { key = "alone", quoted = false, open = false },
      { key = "o", value = "x y", quoted = true, open = true } } }, only("LABEL k=\"v w\" alone o=\"x y"))
    has({ pairs = { { key = "a b", value = "c", quoted = true, open = false } } }, only("LABEL \"a b\"=c"))
    has({ pairs = {} }, only("LABEL"))
  end)

  it("reads COPY", function()
    has({ source = "https://example.com/a.tgz", target = "/opt", is_url = true, has_query = false },
      only("COPY https://example.com/a.tgz  /opt"))
    has({ is_url = true, has_query = true }, only("COPY oss://b/a?x=1 /opt"))
    has({ source = "/tmp/a?", sources = { "/tmp/a?", "/tmp/b" }, target = "/opt", is_url = false, has_query = false },
      only("COPY /tmp/a? /tmp/b /opt"))
    local copy = only("COPY https://example.com/a.tgz")
    has({ source = "https://example.com/a.tgz" }, copy)
    assert.is_nil(copy.target)
    assert.is_nil(only("COPY").source)
  end)

  it("reads COMPONENT, by id or by ARN with the version behind a colon, a slash or a blank", function()
    has({ id = "ic-bp1abc", parameters = {} }, only("COMPONENT ic-bp1abc"))
    for _, separator in ipairs({ ":", "/", " " }) do
      has({ arn = "acs:ecs:cn-hangzhou:123:imagecomponent/web" .. (separator == " " and "" or separator .. "1.*.*"),
        region = "cn-hangzhou", account = "123", name = "web", separator = separator, version = "1.*.*",
        parameters = { { name = "a", value = "b", open = false } } },
        only("COMPONENT acs:ecs:cn-hangzhou:123:imagecomponent/web" .. separator .. "1.*.* --a b"))
    end
    local bare = only("COMPONENT acs:ecs:cn-hangzhou:123:imagecomponent/web --a b")
    has({ name = "web", parameters = { { name = "a", value = "b", open = false } } }, bare)
    assert.is_nil(bare.version)
    local none = only("COMPONENT web")
    assert.is_nil(none.id)
    assert.is_nil(none.arn)
    has({ parameters = {
      { name = "a", value = "b c", open = false }, { name = "d", value = "e f", open = false },
      { name = "g", open = false },
      { name = "h", value = "", open = false }, { stray = "i", open = false }, { name = "j", value = "k", open = true },
    } }, only("COMPONENT ic-1 --a 'b c' --d=\"e f\" --g --h \"\" i --j \"k"))
  end)

  it("reads CMD and ENTRYPOINT in both forms", function()
    has({ form = "exec", words = { "nginx", "-g", "daemon off;" } }, only("CMD [\"nginx\", \"-g\", \"daemon off;\"]"))
    has({ form = "shell" }, only("ENTRYPOINT nginx -g"))
    for _, broken in ipairs({ "[nginx]", "[\"a\"", "[]", "[1]", "[\"a\", null]", "[\"a\", [\"b\"]]",
      "[\"\\ud800\"]" }) do
      has({ form = "shell", broken_exec = true }, only("CMD " .. broken))
    end
  end)

  it("reads WORKDIR, USER and FROM", function()
    has({ path = "/opt/a" }, only("WORKDIR /opt/a"))
    has({ user = "root" }, only("USER root"))
    has({ image = "IMAGE:m-1" }, only("FROM IMAGE:m-1"))
    assert.is_nil(only("FROM").image)
  end)

  it("recognises and measures YAML", function()
    for _, yaml in ipairs({ "Tasks:\n  - Name: a\n", "# c\r\n\nParameters :\n  a:\n", "---\nTasks:\n" }) do
      assert.same({ notation = "yaml", bytes = #yaml }, content.parse(yaml))
    end
    assert.equal(2, #content.parse("RUN a\nTasks: b"))
    assert.equal("yaml", content.parse("\239\187\191Tasks:").notation)
  end)

  it("takes builders, and raises on what is no text", function()
    assert.equal("a", content.parse(content.new():run("a"))[1].argument)
    assert.has_error(function() content.parse(7) end)
    assert.has_error(function() content.parse({ build_content = "RUN a" }) end)
  end)

  it("never raises and never loses a line, whatever the bytes", function()
    for seed = 1, 1500 do
      local text = scripts.random(seed):bytes(80)
      local list = content.parse(text)
      local before = 0
      for _, command in ipairs(list) do
        assert.is_true(command.line > before and command.last_line >= command.line, ("%q"):format(text))
        assert.is_true(command.verb ~= "")
        assert.truthy(command.raw:find(command.verb:sub(1, 1), 1, true))
        before = command.last_line
      end
      content.lint(text, { args = { base_image = "ubuntu_22" } })
      content.hash(text)
    end
  end)

  it("takes long texts of one kind in steps that grow with them, not with their square", function()
    for _, piece in ipairs({ "\\", " ", "\"", "RUN a \\\n", "$(", "(", "a", "é", "\r", "#", "=", "--x ", "<<", "a:b@",
      "://a:", "\n", "|chpasswd a:", "bearer ", "token=", "''", "`", "sudo ", "A=", "-----BEGIN ", "curl ",
      "-u a:", "curl -u ", "x\r\r", "<<EOF\n", "cat <<EOF\nRUN\nEOF\nRUN ", " \\\n\n", " \\\n#\nRUN ", "password ",
      "redis-cli -a ", "user password '", "docker login -p ", "htpasswd -b ", "echo a|passwd ", "eyJ", "$6$" }) do
      local short, long = read_all(piece, 4000), read_all(piece, 32000)
      assert.is_true(long < 12 * short + 100, ("%q: %d, %d hundred steps"):format(piece, short, long))
    end
  end)
end)

describe("a here-document of 1 MB", function()
  it("is read in at most ten times the instructions that 125 KB need", function()
    local function read(bytes)
      local text = "RUN cat > /x <<'EOF'\n" .. ("a line of text\n"):rep(math.floor(bytes / 15)) .. "EOF\nRUN b\n"
      return steps(function()
        assert.equal(2, #content.parse(text))
        assert.equal("too_large", content.lint(text)[1].code)
        content.hash(text)
      end)
    end
    local short, long = read(125000), read(1000000)
    assert.is_true(long <= 10 * short, ("%d, %d hundred steps"):format(short, long))
  end)
end)

-- Equal when the service would do the same, different when it might not.
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
