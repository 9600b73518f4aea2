-- Credentials that a command prints. Every way it can answer: spec/credentials/rows/uri_process.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")
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
end)
