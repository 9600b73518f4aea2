-- What bakes and builds say when a call in their middle fails: the failure itself, under the name of what the user
-- called, with what is known by then.
local journal_file = require("ecs_pipeline.bake.journal_file")
local virtual = require("spec.support.virtual")

local DENIED = "Forbidden.RAM"

local client, emulator

before_each(function()
  client, emulator = virtual.client()
end)

local function args(fields)
  local made = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" }
  for name, value in pairs(fields or {}) do
    made[name] = value
  end
  return made
end

-- From its `skip`-th call on, an action is not permitted.
local function deny(action, skip)
  emulator:fault({ kind = "error", code = DENIED, action = action, skip = skip or 0, times = 1000 })
end

local function denied(operation, message, err)
  assert.same({ "denied", DENIED, operation }, { err.kind, err.code, err.operation })
  assert.matches("^" .. operation:gsub("%p", "%%%0") .. ": not permitted: ", message)
  return err
end

local function made(fields)
  return assert(client.pipeline.create(args(fields))).id
end

local function build_if_changed(id, options)
  local all = { poll = 900 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return client.execution.build_if_changed(id, all)
end

local function bake(fields, options)
  local all = { poll = 900 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return client.bake(args(fields), all)
end

describe("ecs.bake", function()
  it("says so when it cannot see what was to be retired, and the next call does it", function()
    local first = assert(bake())
    local changed = { system_disk_size = 60 }
    local retire = { replace = "retire", archive = false }
    local handle = emulator.handle
    emulator.handle = function(self, method, uri, headers, body)
      if headers["x-acs-action"] == "CreateImagePipeline" then
        deny("DescribeImagePipelines", 1) -- the new one can be read, the old one cannot
      end
      return handle(self, method, uri, headers, body)
    end
    local nothing, message, err = bake(changed, retire)
    assert.is_nil(nothing)
    denied("ecs.bake", message, err)
    assert.is_string(err.pipeline_id)
    assert.is_true(err.created)
    emulator.handle = nil
    emulator.faults.script = {}
    local second = assert(bake(changed, retire))
    assert.same({ err.pipeline_id, first.pipeline_id, 1 },
      { second.pipeline_id, second.retired[1].id, #emulator:state().pipelines })
  end)
end)

describe("execution.build_if_changed", function()
  it("refuses what is no pipeline, before anything is sent", function()
    for _, given in ipairs({ "", { image_pipeline_id = "" } }) do
      local nothing, _, err = build_if_changed(given)
      assert.is_nil(nothing)
      assert.same({ "validation", "execution.build_if_changed" }, { err.kind, err.operation })
    end
    assert.equal(0, #emulator:state().requests)
  end)

  it("goes on with what was begun, and says so when that fails", function()
    local id, path = made(), os.tmpname()
    local first = assert(build_if_changed(id, { journal = path, timeout = 1 }))
    assert.equal("timeout", first.outcome)
    deny("DescribeImagePipelineExecutions")
    local nothing, message, err = build_if_changed(id, { journal = path })
    assert.is_nil(nothing)
    denied("execution.build_if_changed", message, err)
    assert.same({ id, first.client_token }, { err.pipeline_id, err.client_token })
    emulator.faults.script = {}
    local again = assert(build_if_changed(id, { journal = path }))
    assert.same({ "success", "resumed", first.execution_id }, { again.outcome, again.reason, again.execution_id })
    os.remove(path)
  end)

  it("asks what a family stands for, and who may not ask is told", function()
    local id = made({ base_image_type = "IMAGE_FAMILY", base_image = "acs:ubuntu_22_04_x64" })
    deny("DescribeImageFromFamily")
    local nothing, message, err = build_if_changed(id)
    assert.is_nil(nothing)
    assert.equal(id, denied("execution.build_if_changed", message, err).pipeline_id)
  end)

  it("asks what a component stands for, and who may not ask is told", function()
    assert(client.component.create({ name = "tools", content = "RUN make" }))
    local id = made({ build_content = "COMPONENT acs:ecs:cn-hangzhou:1511928242963727:imagecomponent/tools:1.*.*" })
    deny("DescribeImageComponents")
    local nothing, message, err = build_if_changed(id)
    assert.is_nil(nothing)
    assert.equal(id, denied("execution.build_if_changed", message, err).pipeline_id)
  end)

  it("takes a component that is named by its id, or in no way that it knows, as it is written", function()
    local tools = assert(client.component.create({ name = "tools", content = "RUN make" })).id
    local id = made({ build_content = "RUN make\nCOMPONENT " .. tools })
    assert.same({ { id = tools } }, assert(build_if_changed(id)).components)
    emulator.store.pipelines[1].reply.BuildContent = "COMPONENT something-new"
    local again = assert(build_if_changed(id))
    assert.same({ "changed", { { id = "something-new" } } }, { again.reason, again.components })
  end)

  it("has no history when the template is deleted while it looks, or was one of many in a row", function()
    local id = made()
    emulator:fault({ kind = "error", code = "InvalidImagePipeline.NotFound",
      action = "DescribeImagePipelineExecutions" })
    local result = assert(build_if_changed(id))
    assert.same({ "success", "first" }, { result.outcome, result.reason })

    local before = made({ name = "row-0" })
    for number = 1, 12 do
      before = made({ name = "row-" .. number, tags = { ["ecs_pipeline:follows"] = before } })
    end
    result = assert(build_if_changed(before, { dry_run = true }))
    assert.equal("first", result.reason)
  end)

  it("says so when the history of the template before cannot be seen", function()
    local id = made({ name = "new", tags = { ["ecs_pipeline:follows"] = made() } })
    deny("DescribeImagePipelines", 1)
    local nothing, message, err = build_if_changed(id)
    assert.is_nil(nothing)
    assert.equal(id, denied("execution.build_if_changed", message, err).pipeline_id)
  end)
end)

describe("execution.build, when another one is in the way,", function()
  it("has no time left to give way", function()
    local id = made()
    local other = assert(client.execution.start(id)).id
    local handle = emulator.handle
    emulator.handle = function(self, ...)
      self:advance(10) -- each call takes its time
      return handle(self, ...)
    end
    local nothing, message, err = client.execution.build(id, { when_running = "wait", timeout = 5 })
    assert.is_nil(nothing)
    assert.same({ "timeout", "WAIT_TIMEOUT", other, false }, { err.kind, err.code, err.execution_id, err.sent })
    assert.matches(other .. ", which somebody else started, still runs; nothing was started", message, nil, true)
    assert.equal(1, #emulator:state().executions)
  end)

  it("cannot see how that one goes on", function()
    local id = made()
    assert(client.execution.start(id))
    deny("DescribeImagePipelineExecutions", 2)
    local nothing, message, err = client.execution.build(id, { when_running = "wait", poll = 900 })
    assert.is_nil(nothing)
    denied("execution.build", message, err)
    assert.equal(1, #emulator:state().executions)
  end)
end)

describe("a journal file", function()
  it("cannot be read below what is no folder", function()
    local path = os.tmpname()
    local entry, why = journal_file.new(path .. "/journal"):get("a")
    assert.is_nil(entry)
    assert.matches(path .. "/journal: ", why, 1, true)
    os.remove(path)
  end)

  it("leaves no temporary file when it cannot get its name", function()
    local path, rename = os.tmpname(), os.rename
    os.rename = function() return nil, "no such luck" end -- luacheck: ignore 122
    local done, why = journal_file.new(path):put("a", "one")
    os.rename = rename -- luacheck: ignore 122
    assert.same({ false, "no such luck" }, { done or false, why })
    assert.is_nil(io.open(path .. ".new"))
    os.remove(path)
  end)
end)
