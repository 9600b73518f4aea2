-- execution.build: one call, one build, and what happens when something else is running.
local cjson = require("cjson").new()
local fake = require("spec.support.fake")
local mortal = require("spec.support.killed_at_step")
local virtual = require("spec.support.virtual")

local FAST = { poll = 400 }

local function with(options, more)
  local all = {}
  for _, source in ipairs({ FAST, options or {}, more or {} }) do
    for name, value in pairs(source) do
      all[name] = value
    end
  end
  return all
end

-- → client, emulator, id of a template
local function scene(options)
  local client, emulator = virtual.client(options)
  return client, emulator, assert(client.pipeline.create(virtual.TEMPLATE)).id
end

local function executions(emulator)
  return #emulator:state().executions
end

describe("execution.build", function()
  it("starts and waits", function()
    local client, emulator, id = scene()
    local result = assert(client.execution.build(id, with()))
    assert.same({ true, "success", id, false, false },
      { result.ok, result.outcome, result.pipeline_id, result.resumed, result.adopted })
    assert.matches("^m%-", result.image_id)
    assert.equal(1, executions(emulator))
    assert.equal(32, #result.client_token)
  end)

  it("takes what start takes, and the tags go to the execution, with the mark", function()
    local client, emulator, id = scene({ default_tags = { team = "web" } })
    for _, given in ipairs({ id, { id = id }, { image_pipeline_id = id }, { image_pipeline_id = { id = id } },
      { image_pipeline_id = id, tags = { run = "7" } }, client.pipeline.describe(id) }) do
      assert.is_true(assert(client.execution.build(given, with())).ok)
    end
    local list = assert(client.execution.list(id))
    assert.equal(6, executions(emulator))
    for _, one in ipairs(list) do
      assert.equal("web", one.tags.team)
      assert.equal(32, #one.tags["ecs_pipeline:token"])
    end
    local runs = 0
    for _, one in ipairs(list) do
      runs = runs + (one.tags.run == "7" and 1 or 0)
    end
    assert.equal(1, runs)
  end)

  it("refuses what start refuses, and unknown options", function()
    local client, emulator, id = scene()
    local _, message, err = client.execution.build({ image_pipeline_id = id, tags = { ["acs:x"] = "1" } }, with())
    assert.equal("validation", err.kind)
    assert.matches("^execution.build: arguments refused: tags", message)
    assert.has_error(function() client.execution.build(7) end)
    for _, wrong in ipairs({ { journal = "" }, { journal = {} }, { journal = 1 }, { when_running = "cancel" },
      { client_token = "" }, { jurnal = "x" }, { accept = "failed" } }) do
      assert.has_error(function() client.execution.build(id, wrong) end)
    end
    assert.equal(0, executions(emulator))
  end)

  it("only renders in a dry run", function()
    local client, emulator, id = scene()
    local journal = mortal.memory()
    local request = assert(client.execution.build(id, { dry_run = true, client_token = "t-1", journal = journal }))
    assert.is_true(request.dry_run)
    assert.same({ "StartImagePipelineExecution", "t-1", "ecs_pipeline:token" },
      { request.parameters.Action or request.headers["x-acs-action"], request.client_token,
        request.parameters["Tag.1.Key"] })
    assert.same({}, journal.entries)
    assert.equal(0, executions(emulator))
  end)

  it("gives the outcome of the build as wait does", function()
    local client, emulator, id = scene()
    for _, outcome in ipairs({ "FAILED", "TEST_FAILED", "PARTITION_SUCCESS", "CANCELLED" }) do
      emulator:script_build({ outcome = outcome })
      local result = assert(client.execution.build(id, with({ accept = "test_failed" })))
      assert.equal(outcome == "TEST_FAILED", result.ok)
      assert.equal(outcome, result.status)
    end
  end)
end)

describe("execution.build with a journal", function()
  it("writes token and tags before it sends, the id after, and ends told of", function()
    local client, emulator, id = scene()
    local seen = {}
    local journal = mortal.memory()
    local put = journal.put
    journal.put = function(self, key, text)
      seen[#seen + 1] = { key = key, entry = cjson.decode(text), executions = executions(emulator) }
      return put(self, key, text)
    end
    local result = assert(client.execution.build(id, with({ journal = journal })))
    assert.equal("execution.build cn-hangzhou " .. id, seen[1].key)
    assert.same({ 0, result.client_token }, { seen[1].executions, seen[1].entry.token, seen[1].entry.execution_id })
    assert.same({ 1, result.client_token, result.execution_id },
      { seen[2].executions, seen[2].entry.token, seen[2].entry.execution_id })
    assert.is_true(seen[#seen].entry.reported)
    assert.equal(3, #seen)
    assert.equal(id, seen[1].entry.pipeline_id)
  end)

  it("builds anew once the end was told of", function()
    local client, emulator, id = scene()
    local options = with({ journal = mortal.memory() })
    local first = assert(client.execution.build(id, options))
    local second = assert(client.execution.build(id, options))
    assert.are_not.equal(first.execution_id, second.execution_id)
    assert.equal(2, executions(emulator))
  end)

  it("goes on after a timeout, with the same one", function()
    local client, emulator, id = scene()
    local options = with({ journal = mortal.memory(), timeout = 600 })
    local first = assert(client.execution.build(id, options))
    assert.same({ "timeout", false }, { first.outcome, first.ok })
    options.timeout = nil
    local second = assert(client.execution.build(id, options))
    assert.same({ "success", first.execution_id, true },
      { second.outcome, second.execution_id, second.resumed })
    assert.equal(1, executions(emulator))
  end)

  it("sends nothing when it cannot be read or written", function()
    local client, emulator, id = scene()
    local sent = #emulator:state().requests
    for _, journal in ipairs({ "/nowhere/journal.json", "/tmp", { get = function() return nil, "locked" end,
      put = function() return true end }, { get = function() end, put = function() return nil, "full" end } }) do
      local _, message, err = client.execution.build(id, with({ journal = journal }))
      assert.equal("storage", err.kind)
      assert.matches("^execution.build: storage failed: the journal cannot be ", message)
      assert.equal(id, err.pipeline_id)
    end
    assert.equal(sent, #emulator:state().requests)
  end)

  it("goes on when it breaks later: the service knows the rest", function()
    local warnings = {}
    local client, emulator, id = scene({ on_event = function(event)
      warnings[#warnings + 1] = event.type == "warning" and event.message or nil
    end })
    local journal = mortal.memory()
    local put, puts = journal.put, 0
    journal.put = function(self, key, text)
      puts = puts + 1
      if puts > 1 then
        return nil, "full"
      end
      return put(self, key, text)
    end
    local first = assert(client.execution.build(id, with({ journal = journal, timeout = 600 })))
    assert.equal("timeout", first.outcome)
    assert.matches("cannot be written: full", warnings[1], nil, true)
    journal.put = put
    local second = assert(client.execution.build(id, with({ journal = journal })))
    assert.same({ first.execution_id, true, 1 }, { second.execution_id, second.resumed, executions(emulator) })
  end)

  it("finds an execution that the journal names and the service does not show, by sending the same again", function()
    local client, emulator, id = scene()
    local journal = mortal.memory()
    assert(client.execution.build(id, with({ journal = journal, timeout = 600 })))
    for key, text in pairs(journal.entries) do
      local entry = cjson.decode(text)
      entry.execution_id = "exec-bp1gone"
      journal.entries[key] = cjson.encode(entry)
    end
    assert.equal("success", assert(client.execution.build(id, with({ journal = journal }))).outcome)
    assert.equal(1, executions(emulator))
  end)
end)

describe("execution.build with a client_token", function()
  it("is made once and told of as often as asked, journal or not", function()
    for _, journal in ipairs({ false, mortal.memory() }) do
      local client, emulator, id = scene()
      local options = with({ client_token = "nightly-7", journal = journal or nil })
      local first = assert(client.execution.build(id, options))
      emulator:advance(86400 * 30)
      local second = assert(client.execution.build(id, options))
      assert.same({ first.execution_id, true, "success" }, { second.execution_id, second.resumed, second.outcome })
      assert.equal(1, executions(emulator))
      options.client_token = "nightly-8"
      assert.are_not.equal(first.execution_id, assert(client.execution.build(id, options)).execution_id)
    end
  end)

  it("is what an error names when the answer was lost for good", function()
    local client, emulator, id = scene({ retry = false })
    emulator:fault({ kind = "lost_answer", action = "StartImagePipelineExecution" })
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelineExecutions" })
    local _, _, err = client.execution.build(id, with())
    assert.same({ "unknown", id }, { err.outcome, err.pipeline_id })
    assert.matches("client_token = err.client_token", err.hint, nil, true)
    assert.equal("success", assert(client.execution.build(id, with({ client_token = err.client_token }))).outcome)
    assert.equal(1, executions(emulator))
  end)

  it("finds its execution behind lost answers by itself", function()
    local client, emulator, id = scene({ retry = false })
    emulator:fault({ kind = "lost_answer", action = "StartImagePipelineExecution" })
    local result = assert(client.execution.build(id, with()))
    assert.same({ "success", false, false }, { result.outcome, result.resumed, result.adopted })
    assert.equal(1, executions(emulator))
  end)
end)

describe("execution.build, failing", function()
  it("keeps the id in the error of a wait", function()
    local client, emulator, id = scene()
    local killer = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "DescribeImagePipelineExecutions" then
        return fake.refusal(403, "Forbidden.RAM")
      end
      return emulator:transport().send(request, deadline)
    end }
    local refused = client.with({ transport = killer })
    for _, journal in ipairs({ false, mortal.memory() }) do
      local _, message, err = refused.execution.build(id, with({ journal = journal or nil, when_running = "adopt" }))
      assert.matches("^execution.build: not permitted", message)
      assert.is_string(err.client_token)
      assert.equal(id, err.pipeline_id)
    end
  end)

  it("says not_found of a template that is gone", function()
    local client, _, id = scene()
    assert(client.pipeline.delete(id))
    for _, token in ipairs({ false, "t" }) do
      local _, _, err = client.execution.build(id, with({ client_token = token or nil }))
      assert.equal("not_found", err.kind)
    end
  end)
end)
