-- What a wait records of an execution: states and texts with their times.
local fake = require("spec.support.fake")
local service_clock = require("ecs_pipeline.call.service_clock")
local timeline = require("ecs_pipeline.execution.timeline")

local function seen(status, more)
  local execution = { ExecutionId = "exec-1", ImagePipelineId = "ip-1", Status = status, Message = "m" }
  for name, value in pairs(more or {}) do
    execution[name] = value
  end
  return fake.reply(200, { RequestId = "R-" .. status,
    ImagePipelineExecution = { ImagePipelineExecutionSet = { execution } } })
end

-- A scripted wait → result
local function wait(script, client_options)
  return assert((fake.client(script, client_options)).execution.wait("exec-1", { poll = 20 }))
end

describe("a wait tells", function()
  it("the timeline: every state and text once, by the service's times", function()
    local created = "2026-11-24T03:00:00Z"
    local function at(minute, status, message)
      return seen(status, { Message = message, CreationTime = created,
        ModifiedTime = ("2026-11-24T03:%02d:00Z"):format(minute) })
    end
    local result = wait({ at(1, "PREPARING", "a"), at(1, "PREPARING", "a"), at(2, "PREPARING", "b"),
      at(3, "BUILDING", "b"), at(9, "SUCCESS", "done") })
    local told = {}
    for index, entry in ipairs(result.timeline) do
      told[index] = ("%s %s %s %d"):format(entry.status, entry.message, entry.time, entry.elapsed)
    end
    assert.same({ "PREPARING a 2026-11-24T03:01:00Z 60", "PREPARING b 2026-11-24T03:02:00Z 120",
      "BUILDING b 2026-11-24T03:03:00Z 180", "SUCCESS done 2026-11-24T03:09:00Z 540" }, told)
  end)

  it("a warning once for a state that it does not know", function()
    local warnings = 0
    local result = wait({ seen("POLISHING"), seen("POLISHING"), seen(""), seen("SUCCESS") },
      { on_event = function(event) warnings = warnings + (event.type == "warning" and 1 or 0) end })
    assert.equal("success", result.outcome)
    assert.equal(2, warnings)
  end)
end)

describe("a timeline", function()
  local platform, record

  before_each(function()
    platform = fake.platform() -- 2026-11-24T03:44:03Z
    record = timeline.new({ platform = platform, service_clock = service_clock.new(platform, 60) },
      "execution.wait", "exec-1")
  end)

  it("counts from the start of the execution by the service's clock, then on the monotonic one", function()
    assert.equal(0, record:elapsed())
    record:note({ status = "BUILDING", creation_time = "2026-11-24T03:44:00Z" })
    assert.equal(63, record:elapsed())
    platform.now, platform.wall_offset = platform.now + 10, 0
    assert.equal(73, record:elapsed())
  end)

  it("counts from when it was opened when the service does not say", function()
    platform.now = platform.now + 5
    record:note({ status = "BUILDING" })
    assert.equal(5, record:elapsed())
    assert.same({ "2026-11-24T03:45:08Z", 5 }, { record.entries[1].time, record.entries[1].elapsed })
  end)

  it("knows for how long nothing changed: state, text or time of change", function()
    local function after(seconds, execution)
      platform.now = platform.now + seconds
      record:note(execution)
      platform.now = platform.now + 1
      return record:unchanged_for()
    end
    assert.equal(1, after(0, { status = "BUILDING" }))
    assert.equal(7, after(5, { status = "BUILDING" }))
    assert.equal(1, after(5, { status = "BUILDING", message = "m" }))
    assert.equal(1, after(5, { status = "BUILDING", message = "m", modified_time = "2026-11-24T03:44:00Z" }))
    assert.equal(7, after(5, { status = "BUILDING", message = "m", modified_time = "2026-11-24T03:44:00Z" }))
    assert.equal(2, #record.entries)
  end)
end)
