-- pipeline.plan: identity, what counts as a change, and what a replacement loses. Each argument has its row in
-- spec/roundtrip.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local WRITES = { CreateImagePipeline = true, DeleteImagePipeline = true, StartImagePipelineExecution = true,
  CancelImagePipelineExecution = true }

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

local client, emulator

before_each(function()
  client, emulator = virtual.client()
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
    assert.matches("no call that changes an image pipeline", change.why)
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

  it("not what only a later version knows, and says so", function()
    assert(client.pipeline.create(wanted()))
    local plan = assert(client.pipeline.plan(wanted({ extra = { ["ImageOptions.NewThing"] = "x" } })))
    assert.same({ "none", { "extra" } }, { plan.action, plan.not_compared })
  end)

  it("all changes in the order of their names", function()
    assert(client.pipeline.create(wanted()))
    local plan = assert(client.pipeline.plan(wanted({ system_disk_size = 50, description = "a description",
      image_options = { image_family = "web" }, base_image = "m-2" })))
    assert.same({ "base_image: m-1 > m-2", "description: nil > a description", "image_options.image_family: nil > web",
      "system_disk_size: 40 > 50" }, changes(plan))
  end)
end)

describe("pipeline.plan says what is lost", function()
  it("the history, and what runs", function()
    local made = assert(client.pipeline.create(wanted()))
    local other = wanted({ system_disk_size = 50 })
    assert.same({ executions = 0, text = "nothing: it has no executions" },
      assert(client.pipeline.plan(other)).loses)
    assert(client.execution.wait(assert(client.execution.start(made))))
    assert.same({ executions = 1, text = "the record of 1 execution of " .. made.id },
      assert(client.pipeline.plan(other)).loses)
    local running = assert(client.execution.start(made)).id
    local loses = assert(client.pipeline.plan(other)).loses
    assert.same({ 2, running }, { loses.executions, loses.running })
    assert.equal(("the record of 2 executions of %s, of which %s is running: %s cannot be deleted before its end")
      :format(made.id, running, made.id), loses.text)
  end)

  it("unless any of its calls fails", function()
    local made = assert(client.pipeline.create(wanted()))
    for skip = 0, 3 do
      emulator:fault({ kind = "error", code = "Forbidden.RAM", skip = skip })
      local _, message, err = client.pipeline.plan(wanted({ id = made.id, system_disk_size = 50 }))
      assert.equal("denied", err.kind)
      assert.matches("^pipeline.plan: not permitted", message)
    end
    emulator:fault({ kind = "error", code = "Forbidden.RAM" })
    assert.equal("denied", select(3, client.pipeline.plan(wanted())).kind)
    assert.equal("validation", select(3, client.pipeline.plan(wanted({ id = {} }))).kind)
  end)

  it("and fails with what the service says", function()
    assert(client.pipeline.create(wanted()))
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelineExecutions" })
    local _, message, err = client.pipeline.plan(wanted({ system_disk_size = 50 }))
    assert.equal("denied", err.kind)
    assert.matches("^pipeline.plan: not permitted", message)
  end)
end)

describe("pipeline.plan", function()
  it("refuses what could not be created, offline", function()
    local refused, transport = fake.client({})
    local _, message, err = refused.pipeline.plan({ base_image_type = "IMAGE", name = "x" })
    assert.equal("validation", err.kind)
    assert.is_true(#err.failures >= 2)
    assert.matches("^pipeline.plan: arguments refused", message)
    assert.equal(0, #transport.requests)
    assert.has_error(function() refused.pipeline.plan("ip-1") end,
      "pipeline.plan: arguments must be a table, not a string")
  end)

  it("sends nothing that writes, and leaves the arguments alone", function()
    local made = assert(client.pipeline.create(wanted()))
    local before = emulator:state().count
    local args = wanted({ id = made.id, system_disk_size = 50 })
    assert(client.pipeline.plan(args))
    assert.same(wanted({ id = made.id, system_disk_size = 50 }), args)
    for action in pairs(WRITES) do
      assert.equal(before[action], emulator:state().count[action])
    end
  end)
end)
