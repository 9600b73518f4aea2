-- execution.build_if_changed: what counts as a change, whose history counts, and when the last image is good enough.
local builds = require("spec.support.changed_builds")
local fake = require("spec.support.fake")
local mortal = require("spec.support.killed_at_step")
local virtual = require("spec.support.virtual")

local function executions(emulator)
  return #emulator:state().executions
end

describe("execution.build_if_changed", function()
  it("builds first, then says unchanged, with execution and image of that build", function()
    local client, emulator, id = builds.scene()
    local first = builds.run(client, id)
    assert.same({ "success", "first", "" }, builds.decision(first))
    local second = builds.run(client, { id = id })
    assert.same({ "unchanged", "unchanged", "" }, builds.decision(second))
    assert.is_true(second.ok)
    assert.same({ first.execution_id, first.image_id, first.image_id, id, id, "SUCCESS" }, { second.execution_id,
      second.image_id, second.images["cn-hangzhou"], second.pipeline_id, second.built_by, second.status })
    assert.same({ "nothing changed since the last good build", "m-bp1example" }, { second.why, second.base_image })
    assert.equal(1, executions(emulator))
  end)

  it("keeps the digests on the execution, and hides nothing else there", function()
    local client, _, id = builds.scene()
    local result = builds.run(client, { image_pipeline_id = id, tags = { run = "7" } })
    local tags = assert(client.execution.describe(result)).tags
    assert.matches("^1 arguments=%x+ base_image=%x+ components=%x+ content=%x+$", tags["ecs_pipeline:built_from"])
    assert.equal("7", tags.run)
  end)

  it("builds when told to", function()
    local client, emulator, id = builds.scene()
    builds.run(client, id)
    assert.same({ "success", "forced", "" }, builds.decision(builds.run(client, id, { force = true })))
    assert.equal(2, executions(emulator))
  end)

  it("builds when the last one began too long ago", function()
    local client, _, id = builds.scene()
    builds.run(client, id) -- ends after 40 minutes, and is seen to after 45
    assert.equal("unchanged", builds.run(client, id, { max_age = 2701 }).outcome)
    assert.same({ "success", "too_old", "" }, builds.decision(builds.run(client, id, { max_age = 2700 })))
  end)

  it("builds when the image is gone", function()
    local client, emulator, id = builds.scene()
    builds.run(client, id)
    emulator.store.images = {}
    assert.same({ "success", "image_gone", "" }, builds.decision(builds.run(client, id)))
  end)

  it("builds when a build did not go well, or was started by other means", function()
    local client, emulator, id = builds.scene()
    emulator:script_build({ outcome = "FAILED" })
    assert.same({ "failed", "first", "" }, builds.decision(builds.run(client, id)))
    assert(client.execution.build(id, { poll = 900 }))
    assert.same({ "success", "first", "" }, builds.decision(builds.run(client, id)))
    assert.same({ "unchanged", "unchanged", "" }, builds.decision(builds.run(client, id)))
  end)
end)

describe("what changed", function()
  it("is found between a template and the one it follows", function()
    local client = builds.scene()
    local built = builds.run(client, assert(client.pipeline.ensure(builds.args())))
    local options = { replace = "side_by_side" }
    local described = assert(client.pipeline.ensure(builds.args({ description = "the web image" }), options))
    local same = builds.run(client, described)
    assert.same({ "unchanged", "unchanged", "" }, builds.decision(same))
    assert.same({ described.id, built.pipeline_id, built.execution_id },
      { same.pipeline_id, same.built_by, same.execution_id })
    local more = assert(client.pipeline.ensure(builds.args({ description = "the web image", system_disk_size = 50,
      build_content = "RUN make all" }), options))
    local changed = builds.run(client, more) -- two templates back
    assert.same({ "success", "changed", "arguments,content" }, builds.decision(changed))
    assert.equal("arguments, content changed since the last good build", changed.why)
    assert.equal("unchanged", builds.run(client, more).outcome)
  end)

  it("is nothing that is only a comment", function()
    local client = builds.scene()
    builds.run(client, assert(client.pipeline.ensure(builds.args())))
    local commented = assert(client.pipeline.ensure(builds.args({ build_content = "# now\nRUN  make" }),
      { replace = "side_by_side" }))
    assert.equal("unchanged", builds.run(client, commented).outcome)
  end)
end)

