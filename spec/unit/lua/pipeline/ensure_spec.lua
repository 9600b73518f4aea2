-- pipeline.ensure: made at most once; never, side by side, retire; the archive; dry runs. Interruptions are the matter
-- of ensure_interrupted_spec.lua.
local cjson = require("cjson").new()
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local client, emulator, path

local function wanted(fields)
  local args = { name = "web", base_image = "m-1", base_image_type = "IMAGE" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

local function read(name)
  local file = io.open(name, "r")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

local function ids()
  local list = {}
  for index, pipeline in ipairs(emulator:state().pipelines) do
    list[index] = pipeline.ImagePipelineId
  end
  return list
end

local function count(action)
  return emulator:state().count[action] or 0
end

before_each(function()
  client, emulator = virtual.client()
  path = os.tmpname()
  os.remove(path)
end)

after_each(function()
  os.remove(path)
  os.remove(path .. ".new")
end)

describe("pipeline.ensure", function()
  it("makes what is not there, and finds what is", function()
    local first = assert(client.pipeline.ensure(wanted()))
    assert.same({ true, "create", "web" }, { first.created, first.plan.action, first.name })
    local second = assert(client.pipeline.ensure(wanted()))
    assert.same({ false, "none", first.id }, { second.created, second.plan.action, second.id })
    assert.equal(1, count("CreateImagePipeline"))
    assert.is_nil(first.retired)
    assert.is_nil(next(first.tags))
    assert.is_string(client.info(first).request_id)
  end)

  it("makes one for two that ask at the same time", function()
    local tokens = {}
    local inner = emulator:transport()
    local function racing(before)
      return { send = function(request, deadline)
        if request.headers["x-acs-action"] == "CreateImagePipeline" then
          tokens[#tokens + 1] = request.url:match("ClientToken=(%w+)")
          before()
        end
        return inner.send(request, deadline)
      end }
    end
    local once = true
    local other = client.with({ transport = racing(function() end) })
    local mine = client.with({ transport = racing(function()
      if once then
        once = false
        assert(other.pipeline.ensure(wanted()))
      end
    end) })
    assert(mine.pipeline.ensure(wanted()))
    assert.equal(1, #ids())
    assert.equal(2, #tokens)
    assert.same({ tokens[1], 64 }, { tokens[2], #tokens[1] })
  end)

  it("makes none more when the service does not show yet what was made", function()
    local first = assert(client.pipeline.ensure(wanted())).id
    local inner, looks = emulator:transport(), 0
    local blind = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "DescribeImagePipelines" then
        looks = looks + 1
        if looks <= 3 then
          return fake.reply(200, "{\"RequestId\":\"R\",\"ImagePipeline\":{\"ImagePipelineSet\":[]}}")
        end
      end
      return inner.send(request, deadline)
    end } })
    assert.equal(first, assert(blind.pipeline.ensure(wanted())).id)
    assert.same({ first }, ids())
    assert.equal(2, count("CreateImagePipeline"))
  end)

  it("makes it again after somebody deleted it, whatever the service remembers of the token", function()
    local first = assert(client.pipeline.ensure(wanted())).id
    assert(client.pipeline.delete(first))
    local second = assert(client.pipeline.ensure(wanted()))
    assert.is_true(second.created)
    assert.same({ second.id }, ids())
    assert(client.pipeline.delete(second))
    assert(client.pipeline.ensure(wanted({ system_disk_size = 40 })))
    assert.equal(1, #ids())
  end)

  it("takes a token of the caller's, and fails if that is used up", function()
    local first = assert(client.pipeline.ensure(wanted(), { client_token = "mine" })).id
    assert(client.pipeline.delete(first))
    local _, message, err = client.pipeline.ensure(wanted(), { client_token = "mine" })
    assert.same({ "conflict", "create" }, { err.kind, err.plan.action })
    assert.matches("was deleted", message)
    _, _, err = client.pipeline.ensure(wanted({ name = "other" }), { client_token = "mine" })
    assert.equal("IdempotentParameterMismatch", err.code)
    assert.equal(0, #ids())
  end)

  it("wants a name, or an id", function()
    local _, message, err = client.pipeline.ensure({ base_image = "m-1", base_image_type = "IMAGE" })
    assert.same({ "validation", "name" }, { err.kind, err.param })
    assert.matches("could not be found again", message)
    _, _, err = client.pipeline.ensure(wanted({ system_disk_size = 1 }))
    assert.equal("system_disk_size", err.param)
    assert.equal(0, #emulator:state().requests)
  end)

  it("never replaces unless told to, and says why it would", function()
    local made = assert(client.pipeline.ensure(wanted()))
    assert(client.execution.wait(assert(client.execution.start(made))))
    local result, message, err = client.pipeline.ensure(wanted({ system_disk_size = 50, description = "web server" }))
    assert.is_nil(result)
    assert.same({ "conflict", "replace", made.id, 2, 1 },
      { err.kind, err.plan.action, err.plan.id, #err.plan.changes, err.plan.loses.executions })
    assert.is_truthy(message:find(made.id .. " cannot be changed, only replaced (description, system_disk_size); "
      .. "deleting it loses the record of 1 execution", 1, true), message)
    assert.matches("side_by_side", err.hint)
    assert.same({ made.id }, ids())
  end)

  it("says what the service says, under its own name, with the plan", function()
    emulator:fault({ kind = "error", code = "QuotaExceed.ImagePipeline", action = "CreateImagePipeline" })
    local _, message, err = client.pipeline.ensure(wanted())
    assert.same({ "QuotaExceed.ImagePipeline", "create" }, { err.code, err.plan.action })
    assert.matches("^pipeline.ensure: ", message)
  end)

  it("raises on options that make no sense", function()
    assert.has_error(function() client.pipeline.ensure(wanted(), { replace = "always" }) end)
    assert.has_error(function() client.pipeline.ensure(wanted(), { archive = path }) end,
      "pipeline.ensure: archive goes with replace = \"retire\"")
    assert.has_error(function() client.pipeline.ensure(wanted(), { replace = "retire" }) end)
    assert.has_error(function() client.pipeline.ensure(wanted(), { replace = "retire", archive = true }) end,
      "pipeline.ensure: option \"archive\" must be a path, or false")
  end)
end)

describe("pipeline.ensure side by side", function()
  it("makes a new one, keeps the old one, and does both once", function()
    local old = assert(client.pipeline.ensure(wanted({ resource_group_id = "rg-1" })))
    local other = wanted({ system_disk_size = 50 })
    local new = assert(client.pipeline.ensure(other, { replace = "side_by_side" }))
    assert.same({ true, "replace", old.id, "rg-1", "web", { ["ecs_pipeline:follows"] = old.id } },
      { new.created, new.plan.action, new.plan.id, new.resource_group_id, new.name, new.tags })
    local again = assert(client.pipeline.ensure(other, { replace = "side_by_side" }))
    assert.same({ false, new.id }, { again.created, again.id })
    assert.same({ old.id, new.id }, ids())
    assert.equal(old.id, assert(client.pipeline.ensure(wanted())).id)
  end)

  it("replaces the newest of several", function()
    local last
    for _, size in ipairs({ 40, 50, 60 }) do
      last = assert(client.pipeline.ensure(wanted({ system_disk_size = size }), { replace = "side_by_side" }))
    end
    assert.equal(3, #ids())
    assert.equal(last.id, assert(client.pipeline.plan(wanted({ system_disk_size = 70 }))).id)
  end)

  it("by id, under another name or without any, and once", function()
    local old = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE" })).id
    local args = { id = old, base_image = "m-2", base_image_type = "IMAGE" }
    local new = assert(client.pipeline.ensure(args, { replace = "side_by_side" }))
    assert.equal(new.id, new.name)
    assert.equal(new.id, assert(client.pipeline.ensure(args)).id)
    args.name, args.base_image = "named", "m-3"
    local named = assert(client.pipeline.ensure(args, { replace = "side_by_side" }))
    assert.equal(named.id, assert(client.pipeline.ensure(args)).id)
    assert.equal(3, #ids())
  end)

  it("not when its tag would be one too many", function()
    local tags = {}
    for index = 1, 20 do
      tags["tag-" .. index] = "x"
    end
    assert(client.pipeline.ensure(wanted({ tags = tags })))
    for _, dry_run in ipairs({ true, false }) do
      local _, _, err = client.pipeline.ensure(wanted({ tags = tags, base_image = "m-2" }),
        { replace = "side_by_side", dry_run = dry_run })
      assert.same({ "validation", "tags", "replace" }, { err.kind, err.param, err.plan.action })
    end
    assert.equal(1, #ids())
  end)

  it("does not retire later what it kept", function()
    assert(client.pipeline.ensure(wanted()))
    local other = wanted({ system_disk_size = 50 })
    assert(client.pipeline.ensure(other, { replace = "side_by_side" }))
    assert.same({}, assert(client.pipeline.ensure(other, { replace = "retire", archive = path })).retired)
    assert.equal(2, #ids())
  end)
end)

describe("pipeline.ensure retires", function()
  it("with the template and its executions in a file", function()
    local old = assert(client.pipeline.ensure(wanted({ build_content = "RUN true", tags = { a = "1" } })))
    assert(client.execution.wait(assert(client.execution.start(old))))
    local new = assert(client.pipeline.ensure(wanted(), { replace = "retire", archive = path }))
    assert.same({ { id = old.id, executions = 1, archive = path } }, new.retired)
    assert.same({ new.id }, ids())
    local archive = cjson.decode(read(path))
    assert.same({ old.id, "RUN true", "1", 1, "SUCCESS" }, { archive.pipeline.id, archive.pipeline.build_content,
      archive.pipeline.tags.a, #archive.executions, archive.executions[1].status })
    assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", archive.archived_at)
    assert.is_nil(read(path .. ".new"))
    assert.same({}, assert(client.pipeline.ensure(wanted(), { replace = "retire", archive = path })).retired)
  end)

  it("without a file when that is said", function()
    local old = assert(client.pipeline.ensure(wanted())).id
    local new = assert(client.pipeline.ensure(wanted({ base_image = "m-2" }), { replace = "retire", archive = false }))
    assert.same({ { id = old, executions = 0 } }, new.retired)
    assert.same({ new.id }, ids())
  end)

  it("after what runs, which then is in the file", function()
    local old = assert(client.pipeline.ensure(wanted()))
    local running = assert(client.execution.start(old)).id
    local seen
    assert(client.pipeline.ensure(wanted({ base_image = "m-2" }), { replace = "retire", archive = path,
      on_progress = function(report)
        seen = seen or #ids()
        assert.equal(running, report.execution_id)
      end }))
    assert.equal(2, seen)
    local archive = cjson.decode(read(path))
    assert.same({ running, "SUCCESS" }, { archive.executions[1].id, archive.executions[1].status })
    assert.equal(0, count("CancelImagePipelineExecution"))
  end)

  it("not before it ends: then the new one is there, and a later call goes on", function()
    local old = assert(client.pipeline.ensure(wanted()))
    emulator:script_build({ stall = 7200 })
    local running = assert(client.execution.start(old)).id
    local other = wanted({ base_image = "m-2" })
    local _, message, err = client.pipeline.ensure(other, { replace = "retire", archive = path, wait_timeout = 60 })
    assert.same({ "timeout", running, true, 2 }, { err.kind, err.execution_id, err.created, #ids() })
    assert.matches("still runs after 60 s; nothing was deleted", message)
    assert.matches("call ensure again", err.hint)
    assert.is_nil(read(path))
    local new = assert(client.pipeline.ensure(other, { replace = "retire", archive = path }))
    assert.same({ false, err.pipeline_id, old.id }, { new.created, new.id, new.retired[1].id })
    assert.same({ new.id }, ids())
  end)

  it("what an interrupted call left, when the arguments have changed since", function()
    local first = assert(client.pipeline.ensure(wanted())).id
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DeleteImagePipeline" })
    local dir = path .. "-{id}"
    local _, _, err = client.pipeline.ensure(wanted({ base_image = "m-2" }), { replace = "retire", archive = dir })
    assert.equal("denied", err.kind)
    local last = assert(client.pipeline.ensure(wanted({ base_image = "m-3" }), { replace = "retire", archive = dir }))
    assert.same({ last.id }, ids())
    assert.same({ first, err.pipeline_id }, { last.retired[1].id, last.retired[2].id })
    for _, one in ipairs(last.retired) do
      assert.equal(one.id, cjson.decode(read(one.archive)).pipeline.id)
      os.remove(one.archive)
    end
  end)

  it("nothing that a tag alone points at", function()
    local victim = assert(client.pipeline.create(wanted({ name = "victim" }))).id
    assert(client.pipeline.create(wanted({ tags = { ["ecs_pipeline:retires"] = victim } })))
    assert.same({}, assert(client.pipeline.ensure(wanted(), { replace = "retire", archive = false })).retired)
    assert.equal(2, #ids())
  end)

  it("nothing when the file cannot be written, and makes nothing either", function()
    local old = assert(client.pipeline.ensure(wanted())).id
    for _, bad in ipairs({ "/nowhere/at/all.json", path }) do
      if bad == path then
        local file = assert(io.open(path, "w"))
        file:write("{\"pipeline\":{\"id\":\"ip-other\"}}")
        file:close()
      end
      local _, message, err = client.pipeline.ensure(wanted({ base_image = "m-2" }),
        { replace = "retire", archive = bad })
      assert.same({ "storage", "replace" }, { err.kind, err.plan.action })
      assert.matches("^pipeline.ensure: storage failed: ", message)
      assert.same({ old }, ids())
    end
  end)

  it("nothing when its folder goes", function()
    assert(client.pipeline.ensure(wanted()))
    assert(os.execute("mkdir " .. path))
    local inner = emulator:transport()
    local moving = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "CreateImagePipeline" then
        assert(os.remove(path))
      end
      return inner.send(request, deadline)
    end } })
    local _, message, err = moving.pipeline.ensure(wanted({ base_image = "m-2" }),
      { replace = "retire", archive = path .. "/{id}.json" })
    assert.same({ "storage", 2 }, { err.kind, #ids() })
    assert.matches("cannot write the archive: .", message)
  end)

  it("nothing when the disk is full", function()
    local old = assert(client.pipeline.ensure(wanted())).id
    local inner = emulator:transport()
    local full = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "CreateImagePipeline" then
        assert(os.execute("ln -s /dev/full " .. path .. ".new"))
      end
      return inner.send(request, deadline)
    end } })
    local _, message, err = full.pipeline.ensure(wanted({ base_image = "m-2" }), { replace = "retire", archive = path })
    assert.same({ "storage", old, 2 }, { err.kind, ids()[1], #ids() })
    assert.matches("cannot write the archive: .", message)
    assert.is_nil(read(path))
    assert.is_nil(read(path .. ".new"))
  end)

  it("nothing when the file can no longer be written later", function()
    local old = assert(client.pipeline.ensure(wanted())).id
    local inner = emulator:transport()
    local blocked = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "CreateImagePipeline" then
        assert(io.open(path, "w")):close()
      end
      return inner.send(request, deadline)
    end } })
    local _, _, err = blocked.pipeline.ensure(wanted({ base_image = "m-2" }), { replace = "retire", archive = path })
    assert.same({ "storage", 2, true }, { err.kind, #ids(), err.created })
    assert.equal(old, ids()[1])
    assert.equal(0, count("DeleteImagePipeline"))
  end)
end)

describe("pipeline.ensure, while others are at work,", function()
  local OTHER = { base_image = "m-2" }

  -- A client whose calls are preceded by `before(action, count of them)`.
  local function watched(before)
    local inner, counts = emulator:transport(), {}
    return client.with({ transport = { send = function(request, deadline)
      local action = request.headers["x-acs-action"]
      counts[action] = (counts[action] or 0) + 1
      before(action, counts[action])
      return inner.send(request, deadline)
    end } })
  end

  it("waits for a build that began between the look and the deletion, and archives it", function()
    local old = assert(client.pipeline.ensure(wanted()))
    local started
    local mine = watched(function(action, n)
      if action == "DeleteImagePipeline" and n == 1 then
        started = assert(client.execution.start(old)).id
      end
    end)
    local new = assert(mine.pipeline.ensure(wanted(OTHER), { replace = "retire", archive = path }))
    assert.same({ { id = old.id, executions = 1, archive = path } }, new.retired)
    assert.equal(started, cjson.decode(read(path)).executions[1].id)
  end)

  it("gives up when the service goes on saying that something runs", function()
    assert(client.pipeline.ensure(wanted()))
    emulator:fault({ kind = "error", code = "InvalidImagePipeline.HasRunningExecution", times = 99,
      action = "DeleteImagePipeline" })
    local _, message, err = client.pipeline.ensure(wanted(OTHER), { replace = "retire", archive = path,
      wait_timeout = 100, poll = 20 })
    assert.equal("timeout", err.kind)
    assert.matches("an execution still runs after 100 s", message)
    assert.equal(2, #ids())
  end)

  it("does not mind that one more execution ends or the old one is deleted meanwhile", function()
    local old = assert(client.pipeline.ensure(wanted()))
    local mine = watched(function(action, n)
      if action == "DescribeImagePipelineExecutions" and n == 2 then
        assert(client.pipeline.delete(old))
      end
    end)
    local new = assert(mine.pipeline.ensure(wanted(OTHER), { replace = "retire", archive = path }))
    assert.is_true(new.created)
    assert.same({ new.id }, ids())
  end)
end)

describe("pipeline.ensure, dry", function()
  it("plans and renders, and sends nothing that writes", function()
    local result = assert(client.pipeline.ensure(wanted({ build_content = "run x" }), { dry_run = true }))
    assert.same({ true, false, "create", "CreateImagePipeline", "verb_case" }, { result.dry_run, result.created,
      result.plan.action, result.request.parameters.Action or result.request.headers["x-acs-action"],
      result.findings[1].code })
    local old = assert(client.pipeline.ensure(wanted()))
    local none = assert(client.pipeline.ensure(wanted(), { dry_run = true }))
    assert.same({ old.id, true, false }, { none.id, none.dry_run, none.created })
    local retired = assert(client.pipeline.ensure(wanted({ base_image = "m-2" }),
      { dry_run = true, replace = "retire", archive = path }))
    assert.same({ "replace", old.id }, { retired.plan.action, retired.request.parameters["Tag.1.Value"] })
    local _, _, err = client.pipeline.ensure(wanted({ base_image = "m-2" }), { dry_run = true })
    assert.same({ "conflict", "replace" }, { err.kind, err.plan.action })
    assert.same({ 1, 0, { old.id } }, { count("CreateImagePipeline"), count("DeleteImagePipeline"), ids() })
    assert.is_nil(read(path))
  end)
end)
