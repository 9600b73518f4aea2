-- The command as a whole: what it loads, how it ends. As a process: spec/command/screens_spec.lua.
local child = require("spec.support.child_lua")
local commands = require("ecs_pipeline.command.commands")
local ecs = require("ecs_pipeline")
local runs = require("spec.support.command_run")

local run

before_each(function()
  run = runs.new()
end)

describe("help and version", function()
  it("are written to stdout", function()
    for _, line in ipairs({ { "version" }, { "--version" } }) do
      assert.same({ 0, ecs._VERSION .. "\n", "" }, { run(line) })
    end
    local code, all = run({ "help" })
    assert.equal(0, code)
    assert.matches("^Usage: ecs%-pipeline", all)
    assert.same({ 0, all, "" }, { run({ "--help" }) })
    assert.same({ 0, all, "" }, { run({ "-h" }) })
    local _, bake = run({ "help", "bake" })
    assert.same({ 0, bake, "" }, { run({ "bake", "--help" }) })
    assert.same({ 0, bake, "" }, { run({ "--region", "x", "bake", "-h" }) })
  end)

  it("of a command that does not exist is a mistake", function()
    assert.same({ 64, "", "ecs-pipeline: no command bak: ecs-pipeline help lists them\n" }, { run({ "help", "bak" }) })
  end)

  it("that cannot be written end with 1", function()
    run.full = "No space left on device"
    assert.equal(1, (run({ "version" })))
  end)

  for _, line in ipairs({ '"version"', '"help"', '"help", "bake"' }) do
    it(line .. " loads neither the library nor a C module", function()
      local ok, out = child.run(([[
        local code = require("ecs_pipeline.command").main({ %s })
        for name in pairs(package.loaded) do
          if name:find("^ecs_pipeline") and not name:find("^ecs_pipeline%%.command") and name ~= "ecs_pipeline.version"
            or name == "argparse" or name == "cjson" then
            print("loaded " .. name)
          end
        end
        os.exit(code)
      ]]):format(line))
      assert.is_true(ok, out)
      assert.is_nil(out:find("loaded ", 1, true), out)
    end)
  end
end)

it("a command that sends nothing loads neither libcurl nor the emulator", function()
  local ok, out = child.run([[
    local code = require("ecs_pipeline.command").main({ "policy", "image.list" })
    for _, name in ipairs({ "curl", "emulator", "call.client", "bake.bake", "command.manifest", "command.images" }) do
      assert(not package.loaded["ecs_pipeline." .. name], name)
    end
    os.exit(code)
  ]])
  assert.is_true(ok, out)
end)

it("the host's own streams, variables and library are the default", function()
  local function sink() return { write = function(self) return self end, flush = function(self) return self end } end
  assert.equal(0, require("ecs_pipeline.command").main({ "policy", "image.list" },
    { stdout = sink(), stderr = sink() }))
end)

it("every command has its function", function()
  for _, row in ipairs(commands) do
    local name = row.module == "init" and "ecs_pipeline.command" or "ecs_pipeline.command." .. row.module
    assert.equal("function", type(require(name)[row.name]), row.name)
  end
end)

describe("options of all commands reach the client:", function()
  it("region, endpoint, timeout and profile", function()
    run({ "--region", "cn-qingdao", "--timeout", "7", "list" })
    assert.same({ "cn-qingdao", 7, { deadline = 7 } }, { run.client_options.region, run.client_options.timeout,
      run.client_options.retry })
    run.platform.env = function(name) return name == "HOME" and "/nowhere" or nil end
    local code, _, err = run({ "list", "--profile", "work" })
    assert.equal(8, code)
    assert.matches("no file ~/%.aliyun/config%.json", err)
    run({ "list", "--endpoint", "https://localhost:1" })
    assert.equal("https://localhost:1", run.client_options.endpoint)
  end)

  -- Commands whose function passes --timeout on. Of all others it is the client's, so it is never lost.
  local WAITS = { bake = true, build = true, copy = true, delete = true, ensure = true, wait = true }

  it("the timeout of a command that waits is that of the wait", function()
    run({ "wait", "exec-bp1example", "--timeout", "7" })
    assert.is_nil(run.client_options.timeout)
    for _, row in ipairs(commands) do
      assert.equal(WAITS[row.name], row.waits, row.name)
    end
  end)
end)

describe("warnings", function()
  it("go to stderr, unless --quiet or ECS_PIPELINE_LOG says otherwise", function()
    local new = run.ecs.new
    run.ecs.new = function(options)
      if options.on_event then
        options.on_event({ type = "warning", operation = "x.y", message = "careful\27: option \"timeout\"" })
        options.on_event({ type = "skew", operation = "x.y", offset = 3, message = "late" })
        options.on_event({ type = "attempt", operation = "x.y", attempt = 1 })
      end
      return new(options)
    end
    assert.same({ 0, "[]\n", "ecs-pipeline: warning: careful : --timeout\necs-pipeline: warning: late\n" },
      { run({ "list", "-o", "json" }) })
    assert.same({ 0, "[]\n", "" }, { run({ "list", "-o", "json", "-q" }) })
    run.variables.ECS_PIPELINE_LOG = "off"
    assert.same({ 0, "[]\n", "" }, { run({ "list", "-o", "json" }) })
  end)
end)

describe("how it ends", function()
  it("with the exit code of the library, the error on stderr", function()
    local code, out, err = run({ "show", "ip-bp1none" })
    assert.same({ 10, "" }, { code, out })
    assert.matches("^ecs%-pipeline: shown pipeline%.describe: not found", err)
  end)

  it("with 12 if the result could not be written", function()
    run.full = "No space left on device"
    assert.equal(12, (run({ "list", "-o", "json" })))
  end)

  it("with 64 and one line after a mistake of the command line", function()
    local code, out, err = run({ "list", "--nonsense" })
    assert.same({ 64, "" }, { code, out })
    assert.matches("^ecs%-pipeline: unknown option '%-%-nonsense'", err)
  end)

  it("with the error itself after a bug", function()
    for _, bug in ipairs({ "lua/ecs_pipeline/x.lua:1: a bug", { "an object" } }) do
      run.ecs.new = function() error(bug, 0) end
      assert.same({ false, bug }, { pcall(run, { "list" }) })
    end
  end)
end)

it("C modules that are not built for this Lua are named, with what to do", function()
  local loaded = package.loaded["ecs_pipeline.core"]
  run.ecs.new = function()
    local cpath = package.cpath
    package.cpath, package.loaded["ecs_pipeline.core"] = "", nil
    local ok, why = pcall(require, "ecs_pipeline.core")
    package.cpath, package.loaded["ecs_pipeline.core"] = cpath, loaded
    error(ok or why, 0)
  end
  local code, _, err = run({ "list" })
  assert.equal(8, code)
  assert.matches("^ecs%-pipeline: the C modules are not built for lua%S+: make build LUA=lua%S+, or run [^\n]+\n$", err)
end)
