-- The list of a watch in a store. With a watch around them: watch_spec.lua.
local fake_ngx = require("spec.support.fake_ngx")
local store_file = require("ecs_pipeline.openresty.store")
local watch_list = require("ecs_pipeline.openresty.watch_list")

describe("the list of a watch", function()
  local ngx, store, list

  before_each(function()
    ngx = fake_ngx.new({ now = 1000 })
    store = store_file.find("openresty.watch", ngx)
    list = watch_list.new(ngx, store, "watch:spec:")
  end)

  local function ids()
    local found = {}
    for index, entry in ipairs(list:all()) do
      found[index] = entry.found.id
    end
    return found
  end

  it("has each execution once, with a report of its own, in the order in which they came", function()
    assert.is_true(list:add({ id = "exec-1", region_id = "cn-beijing" }))
    assert.is_true(list:add({ id = "exec-2" }))
    assert.is_true(list:add({ id = "exec-1" }))
    assert.same({ "exec-1", "exec-2" }, ids())
    assert.same({ execution_id = "exec-1", region_id = "cn-beijing", ended = false, phase = "unknown",
      followed_at = 1000 }, list:get("exec-1").report)
    assert.is_nil(list:get("exec-3"))
  end)

  it("tells which are due: those that nobody polls, and that do not rest", function()
    list:add({ id = "exec-1" })
    list:add({ id = "exec-2" })
    assert.same({ "exec-1", "exec-2" }, list:due())
    local held = assert(list:lease("exec-1", 5))
    assert.same({ "exec-2" }, list:due())
    held:release(60)
    ngx.sleep(59)
    assert.same({ "exec-2" }, list:due())
    ngx.sleep(1)
    assert.same({ "exec-1", "exec-2" }, list:due())
  end)

  it("forgets one that ended after its time", function()
    list:add({ id = "exec-1" })
    list:add({ id = "exec-2" })
    list:put("exec-1", list:get("exec-1"), 60)
    ngx.sleep(60)
    assert.is_nil(list:get("exec-1"))
    assert.same({ "exec-2" }, ids())
    assert.equal('["exec-2"]', store:get("watch:spec:ids"))
    list:add({ id = "exec-1" })
    assert.same({ "exec-2", "exec-1" }, ids())
  end)

  it("leaves nothing of one for which there is no room", function()
    store.dict.most = 2 -- the lock and the entry
    local none, _, err = list:add({ id = "exec-1" })
    assert.same({ "nil", "storage" }, { tostring(none), err.kind })
    assert.is_nil(list:get("exec-1"))
    store.dict.most = math.huge
    assert.is_true(list:add({ id = "exec-1" }))
    assert.same({ "exec-1" }, ids())
  end)

  it("keeps watches of other names apart", function()
    list:add({ id = "exec-1" })
    assert.same({}, watch_list.new(ngx, store, "watch:other:"):all())
  end)
end)
