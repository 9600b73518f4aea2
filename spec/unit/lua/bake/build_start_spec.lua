-- Which execution a build waits for: what happens when the service refuses to start one beside another.
local scratch = require("spec.support.scratch")
local virtual = require("spec.support.virtual")

local function with(options)
  local all = { poll = 400 }
  for name, value in pairs(options) do
    all[name] = value
  end
  return all
end

-- → client, emulator, id of a template
local function scene()
  local client, emulator, platform = virtual.client()
  return client, emulator, assert(client.pipeline.create(virtual.TEMPLATE)).id, platform
end

local function executions(emulator)
  return #emulator:state().executions
end

describe("calls that overlap, with one journal,", function()
  local client, emulator, id, folder, other

  scratch.each(before_each, after_each, function(made)
    client, emulator, id = scene()
    folder, other = made, nil
  end)

  local function build(from, timeout)
    return assert(from.execution.build(id, with({ journal = folder .. "/journal", timeout = timeout })))
  end

  it("share one execution when the second one begins before the first one has sent its start", function()
    local inner = emulator:transport()
    local first = client.with({ transport = { send = function(request, deadline)
      if not other and request.headers["x-acs-action"] == "StartImagePipelineExecution" then
        other = build(client, 30)
      end
      return inner.send(request, deadline)
    end } })
    local result = build(first)
    assert.same({ "success", "timeout", other.execution_id, other.client_token, 1 }, { result.outcome, other.outcome,
      result.execution_id, result.client_token, executions(emulator) })
  end)

  it("share it when both found no entry in the journal", function()
    local host = virtual.platform(emulator)
    host.token = function() -- between reading the journal and writing it
      other = build(client, 30)
      return ("1"):rep(32)
    end
    local result = build(client.with({ platform = host }))
    assert.same({ "success", "timeout", other.execution_id, true, 1 }, { result.outcome, other.outcome,
      result.execution_id, result.resumed, executions(emulator) })
  end)
end)

describe("execution.build while another one runs", function()
  it("fails and names it", function()
    local client, emulator, id = scene()
    local other = assert(client.execution.start(id)).id
    for _, when in ipairs({ false, "fail" }) do
      local _, message, err = client.execution.build(id, with({ when_running = when or nil }))
      assert.same({ "conflict", other, id }, { err.kind, err.execution_id, err.pipeline_id })
      assert.matches("^execution.build: in conflict", message)
      assert.matches("when_running = \"adopt\"", err.hint, nil, true)
    end
    assert.equal(1, executions(emulator))
  end)

  it("adopts it when told to", function()
    local client, emulator, id = scene()
    local other = assert(client.execution.start(id)).id
    local result = assert(client.execution.build(id, with({ when_running = "adopt" })))
    assert.same({ other, true, "success" }, { result.execution_id, result.adopted, result.outcome })
    assert.equal(1, executions(emulator))
  end)

  it("waits for it when told to, then builds", function()
    local client, emulator, id = scene()
    local other = assert(client.execution.start(id)).id
    local reports = 0
    local result = assert(client.execution.build(id, with({ when_running = "wait",
      on_progress = function(report) reports = reports + (report.execution_id == other and 1 or 0) end })))
    assert.same({ false, "success", 2 }, { result.adopted, result.outcome, executions(emulator) })
    assert.are_not.equal(other, result.execution_id)
    assert.is_true(reports > 2)
  end)

  it("gives up waiting for it in time", function()
    local client, emulator, id = scene()
    local other = assert(client.execution.start(id)).id
    local _, message, err = client.execution.build(id, with({ when_running = "wait", timeout = 900 }))
    assert.same({ "timeout", "WAIT_TIMEOUT", other }, { err.kind, err.code, err.execution_id })
    assert.matches("nothing was started", message, nil, true)
    assert.equal(1, executions(emulator))
  end)

  it("tries again when it is refused for one that is not seen", function()
    local client, emulator, id = scene()
    for _ = 1, 2 do
      emulator:fault({ kind = "error", code = "InvalidImagePipeline.HasRunningExecution", status = 403,
        action = "StartImagePipelineExecution" })
    end
    assert.equal("success", assert(client.execution.build(id, with({ when_running = "wait" }))).outcome)
    assert.equal(1, executions(emulator))
  end)

  it("gives up in time when it is refused for one that is not seen", function()
    local client, emulator, id = scene()
    for _ = 1, 20 do
      emulator:fault({ kind = "error", code = "InvalidImagePipeline.HasRunningExecution", status = 403,
        action = "StartImagePipelineExecution" })
    end
    local _, message, err = client.execution.build(id, with({ when_running = "wait", timeout = 20 }))
    assert.same({ "timeout", "WAIT_TIMEOUT" }, { err.kind, err.code })
    assert.matches("nothing was started", message, nil, true)
    assert.equal(0, executions(emulator))
  end)

  it("passes on why it cannot be looked for", function()
    local client, emulator, id = scene()
    assert(client.execution.start(id))
    for _ = 1, 2 do
      emulator:fault({ kind = "error", code = "Forbidden.RAM", status = 403,
        action = "DescribeImagePipelineExecutions" })
    end
    local _, _, err = client.execution.build(id, with({ when_running = "wait" }))
    assert.equal("denied", err.kind)
  end)

  it("gives up at once when no time is left", function()
    local client, emulator, id = scene()
    local other = assert(client.execution.start(id)).id
    local handle = emulator.handle
    emulator.handle = function(self, ...)
      self:advance(10) -- each call takes its time
      return handle(self, ...)
    end
    local nothing, message, err = client.execution.build(id, { when_running = "wait", timeout = 5 })
    assert.is_nil(nothing)
    assert.same({ "timeout", "WAIT_TIMEOUT", other, false }, { err.kind, err.code, err.execution_id, err.sent })
    assert.matches(other .. " still runs after 5 s; another call started it, and nothing was started", message, nil,
      true)
    assert.equal(1, executions(emulator))
  end)

  it("waits no longer in a host that ends", function()
    for _, listed in ipairs({ true, false }) do
      local client, emulator, id, platform = scene()
      if listed then
        assert(client.execution.start(id))
      else -- refused because of one that is not listed yet
        emulator:fault({ kind = "error", code = "InvalidImagePipeline.HasRunningExecution", times = 9,
          action = "StartImagePipelineExecution" })
      end
      platform.exiting = function() return true end
      local nothing, message, err = client.execution.build(id, { when_running = "wait", poll = 900 })
      assert.is_nil(nothing)
      assert.same({ "cancelled", "HOST_EXITING", id }, { err.kind, err.code, err.pipeline_id })
      assert.matches("^execution%.build: cancelled: ", message)
      assert.matches("with the same arguments", err.hint, 1, true)
      assert.equal(listed and 1 or 0, executions(emulator))
    end
  end)

  it("passes on why it cannot wait for it", function()
    local client, emulator, id = scene()
    assert(client.execution.start(id))
    emulator:fault({ kind = "error", code = "Forbidden.RAM", skip = 2, times = 1000,
      action = "DescribeImagePipelineExecutions" })
    local nothing, message, err = client.execution.build(id, { when_running = "wait", poll = 900 })
    assert.is_nil(nothing)
    assert.same({ "denied", "execution.build" }, { err.kind, err.operation })
    assert.matches("^execution%.build: not permitted: ", message)
    assert.equal(1, executions(emulator))
  end)
end)
