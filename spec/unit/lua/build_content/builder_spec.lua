-- build_content.new: exact bytes out, and what it refuses to write.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local content = ecs.build_content

-- The message of a raised error, which must point at this file.
local function raised(fn)
  local ok, thrown = pcall(fn)
  assert.is_false(ok)
  assert.matches("builder_spec.lua:%d+: ", thrown)
  return thrown
end

describe("build_content.new", function()
  it("writes every verb, and the same bytes every time", function()
    local made = content.new()
      :comment("the web base\nfor all regions")
      :run("apt-get update", "apt-get install -y nginx")
      :env({ PATH = "/opt/bin:$PATH", A = 1, FLAG = true })
      :copy("https://example.com/a.tgz", "/opt")
      :workdir("/opt")
      :user("root")
      :component("ic-bp1abc", { version = "1.2", name = "two words" })
      :label({ team = "web" })
      :cmd("nginx", "-g", "daemon off;")
      :entrypoint("/opt/run --now")
      :restart()
    assert.equal([[
# the web base
# for all regions
RUN apt-get update && \
    apt-get install -y nginx
ENV A="1" FLAG="true" PATH="/opt/bin:$PATH"
COPY https://example.com/a.tgz /opt
WORKDIR /opt
USER root
COMPONENT ic-bp1abc --name "two words" --version 1.2
LABEL team="web"
CMD ["nginx", "-g", "daemon off;"]
ENTRYPOINT /opt/run --now
RESTART]], made:text())
    assert.equal(made:text(), tostring(made))
    assert.equal("", content.new():text())
    assert.equal("RUN yum update -y", content.new():run("yum update -y"):text())
  end)

  it("writes what goes through pipeline.create as it is", function()
    local client = fake.client({ fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" }) })
    local args = { base_image = "m-1", base_image_type = "IMAGE",
      build_content = content.new():run("true", "false"):restart():text() }
    assert.is_true(client.pipeline.validate(args))
    assert.equal("ip-1", client.pipeline.create(args).id)
  end)

  it("writes values so that parse reads them back", function()
    local values = { A = "", B = "a \"quoted\" b", C = "\\", D = "it's", E = "$HOME é", F = "a\\nb", G = "tab\there" }
    local read = {}
    for _, pair in ipairs(content.parse(content.new():env(values))[1].pairs) do
      read[pair.key] = pair.value
    end
    assert.same(values, read)
    read = {}
    for _, parameter in ipairs(content.parse(content.new():component({ id = "ic-1" }, values))[1].parameters) do
      read[parameter.name] = parameter.value
    end
    assert.same(values, read)
    assert.equal("COMPONENT ic-1 --a \"-x\" --b 1.5 --c \"\"",
      content.new():component("ic-1", { a = "-x", b = 1.5, c = "" }):text())
    assert.same({ "a\"b", "\\", "x\ny\tz" },
      content.parse(content.new():cmd({ "a\"b", "\\", "x\ny\tz" }))[1].words)
    assert.equal("ENV A=\"40\" B=\"9007199254740991\" C=\"-3\" D=\"1e+20\"",
      content.new():env({ A = 40.0, B = 9007199254740991, C = -3, D = 1e20 }):text())
  end)

  it("joins the lines of a RUN that say how they go on", function()
    for _, row in ipairs({
      { "a &&\n  b ||\n\n c", "a && \\\n    b || \\\n    c" },
      { "apt-get install -y \\\r\n  nginx \\\r\n  curl\r\n", "apt-get install -y \\\n    nginx \\\n    curl" },
      { "if test -f x; then\n  a;\nelse\n  b;\nfi",
        "if test -f x; then \\\n    a; \\\n    else \\\n    b; \\\n    fi" },
      { "for x in 1 2; do\n  f $x;\ndone", "for x in 1 2; do \\\n    f $x; \\\n    done" },
      { "f() {\n a;\n}", "f() { \\\n    a; \\\n    }" }, { "(\n a\\\n)", "( \\\n    a \\\n    )" },
      { "a | \n b", "a | \\\n    b" }, { "a # note", "a # note" },
    }) do
      assert.equal("RUN " .. row[2], content.new():run(row[1]):text())
    end
    assert.equal("RUN a && \\\n    b; \\\n    c & \\\n    d", content.new():run({ "a", "b;", "c &", "d" }):text())
    assert.equal("RUN find . -exec rm {} \\; && \\\n    b", content.new():run("find . -exec rm {} \\;", "b"):text())
  end)

  it("refuses shell text that would not run as it is written", function()
    for _, row in ipairs({
      { "empty", "" }, { "empty", " \n " }, { "line 1 does not say how", "apt-get install -y\n nginx" },
      { "line 1 does not say how", "find . -exec rm {} \\;\nb" }, { "line 2 does not say how", "a &&\necho do\nb" },
      { "line 1: a text in quotes", "echo 'a\n\nb'" }, { "line 1: a here%-document", "cat <<EOF > x\na\nEOF" },
      { "line 1: a here%-document", "cat <<EOF" }, { "line 1: a comment", "a && # note\nb" },
      { "a quote is not closed", "echo \"a" }, { "ends with a backslash", "a \\" }, { "ends with &&", "a &&" },
      { "ends with ||", "a\\\n ||" }, { "ends with |", "a |" }, { "control characters", "a\0b" },
      { "control characters", "a\rb" },
    }) do
      assert.matches("build_content: RUN: .*" .. row[1], raised(function() content.new():run(row[2]) end))
    end
    assert.matches("line 1: a comment", raised(function() content.new():run("a # b", "c") end))
    assert.matches("RUN: wants a shell command", raised(function() content.new():run() end))
    assert.matches("RUN: wants a shell command", raised(function() content.new():run({}) end))
    assert.matches("must be a string, not a nil", raised(function() content.new():run("a", nil, "b") end))
    assert.matches("must be a string, not a number", raised(function() content.new():run({ 1 }) end))
  end)

  local new = content.new
  for name, row in pairs({
    ["a table for ENV"] = { "ENV: wants a table", function() new():env("A=1") end },
    ["a name for ENV"] = { "ENV: the name \"A B\" is not", function() new():env({ ["A B"] = 1 }) end },
    ["named values for ENV"] = { "ENV: the name \"1\" is not", function() new():env({ "A=1" }) end },
    ["some values for ENV"] = { "ENV: the table is empty", function() new():env({}) end },
    ["one line for ENV"] = { "ENV: the value of A must be one line", function() new():env({ A = "a\nb" }) end },
    ["plain values for ENV"] = { "ENV: the value of A must be a string, not", function() new():env({ A = {} }) end },
    ["finite numbers for ENV"] = { "A must be a finite number", function() new():env({ A = 1 / 0 }) end },
    ["numbers for ENV"] = { "A must be a finite number", function() new():env({ A = 0 / 0 }) end },
    ["names for LABEL"] = { "LABEL: the name", function() new():label({ ["a=b"] = "c" }) end },
    ["a target for COPY"] = { "COPY: the target must be a string, not a nil", function() new():copy("/x/y") end },
    ["one word for COPY"] = { "COPY: the source must be one word", function() new():copy("/a b", "/c") end },
    ["no query for COPY"] = { "COPY: the URL must have no query", function() new():copy("https://x/y?z", "/c") end },
    ["one word for WORKDIR"] = { "WORKDIR: the path must be one word", function() new():workdir("\"/a b\"") end },
    ["a path for WORKDIR"] = { "WORKDIR: the path is empty", function() new():workdir(" ") end },
    ["one line for USER"] = { "USER: the user must be one line", function() new():user("a\nRUN b") end },
    ["no backslash for USER"] = { "USER: the user must not end with a backslash", function() new():user("a\\") end },
    ["a component"] = { "COMPONENT: wants ic%-… or acs:ecs", function() new():component("web") end },
    ["an id of a component"] = { "COMPONENT: the component must be a string", function() new():component({}) end },
    ["names of parameters"] = { "COMPONENT: the name", function() new():component("ic-1", { ["--a"] = 1 }) end },
    ["words for CMD"] = { "CMD: wants a shell command", function() new():cmd() end },
    ["a line for CMD"] = { "CMD: the command must be one line", function() new():cmd("a\nb") end },
    ["strings for ENTRYPOINT"] = { "ENTRYPOINT: a word must be a string", function() new():entrypoint({ 1 }) end },
    ["nothing for RESTART"] = { "RESTART: has no argument", function() new():restart("now") end },
    ["no backslash in comments"] = { "COMMENT: a line must not end", function() new():comment("a \\") end },
    ["a file for SCRIPT"] = { "SCRIPT: the file cannot be read .*:run%(…%)", function() new():script("ls -l") end },
    ["text for SCRIPT"] = { "SCRIPT: the script is empty", function() new():script(" \n\n") end },
    ["a string for SCRIPT"] = { "SCRIPT: the script must be a string, not a nil", function() new():script() end },
    ["a program for SCRIPT"] = { "SCRIPT: the #! line must be a path", function() new():script("#!sh $x\n") end },
    ["a script without a mark"] = { "SCRIPT: the script begins with a byte order mark", function()
      new():script("\239\187\191#!/bin/sh\na\n")
    end },
    ["UTF-8 for SCRIPT"] = { "SCRIPT: the script holds control characters; if it is UTF%-16", function()
      new():script("a\0\n\0")
    end },
    ["16 KB for SCRIPT"] = { "SCRIPT: with it the content has %d+ bytes, and 16384 .*:copy", function()
      new():run("a"):script(("echo a\n"):rep(2000))
    end },
    ["an absolute path for FILE"] = { "FILE: the path must be absolute", function() new():file("etc/motd", "a") end },
    ["a path of a file for FILE"] = { "FILE: the path must be absolute, and", function() new():file("/etc/", "a") end },
    ["a text for FILE"] = { "FILE: wants a path and the text", function() new():file("/etc/motd") end },
    ["an octal mode for FILE"] = { "FILE: the mode must be", function() new():file("/etc/motd", "a", 493) end },
    ["16 KB for FILE"] = { "FILE: .*<folder of the file>\"%)$", function() new():file("/a", ("x"):rep(16400)) end },
    ["a colon"] = { "RUN: use a colon, not a dot", function() new().run("a") end },
    ["a dot"] = { "build_content.new: use a dot, not a colon", function() content:new() end },
    ["nothing for new"] = { "new: has no argument", function() content.new("RUN a") end },
  }) do
    it("wants " .. name, function()
      assert.matches(row[1], raised(row[2]))
    end)
  end
end)
