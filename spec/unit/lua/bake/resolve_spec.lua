-- What the names in a template stand for when it is built: a family, a component by its version's pattern.
local builds = require("spec.support.changed_builds")
local resolve = require("ecs_pipeline.bake.resolve")
local virtual = require("spec.support.virtual")

local PATTERN = "COMPONENT acs:ecs:cn-hangzhou:1511928242963727:imagecomponent/tools:1.*.*"

describe("the base image of a build", function()
  it("is the image itself where the template names one, and nothing for an OSS object", function()
    local job = { operation = "execution.build_if_changed", ref = {}, call_options = {} }
    assert.same({ base_image = "m-1", components = {} },
      resolve.run(job, { base_image = "m-1", base_image_type = "IMAGE" }))
    assert.same({ base_image = "", components = {} }, resolve.run(job, { base_image_type = "OSS" }))
  end)

  it("is the newest image of a family", function()
    local client, _, id = builds.scene({ image_options = { image_family = "base" } })
    local base = assert(client.execution.build(id, { poll = 900 })).image_id
    local web = assert(client.pipeline.create(builds.args({ name = "child", base_image = "base",
      base_image_type = "IMAGE_FAMILY" }))).id
    assert.equal(base, builds.run(client, web).base_image)
    assert.equal("unchanged", builds.run(client, web).outcome)
    local newer = assert(client.execution.build(id, { poll = 900 })).image_id
    local built = builds.run(client, web)
    assert.same({ "success", "changed", "base_image" }, builds.decision(built))
    assert.equal(newer, built.base_image)
  end)

  it("is an error of a family without an image", function()
    local client, emulator, id = builds.scene({ base_image = "nobody", base_image_type = "IMAGE_FAMILY" })
    local _, message, err = client.execution.build_if_changed(id)
    assert.same({ "not_found", id }, { err.kind, err.pipeline_id })
    assert.matches("the family nobody has no image in cn-hangzhou", message, nil, true)
    assert.equal(0, #emulator:state().executions)
  end)

  it("fails when the caller may not ask for the newest image", function()
    local client, emulator, id = builds.scene({ base_image_type = "IMAGE_FAMILY", base_image = "acs:ubuntu_22_04_x64" })
    builds.deny(emulator, "DescribeImageFromFamily")
    builds.must_be_denied(client, id)
  end)
end)

describe("a component of a build", function()
  it("is its id as it is written, and so is a reference of an unknown form", function()
    local client, emulator = virtual.client()
    local tools = assert(client.component.create({ name = "tools", content = "RUN make" })).id
    local id = assert(client.pipeline.create(builds.args({ build_content = "RUN make\nCOMPONENT " .. tools }))).id
    assert.same({ { id = tools } }, builds.run(client, id).components)
    emulator.store.pipelines[1].reply.BuildContent = "COMPONENT something-new"
    local again = builds.run(client, id)
    assert.same({ "changed", { { id = "something-new" } } }, { again.reason, again.components })
  end)

  it("is a change once the pattern means another version", function()
    local client = virtual.client()
    local component = { content = "RUN true", name = "tools", component_version = "1.0.0" }
    assert(client.component.create(component))
    local id = assert(client.pipeline.create(builds.args({ build_content = "RUN make\n" .. PATTERN }))).id
    assert.same({ "success", "first", "" }, builds.decision(builds.run(client, id)))
    assert.equal("unchanged", builds.run(client, id).outcome)
    component.component_version = "1.1.0"
    assert(client.component.create(component))
    local built = builds.run(client, id)
    assert.same({ "success", "changed", "components" }, builds.decision(built))
    assert.equal("1.1.0", built.components[1].version)
  end)

  it("fails when the caller may not list components", function()
    local client, emulator = virtual.client()
    assert(client.component.create({ name = "tools", content = "RUN make" }))
    local id = assert(client.pipeline.create(builds.args({ build_content = PATTERN }))).id
    builds.deny(emulator, "DescribeImageComponents")
    builds.must_be_denied(client, id)
  end)
end)
