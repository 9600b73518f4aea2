-- A pipeline was replaced side by side, and then its replacement was retired. The third pipeline's tag named only the
-- second one, which was deleted. So the first one, which still had the same name, looked unrelated, and every later
-- plan was a conflict: "2 pipelines have the name web, and none matches the arguments".
local virtual = require("spec.support.virtual")

local client, emulator

before_each(function()
  client, emulator = virtual.client()
end)

local function args(disk)
  return { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", system_disk_size = disk }
end

describe("retire after side_by_side", function()
  it("leaves no doubt which one is meant", function()
    local first = assert(client.pipeline.ensure(args(40)))
    assert(client.pipeline.ensure(args(50), { replace = "side_by_side" }))
    local third = assert(client.pipeline.ensure(args(60), { replace = "retire", archive = false }))
    local plan = assert(client.pipeline.plan(args(70)))
    assert.same({ "replace", third.id }, { plan.action, plan.id })
    local fourth = assert(client.pipeline.ensure(args(70), { replace = "retire", archive = false }))
    assert.equal(fourth.id, assert(client.pipeline.plan(args(80))).id)
    assert.equal(2, #emulator:state().pipelines)
    -- the first one is not deleted by it, and still what its own arguments mean
    assert.equal(first.id, assert(client.pipeline.plan(args(40))).id)
    -- by the id of the first one, too
    local by_id = args(70)
    by_id.id = first.id
    local plan_by_id = assert(client.pipeline.plan(by_id))
    assert.same({ "none", fourth.id }, { plan_by_id.action, plan_by_id.id })
  end)

  it("is no matter of ecs.bake either", function()
    for index, disk in ipairs({ 40, 50, 60, 70 }) do
      local result = assert(client.bake(args(disk), index > 2 and { replace = "retire", archive = false, poll = 900 }
        or { poll = 900 }))
      assert.is_true(result.ok)
      assert.is_true(result.created)
    end
    assert.equal(2, #emulator:state().pipelines)
  end)
end)
