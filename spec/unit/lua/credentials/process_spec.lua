-- Credentials that a command prints. Every way it can answer: spec/credentials/rows/uri_process.lua.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")
local platform = require("ecs_pipeline.platform")
local process = require("ecs_pipeline.credentials.process")

local function says(pattern, value, message)
  assert.is_nil(value)
  assert.matches(pattern, message)
end

-- What a client on this host says of a provider.
local function fails(pattern, setup, provider)
  local host = harness.new(setup)
  local listed, message, err = host:client(provider).pipeline.list({})
  says(pattern, listed, message)
  assert.same({}, harness.leaks(message, err))
end

describe("a command that prints credentials", function()
  it("is read as words, and named when it may not be run", function()
    local split = process.split
    assert.same({ "a b", "c\"d" }, split([[a\ b "c\"d"]]))
    assert.is_nil((split("a 'b")))
    local host = harness.new({ command = "\n126" })
    local client = host:client(ecs.credentials.process({ command = "keys" }))
    says("the command may not be run: keys", client.pipeline.list({}))
    fails("the command: access_key_secret holds white space", {
      command = harness.json({ mode = "AK", access_key_id = "id", access_key_secret = "canary-secret " }) .. "\n0" },
      ecs.credentials.process({ command = "keys" }))
  end)

  it("is split as a shell would, but for expansions", function()
    assert.same({ "a", "", "b$HOME", "c d" }, process.split([[ a '' b$HOME "c d" ]]))
    assert.same({ [[a\b]] }, process.split([['a\b']]))
    assert.same({}, process.split("  "))
    assert.is_nil(process.split("\"a"))
  end)

  it("is run once for as long as its credentials live", function()
    local host = harness.new({ command = harness.json({ mode = "AK", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret" }) .. "\n0" })
    local client = host:client(ecs.credentials.process({ command = { "keys", "it's" }, life = 100 }))
    assert(client.pipeline.list({}))
    assert(client.pipeline.list({}))
    assert.equal(1, #host.commands)
    assert.truthy(host.commands[1]:find([['keys' 'it'\''s']], 1, true))
    host.emulator:advance(100)
    assert(client.pipeline.list({}))
    assert.equal(2, #host.commands)
  end)

  it("cannot refer to other profiles: there is no file in which they could be", function()
    fails("the command printed a profile: there is no file in which its source_profile could be", {
      command = harness.json({ mode = "ChainableRamRoleArn", source_profile = "q", ram_role_arn = harness.ROLE })
        .. "\n0",
    }, ecs.credentials.process({ command = "keys" }))
  end)

  describe("on a real machine", function()
    local KEYS = '{"mode":"AK","access_key_id":"id","access_key_secret":"secret"}'
    local PRINT = "printf '%s' '" .. KEYS .. "'"

    -- A command, its timeout → credentials, message, seconds
    local function run(script, timeout)
      local since = core.clock()
      local got, message = process.new({ command = { "sh", "-c", script }, timeout = timeout })
        :get({ platform = platform, now = os.time, warn = error })
      return got, message, core.clock() - since
    end

    it("gives its output, its status, and no input", function()
      assert.truthy((run(PRINT, 60)))
      assert.truthy((run("read line && exit 5; " .. PRINT, 60)))
      says("ended with status 3", run("exit 3", 60))
      says("ended with status 143", run("kill -TERM $$", 60))
      says("was not found: nonesuch", process.new({ command = { "nonesuch" } }):get({ platform = platform }))
      says("more than 64 KiB", run("yes", 60))
      says("prints a zero byte, which no JSON object has", run("printf 'a\\0canary\\0'", 60))
    end)

    it("ends after its timeout, by TERM and then by KILL", function()
      local got, message, seconds = run("exec sleep 30", 1)
      says("took more than 1 s", got, message)
      assert.is_true(seconds < 20)
      got, message, seconds = run("trap '' TERM; while :; do sleep 0.1; done", 1)
      says("took more than 1 s", got, message)
      assert.is_true(seconds >= 3 and seconds < 20)
    end)

    it("is done when it has ended, although a child of it keeps the pipe open", function()
      local got, _, seconds = run("sleep 30 & " .. PRINT, 60)
      assert.truthy(got)
      assert.is_true(seconds < 20)
    end)

    it("needs no program timeout; one sleep is refused if it is not there", function()
      local bare = platform.with({ popen = function(line)
        return platform.popen("PATH=/nonexistent; " .. line)
      end })
      says("this machine has no program sleep", process.new({ command = "keys" }):get({ platform = bare }))
    end)
  end)
end)
