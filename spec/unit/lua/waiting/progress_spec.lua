-- Reports to on_progress: one printer for every phase of every call.
local progress = require("ecs_pipeline.waiting.progress")
local tables = require("ecs_pipeline.tables")
local virtual = require("spec.support.virtual")

local ALWAYS = { operation = "string", phase = "string", message = "string", elapsed = "number", region = "string" }
local IF_KNOWN = { progress = "number", estimate = "number", execution_id = "string", image_id = "string",
  pipeline_id = "string", vpc_id = "string", vswitch_id = "string", status = "string", stalled = "boolean" }

-- What was wrong with a report: an error of on_progress would only be a warning.
local problems

-- What a program may do with any report without looking at what it is about. → function, lines, phases
local function printer(operation)
  local lines, phases = {}, {}
  return function(report)
    for name, value in pairs(report) do
      if type(value) ~= (ALWAYS[name] or IF_KNOWN[name]) then
        problems[#problems + 1] = ("%s, %s: %s is %s"):format(operation, tostring(report.phase), name, tostring(value))
      end
    end
    for name in pairs(ALWAYS) do
      if report[name] == nil or report[name] == "" and name ~= "message" then
        problems[#problems + 1] = ("%s, %s: no %s"):format(operation, tostring(report.phase), name)
      end
    end
    if report.operation ~= operation or report.elapsed < 0 then
      problems[#problems + 1] = ("%s, %s: %s after %s s"):format(operation, tostring(report.phase),
        tostring(report.operation), tostring(report.elapsed))
    end
    lines[#lines + 1] = ("%s %s %-12s %5.0f s  %s %3.0f %% %s"):format(report.operation, report.region, report.phase,
      report.elapsed, report.message, report.progress or 0, report.execution_id or report.image_id or "")
    phases[report.phase] = report
  end, lines, phases
end

local function options(operation, more)
  local print_it, lines, phases = printer(operation)
  return tables.merge({ on_progress = print_it, poll = 20 }, more), lines, phases
end

local function scene()
  return virtual.client({ on_event = function(event)
    if event.type == "warning" and event.message:find("on_progress failed", 1, true) then
      problems[#problems + 1] = event.message
    end
  end })
end

local TEMPLATE = virtual.TEMPLATE

local function changed()
  return tables.merge({ description = "changed" }, TEMPLATE)
end

describe("a printer of reports runs over every phase", function()
  before_each(function()
    problems = {}
  end)

  after_each(function()
    assert.same({}, problems)
  end)

  it("of execution.wait, build and build_if_changed", function()
    local client, emulator = scene()
    local id, execution = virtual.build(client, emulator)
    local given, lines, phases = options("execution.wait")
    local result = assert(client.execution.wait(execution, given))
    assert.is_true(#lines > 5)
    assert.same({ execution, id, result.image_id }, { phases.ended.execution_id, phases.ended.pipeline_id,
      phases.ended.image_id })
    assert.is_truthy(phases.preparing and phases.building and phases.releasing)
    given, lines, phases = options("execution.build")
    assert(client.execution.build(id, given))
    assert.is_true(#lines > 5 and phases.building.estimate > 0 and phases.ended.estimate == nil)
    given, lines, phases = options("execution.build_if_changed", { force = true })
    assert(client.execution.build_if_changed(id, given))
    assert.same({ id, "cn-hangzhou" }, { phases.comparing.pipeline_id, phases.comparing.region })
    assert.is_true(#lines > 5 and phases.ended ~= nil)
  end)

  it("of ecs.bake: first, unchanged, and with a pipeline to retire", function()
    local client = scene()
    local given, _, phases = options("ecs.bake")
    local result = assert(client.bake(TEMPLATE, given))
    for _, phase in ipairs({ "checking", "ensuring", "comparing", "preparing", "building", "releasing", "ended" }) do
      assert.is_truthy(phases[phase], phase)
    end
    assert.equal(result.pipeline_id, phases.building.pipeline_id)
    given, _, phases = options("ecs.bake")
    assert.equal("unchanged", assert(client.bake(TEMPLATE, given)).outcome)
    assert.is_nil(phases.building)
    given, _, phases = options("ecs.bake", { replace = "retire", archive = false })
    result = assert(client.bake(changed(), given))
    assert.equal(result.pipeline_id, phases.retiring.pipeline_id)
  end)

  it("of pipeline.delete and ensure, while they wait for executions", function()
    local client, emulator = scene()
    local id, execution = virtual.build(client, emulator)
    local given, _, phases = options("pipeline.delete", { when_running = "cancel" })
    assert(client.pipeline.delete(id, given))
    assert.same({ execution, id }, { phases.cancelling.execution_id, phases.cancelling.pipeline_id })
    id, execution = virtual.build(client, emulator)
    given, _, phases = options("pipeline.ensure", { replace = "retire", archive = false, build = true })
    assert(client.pipeline.ensure(changed(), given))
    assert.is_truthy(phases.comparing and phases.ended)
    assert.is_true(phases.ended.pipeline_id ~= id or phases.ended.execution_id == execution)
  end)

  it("of image.wait_available and copy", function()
    local client, emulator = scene()
    local id = emulator:put("images", { ImageName = "web" }).ImageId
    local given, lines, phases = options("image.copy", { wait = true })
    local copies = assert(client.image.copy(id, { to_region_id = { "cn-qingdao", "cn-beijing" } }, given))
    assert.is_true(#lines > 3 and phases.creating.progress ~= nil)
    assert.equal(copies.images["cn-beijing"], phases.ended.image_id)
    assert.equal("cn-beijing", phases.ended.region)
    given, lines, phases = options("image.wait_available")
    assert(client.image.wait_available(id, given))
    assert.same({ 1, id, "cn-hangzhou" }, { #lines, phases.ended.image_id, phases.ended.region })
  end)

  it("of create and delete of VPCs and vSwitches", function()
    local client = scene()
    local function run(operation, ...)
      local given, lines, phases = options(operation, { poll = 0.5 })
      local group, verb = operation:match("(%w+)%.(%w+)")
      local all = { ... }
      all[#all + 1] = given
      local unpack = table.unpack or unpack -- luacheck: ignore 113 143
      local made = assert(client[group][verb](unpack(all)))
      assert.is_true(#lines > 0 or verb == "delete", operation)
      return made, phases
    end
    local vpc, phases = run("vpc.create", { cidr_block = "172.16.0.0/12" })
    assert.equal(vpc.id, phases.ended.vpc_id)
    assert.is_truthy(phases.creating)
    local zone = assert(client.zone.list({ available_resource_creation = "VSwitch" }))[1]
    local vswitch
    vswitch, phases = run("vswitch.create", { vpc_id = vpc.id, zone_id = zone.id, cidr_block = "172.16.0.0/24" })
    assert.equal(vswitch.id, phases.ended.vswitch_id)
    run("vswitch.delete", vswitch.id)
    run("vpc.delete", vpc.id)
  end)
end)

describe("a report", function()
  it("is of nobody's interest without on_progress", function()
    progress.report({ client = {} }, { phase = "x", message = "" })
  end)

  it("knows the region of the call, of the client, or a better one", function()
    local seen
    local reporter = { operation = "x.y", started = 5, on_progress = function(report) seen = report end,
      client = { platform = { clock = function() return 7 end }, region = function() return "of the client" end } }
    progress.report(reporter, { phase = "a", message = "b" })
    assert.same({ operation = "x.y", phase = "a", message = "b", elapsed = 2, region = "of the client" }, seen)
    reporter.call_options = { region = "of the call" }
    progress.report(reporter, { phase = "a", message = "b", elapsed = 9 })
    assert.same({ "of the call", 9 }, { seen.region, seen.elapsed })
    progress.report(reporter, { phase = "a", message = "b", region = "better" })
    assert.equal("better", seen.region)
  end)
end)
