-- ecs.bake: the whole job, step by step: what stops it, what it tells, what it leaves behind.
local cjson = require("cjson").new()
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local mortal = require("spec.support.killed_at_step")
local virtual = require("spec.support.virtual")

local client, emulator, path

local function spec(fields)
  local args = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

local function with(options)
  local all = { poll = 900 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return all
end

local function bake(fields, options)
  return assert(client.bake(spec(fields), with(options)))
end

local function left()
  local state, ids = emulator:state(), {}
  for index, pipeline in ipairs(state.pipelines) do
    ids[index] = pipeline.ImagePipelineId
  end
  return ids, #state.executions
end

local function writes()
  local count = emulator:state().count
  return (count.CreateImagePipeline or 0) + (count.StartImagePipelineExecution or 0) + (count.DeleteImagePipeline or 0)
end

before_each(function()
  client, emulator = virtual.client()
  path = os.tmpname()
  os.remove(path)
end)

after_each(function()
  os.remove(path)
end)

describe("ecs.bake", function()
  it("makes a pipeline and an image, and the second time neither", function()
    local first = bake()
    assert.same({ true, "success", "first", true, "create" },
      { first.ok, first.outcome, first.reason, first.created, first.plan.action })
    assert.same({ first.pipeline_id, "web" }, { first.pipeline.id, first.pipeline.name })
    assert.matches("^m%-", first.image_id)
    assert.equal(first.image_id, first.images["cn-hangzhou"])
    assert.is_nil(first.retired)
    assert.is_string(client.info(first).request_id)
    local second = bake()
    assert.same({ true, "unchanged", false, "none", first.image_id, first.execution_id, first.pipeline_id },
      { second.ok, second.outcome, second.created, second.plan.action, second.image_id, second.execution_id,
        second.pipeline_id })
    assert.equal(2, writes())
    assert.same({ 0, 0 }, { ecs.exit_code(first), ecs.exit_code(second) })
  end)

  it("replaces side by side unless told otherwise", function()
    local first = bake()
    local second = bake({ build_content = "RUN make all" })
    assert.same({ "success", "changed", { "content" } }, { second.outcome, second.reason, second.changed })
    assert.same({ first.pipeline_id, second.pipeline_id }, (left()))
    local _, message, err = client.bake(spec({ system_disk_size = 50 }), with({ replace = "never" }))
    assert.same({ "conflict", "replace", 9 }, { err.kind, err.plan.action, ecs.exit_code(nil, message, err) })
    assert.matches("^ecs.bake: in conflict", message)
  end)

  it("retires only after a build that was accepted, with the record in a file", function()
    local first = bake()
    emulator:script_build({ outcome = "FAILED" })
    local options = { replace = "retire", archive = path }
    local broken = bake({ build_content = "RUN make all" }, options)
    assert.same({ false, "failed", {}, 2 }, { broken.ok, broken.outcome, broken.retired, ecs.exit_code(broken) })
    assert.same({ first.pipeline_id, broken.pipeline_id }, (left()))
    assert.is_nil(io.open(path))
    local good = bake({ build_content = "RUN make all" }, options)
    assert.same({ true, "success", broken.pipeline_id, first.pipeline_id },
      { good.ok, good.outcome, good.pipeline_id, good.retired[1].id })
    assert.same({ good.pipeline_id }, (left()))
    local file = assert(io.open(path))
    assert.equal(first.pipeline_id, cjson.decode(file:read("*a")).pipeline.id)
    file:close()
    local again = bake({ build_content = "RUN make all" }, options)
    assert.same({ "unchanged", {} }, { again.outcome, again.retired })
  end)

  it("builds what it is to keep before it retires what has the same image", function()
    local first = bake()
    local second = bake({ description = "the web image" }, { replace = "retire", archive = false })
    assert.same({ "success", "replaced", {} }, { second.outcome, second.reason, second.changed })
    assert.are_not.equal(first.image_id, second.image_id)
    assert.equal("unchanged", bake({ description = "the web image" }).outcome)
    -- side by side the old build still counts
    assert.equal("unchanged", bake({ description = "another text" }).outcome)
  end)

  it("is told which pipeline by id", function()
    local first = bake()
    local second = bake({ id = first.pipeline_id, name = "web" })
    assert.same({ "unchanged", first.pipeline_id }, { second.outcome, second.pipeline_id })
    local _, _, err = client.bake({ base_image = "m-1", base_image_type = "IMAGE" })
    assert.same({ "validation", "name" }, { err.kind, err.param })
  end)

  it("passes the options of a build on", function()
    bake()
    assert.equal("forced", bake(nil, { force = true }).reason)
    assert.equal("too_old", bake(nil, { max_age = 1 }).reason)
    emulator:script_build({ outcome = "TEST_FAILED" })
    assert.is_true(bake({ test_content = "RUN make check" }, { accept = "test_failed" }).ok)
    emulator:script_build({ stall = 7200 })
    assert.equal("timeout", bake(nil, { force = true, timeout = 3600 }).outcome)
    assert.equal("conflict", select(3, client.bake(spec(), { force = true })).kind)
    assert.is_true(bake(nil, { force = true, when_running = "adopt" }).adopted)
  end)

  it("names the line of a build that failed, where the service quotes it", function()
    emulator:script_build({ outcome = "FAILED", error_info = "\"RUN make install\" ended with exit code 2." })
    local result = bake({ build_content = "RUN make all\nRUN make install" })
    assert.same({ param = "build_content", line = 2, text = "RUN make install" }, result.build_line)
    assert.is_nil(bake({ build_content = "RUN make all\nRUN make install" }).build_line)
    -- also of a build that is only pointed at
    emulator:script_build({ outcome = "FAILED", error_info = "\"RUN make install\" ended with exit code 2." })
    assert.equal(2, assert(client.execution.build(result.pipeline_id, with())).build_line.line)
  end)

  it("tells all phases to one callback", function()
    local phases = {}
    local function on_progress(report)
      phases[#phases + 1] = phases[#phases] ~= report.phase and report.phase or nil
      assert.is_string(report.message)
    end
    bake(nil, { on_progress = on_progress })
    assert.same({ "checking", "ensuring", "comparing", "preparing", "building", "ended" }, phases)
    phases = {}
    bake(nil, { on_progress = on_progress })
    assert.same({ "checking", "ensuring", "comparing" }, phases)
    phases = {}
    bake({ system_disk_size = 50 }, { on_progress = on_progress, replace = "retire", archive = false })
    assert.equal("retiring", phases[#phases])
  end)

  it("uses default_tags and the region of the arguments", function()
    client = client.with({ default_tags = { team = "web" } })
    local result = bake({ region_id = "cn-beijing" })
    assert.equal("web", result.pipeline.tags.team)
    assert.is_string(result.images["cn-beijing"])
    assert.same({ "unchanged", result.image_id }, (function(again)
      return { again.outcome, again.images["cn-beijing"] }
    end)(bake({ region_id = "cn-beijing" })))
  end)
end)

describe("ecs.bake stops", function()
  it("at what the linter calls an error, before anything is sent", function()
    local _, message, err = client.bake(spec({ build_content = "ROON make\nRESTART now" }), with({ journal = path }))
    assert.same({ "validation", 2, 2, 7 },
      { err.kind, #err.failures, #err.findings, ecs.exit_code(nil, message, err) })
    assert.matches("^ecs.bake: arguments refused: build_content, line 1: "
      .. "\"ROON\" is not a command of the build notation", message)
    assert.same({ 1, 2 }, { err.failures[1].line, err.failures[2].line })
    assert.equal(0, #emulator:state().requests)
    assert.is_nil(io.open(path))
  end)

  it("not at its warnings, which are events and facts of the result", function()
    local events = {}
    client = client.with({ on_event = function(event)
      events[#events + 1] = event.type == "warning" and event.message or nil
    end })
    local content = "RUN apt-get install nginx"
    local result = bake({ build_content = content })
    assert.equal("interactive_install", result.findings[1].code)
    assert.matches("^build_content, line 1: ", events[1])
    assert.equal(events[1], client.info(result).warnings[1].message)
    for _, options in ipairs({ { lint = false }, { lint = { disable = { "interactive_install" } } } }) do
      assert.same({}, bake({ build_content = content }, options).findings)
    end
  end)

  it("at arguments that cannot be created", function()
    local _, message, err = client.bake(spec({ system_disk_size = 1 }))
    assert.equal("validation", err.kind)
    assert.matches("^ecs.bake: arguments refused: system_disk_size", message)
    assert.equal(0, #emulator:state().requests)
  end)

  it("at a programmer's mistake", function()
    for _, options in ipairs({ { replace = "always" }, { replace = "retire" }, { archive = path }, { lint = true },
      { lint = { disabel = {} } }, { max_age = 0 }, { force = 1 }, { journal = 1 }, { build = true } }) do
      assert.has_error(function() client.bake(spec(), options) end)
    end
    for _, given in ipairs({ false, 7, "web" }) do
      assert.has_error(function() client.bake(given) end)
    end
    assert.has_error(function() client:bake(spec()) end)
    assert.equal(0, #emulator:state().requests)
  end)

  it("at a journal that cannot be read or written, before anything is sent", function()
    for _, journal in ipairs({ "/nowhere/journal.json", "/tmp" }) do
      local _, message, err = client.bake(spec(), with({ journal = journal }))
      assert.same({ "storage", 12 }, { err.kind, ecs.exit_code(nil, message, err) })
      assert.matches("^ecs.bake: storage failed: the journal", message)
    end
    assert.equal(0, #emulator:state().requests)
  end)

  it("at a refusal of every call, with all that is known", function()
    for _, row in ipairs({
      { "DescribeImagePipelines", {} }, { "CreateImagePipeline", { "plan" } },
      { "StartImagePipelineExecution", { "plan", "pipeline_id" } },
      { "DescribeImagePipelineExecutions", { "plan", "pipeline_id" }, true },
      { "DeleteImagePipeline", { "plan", "pipeline_id", "execution_id", "image_id" }, true },
    }) do
      client, emulator = virtual.client()
      local action, known, before = row[1], row[2], row[3]
      local args = spec()
      if before then
        bake()
        args = spec({ system_disk_size = 50 })
      end
      local refusing = client.with({ transport = { send = function(request, deadline)
        local there = action ~= "DescribeImagePipelineExecutions" or #emulator:state().pipelines == 2
        if request.headers["x-acs-action"] == action and there then
          return fake.refusal(403, "Forbidden.RAM")
        end
        return emulator:transport().send(request, deadline)
      end } })
      local options = with({ replace = "retire", archive = false })
      local _, message, err = refusing.bake(args, options)
      assert.same({ "denied", 8 }, { err.kind, ecs.exit_code(nil, message, err) }, action)
      assert.matches("^ecs.bake: not permitted", message)
      for _, name in ipairs(known) do
        assert.is_not_nil(err[name], action .. ": " .. name)
      end
      assert.is_true(assert(client.bake(args, options)).ok)
    end
  end)
end)

describe("ecs.bake, dry", function()
  it("writes nothing and says what it would do", function()
    local journal = mortal.memory()
    local said = {}
    local would = bake(nil, { dry_run = true, journal = journal,
      on_progress = function(report) said[#said + 1] = report.message end })
    assert.same({ "Checking the arguments.", "A dry run: no pipeline is created." }, said)
    assert.same({ true, "dry_run", { "create", "build" }, false, 0 },
      { would.ok, would.outcome, would.steps, would.created, ecs.exit_code(would) })
    assert.equal("web", would.request.parameters.Name)
    bake()
    local before = writes()
    would = bake(nil, { dry_run = true, journal = journal })
    assert.same({ {}, "unchanged" }, { would.steps, would.reason })
    assert.is_string(would.image_id)
    would = bake(nil, { dry_run = true, max_age = 1 })
    assert.same({ { "build" }, "too_old" }, { would.steps, would.reason })
    assert.equal(would.pipeline_id, would.request.parameters.ImagePipelineId)
    would = bake({ system_disk_size = 50 }, { dry_run = true, replace = "retire", archive = path })
    assert.same({ { "create", "build", "retire" }, "replace" }, { would.steps, would.plan.action })
    assert.equal(before, writes())
    assert.same({}, journal.entries)
    assert.is_nil(io.open(path))
    local _, _, err = client.bake(spec({ build_content = "ROON" }), { dry_run = true })
    assert.equal("validation", err.kind)
  end)

  it("passes on what it cannot find out", function()
    bake()
    local refusing = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "DescribeImages" then
        return fake.refusal(403, "Forbidden.RAM")
      end
      return emulator:transport().send(request, deadline)
    end } })
    local _, _, err = refusing.bake(spec(), { dry_run = true })
    assert.equal("denied", err.kind)
  end)
end)

describe("pipeline.ensure with build", function()
  local function ensure(fields, options)
    local all = { replace = "retire", archive = false, poll = 900 }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return client.pipeline.ensure(spec(fields), all)
  end

  it("builds the new one first", function()
    local old = assert(ensure(nil, { build = true }))
    assert.same({ true, {} }, { old.created, old.retired })
    assert.is_nil(old.build) -- there was nothing to replace
    local new = assert(ensure({ system_disk_size = 50 }, { build = true }))
    assert.same({ true, "success", new.id, old.id },
      { new.build.ok, new.build.outcome, new.build.pipeline_id, new.retired[1].id })
    assert.same({ new.id }, (left()))
    local count = emulator:state().count
    assert.equal(1, count.StartImagePipelineExecution)
  end)

  it("gives the build no more time than is left of the whole call", function()
    assert(ensure())
    for _, limits in ipairs({ { timeout = 100 }, { timeout = 100, build = { timeout = 900 } },
      { timeout = 900, build = { timeout = 100 } }, { timeout = { total = 9 }, build = { timeout = 100 } } }) do
      emulator:script_build({ durations = { BUILDING = 1e5 } })
      local began = emulator:now()
      limits.build = limits.build or true
      local new = assert(ensure({ system_disk_size = 50 + #emulator:state().executions }, limits))
      assert.same({ "timeout", {} }, { new.build.outcome, new.retired })
      assert.is_true(emulator:now() - began >= 99 and emulator:now() - began < 160)
    end
  end)

  it("keeps the old one when the build fails, and takes it away once one is good", function()
    local old = assert(ensure())
    emulator:script_build({ outcome = "FAILED" })
    local options = { build = { accept = "partial", journal = mortal.memory() } }
    local new = assert(ensure({ system_disk_size = 50 }, options))
    assert.same({ "failed", {} }, { new.build.outcome, new.retired })
    assert.same({ old.id, new.id }, (left()))
    emulator:script_build({ outcome = "PARTITION_SUCCESS" })
    local again = assert(ensure({ system_disk_size = 50 }, options))
    assert.same({ new.id, false, "partial", old.id },
      { again.id, again.created, again.build.outcome, again.retired[1].id })
  end)

  it("says what it knows when it cannot build", function()
    local old = assert(ensure())
    local refusing = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "StartImagePipelineExecution" then
        return fake.refusal(403, "Forbidden.RAM")
      end
      return emulator:transport().send(request, deadline)
    end } })
    local _, message, err = refusing.pipeline.ensure(spec({ system_disk_size = 50 }),
      { replace = "retire", archive = false, build = true })
    assert.same({ "denied", true, "replace" }, { err.kind, err.created, err.plan.action })
    assert.matches("^pipeline.ensure: not permitted", message)
    assert.are_not.equal(old.id, err.pipeline_id)
    assert.equal(2, #left())
  end)

  it("goes with retire, and has the options of a build", function()
    assert.has_error(function() client.pipeline.ensure(spec(), { build = true }) end)
    assert.has_error(function() client.pipeline.ensure(spec(), { replace = "side_by_side", build = true }) end)
    assert.has_error(function() ensure(nil, { build = { max_aeg = 1 } }) end)
    assert.equal(0, #emulator:state().requests)
  end)
end)

describe("ecs.bake with replace = \"retire\"", function()
  it("says so when it cannot see what was to be retired, and the next call does it", function()
    local first = bake()
    local changed, retire = spec({ system_disk_size = 60 }), with({ replace = "retire", archive = false })
    local handle = emulator.handle
    emulator.handle = function(self, method, uri, headers, body)
      if headers["x-acs-action"] == "CreateImagePipeline" then
        -- the new one can be read, the old one cannot
        emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines", skip = 1,
          times = 1000 })
      end
      return handle(self, method, uri, headers, body)
    end
    local nothing, message, err = client.bake(changed, retire)
    assert.is_nil(nothing)
    assert.same({ "denied", "ecs.bake" }, { err.kind, err.operation })
    assert.matches("^ecs%.bake: not permitted: ", message)
    assert.is_string(err.pipeline_id)
    assert.is_true(err.created)
    emulator.handle = nil
    emulator.faults.script = {}
    local second = assert(client.bake(changed, retire))
    assert.same({ err.pipeline_id, first.pipeline_id, 1 },
      { second.pipeline_id, second.retired[1].id, #emulator:state().pipelines })
  end)
end)
