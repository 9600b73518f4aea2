--- build, build_if_changed and bake over HTTPS through libcurl, with journals and archives in real files. Waiting
--- moves the clocks; execution_spec.lua waits on the real one.

local cjson = require("cjson").new()
local scenes = require("spec.support.emulator_nginx.scene")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local scene, client, folder, journal

setup(function()
  scene = scenes.open()
end)

teardown(function()
  scene:close()
end)

before_each(function()
  scene:ask("POST", "reset")
  client = scene:client({ platform = scene:platform() })
  folder = scene.running.prefix .. "/work"
  journal = folder .. "/journal.json"
  shell.run(("rm -rf %s && mkdir %s"):format(shell.quote(folder), shell.quote(folder)))
end)

after_each(function()
  client.close()
end)

local ARGS = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE",
  build_content = "RUN apt-get update && apt-get install -y nginx", tags = { team = "web" } }

local function args(fields)
  local all = {}
  for _, source in ipairs({ ARGS, fields or {} }) do
    for name, value in pairs(source) do
      all[name] = value
    end
  end
  return all
end

local function counts()
  local state = scene:ask("GET", "state")
  return { #state.pipelines, #state.executions, #state.images }
end

-- key → entry of the journal file
local function entries()
  local map = {}
  for key, text in pairs(cjson.decode(shell.read(journal)).entries) do
    map[key] = cjson.decode(text)
  end
  return map
end

describe("over https, execution.build", function()
  it("keeps token and id in its journal, is gone in the middle, and goes on with the same build", function()
    scene:script({ stall = 2 })
    local id = assert(client.pipeline.create(ARGS)).id
    local first = assert(client.execution.build(id, { journal = journal, timeout = 1, poll = 0.2 }))
    assert.equal("timeout", first.outcome)
    local entry = entries()["execution.build cn-hangzhou " .. id]
    assert.same({ id, first.client_token, first.execution_id }, { entry.pipeline_id, entry.token, entry.execution_id })
    assert.is_nil(entry.reported)
    assert.is_nil(shell.read(journal):find("emulator-secret", 1, true))
    client.close()

    client = scene:client({ platform = scene:platform() }) -- as another process
    local again = assert(client.execution.build(id, { journal = journal, poll = 0.2 }))
    assert.same({ "success", true, first.execution_id, first.client_token },
      { again.outcome, again.resumed, again.execution_id, again.client_token })
    assert.is_true(entries()["execution.build cn-hangzhou " .. id].reported)
    assert.same({ 1, 1, 1 }, counts())
  end)

  it("starts once though the answer to the start is lost, with and without a retry", function()
    for _, retry in ipairs({ { base = 0.01, cap = 0.05 }, false }) do
      scene:ask("POST", "reset")
      os.remove(journal)
      scene:script({})
      local id = assert(client.pipeline.create(ARGS)).id
      scene:ask("POST", "fault", { kind = "lost_answer", action = "StartImagePipelineExecution" })
      local result = assert(client.execution.build(id, { journal = journal, poll = 0.2, retry = retry }))
      assert.equal("success", result.outcome)
      assert.same({ 1, 1, 1 }, counts())
    end
  end)

  it("does not start what it cannot note", function()
    local id = assert(client.pipeline.create(ARGS)).id
    local nothing, _, err = client.execution.build(id, { journal = folder .. "/nowhere/journal.json" })
    assert.is_nil(nothing)
    assert.same({ "storage", "journal" }, { err.kind, err.param })
    assert.same({ 1, 0, 0 }, counts())
  end)
end)

describe("over https, execution.build_if_changed", function()
  it("builds once, and again for another content", function()
    scene:script({}, {})
    local id = assert(client.pipeline.create(ARGS)).id
    local first = assert(client.execution.build_if_changed(id, { poll = 0.2 }))
    local second = assert(client.execution.build_if_changed(id, { poll = 0.2 }))
    assert.same({ "success", "unchanged", first.image_id }, { first.outcome, second.outcome, second.image_id })
    local other = assert(client.pipeline.ensure(args({ build_content = "RUN true" }), { replace = "side_by_side" }))
    local third = assert(client.execution.build_if_changed(other, { poll = 0.2 }))
    assert.same({ "success", "changed", "content" }, { third.outcome, third.reason, third.changed[1] })
    assert.same({ 2, 2, 2 }, counts())
  end)
end)

describe("over https, ecs.bake", function()
  local function bake(fields, options)
    local all = { journal = journal, poll = 0.2 }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return client.bake(args(fields), all)
  end

  it("comes from arguments to an image, says unchanged, and retires what it replaces", function()
    scene:script({}, {})
    local first = assert(bake())
    assert.same({ "success", true, true }, { first.outcome, first.ok, first.created })
    assert.equal(first.image_id, assert(client.image.describe(first.image_id)).id)
    local second = assert(bake())
    assert.same({ "unchanged", false, first.image_id, first.pipeline_id },
      { second.outcome, second.created, second.image_id, second.pipeline_id })
    local third = assert(bake({ system_disk_size = 60 }, { replace = "retire", archive = folder .. "/{id}.json" }))
    assert.same({ "success", true, first.pipeline_id }, { third.outcome, third.created, third.retired[1].id })
    local archive = cjson.decode(shell.read(folder .. "/" .. first.pipeline_id .. ".json"))
    assert.same({ first.pipeline_id, "web", first.execution_id, first.image_id }, { archive.pipeline.id,
      archive.pipeline.name, archive.executions[1].id, archive.executions[1].image_id })
    local entry = entries()["ecs.bake cn-hangzhou web"]
    assert.same({ "done", "success", third.pipeline_id, third.execution_id, third.image_id },
      { entry.phase, entry.outcome, entry.pipeline_id, entry.execution_id, entry.image_id })
    assert.same({ 1, 1, 2 }, counts()) -- the record of the first build went with its pipeline
  end)

  it("says how a build failed, and which line", function()
    scene:script({ outcome = "FAILED", error_code = "CommandFailed",
      error_info = "\"apt-get update && apt-get install -y nginx\" exited with 100" })
    local result = assert(bake())
    assert.same({ false, "failed", "CommandFailed", 1 },
      { result.ok, result.outcome, result.error_code, result.build_line.line })
    assert.equal(2, require("ecs_pipeline").exit_code(result))
  end)

  it("sends nothing that writes in a rehearsal", function()
    local would = assert(bake(nil, { dry_run = true }))
    assert.same({ "create", "build" }, would.steps)
    assert.same({ 0, 0, 0 }, counts())
    for _, request in ipairs(scene:ask("GET", "state").requests) do
      assert.matches("^Describe", request.action)
    end
    assert.is_nil(shell.read(journal))
  end)
end)
