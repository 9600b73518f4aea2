-- The rules of every wait: deadline, interval, failures, eventual consistency, reports, Ctrl-C, cancelling.
local fake = require("spec.support.fake")
local poll = require("ecs_pipeline.waiting.poll")

local CREATING, READY = { status = "Creating" }, { status = "Ready" }

local function failure(kind, more)
  local err = { kind = kind, message = kind .. "!", retryable = kind == "transport" or kind == "timeout"
    or kind == "throttled" }
  for name, value in pairs(more or {}) do
    err[name] = value
  end
  return err
end

local LOST, GONE = failure("transport"), failure("not_found")

-- A wait on a virtual clock. → wait, platform, warnings
local function open(own_options, call_options, defaults)
  local platform, warnings = fake.platform(), {}
  local client = { platform = platform, log = "off", region = function() return "cn-x" end, on_event = function(event)
    warnings[#warnings + 1] = event.operation .. ": " .. event.message
  end }
  return poll.new(client, "thing.wait", own_options or {}, call_options or { deadline = 120 },
    defaults or { timeout = 1000 }), platform, warnings
end

-- A step that sees a script, entry after entry, the last one again and again: values, and errors (they have a kind).
-- `polls` counts. More fields replace its own.
local function step(script, more)
  local job = { polls = 0 }
  job.read = function()
    job.polls = job.polls + 1
    local entry = script[math.min(job.polls, #script)]
    if entry.kind then
      return nil, entry.message, entry
    end
    return entry
  end
  job.judge = function(value) return value and value.status == "Ready" and poll.DONE or nil end
  for name, value in pairs(more or {}) do
    job[name] = value
  end
  return job
end

describe("the end of the host", function()
  local function ended(wait, ...)
    local value, message, err, seen = ...
    assert.is_nil(value)
    assert.same({ "cancelled", "HOST_EXITING", false }, { err.kind, err.code, err.retryable })
    assert.matches("^thing.wait: cancelled: this nginx worker is to end", message)
    assert.matches("call again in the new worker", err.hint, 1, true)
    assert.equal(CREATING, seen)
    assert.is_true(wait:left() > 900)
  end

  it("ends a wait at its next pause, with what was seen", function()
    local wait, platform = open({ poll = 20 })
    platform.is_exiting = true
    local job = step({ CREATING })
    ended(wait, wait:run(job))
    assert.same({ 1, {} }, { job.polls, platform.slept })
  end)

  it("ends a pause that has begun", function()
    local wait, platform = open({ poll = 20 })
    platform.sleep = function() return true end
    ended(wait, wait:run(step({ CREATING })))
  end)

  it("ends no wait that has seen its end", function()
    local wait, platform = open({ poll = 20 })
    platform.is_exiting = true
    assert.equal(READY, (wait:run(step({ READY }))))
    local _, message = wait:pause(5)
    assert.matches("is to end", message)
  end)
end)

describe("the deadline of a wait", function()
  it("ends the last pause, and one last poll follows", function()
    local wait, platform = open({ timeout = 50, poll = 20 })
    local job = step({ CREATING })
    assert.same({ false, nil, nil, CREATING }, { wait:run(job) })
    assert.same({ 4, { 20, 20, 10 }, 1050 }, { job.polls, platform.slept, platform.now })
  end)

  it("is judged after the last poll, not before", function()
    local wait = open({ timeout = 20, poll = 20 })
    assert.equal(READY, (wait:run(step({ CREATING, READY }))))
  end)

  it("comes with the error of the last poll", function()
    local wait = open({ timeout = 5 })
    assert.same({ false, "transport!", LOST }, { wait:run(step({ LOST })) })
  end)

  it("is the default one without the option", function()
    local wait, platform = open({ poll = 30 }, nil, { timeout = 70 })
    assert.is_false((wait:run(step({ CREATING }))))
    assert.same({ 70, 70, 1070 }, { wait.timeout, wait:elapsed(), platform.now })
  end)

  it("is shared by the steps of a wait", function()
    local wait, platform = open({ timeout = 50, poll = 20 })
    assert.equal(READY, (wait:run(step({ CREATING, CREATING, READY }))))
    assert.is_false((wait:run(step({ CREATING }))))
    assert.same({ 20, 20, 10 }, platform.slept)
    local late = step({ CREATING })
    assert.is_false((wait:run(late)))
    assert.equal(1, late.polls)
  end)

  it("is on the monotonic clock", function()
    local wait, platform = open({ timeout = 50, poll = 20 })
    platform.wall = function() error("the time of day may be corrected") end
    assert.is_false((wait:run(step({ CREATING }))))
  end)

  it("bounds each poll, but for a shortest timeout of the last one", function()
    local call_options = { deadline = 120, region = "cn-qingdao" }
    local wait, platform = open({ timeout = 130 }, call_options)
    local deadlines = {}
    for index, now in ipairs({ 1000, 1020, 1124, 1127, 1130, 1200 }) do
      platform.now = now
      deadlines[index] = wait:poll_options().deadline
    end
    assert.same({ 120, 110, 6, 5, 5, 5 }, deadlines)
    assert.same({ deadline = 120, region = "cn-qingdao" }, call_options)
    assert.equal("cn-qingdao", wait:poll_options().region)
  end)

  it("ends a pause of a caller's own", function()
    local wait, platform = open({ timeout = 30 })
    assert.same({ true, true, false }, { wait:pause(20), wait:pause(20), wait:pause(20) })
    assert.same({ 20, 10 }, platform.slept)
  end)

  it("has one error", function()
    local wait = open()
    local none, message, err = wait:timed_out("too late", { execution_id = "exec-1", sent = false })
    assert.is_nil(none)
    assert.equal("thing.wait: timed out: too late [WAIT_TIMEOUT]", message)
    assert.same({ "timeout", "WAIT_TIMEOUT", "exec-1", false, "thing.wait" }, { err.kind, err.code, err.execution_id,
      err.sent, err.operation })
  end)
end)

describe("the interval of a wait", function()
  it("grows while nothing changes and starts again with a new state", function()
    local wait, platform = open({ poll = { min = 4, max = 8 } })
    assert.equal(READY, (wait:run(step({ CREATING, CREATING, CREATING, CREATING, { status = "Checking" },
      { status = "Checking" }, READY }))))
    assert.same({ 4, 6, 8, 8, 4, 6 }, platform.slept)
  end)

  it("starts again with each step", function()
    local wait, platform = open({ poll = { min = 4, max = 8 } })
    wait:run(step({ CREATING, CREATING, READY }))
    wait:run(step({ CREATING, READY }))
    assert.same({ 4, 6, 4 }, platform.slept)
  end)

  it("is the default one without the option, or that of the step", function()
    local wait, platform = open(nil, nil, { timeout = 100, poll = { min = 2, max = 2 } })
    wait:run(step({ CREATING, READY }))
    wait:run(step({ CREATING, READY }, { range = { min = 7, max = 7 } }))
    wait:run(step({ LOST, READY }, { range = { min = 7, max = 7 } }))
    assert.same({ 2, 7, 7 }, platform.slept)
    wait, platform = open()
    wait:run(step({ CREATING, READY }))
    assert.same({ 10 }, platform.slept)
  end)

  it("hears from the judge how long it takes", function()
    local wait, platform = open({ poll = { min = 2, max = 100 } })
    local told = { { 50 }, { 2.5 }, { nil, true } }
    local job
    job = step({ CREATING }, { judge = function()
      local row = told[job.polls]
      if not row then
        return poll.DONE
      end
      return poll.NOT_YET, row[1], row[2]
    end })
    wait:run(job)
    assert.same({ 2, 2.5, 2 }, platform.slept)
  end)
end)

describe("a verdict", function()
  it("DONE ends the wait with the value, or with true where an error means it", function()
    local wait = open()
    assert.equal(CREATING, (wait:run(step({ CREATING }, { judge = function() return poll.DONE end }))))
    assert.is_true((wait:run(step({ GONE }, { judge = function() return poll.DONE end }))))
  end)

  it("FAILED ends it with the error of the poll, or of the judge", function()
    local wait = open()
    local function failed(...)
      local all = { ... }
      return function() return poll.FAILED, all[1], all[2] end
    end
    assert.same({ nil, "transport!", LOST }, { wait:run(step({ LOST }, { judge = failed() })) })
    assert.same({ nil, "no", GONE, CREATING }, { wait:run(step({ CREATING }, { judge = failed("no", GONE) })) })
    assert.same({ nil, "no", GONE }, { wait:run(step({ LOST }, { judge = failed("no", GONE) })) })
  end)

  it("NOT_YET makes a state of an error, also of one that would be final", function()
    local busy = failure("conflict", { code = "TaskConflict" })
    local wait, platform = open({ poll = { min = 2, max = 10 } })
    local job = step({ busy, busy, busy, READY }, { judge = function(_, err)
      return err and poll.NOT_YET or poll.DONE
    end })
    assert.equal(READY, (wait:run(job)))
    assert.same({ 2, 3, 4.5 }, platform.slept)
  end)

  it("AGAIN polls without a pause", function()
    local wait, platform = open()
    local job
    job = step({ CREATING }, { judge = function() return job.polls < 3 and poll.AGAIN or poll.DONE end })
    assert.equal(CREATING, (wait:run(job)))
    assert.same({ 3, {} }, { job.polls, platform.slept })
  end)
end)

describe("a failure of a poll", function()
  for label, err in pairs({
    ["no connection"] = LOST, ["no answer"] = failure("timeout"), ["throttling"] = failure("throttled"),
    ["an error of the service"] = failure("api", { retryable = true }),
  }) do
    it("is tolerated when it is temporary: " .. label, function()
      local wait = open()
      assert.equal(READY, (wait:run(step({ CREATING, err, err, READY }))))
      assert.is_false(poll.final(err))
    end)
  end

  for label, err in pairs({
    denied = failure("denied"), credentials = failure("credentials"), validation = failure("validation"),
    not_found = failure("not_found"), cancelled = failure("cancelled"), storage = failure("storage"),
    api = failure("api"), TLS = failure("transport", { code = "TLS", retryable = false }),
    NO_TRANSPORT = failure("transport", { code = "NO_TRANSPORT", retryable = false }),
  }) do
    it("ends the wait when waiting does not cure it: " .. label, function()
      local wait, platform = open()
      assert.same({ nil, err.message, err, CREATING }, { wait:run(step({ CREATING, err })) })
      assert.equal(1, #platform.slept)
      assert.is_true(poll.final(err))
    end)
  end

  it("doubles the pause, as long as failures come in a row", function()
    local wait, platform = open({ poll = { min = 5, max = 15 } })
    wait:run(step({ LOST, LOST, LOST, CREATING, LOST, READY }))
    assert.same({ 5, 10, 15, 5, 5 }, platform.slept)
  end)

  it("pauses for as long as the service asks", function()
    local wait, platform = open()
    wait:run(step({ failure("throttled", { headers = { ["retry-after"] = "77" } }), READY }))
    assert.same({ 77 }, platform.slept)
  end)

  it("does not count as a poll without a change", function()
    local wait, platform = open({ poll = { min = 4, max = 100 } })
    wait:run(step({ CREATING, LOST, CREATING, CREATING, READY }))
    assert.same({ 4, 4, 6, 9 }, platform.slept)
  end)
end)

describe("eventual consistency", function()
  local function not_visible(err) return err.kind == "not_found" end

  it("makes not_found mean not visible yet, for a minute", function()
    local wait, platform = open({ poll = 20 })
    assert.equal(READY, (wait:run(step({ GONE, GONE, GONE, READY }, { not_visible = not_visible }))))
    local from = platform.now
    assert.same({ nil, "not_found!", GONE }, { wait:run(step({ GONE }, { not_visible = not_visible })) })
    assert.equal(60, platform.now - from) -- the step's own minute: the creation came just before it
  end)

  it("ends with the first sight", function()
    local wait, platform = open({ poll = 20 })
    assert.same({ nil, "not_found!", GONE, CREATING }, { wait:run(step({ GONE, CREATING, GONE },
      { not_visible = not_visible })) })
    assert.same({ 20, 20 }, platform.slept)
  end)

  it("concerns nothing else, and nobody who does not ask for it", function()
    local wait, platform = open()
    assert.is_nil((wait:run(step({ GONE }))))
    assert.is_nil((wait:run(step({ failure("denied") }, { not_visible = not_visible }))))
    assert.same({}, platform.slept)
  end)
end)

describe("the reports of a wait", function()
  local reports

  local function listen(report)
    reports[#reports + 1] = report
  end

  local function report(value) return { status = value.status } end

  before_each(function()
    reports = {}
  end)

  it("are one for each value, the last one included, with the time since the start", function()
    local wait = open({ poll = 10, on_progress = listen })
    wait:run(step({ CREATING, LOST, READY }, { report = report }))
    assert.same({ { "Creating", 0 }, { "Ready", 20 } }, { { reports[1].status, reports[1].elapsed },
      { reports[2].status, reports[2].elapsed } })
  end)

  it("keep a time of their own", function()
    local wait = open({ on_progress = listen })
    wait:run(step({ READY }, { report = function() return { elapsed = 99 } end }))
    assert.same({ { elapsed = 99, operation = "thing.wait", region = "cn-x" } }, reports)
  end)

  it("follow the judgement, so that they can tell of it", function()
    local judged
    local wait = open({ on_progress = listen })
    wait:run(step({ READY }, { judge = function()
      judged = 7
      return poll.DONE
    end, report = function() return { estimate = judged } end }))
    assert.equal(7, reports[1].estimate)
  end)

  it("cost no wait: what the listener throws is warned of, once", function()
    local wait, _, warnings = open({ on_progress = function() error("boom") end })
    assert.equal(READY, (wait:run(step({ CREATING, CREATING, READY }, { report = report }))))
    assert.equal(1, #warnings)
    assert.matches("^thing.wait: on_progress failed: .*boom", warnings[1])
  end)
end)

describe("a wait that is broken off", function()
  local INTERRUPTED = "script.lua:7: interrupted!"

  it("by Ctrl-C raises it, in a pause, a poll or a listener", function()
    local function interrupt() error(INTERRUPTED, 0) end
    local wait, platform = open()
    platform.sleep = interrupt
    local job = step({ CREATING })
    assert.same({ false, INTERRUPTED }, { pcall(wait.run, wait, job) })
    assert.equal(1, job.polls)
    assert.same({ false, INTERRUPTED }, { pcall(wait.run, wait, step({}, { read = interrupt })) })
    wait = open({ on_progress = interrupt })
    assert.same({ false, INTERRUPTED }, { pcall(wait.run, wait, step({ READY },
      { report = function() return {} end })) })
  end)

  it("by the cancelling of its task ends with that error", function()
    local wait, platform = open()
    platform.sleep = function() end -- as in a cancelled task: it ends at once
    local job = step({ CREATING, failure("cancelled") })
    local none, _, err = wait:run(job)
    assert.same({ "nil", "cancelled", 2, 1000 }, { type(none), err.kind, job.polls, platform.now })
  end)
end)

describe("poll.within", function()
  it("cuts the deadline of call options, in a copy", function()
    local call_options = { deadline = 120, region = "r" }
    assert.same({ deadline = 30, region = "r" }, poll.within(call_options, 30))
    assert.same({ deadline = 120, region = "r" }, poll.within(call_options, 300))
    assert.equal(120, call_options.deadline)
  end)
end)
