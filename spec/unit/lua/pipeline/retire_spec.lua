-- pipeline.ensure with replace = "retire": what was replaced is deleted once nothing of it runs and its record is in a
-- file.
local cjson = require("cjson").new()
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

  it("nothing when the folder of the archive is gone", function()
    local old = assert(client.pipeline.ensure(wanted())).id
    local inner = emulator:transport()
    assert(os.execute("mkdir " .. path))
    local gone = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "CreateImagePipeline" then
        assert(os.execute("rmdir " .. path))
      end
      return inner.send(request, deadline)
    end } })
    local _, message, err = gone.pipeline.ensure(wanted({ base_image = "m-2" }),
      { replace = "retire", archive = path .. "/{id}.json" })
    assert.same({ "storage", old, 2 }, { err.kind, ids()[1], #ids() })
    assert.matches("cannot write the archive: " .. path .. "/" .. old .. ".json: ", message, nil, true)
    assert.equal(0, count("DeleteImagePipeline"))
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
