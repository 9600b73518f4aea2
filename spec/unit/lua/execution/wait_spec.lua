-- How execution.wait waits: pauses, failures on the way, what it tells, what ends it.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local function seen(status, more)
  local execution = { ExecutionId = "exec-1", ImagePipelineId = "ip-1", Status = status, Message = "m" }
  for name, value in pairs(more or {}) do
    execution[name] = value
  end
  return fake.reply(200, { RequestId = "R-" .. status,
    ImagePipelineExecution = { ImagePipelineExecutionSet = { execution } } })
end

local GONE = fake.reply(200, '{"RequestId":"R","ImagePipelineExecution":{"ImagePipelineExecutionSet":[]}}')

-- A scripted wait; a number for `poll` keeps the estimate's look-up away.
local function wait(script, options, client_options)
  local client, transport, platform = fake.client(script, client_options)
  local all = { poll = 20 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local result, message, err = client.execution.wait("exec-1", all)
  return result, err, transport, platform, message
end

describe("a wait's pauses", function()
  it("are what poll says, and the last one ends with the time", function()
    local result, _, transport, platform = wait({ seen("BUILDING") }, { timeout = 50 })
    assert.equal("timeout", result.outcome)
    assert.same({ 20, 20, 10 }, platform.slept)
    assert.equal(4, #transport.requests)
    assert.equal(50, result.waited)
  end)

  it("grow while nothing happens and start again after a change", function()
    local _, _, _, platform = wait({ seen("PREPARING"), GONE, seen("PREPARING"), seen("PREPARING"), seen("BUILDING"),
      seen("RELEASING"), seen("SUCCESS") }, { poll = { min = 4, max = 8 } })
    -- the second reply answers the question for past builds
    assert.same({ 4, 6, 8, 4, 4 }, platform.slept)
  end)

  it("come down when past builds say that the end is near", function()
    local client, emulator, platform = virtual.client()
    local pipeline, first = virtual.build(client, emulator)
    assert(client.execution.wait(first, { poll = 600 }))
    local second = assert(client.execution.start(pipeline))
    local from = #platform.slept
    assert(client.execution.wait(second, { poll = { min = 1, max = 1000 } }))
    assert.is_true(platform.slept[#platform.slept] < 60)
    assert.is_true(#platform.slept - from < 60)
  end)
end)

describe("a wait goes on", function()
  local passing = {
    ["throttling"] = fake.refusal(400, "Throttling.User"),
    ["a lost answer"] = fake.lost(),
    ["no connection"] = fake.unsent(),
    ["a server error"] = fake.refusal(503, "ServiceUnavailable"),
    ["a gateway's page"] = fake.reply(502, "<html>bad gateway</html>"),
  }
  for label, failure in pairs(passing) do
    it("after " .. label .. ", without spinning", function()
      local result, err, transport, platform = wait({ seen("BUILDING"), failure, failure, failure, failure,
        seen("SUCCESS", { ImageId = "m-1" }) }, { poll = { min = 5, max = 15 }, retry = false })
      assert.is_nil(err)
      assert.same({ "success", "m-1" }, { result.outcome, result.image_id })
      -- one of the failures answered the question for past builds
      assert.same({ 5, 5, 10, 15 }, platform.slept)
      assert.equal(7, #transport.requests) -- the last asks the pipeline for other regions
    end)
  end

  it("as late as the service asks", function()
    local asked = fake.refusal(400, "Throttling", { ["x-acs-retry-after"] = "90000" })
    local _, _, _, platform = wait({ asked, seen("SUCCESS") }, { retry = false })
    assert.same({ 90 }, platform.slept)
  end)

  it("until its time when nothing can be seen, and keeps the id", function()
    local result = wait({ fake.lost() }, { timeout = 300, retry = false })
    assert.same({ "timeout", false, "exec-1" }, { result.outcome, result.ok, result.execution_id })
    assert.is_nil(result.status)
    assert.same({}, result.timeline)
  end)
end)

describe("a wait ends with the error", function()
  local final = {
    denied = fake.refusal(403, "Forbidden.RAM"),
    credentials = fake.refusal(400, "InvalidAccessKeyId.NotFound"),
    validation = fake.refusal(400, "InvalidParameter"),
    not_found = GONE,
    api = fake.refusal(400, "SomethingElse"),
    transport = { failed = { kind = "transport", code = "TLS", message = "certificate", sent = false } },
  }
  for kind, failure in pairs(final) do
    it("that does not pass: " .. kind, function()
      local result, err, transport, platform, message = wait({ seen("BUILDING"), failure })
      assert.is_nil(result)
      assert.equal(kind, err.kind)
      assert.same({ "exec-1", 1, 1 }, { err.execution_id, #err.timeline, #platform.slept })
      assert.equal(2, #transport.requests)
      assert.matches("^execution.wait: ", message)
      assert.equal(message, tostring(err))
      assert.equal("execution.wait", err.operation)
    end)
  end

  it("of arguments, before anything is sent", function()
    local client, transport = fake.client({ GONE })
    assert.equal("validation", select(3, client.execution.wait({})).kind)
    assert.equal(0, #transport.requests)
    for _, wrong in ipairs({ { timeout = 0 }, { poll = -1 }, { poll = { min = 9, max = 3 } }, { accept = "failed" },
      { accept = { "success", "failed" } }, { deadline_action = "stop" }, { on_progress = 1 }, { tiemout = 3 },
      { poll = { mini = 3 } } }) do
      assert.has_error(function() client.execution.wait("exec-1", wrong) end)
    end
  end)
end)

describe("a wait tells", function()
  it("phase, text, times, estimate and whether it is stuck", function()
    local client, emulator = virtual.client()
    local pipeline, first = virtual.build(client, emulator)
    assert(client.execution.wait(first, { poll = 60 }))
    emulator:script_build({ stall = 3600 })
    local second = assert(client.execution.start(pipeline)).id
    local reports = {}
    local result = assert(client.execution.wait(second, { poll = 60, on_progress = function(report)
      reports[#reports + 1] = report
    end }))
    local first_report, last = reports[1], reports[#reports]
    assert.same({ "preparing", "PREPARING", false }, { first_report.phase, first_report.status, first_report.stalled })
    assert.is_true(math.abs(first_report.estimate - 2400) < 60)
    assert.equal(0, reports[#reports - 1].estimate)
    assert.same({ "ended", "SUCCESS", false, second },
      { last.phase, last.status, last.stalled, last.execution_id })
    assert.is_nil(last.estimate)
    assert.equal(result.elapsed, last.elapsed)
    assert.equal(result.image_id, last.image_id)
    local stalled = 0
    for index, report in ipairs(reports) do
      assert.is_true(index == #reports or report.image_id == nil, "an image before the end")
      if report.stalled then
        stalled = stalled + 1
        assert.equal("building", report.phase)
      end
    end
    assert.is_true(stalled > 40, stalled)
  end)

  it("nothing when its listener fails, but once the log, and goes on", function()
    local lines, calls = {}, 0
    local result = wait({ seen("BUILDING"), GONE, seen("BUILDING"), seen("SUCCESS") },
      { on_progress = function()
        calls = calls + 1
        error("boom")
      end }, { log = function(level, text) lines[#lines + 1] = level .. " " .. text end })
    assert.equal("success", result.outcome)
    assert.equal(3, calls)
    local warned = 0
    for _, line in ipairs(lines) do
      warned = warned + (line:find("^warn .*on_progress failed: .*boom") and 1 or 0)
    end
    assert.equal(1, warned)
  end)
end)

describe("a wait for an execution in another region", function()
  it("looks there", function()
    local client, transport = fake.client({ seen("SUCCESS", { ImageId = "m-1" }) })
    local result = assert(client.execution.wait({ id = "exec-1", region_id = "cn-qingdao" }))
    assert.matches("^https://ecs.cn%-qingdao", transport.requests[1].url)
    assert.same({ ["cn-qingdao"] = "m-1" }, result.images)
  end)
end)
