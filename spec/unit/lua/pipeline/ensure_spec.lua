-- pipeline.ensure: created at most once; never replaced, or side by side; dry runs. What retires is in retire_spec.lua,
-- interruptions are in ensure_interrupted_spec.lua.
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
      "pipeline.ensure: archive requires replace = \"retire\"")
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
