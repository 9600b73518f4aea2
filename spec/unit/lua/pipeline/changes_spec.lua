-- What differs between a template and arguments, and why a difference needs a new template. Each argument has its row
-- in spec/roundtrip.
local between = require("ecs_pipeline.pipeline.changes").between
local virtual = require("spec.support.virtual")

local function wanted(fields)
  local args = { name = "web", base_image = "m-1", base_image_type = "IMAGE" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

-- "param: from > to", one a change
local function changes(plan)
  local list = {}
  for index, change in ipairs(plan.changes) do
    list[index] = ("%s: %s > %s"):format(change.param, tostring(change.from), tostring(change.to))
  end
  return list
end

local client

before_each(function()
  client = virtual.client()
end)

describe("pipeline.plan compares", function()
  it("what is not given with the service's defaults", function()
    assert(client.pipeline.create(wanted({ system_disk_size = 50, description = "a description", vswitch_id = "vsw-1",
      resource_group_id = "rg-1", tags = { a = "1" } })))
    assert.same({ "description: a description > nil", "system_disk_size: 50 > 40", "tags: table > nil",
      "vswitch_id: vsw-1 > nil" }, (function(list)
      for index, line in ipairs(list) do
        list[index] = line:gsub("table: 0x%x+", "table")
      end
      return list
    end)(changes(assert(client.pipeline.plan(wanted())))))
  end)

  it("tags with the client's default tags under them, without the service's", function()
    assert(client.pipeline.create(wanted({ tags = { a = "1" } })))
    local tagged = client.with({ default_tags = { team = "web" } })
    local plan = assert(tagged.pipeline.plan(wanted({ tags = { a = "1" } })))
    assert.same({ param = "tags", from = { a = "1" }, to = { a = "1", team = "web" } },
      { param = plan.changes[1].param, from = plan.changes[1].from, to = plan.changes[1].to })
    assert.matches("TagResources", plan.changes[1].why)
    assert(tagged.pipeline.create(wanted({ name = "tagged" })))
    assert.equal("none", assert(tagged.pipeline.plan(wanted({ name = "tagged" }))).action)
  end)

  it("scripts by meaning of their line ends, and says when two would do the same", function()
    assert(client.pipeline.create(wanted({ build_content = "RUN echo secret\r\nRUN b\r\n" })))
    assert.equal("none", assert(client.pipeline.plan(wanted({ build_content = "RUN echo secret\nRUN b" }))).action)
    local change = assert(client.pipeline.plan(wanted({ build_content = "# why\nRUN echo secret\nRUN b" }))).changes[1]
    assert.matches("^23 bytes, 3 lines, sha256:%x+$", change.from:gsub("24 bytes, 2", "23 bytes, 3"))
    assert.is_nil((change.from .. change.to):find("secret"))
    assert.matches("only comments, blanks or continuations differ", change.why)
    change = assert(client.pipeline.plan(wanted({ build_content = "RUN c" }))).changes[1]
    assert.matches("the API cannot change an image pipeline", change.why)
    assert.is_nil(change.why:find("comments", 1, true))
  end)

  it("all spellings of one value", function()
    assert(client.pipeline.create(wanted({ image_name = "golden", add_account = { 1234567890123456, "99" },
      to_region_id = { "cn-beijing", "cn-qingdao" }, tags = { { key = "a", value = "1" } } })))
    assert.equal("none", assert(client.pipeline.plan(wanted({ image_options = { image_name = "golden" },
      add_account = { "99", "1234567890123456" }, to_region_id = { "cn-qingdao", "cn-beijing", "cn-qingdao" },
      tag = { a = "1" }, import_image_options = { license_type = "Auto" } }))).action)
  end)

  it("one value as a list of it", function()
    assert(client.pipeline.create(wanted({ add_account = "99", to_region_id = { "cn-beijing" } })))
    assert.equal("none", assert(client.pipeline.plan(wanted({ add_account = { 99 },
      to_region_id = { id = "cn-beijing" } }))).action)
  end)

  it("the region of the call as no copy at all", function()
    assert(client.pipeline.create(wanted()))
    assert.equal("none", assert(client.pipeline.plan(wanted({ to_region_id = { "cn-hangzhou" } }))).action)
    assert.equal("replace", assert(client.pipeline.plan(wanted({ to_region_id = { "cn-qingdao" } }))).action)
  end)

  it("all changes in the order of their names", function()
    assert(client.pipeline.create(wanted()))
    local plan = assert(client.pipeline.plan(wanted({ system_disk_size = 50, description = "a description",
      image_options = { image_family = "web" }, base_image = "m-2" })))
    assert.same({ "base_image: m-1 > m-2", "description: nil > a description", "image_options.image_family: nil > web",
      "system_disk_size: 40 > 50" }, changes(plan))
  end)
end)

describe("changes.between", function()
  it("is an empty list for the same", function()
    assert.same({}, between({ base_image = "m-1", system_disk_size = 40, name = "web" }, { base_image = "m-1" }))
  end)

  it("says why tags and groups are no exception", function()
    local list = between({ resource_group_id = "rg-1" }, { resource_group_id = "rg-2", tags = { a = "1" } })
    assert.same({ "resource_group_id", "tags" }, { list[1].param, list[2].param })
    assert.matches("JoinResourceGroup", list[1].why)
    assert.matches("TagResources", list[2].why)
  end)
end)
