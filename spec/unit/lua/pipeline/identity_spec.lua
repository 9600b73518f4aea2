-- Which template do arguments mean: by id, by name, the replacement of one.
local identity = require("ecs_pipeline.pipeline.identity")
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

describe("pipeline.plan finds the pipeline", function()
  it("by name, and creates when there is none", function()
    local plan = assert(client.pipeline.plan(wanted()))
    assert.same({ action = "create", changes = {}, loses = { executions = 0,
      text = "nothing: there is no such pipeline yet" } }, plan)
    local made = assert(client.pipeline.create(wanted()))
    plan = assert(client.pipeline.plan(wanted()))
    assert.same({ action = "none", id = made.id, changes = {}, loses = { executions = 0, text = "nothing" } }, plan)
  end)

  it("by id, as text or in a table, whatever the name", function()
    local made = assert(client.pipeline.create(wanted()))
    assert(client.pipeline.create(wanted({ system_disk_size = 50 })))
    local plan = assert(client.pipeline.plan(wanted({ id = made.id, name = "other" })))
    assert.same({ "replace", made.id, "name: web > other" }, { plan.action, plan.id, changes(plan)[1] })
    local args = wanted({ id = made })
    args.name = nil
    assert.equal("none", assert(client.pipeline.plan(args)).action)
  end)

  it("nowhere without a name and an id", function()
    assert(client.pipeline.create(wanted()))
    local args = wanted()
    args.name = nil
    assert.equal("create", assert(client.pipeline.plan(args)).action)
  end)

  it("fails when there is none with the id", function()
    local _, message, err = client.pipeline.plan(wanted({ id = "ip-nowhere" }))
    assert.equal("not_found", err.kind)
    assert.matches("^pipeline.plan: not found", message)
  end)

  it("of several with one name, the one that is as wanted", function()
    local first = assert(client.pipeline.create(wanted({ system_disk_size = 50 }))).id
    local second = assert(client.pipeline.create(wanted({ system_disk_size = 60 }))).id
    assert.equal(second, assert(client.pipeline.plan(wanted({ system_disk_size = 60 }))).id)
    local _, message, err = client.pipeline.plan(wanted())
    assert.equal("conflict", err.kind)
    local ids = { first, second }
    table.sort(ids)
    table.sort(err.ids)
    assert.same(ids, err.ids)
    assert.is_truthy(message:find(first, 1, true) and message:find(second, 1, true))
  end)

  it("of several with one name, the one that was made in place of the others", function()
    local first = assert(client.pipeline.create(wanted({ system_disk_size = 50 }))).id
    local second = assert(client.pipeline.create(wanted({ system_disk_size = 60,
      tags = { ["ecs_pipeline:follows"] = first } }))).id
    local plan = assert(client.pipeline.plan(wanted()))
    assert.same({ "replace", second, { "system_disk_size: 60 > 40" } }, { plan.action, plan.id, changes(plan) })
  end)

  it("in the region of the arguments or of the call", function()
    assert(client.pipeline.create(wanted({ region_id = "cn-qingdao" })))
    assert.equal("create", assert(client.pipeline.plan(wanted())).action)
    assert.equal("none", assert(client.pipeline.plan(wanted({ region_id = "cn-qingdao" }))).action)
    assert.equal("none", assert(client.pipeline.plan(wanted(), { region = "cn-qingdao" })).action)
  end)
end)

describe("the tags of a replacement", function()
  it("name the template that it replaces; one to be deleted counts before one that stays", function()
    assert.is_nil(identity.replaces({}))
    assert.is_nil(identity.replaces({ tags = { a = "1" } }))
    assert.equal("ip-1", identity.replaces({ tags = { ["ecs_pipeline:follows"] = "ip-1" } }))
    assert.equal("ip-2", identity.replaces({ tags = { ["ecs_pipeline:follows"] = "ip-1",
      ["ecs_pipeline:retires"] = "ip-2" } }))
  end)

  it("lead from the id of the old template to the new one, which an interrupted call made", function()
    local old = assert(client.pipeline.create(wanted())).id
    local new = assert(client.pipeline.create(wanted({ base_image = "m-2", name = "renamed",
      tags = { ["ecs_pipeline:retires"] = old } }))).id
    local plan = assert(client.pipeline.plan(wanted({ id = old, base_image = "m-2", name = "renamed" })))
    assert.same({ "none", new }, { plan.action, plan.id })
    assert(client.pipeline.delete(old))
    plan = assert(client.pipeline.plan(wanted({ id = old, base_image = "m-2", name = "renamed" })))
    assert.same({ "none", new }, { plan.action, plan.id })
  end)
end)
