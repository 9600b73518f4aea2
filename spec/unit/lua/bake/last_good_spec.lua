-- The last good build that a new one is compared with, across replacements.
local builds = require("spec.support.changed_builds")

describe("the last good build", function()
  it("is the newest one", function()
    local client, _, id = builds.scene()
    builds.run(client, id)
    local newest = builds.run(client, id, { force = true })
    assert.equal(newest.execution_id, builds.run(client, id).execution_id)
  end)

  it("is a partial success or a failed test too, where the caller accepts that", function()
    local client, emulator, id = builds.scene()
    for outcome, accept in pairs({ PARTITION_SUCCESS = "partial", TEST_FAILED = { "test_failed" } }) do
      emulator:script_build({ outcome = outcome })
      builds.run(client, id, { force = true, accept = accept })
      assert.equal("unchanged", builds.run(client, id, { accept = accept }).outcome)
    end
    local other, emulated, fresh = builds.scene()
    emulated:script_build({ outcome = "PARTITION_SUCCESS" })
    assert.equal("partial", builds.run(other, fresh).outcome)
    assert.equal("success", builds.run(other, fresh).outcome)
  end)

  it("is none when the template is deleted meanwhile", function()
    local client, emulator, id = builds.scene()
    emulator:fault({ kind = "error", code = "InvalidImagePipeline.NotFound",
      action = "DescribeImagePipelineExecutions" })
    assert.same({ "success", "first", "" }, builds.decision(builds.run(client, id)))
  end)

  it("is none behind a template that was deleted, or in a cycle of tags", function()
    local client, emulator, id = builds.scene({ tags = { ["ecs_pipeline:follows"] = "ip-bp1gone" } })
    assert.same({ "success", "first", "" }, builds.decision(builds.run(client, id)))
    local second = assert(client.pipeline.create(builds.args({ tags = { ["ecs_pipeline:follows"] = id } }))).id
    local third = assert(client.pipeline.create(builds.args({ tags = { ["ecs_pipeline:retires"] = second } }))).id
    emulator.store.pipelines[1].reply.Tags.Tag[1].TagValue = third
    assert(client.pipeline.delete(id)) -- with its builds
    local again = assert(client.pipeline.create(builds.args({ tags = { ["ecs_pipeline:follows"] = third } }))).id
    emulator.store.pipelines[1].reply.Tags.Tag[1].TagValue = again
    assert.same({ "success", "first", "" }, builds.decision(builds.run(client, third)))
  end)

  it("is found across nine replacements, and not across more", function()
    local client, _, id = builds.scene({ name = "row-0" })
    local image = builds.run(client, id).image_id
    local function follow(before, number)
      return assert(client.pipeline.create(builds.args({ name = "row-0", description = "row " .. number,
        tags = { ["ecs_pipeline:follows"] = before } }))).id
    end
    for number = 1, 9 do
      id = follow(id, number)
    end
    local last = builds.run(client, id, { dry_run = true })
    assert.same({ "unchanged", image }, { last.outcome, last.image_id })
    assert.equal("first", builds.run(client, follow(id, 10), { dry_run = true }).reason)
  end)

  it("fails when the template before may not be read", function()
    local client, emulator, id = builds.scene()
    id = assert(client.pipeline.create(builds.args({ name = "new", tags = { ["ecs_pipeline:follows"] = id } }))).id
    builds.deny(emulator, "DescribeImagePipelines", 1)
    builds.must_be_denied(client, id)
  end)
end)