describe("build_if_changed beside others", function()
  it("adopts what is being built from the same elsewhere, and nothing else", function()
    local client, emulator, id = builds.scene()
    local death = mortal.new(4, "after")
    local elsewhere = client.with({ transport = death.transport(emulator:transport()) })
    assert.is_true(mortal.run(function() builds.run(elsewhere, id) end))
    assert.equal(1, executions(emulator))
    local result = builds.run(client, id)
    assert.same({ "success", true }, { result.outcome, result.adopted })
    assert.equal(1, executions(emulator))

    local other = assert(client.execution.start(id)).id
    local _, _, err = client.execution.build_if_changed(id, { force = true })
    assert.same({ "conflict", other }, { err.kind, err.execution_id })
  end)

  it("adopts nothing when told to fail, or to build in any case", function()
    for _, options in ipairs({ { when_running = "fail" }, { force = true } }) do
      local client, emulator, id = builds.scene()
      local death = mortal.new(4, "after")
      mortal.run(function() builds.run(client.with({ transport = death.transport(emulator:transport()) }), id) end)
      local _, _, err = client.execution.build_if_changed(id, options)
      assert.equal("conflict", err.kind)
      assert.equal(1, executions(emulator))
    end
  end)

  it("goes on with what the journal says was begun, whatever has changed", function()
    local client, emulator, id = builds.scene()
    local options = { journal = mortal.memory(), timeout = 600 }
    local first = builds.run(client, id, options)
    assert.equal("timeout", first.outcome)
    options.timeout = nil
    local second = builds.run(client, id, options)
    assert.same({ "success", "resumed", "" }, builds.decision(second))
    assert.equal(first.execution_id, second.execution_id)
    assert.equal("unchanged", builds.run(client, id, options).outcome)
    assert.equal(1, executions(emulator))
  end)

  it("only renders in a dry run, and says what it would do", function()
    local client, emulator, id = builds.scene()
    local would = assert(client.execution.build_if_changed(id, { dry_run = true }))
    assert.same({ true, "first" }, { would.dry_run, would.reason })
    assert.equal("ecs_pipeline:built_from", would.parameters["Tag.1.Key"])
    assert.equal(0, executions(emulator))
    builds.run(client, id)
    assert.same({ "unchanged", true }, (function(result)
      return { result.outcome, result.dry_run }
    end)(assert(client.execution.build_if_changed(id, { dry_run = true }))))
  end)

  it("sends nothing when the journal cannot be read", function()
    local client, emulator, id = builds.scene()
    local sent = #emulator:state().requests
    local _, _, err = client.execution.build_if_changed(id, { journal = "/tmp" })
    assert.equal("storage", err.kind)
    assert.equal(sent, #emulator:state().requests)
  end)

  it("passes on every failure under its own name, with the pipeline", function()
    for _, action in ipairs({ "DescribeImagePipelines", "DescribeImagePipelineExecutions", "DescribeImages",
      "StartImagePipelineExecution" }) do
      local client, emulator, id = builds.scene()
      builds.run(client, id)
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

  it("refuses what is no pipeline, before anything is sent", function()
    local client, emulator = virtual.client()
    for _, given in ipairs({ "", { image_pipeline_id = "" } }) do
      local nothing, _, err = client.execution.build_if_changed(given)
      assert.is_nil(nothing)
      assert.same({ "validation", "execution.build_if_changed" }, { err.kind, err.operation })
    end
    assert.equal(0, #emulator:state().requests)
  end)

  it("goes on with what was begun, and says so when that fails", function()
    local client, emulator, id = builds.scene()
    local path = os.tmpname()
    os.remove(path) -- an empty journal is refused
    local first = builds.run(client, id, { journal = path, timeout = 1 })
    assert.equal("timeout", first.outcome)
    builds.deny(emulator, "DescribeImagePipelineExecutions")
    local nothing, message, err = client.execution.build_if_changed(id, { journal = path })
    assert.is_nil(nothing)
    assert.equal("denied", err.kind)
    assert.matches("^execution%.build_if_changed: not permitted: ", message)
    assert.same({ id, first.client_token }, { err.pipeline_id, err.client_token })
    emulator.faults.script = {}
    local again = builds.run(client, id, { journal = path })
    assert.same({ "success", "resumed", first.execution_id }, { again.outcome, again.reason, again.execution_id })
    os.remove(path)
  end)
end)
