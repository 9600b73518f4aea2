-- A lock that ends with its owner.
local fake_ngx = require("spec.support.fake_ngx")
local lease = require("ecs_pipeline.openresty.lease")
local store_file = require("ecs_pipeline.openresty.store")

describe("a lease", function()
  local ngx, store

  before_each(function()
    ngx = fake_ngx.new()
    store = store_file.find("watch", ngx)
  end)

  local function take(seconds)
    return lease.take(ngx, store, "key", seconds or 5)
  end

  it("is one owner's until it is released", function()
    local held = assert(take())
    assert.is_true(held:held())
    assert.is_false(take())
    held:release()
    assert.is_false(held:held())
    assert.not_equal(held.owner, assert(take()).owner)
  end)

  it("ends by itself, and is then not released for another owner", function()
    local old = assert(take())
    ngx.sleep(5)
    local new = assert(take())
    old:release()
    assert.same({ false, true }, { old:held(), new:held() })
  end)

  it("rests for a time after its release, when that is wanted", function()
    assert(take()):release(10)
    ngx.sleep(9)
    assert.is_false(take())
    ngx.sleep(1)
    local held = assert(take())
    assert.same({ true, 7 }, { held:hold(function() return 7 end) })
    ngx.sleep(6)
    assert.is_false(take())
    ngx.sleep(1)
    assert(take())
  end)

  it("is renewed while its owner works, and released at the end", function()
    local held = assert(take())
    local ok = held:hold(function()
      for _ = 1, 10 do
        ngx.run_timers(4)
        assert(held:held())
      end
    end)
    assert.same({ true, false }, { ok, held:held() })
  end)

  it("is released when the work raises", function()
    local held = assert(take())
    local ok, raised = held:hold(function() error("broken", 0) end)
    assert.same({ false, "broken", false }, { ok, raised, held:held() })
  end)

  it("that was lost is not taken back", function()
    local held = assert(take())
    held:hold(function()
      store:put("key", "another", 100)
      ngx.run_timers(20)
    end)
    assert.equal("another", store:get("key"))
  end)

  it("says why there is none in a full dictionary", function()
    store.dict.most = 0
    local none, message, err = take()
    assert.is_nil(none)
    assert.same({ "storage", "SHARED_DICT_FULL" }, { err.kind, err.code })
    assert.matches("^watch: ", message)
  end)
end)
