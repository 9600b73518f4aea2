-- execution.build_if_changed: what counts as a change, whose history counts, and when the last image is good enough.
local fake = require("spec.support.fake")
local mortal = require("spec.support.killed_at_step")
local virtual = require("spec.support.virtual")

local CONTENT = "RUN make\nCOMPONENT acs:ecs:cn-hangzhou:1511928242963727:imagecomponent/tools:1.*.*"

local function args(fields)
  local made = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" }
  for name, value in pairs(fields or {}) do
    made[name] = value
  end
  return made
end

local function scene(fields, options)
  local client, emulator = virtual.client(options)
  return client, emulator, assert(client.pipeline.create(args(fields))).id
end

local function run(client, pipeline, options)
  local all = { poll = 900 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return assert(client.execution.build_if_changed(pipeline, all))
end

-- The part that a caller decides by.
local function said(result)
  return { result.outcome, result.reason, table.concat(result.changed, ",") }
end

local function executions(emulator)
  return #emulator:state().executions
end

describe("execution.build_if_changed", function()
  it("builds first, then says unchanged, with execution and image of that build", function()
    local client, emulator, id = scene()
    local first = run(client, id)
    assert.same({ "success", "first", "" }, said(first))
    local second = run(client, { id = id })
    assert.same({ "unchanged", "unchanged", "" }, said(second))
    assert.is_true(second.ok)
    assert.same({ first.execution_id, first.image_id, first.image_id, id, id, "SUCCESS" }, { second.execution_id,
      second.image_id, second.images["cn-hangzhou"], second.pipeline_id, second.built_by, second.status })
    assert.same({ "the last good build was made from the same", "m-bp1example" }, { second.why, second.base_image })
    assert.equal(1, executions(emulator))
  end)

  it("keeps the digests on the execution, and hides nothing else there", function()
    local client, _, id = scene()
    local result = run(client, { image_pipeline_id = id, tags = { run = "7" } })
    local tags = assert(client.execution.describe(result)).tags
    assert.matches("^1 arguments=%x+ base_image=%x+ components=%x+ content=%x+$", tags["ecs_pipeline:built_from"])
    assert.equal("7", tags.run)
  end)

  it("builds when told to", function()
    local client, emulator, id = scene()
    run(client, id)
    assert.same({ "success", "forced", "" }, said(run(client, id, { force = true })))
    assert.equal(2, executions(emulator))
  end)

  it("builds when the last one began too long ago", function()
    local client, _, id = scene()
    run(client, id) -- ends after 40 minutes, and is seen to after 45
    assert.equal("unchanged", run(client, id, { max_age = 2701 }).outcome)
    assert.same({ "success", "too_old", "" }, said(run(client, id, { max_age = 2700 })))
  end)

  it("builds when the image is gone", function()
    local client, emulator, id = scene()
    run(client, id)
    emulator.store.images = {}
    assert.same({ "success", "image_gone", "" }, said(run(client, id)))
  end)

  it("builds when a build did not go well, or was started by other means", function()
    local client, emulator, id = scene()
    emulator:script_build({ outcome = "FAILED" })
    assert.same({ "failed", "first", "" }, said(run(client, id)))
    assert(client.execution.build(id, { poll = 900 }))
    assert.same({ "success", "first", "" }, said(run(client, id)))
    assert.same({ "unchanged", "unchanged", "" }, said(run(client, id)))
  end)

  it("counts an accepted half-good build as good", function()
    local client, emulator, id = scene()
    for outcome, accept in pairs({ PARTITION_SUCCESS = "partial", TEST_FAILED = { "test_failed" } }) do
      emulator:script_build({ outcome = outcome })
      run(client, id, { force = true, accept = accept })
      assert.equal("unchanged", run(client, id, { accept = accept }).outcome)
    end
    local other, emulated, fresh = scene()
    emulated:script_build({ outcome = "PARTITION_SUCCESS" })
    assert.equal("partial", run(other, fresh).outcome)
    assert.equal("success", run(other, fresh).outcome)
  end)

  it("compares with the newest one", function()
    local client, _, id = scene()
    run(client, id)
    local newest = run(client, id, { force = true })
    assert.equal(newest.execution_id, run(client, id).execution_id)
  end)
end)

describe("what changed", function()
  it("is found between a template and the one it follows", function()
    local client = scene()
    local built = run(client, assert(client.pipeline.ensure(args())))
    local options = { replace = "side_by_side" }
    local described = assert(client.pipeline.ensure(args({ description = "the web image" }), options))
    local same = run(client, described)
    assert.same({ "unchanged", "unchanged", "" }, said(same))
    assert.same({ described.id, built.pipeline_id, built.execution_id },
      { same.pipeline_id, same.built_by, same.execution_id })
    local more = assert(client.pipeline.ensure(args({ description = "the web image", system_disk_size = 50,
      build_content = "RUN make all" }), options))
    local changed = run(client, more) -- two templates back
    assert.same({ "success", "changed", "arguments,content" }, said(changed))
    assert.equal("arguments, content changed since the last good build", changed.why)
    assert.equal("unchanged", run(client, more).outcome)
  end)

  it("is nothing that is only a comment", function()
    local client = scene()
    run(client, assert(client.pipeline.ensure(args())))
    local commented = assert(client.pipeline.ensure(args({ build_content = "# now\nRUN  make" }),
      { replace = "side_by_side" }))
    assert.equal("unchanged", run(client, commented).outcome)
  end)

  it("is nothing of a template that is gone, or that a ring of tags leads to", function()
    local client, emulator, id = scene({ tags = { ["ecs_pipeline:follows"] = "ip-bp1gone" } })
    assert.same({ "success", "first", "" }, said(run(client, id)))
    local second = assert(client.pipeline.create(args({ tags = { ["ecs_pipeline:follows"] = id } }))).id
    local third = assert(client.pipeline.create(args({ tags = { ["ecs_pipeline:retires"] = second } }))).id
    emulator.store.pipelines[1].reply.Tags.Tag[1].TagValue = third
    assert(client.pipeline.delete(id)) -- with its builds
    local again = assert(client.pipeline.create(args({ tags = { ["ecs_pipeline:follows"] = third } }))).id
    emulator.store.pipelines[1].reply.Tags.Tag[1].TagValue = again
    assert.same({ "success", "first", "" }, said(run(client, third)))
  end)

  it("is the newest image of a family", function()
    local client, _, id = scene({ image_options = { image_family = "base" } })
    local base = assert(client.execution.build(id, { poll = 900 })).image_id
    local web = assert(client.pipeline.create(args({ name = "child", base_image = "base",
      base_image_type = "IMAGE_FAMILY" }))).id
    assert.equal(base, run(client, web).base_image)
    assert.equal("unchanged", run(client, web).outcome)
    local newer = assert(client.execution.build(id, { poll = 900 })).image_id
    local built = run(client, web)
    assert.same({ "success", "changed", "base_image" }, said(built))
    assert.equal(newer, built.base_image)
  end)

  it("cannot be told of a family without an image", function()
    local client, emulator, id = scene({ base_image = "nobody", base_image_type = "IMAGE_FAMILY" })
    local _, message, err = client.execution.build_if_changed(id)
    assert.same({ "not_found", id }, { err.kind, err.pipeline_id })
    assert.matches("the family nobody has no image in cn-hangzhou", message, nil, true)
    assert.equal(0, executions(emulator))
  end)
end)

describe("build_if_changed beside others", function()
  it("adopts what is being built from the same elsewhere, and nothing else", function()
    local client, emulator, id = scene()
    local death = mortal.new(4, "after")
    local elsewhere = client.with({ transport = death.transport(emulator:transport()) })
    assert.is_true(mortal.run(function() run(elsewhere, id) end))
    assert.equal(1, executions(emulator))
    local result = run(client, id)
    assert.same({ "success", true }, { result.outcome, result.adopted })
    assert.equal(1, executions(emulator))

    local other = assert(client.execution.start(id)).id
    local _, _, err = client.execution.build_if_changed(id, { force = true })
    assert.same({ "conflict", other }, { err.kind, err.execution_id })
  end)

  it("adopts nothing when told to fail, or to build in any case", function()
    for _, options in ipairs({ { when_running = "fail" }, { force = true } }) do
      local client, emulator, id = scene()
      local death = mortal.new(4, "after")
      mortal.run(function() run(client.with({ transport = death.transport(emulator:transport()) }), id) end)
      local _, _, err = client.execution.build_if_changed(id, options)
      assert.equal("conflict", err.kind)
      assert.equal(1, executions(emulator))
    end
  end)

  it("goes on with what the journal says was begun, whatever has changed", function()
    local client, emulator, id = scene()
    local options = { journal = mortal.memory(), timeout = 600 }
    local first = run(client, id, options)
    assert.equal("timeout", first.outcome)
    options.timeout = nil
    local second = run(client, id, options)
    assert.same({ "success", "resumed", "" }, said(second))
    assert.equal(first.execution_id, second.execution_id)
    assert.equal("unchanged", run(client, id, options).outcome)
    assert.equal(1, executions(emulator))
  end)

  it("only renders in a dry run, and says what it would do", function()
    local client, emulator, id = scene()
    local would = assert(client.execution.build_if_changed(id, { dry_run = true }))
    assert.same({ true, "first" }, { would.dry_run, would.reason })
    assert.equal("ecs_pipeline:built_from", would.parameters["Tag.1.Key"])
    assert.equal(0, executions(emulator))
    run(client, id)
    assert.same({ "unchanged", true }, (function(result)
      return { result.outcome, result.dry_run }
    end)(assert(client.execution.build_if_changed(id, { dry_run = true }))))
  end)

  it("sends nothing when the journal cannot be read", function()
    local client, emulator, id = scene()
    local sent = #emulator:state().requests
    local _, _, err = client.execution.build_if_changed(id, { journal = "/tmp" })
    assert.equal("storage", err.kind)
    assert.equal(sent, #emulator:state().requests)
  end)

  it("passes on every failure under its own name, with the pipeline", function()
    for _, action in ipairs({ "DescribeImagePipelines", "DescribeImagePipelineExecutions", "DescribeImages",
      "StartImagePipelineExecution" }) do
      local client, emulator, id = scene()
      run(client, id)
      local refusing = client.with({ transport = { send = function(request, deadline)
        if request.headers["x-acs-action"] == action then
          return fake.refusal(403, "Forbidden.RAM")
        end
        return emulator:transport().send(request, deadline)
      end } })
      local _, message, err = refusing.execution.build_if_changed(id,
        { max_age = action == "StartImagePipelineExecution" and 1 or nil })
      assert.same({ "denied", id }, { err.kind, err.pipeline_id }, action)
      assert.matches("^execution.build_if_changed: not permitted", message)
    end
  end)
end)

describe("a component that is named by its version's pattern", function()
  it("is a change once the pattern means another version", function()
    local client = virtual.client()
    local component = { content = "RUN true", name = "tools", component_version = "1.0.0" }
    assert(client.component.create(component))
    local id = assert(client.pipeline.create(args({ build_content = CONTENT }))).id
    assert.same({ "success", "first", "" }, said(run(client, id)))
    assert.equal("unchanged", run(client, id).outcome)
    component.component_version = "1.1.0"
    assert(client.component.create(component))
    local built = run(client, id)
    assert.same({ "success", "changed", "components" }, said(built))
    assert.equal("1.1.0", built.components[1].version)
  end)
end)
