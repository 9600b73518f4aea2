-- Rows of a watch in the shared dictionary. With a watch around them: watch_spec.lua.
local fake_ngx = require("spec.support.fake_ngx")
local watch_list = require("ecs_pipeline.openresty.watch_list")

describe("the list of a watch", function()
  local ngx, list

  before_each(function()
    ngx = fake_ngx.new({ now = 1000 })
    list = watch_list.new(ngx, ngx.shared.ecs_pipeline, "spec")
  end)

  local function numbers(iterator)
    local found = {}
    for number in iterator do found[#found + 1] = number end
    return found
  end

  it("has each execution once, with a report of its own, in the order in which they came", function()
    assert.is_true(list:add({ id = "exec-1", region_id = "cn-beijing" }))
    assert.is_true(list:add({ id = "exec-2" }))
    assert.is_true(list:add({ id = "exec-1" }))
    assert.same({ 1, 2 }, numbers(list:each()))
    local entry, number = list:find({ id = "exec-1" })
    assert.equal(1, number)
    assert.same({ execution_id = "exec-1", region_id = "cn-beijing", ended = false, phase = "unknown",
      followed_at = 1000 }, entry.report)
    assert.is_nil(list:find({ id = "exec-3" }))
  end)

  it("tells which are due, and none that ended", function()
    list:add({ id = "exec-1" })
    list:add({ id = "exec-2" })
    assert.same({ 1, 2 }, numbers(list:each_due(0)))
    local entry = list:get(1)
    entry.due = 1060
    list:put(1, entry)
    assert.same({ { 2 }, { 1, 2 } }, { numbers(list:each_due(1059)), numbers(list:each_due(1060)) })
    list:put(2, list:get(2), 3600)
    assert.same({ 1 }, numbers(list:each_due(1e9)))
    assert.same({ 1, 2 }, numbers(list:each()))
  end)

  it("forgets one that ended after its time, and leaves its row out for ever", function()
    list:add({ id = "exec-1" })
    list:put(1, list:get(1), 60)
    list:trim()
    ngx.sleep(60)
    assert.is_nil(list:find({ id = "exec-1" }))
    list:trim()
    list:add({ id = "exec-1" })
    assert.same({ 2 }, numbers(list:each()))
  end)

  it("does not take a row for empty before its entry had time to be written", function()
    ngx.shared.ecs_pipeline:incr("ecs:watch:spec:last", 1, 0)
    list:trim()
    assert.is_nil(ngx.shared.ecs_pipeline:get("ecs:watch:spec:gone"))
    list:trim()
    assert.equal(1, ngx.shared.ecs_pipeline:get("ecs:watch:spec:gone"))
  end)

  it("leaves nothing of a row for which there is no room", function()
    ngx.shared.ecs_pipeline.most = 2
    local none, _, err = list:add({ id = "exec-1" })
    assert.same({ "nil", "storage" }, { tostring(none), err.kind })
    ngx.shared.ecs_pipeline.most = math.huge
    assert.is_true(list:add({ id = "exec-1" }))
    assert.same({ 2 }, numbers(list:each()))
  end)

  it("keeps watches of other names apart", function()
    list:add({ id = "exec-1" })
    assert.same({}, numbers(watch_list.new(ngx, ngx.shared.ecs_pipeline, "other"):each()))
  end)
end)
