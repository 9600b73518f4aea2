-- `pipeline.delete("web")`, with a name, returned `{ deleted = false }` and passed an assert, and so did the result of
-- a build given to `pipeline.delete` or `image.delete`: the service said that there is no such id, and for a delete
-- that is a success. What was meant stayed. A filter with an id under its own key (`ids = { image_pipeline_id = … }`)
-- was read as no filter: everything was listed. A filter with a table for an id was sent well, but compared as a table:
-- nothing was listed.
local virtual = require("spec.support.virtual")

describe("the wrong kind of id", function()
  local client, emulator, pipeline, build
  before_each(function()
    client, emulator = virtual.client()
    pipeline = assert(client.pipeline.create(virtual.TEMPLATE))
    build = assert(client.execution.build(pipeline))
  end)

  it("is refused, and nothing is sent", function()
    local vpc = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" }))
    local component = assert(client.component.create({ content = "RUN true" }))
    local before = #emulator:state().requests
    for _, call in ipairs({
      { client.pipeline.delete, "web", "that looks like a name: pass { name = … }" },
      { client.pipeline.delete, build.execution_id, "the id of an execution, \"exec-…\"" },
      { client.component.delete, pipeline, "the id of a pipeline, \"ip-…\"" },
      { client.vpc.delete, "vsw-1", "the id of a vSwitch, \"vsw-…\"" },
      { client.vswitch.delete, vpc, "the id of a VPC, \"vpc-…\"" },
      { client.image.delete, component, "the id of a component, \"ic-…\"" },
      { client.execution.cancel, pipeline, "the id of a pipeline, \"ip-…\"" },
    }) do
      local result, message, err = call[1](call[2])
      assert.is_nil(result)
      assert.same({ "validation", false }, { err.kind, err.sent })
      assert.matches(call[3], message, 1, true)
    end
    assert.equal(before, #emulator:state().requests)
  end)

  it("is not what the result of a build has: each function takes the id that it wants", function()
    local copy = assert(client.image.copy(build, { to_region_id = "cn-qingdao" }, { wait = true }))
    assert.matches("^m%-", copy.id)
    assert.equal(pipeline.id, assert(client.pipeline.describe(build)).id)
    assert.equal(1, #assert(client.execution.list(build)))
    assert(client.execution.start(build))
    assert.equal(2, #assert(client.execution.list(pipeline)))
    assert.is_true(assert(client.image.delete(build)).deleted)
    assert.is_true(assert(client.pipeline.delete(build, { when_running = "wait" })).deleted)
    assert.same({}, emulator:state().pipelines)
  end)

  it("does not widen or empty a list", function()
    assert(client.pipeline.create(virtual.TEMPLATE))
    assert.equal(1, #assert(client.pipeline.list({ ids = { image_pipeline_id = pipeline.id } })))
    local group = { id = assert(client.pipeline.list())[1].resource_group_id, name = "default" }
    assert.equal(2, #assert(client.pipeline.list({ resource_group_id = group })))
  end)
end)

describe("a pipeline, component, VPC or vSwitch", function()
  local client
  before_each(function() client = virtual.client() end)

  local MAKE = {
    pipeline = function(name)
      return assert(client.pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE", name = name }))
    end,
    component = function(name) return assert(client.component.create({ content = "RUN true", name = name })) end,
    vpc = function(name) return assert(client.vpc.create({ cidr_block = "172.16.0.0/12", vpc_name = name })) end,
    vswitch = function(name)
      local vpc = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" }))
      return assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-h", cidr_block = "172.16.0.0/24",
        vswitch_name = name }))
    end,
  }

  for group, make in pairs(MAKE) do
    it("may be named, if one has the name: " .. group, function()
      local one = make("web-1")
      make("web-10")
      assert.equal(one.id, assert(client[group].describe({ name = "web-1" })).id)
      assert.is_true(assert(client[group].delete({ name = "web-1" })).deleted)
      local result, message, err = client[group].delete({ name = "web-1" })
      assert.is_nil(result) -- only an id that is gone was surely what was meant
      assert.same({ "not_found", group .. ".delete" }, { err.kind, err.operation })
      assert.matches("named web-1 in cn-hangzhou", message, 1, true)
      make("web-10")
      err = select(3, client[group].delete({ name = "web-10" }))
      assert.same({ "conflict", 2, "say which one by its id" }, { err.kind, #err.ids, err.hint })
    end)
  end

  it("is looked up before a build too, and a dry run only reads", function()
    local one = MAKE.pipeline("web")
    local rendered = assert(client.pipeline.delete({ name = "web" }, { dry_run = true }))
    assert.equal(one.id, rendered.parameters.ImagePipelineId)
    assert.equal(one.id, assert(client.execution.build({ name = "web", tags = { a = "1" } })).pipeline_id)
    assert.equal(1, #assert(client.execution.list({ name = "web" })))
    assert(client.execution.start({ name = "web" }))
    local listed = assert(client.execution.list({ pipeline = { name = "web" } }))
    assert.equal(2, #listed)
    assert.same({ "1" }, { listed[1].tags.a or listed[2].tags.a })
  end)

  it("is looked up in the region that the call is about", function()
    local there = client.with({ region = "cn-qingdao" })
    local one = assert(there.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web" }))
    local build = assert(there.execution.build({ name = "web" }))
    assert.equal(one.id, assert(client.pipeline.describe({ name = "web", region_id = "cn-qingdao" })).id)
    assert.equal(one.id, assert(client.pipeline.describe({ name = "web" }, { region = "cn-qingdao" })).id)
    assert.equal(1, #assert(client.execution.list({ pipeline = { name = "web" }, region_id = "cn-qingdao" })))
    local pruned = assert(client.image.prune({ pipeline = { name = "web" }, region_id = "cn-qingdao", keep = 1 }))
    assert.equal(build.image_id, pruned.keep[1].id)
    local _, message = client.execution.start({ name = "web" })
    assert.matches("no image pipeline named web in cn-hangzhou", message, 1, true)
  end)

  it("narrows a name by further fields, and reports what goes wrong on the way", function()
    MAKE.component("web")
    MAKE.component("web")
    assert.equal("2.0.0",
      assert(client.component.describe({ name = "web", component_version = "2.0.0" })).component_version)
    assert.equal("validation", select(3, client.component.describe({ name = "web", version = "2.0.0" })).kind)
  end)
end)
