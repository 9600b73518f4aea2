-- pipeline.plan: what a replacement loses, what is rejected, and that nothing is written.
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

local client, emulator

before_each(function()
  client, emulator = virtual.client()
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
  it("does not compare what only a later version knows, and says so", function()
    assert(client.pipeline.create(wanted()))
    local plan = assert(client.pipeline.plan(wanted({ extra = { ["ImageOptions.NewThing"] = "x" } })))
    assert.same({ "none", { "extra" } }, { plan.action, plan.not_compared })
  end)

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
