-- The store of the hooks, on the shared dictionary of a fake nginx.
local core = require("ecs_pipeline.core")
local fake_ngx = require("spec.support.fake_ngx")
local store_file = require("ecs_pipeline.openresty.store")

describe("openresty.store", function()
  it("finds the dictionary by name, or takes one", function()
    local host = fake_ngx.new({ dicts = { "ecs_pipeline", "other" } })
    assert.equal(host.shared.ecs_pipeline, store_file.find("x", host).dict)
    assert.equal(host.shared.other, store_file.find("x", host, "other").dict)
    assert.equal(host.shared.other, store_file.find("x", host, host.shared.other).dict)
    assert.equal(host, store_file.host(host))
    assert.is_nil(store_file.host())
  end)

  it("says what nginx.conf lacks", function()
    local _, message, err = store_file.find("openresty.handler", fake_ngx.new({ dicts = {} }), "bakes")
    assert.equal("NO_SHARED_DICT", err.code)
    assert.truthy(message:find("add \"lua_shared_dict bakes 1m;\" to the http block of nginx.conf", 1, true))
    _, message, err = store_file.find("openresty.handler", nil)
    assert.equal("NO_NGINX", err.code)
    assert.truthy(message:find("inside nginx only", 1, true))
  end)

  it("adds, compares and sets, compares and deletes", function()
    local host = fake_ngx.new()
    local store = store_file.find("x", host)
    assert.is_nil(store:get("key"))
    assert.is_false(store:compare_and_set("key", "", "1"))
    assert.is_true(store:add("key", "1"))
    assert.is_false(store:add("key", "2"))
    assert.is_false(store:compare_and_set("key", "2", "3"))
    assert.is_true(store:compare_and_set("key", "1", "3 \0 \n"))
    assert.equal("3 \0 \n", store:get("key"))
    assert.is_false(store:compare_and_delete("key", "1"))
    assert.is_true(store:compare_and_delete("key", "3 \0 \n"))
    assert.is_nil(store:get("key"))
    assert.is_true(store:add("key", ""))
    assert.equal("", store:get("key"))
    assert.equal("longer", store:put("key", "longer"))
    assert.is_true(store:put("key", nil))
    assert.is_true(store:put("key", nil))
    assert.same({}, host.shared.ecs_pipeline:get_keys()) -- no lock is left
  end)

  it("lets values expire on its own clock, whatever the wall clock does", function()
    local host, clock = fake_ngx.new(), 100
    host.monotonic = function() return clock end
    local store = store_file.find("x", host)
    assert.is_true(store:add("key", "1", 2))
    assert.is_true(store:compare_and_set("key", "1", "1", 4))
    host.clock = host.clock + 3600
    clock = 103.9
    assert.same({ "1", false }, { store:get("key"), store:add("key", "2", 5) })
    host.clock = host.clock - 7200
    clock = 104
    assert.is_nil(store:get("key"))
    assert.is_false(store:compare_and_set("key", "1", "1", 4))
    assert.is_true(store:add("key", "2"))
    clock = 1e9
    assert.equal("2", store:get("key"))
  end)

  it("changes a value although others change it meanwhile", function()
    local store = store_file.find("x", fake_ngx.new())
    local calls = 0
    assert.equal("2", store:update("key", function(value)
      calls = calls + 1
      if calls == 1 then
        store:put("key", "1")
      end
      return ("%d"):format((tonumber(value) or 0) + 1)
    end))
    assert.equal(2, calls)
  end)

  it("counts, for ever or anew after a time", function()
    local host = fake_ngx.new()
    local store = store_file.find("x", host)
    for index = 1, 3 do
      assert.same({ index, index }, { store:count("all"), store:count("some", 60) })
      host.sleep(25)
    end
    assert.same({ 4, 1 }, { store:count("all"), store:count("some", 60) })
    assert.same({ 4, 1 }, { store:counted("all"), store:counted("some") })
    assert.is_nil(store:counted("none"))
  end)

  it("keeps tables as text", function()
    assert.same({ a = { "b" } }, store_file.decode(store_file.encode({ a = { "b" } })))
    assert.is_nil(store_file.decode(nil))
    assert.is_nil(store_file.decode("1"))
    assert.is_nil(store_file.decode("{"))
  end)

  it("makes room of what has expired, and pushes nothing else out", function()
    local host = fake_ngx.new({ most = 4 })
    local store, dict = store_file.find("x", host), host.shared.ecs_pipeline
    assert(dict:safe_add("of other code", "000000000000001 1 x"))
    assert.is_true(store:add("a", "1", 1))
    assert.is_true(store:add("b", "1", 9))
    host.sleep(2)
    assert.is_true(store:add("c", "1", 9))
    assert.is_nil(dict:get("ecs:a"))
    local none, message, err = store:add("d", "1", 9)
    assert.same({ "nil", "storage", "SHARED_DICT_FULL" }, { tostring(none), err.kind, err.code })
    assert.truthy(message:find("give lua_shared_dict ecs_pipeline in nginx.conf a larger size", 1, true))
    assert.is_false(store:compare_and_set("d", "1", "2"))
    assert.is_nil(store:count("e"))
    assert.same({ "1", "1", "000000000000001 1 x" }, { store:get("b"), store:get("c"), dict:get("of other code") })
    dict.most = 3
    none, message = store:add("d", "1") -- not even room for the lock
    assert.is_nil(none)
    assert.truthy(message:find("dictionary is full", 1, true))
    none, message = store_file.find("x", host, dict):add("d", "1")
    assert.is_nil(none)
    assert.truthy(message:find("give lua_shared_dict in nginx.conf a larger size", 1, true))
  end)

  -- nginx removes the old value before it finds that there is no room for a longer one.
  it("keeps the old value when there is no room for a longer one", function()
    local host = fake_ngx.new()
    local store, dict = store_file.find("x", host), host.shared.ecs_pipeline
    assert.is_true(store:add("key", "old"))
    local set = dict.safe_set
    dict.safe_set = function(self, key, value, ...)
      if #value > 1000 then
        self:delete(key)
        return nil, "no memory"
      end
      return set(self, key, value, ...)
    end
    local none, _, err = store:compare_and_set("key", "old", ("n"):rep(1000))
    assert.same({ "nil", "SHARED_DICT_FULL", "old" }, { tostring(none), err.code, store:get("key") })
  end)

  it("reads no value that is not its own", function()
    local host = fake_ngx.new()
    local store = store_file.find("x", host)
    for _, value in ipairs({ 1, "text", true }) do
      host.shared.ecs_pipeline:set("ecs:key", value)
      assert.is_nil(store:get("key"))
    end
    assert.is_true(store:add("key", "1"))
  end)

  describe("the lock of its writers", function()
    local host, store, dict

    before_each(function()
      host = fake_ngx.new()
      store, dict = store_file.find("x", host), host.shared.ecs_pipeline
    end)

    it("is waited for", function()
      local get, tries = dict.get, 0
      dict:safe_add("ecs:lock:0", core.clock() + 3600)
      dict.get = function(self, key)
        tries = tries + (key == "ecs:lock:0" and 1 or 0)
        if tries == 150 then
          self:delete(key)
        end
        return get(self, key)
      end
      assert.is_true(store:add("key", "1"))
      assert.is_true(tries >= 150)
    end)

    it("is not a dead writer's for ever, and is then one writer's only", function()
      dict:safe_add("ecs:lock:0", core.clock() - 2)
      dict:safe_add("ecs:lock:1", core.clock() - 2)
      assert.is_true(store:add("key", "1"))
      assert.equal(3, dict:get("ecs:turn"))
      assert.is_true(store:add("other", "1"))
      assert.is_nil(dict:get("ecs:lock:0"))
      assert.same({ "1", "1" }, { store:get("key"), store:get("other") })
    end)

    it("is not taken by one that read an old turn", function()
      local add, late = dict.safe_add, false
      dict.safe_add = function(self, key, ...)
        if not late then
          late = true
          self:safe_set("ecs:turn", 7) -- others went on meanwhile
        end
        return add(self, key, ...)
      end
      assert.is_true(store:add("key", "1"))
      assert.is_nil(dict:get("ecs:lock:0"))
    end)

    it("is released when the work raises", function()
      dict.safe_set = function() error("broken", 0) end
      assert.error_matches(function() store:add("key", "1") end, "^broken$")
      assert.is_nil(dict:get("ecs:lock:0"))
    end)
  end)
end)
