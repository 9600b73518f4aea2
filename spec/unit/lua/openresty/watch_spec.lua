local fake_ngx = require("spec.support.fake_ngx")
local openresty = require("ecs_pipeline.openresty")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")
local virtual = require("spec.support.virtual")

local NOW = 1795491843

-- An nginx, a client in it and an emulator, on one clock. `told` is what on_change was told.
local function world(options)
  options = options or {}
  local one = { told = {}, looks = 0 }
  local client, emulator, platform = virtual.client({ retry = false, on_event = function(event)
    if event.type == "attempt" and event.operation == "execution.describe" then
      one.looks = one.looks + 1
    end
  end })
  local ngx = fake_ngx.new({ now = NOW, most = options.most, on_advance = function(seconds)
    emulator:advance(seconds)
  end })
  platform.sleep = function(seconds) ngx.sleep(seconds) end
  one.client, one.emulator, one.ngx = client, emulator, ngx
  function one.store() return (store_file.find("spec", ngx)) end
  function one.keys() return (scope.of("watch", "default", client)) end
  function one.watch(given)
    local all = { client = client, host = ngx, on_change = function(report)
      one.told[#one.told + 1] = report
    end }
    for name, value in pairs(given or {}) do
      all[name] = value
    end
    return openresty.watch(all)
  end
  return one
end

local function column(list, name)
  local values = {}
  for index, one in ipairs(list) do
    values[index] = tostring(one[name])
  end
  return table.concat(values, " ")
end

-- A change of the text alone is one too.
local function steps(list)
  local values = {}
  for _, one in ipairs(list) do
    if values[#values] ~= one.status then
      values[#values + 1] = one.status
    end
  end
  return table.concat(values, " ")
end

local STEPS = "PREPARING BUILDING RELEASING SUCCESS"

local function until_ended(one, watcher, id)
  for _ = 1, 500 do
    one.ngx.run_timers(60)
    if watcher.state(id).ended then
      return watcher.state(id)
    end
  end
  error("it does not end")
end

describe("watch", function()
  it("tells of each change once, and of the end with all there is", function()
    local one = world()
    local watcher = one.watch()
    local pipeline, id = virtual.build(one.client, one.emulator)
    assert.is_true(watcher.follow(id))
    assert.is_true(watcher.follow({ execution_id = id, region_id = "cn-hangzhou" }))
    local first = watcher.state(id)
    assert.same({ id, false, "unknown" }, { first.execution_id, first.ended, first.phase })
    local ended = until_ended(one, watcher, id)
    assert.equal(STEPS, steps(one.told))
    assert.equal("preparing preparing building building building releasing ended", column(one.told, "phase"))
    assert.equal("nil nil nil nil nil nil success", column(one.told, "outcome"))
    for index = 2, #one.told do
      local before, now = one.told[index - 1], one.told[index]
      assert.same({ status = before.status, message = before.message }, now.previous)
      assert.is_true(before.status ~= now.status or before.message ~= now.message)
    end
    assert.is_nil(one.told[1].previous)
    assert.same({ true, pipeline, "success" }, { ended.ok, ended.pipeline_id, ended.outcome })
    assert.equal(ended.image_id, ended.images["cn-hangzhou"])
    assert.is_true(ended.elapsed > 60 and ended.checked_at > NOW and ended.changed_at > NOW)
    assert.equal(NOW, ended.followed_at)
    assert.equal(ended.elapsed, ended.ended_at - ended.started_at) -- of the service, by our clock
    assert.is_true(math.abs(ended.started_at - NOW) <= 2 and ended.ended_at <= ended.checked_at)
    assert.is_nil(one.told[1].ended_at)
    local looks = one.looks
    one.ngx.run_timers(600)
    assert.equal(looks, one.looks)
    assert.equal(7, #one.told)
  end)

  it("goes on after a reload, in the workers that come", function()
    local one = world()
    local watcher = one.watch()
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    one.ngx.run_timers(20)
    local before = #one.told
    assert.is_true(before > 0)
    one.ngx.is_exiting = true
    one.ngx.run_timers(2)
    one.ngx.is_exiting = false
    one.ngx.run_timers(600)
    assert.equal(before, #one.told) -- the old ones are gone
    local fresh = one.watch({ host = one.ngx.another_worker() })
    until_ended(one, fresh, id)
    assert.equal("success", one.told[#one.told].outcome)
  end)

  it("looks once at a time, from however many workers", function()
    local one, alone = world(), world()
    local first, second = one.watch(), one.watch({ host = one.ngx.another_worker() })
    local _, id = virtual.build(one.client, one.emulator)
    assert(first.follow(id))
    until_ended(one, second, id)
    local only = alone.watch()
    _, id = virtual.build(alone.client, alone.emulator)
    assert(only.follow(id))
    until_ended(alone, only, id)
    assert.equal(alone.looks, one.looks)
    assert.same({ STEPS, 7 }, { steps(one.told), #one.told })
  end)

  it("leaves a look to another worker when its own ends", function()
    local one = world()
    local watcher = one.watch()
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    local describe = one.client.execution.describe
    one.client.execution.describe = function()
      return nil, "ends", { kind = "cancelled", code = "HOST_EXITING", message = "ends" }
    end
    one.ngx.run_timers(1)
    assert.same({ 0, false, 0 }, { #one.told, watcher.state(id).ended, watcher.state(id).failures or 0 })
    one.client.execution.describe = describe
    one.ngx.run_timers(1)
    assert.equal("PREPARING", watcher.state(id).status)
  end)

  it("takes over from a worker that died while it looked", function()
    local one = world()
    local watcher = one.watch()
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    assert(one.store():add(one.keys() .. "poll:" .. id, "dead", 5))
    one.ngx.run_timers(4)
    assert.equal(0, #one.told)
    one.ngx.run_timers(3)
    assert.equal(1, #one.told)
  end)

  it("is the same one for the same options, and refuses others of that name and those credentials", function()
    local one = world()
    local watcher = one.watch({ poll = 5 })
    assert.equal(watcher, one.watch({ poll = 5 }))
    assert.error_matches(function() one.watch({ poll = 6 }) end, 'with other options %(poll%)')
    assert.error_matches(function() one.watch({ poll = 5, on_change = print }) end, 'on_change')
    assert.not_equal(watcher, one.watch({ poll = 6, name = "other" }))
    assert.not_equal(watcher, one.watch({ poll = 6, client = one.client.with({ credentials = {
      access_key_id = "another-key", access_key_secret = "secret" } }) }))
    watcher.stop()
    assert.not_equal(watcher, one.watch({ poll = 6 }))
  end)

  it("logs what on_change raises, and goes on", function()
    local one = world()
    local watcher = one.watch({ on_change = function(report)
      one.told[#one.told + 1] = report
      report.status = "mine"
      error("on purpose")
    end })
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    assert.equal("SUCCESS", until_ended(one, watcher, id).status)
    assert.equal(7, #one.told)
    assert.equal(7, #one.ngx.lines)
    assert.is_truthy(one.ngx.lines[1].text:find("openresty.watch: on_change failed on " .. id, 1, true))
  end)

  it("needs no on_change", function()
    local one = world()
    local watcher = openresty.watch({ client = one.client, host = one.ngx, keep = 100 })
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    assert.equal("success", until_ended(one, watcher, id).outcome)
    assert.equal(id, watcher.list()[1].execution_id)
    one.ngx.run_timers(101)
    assert.is_nil(watcher.state(id))
    assert.same({}, watcher.list())
    assert.is_true(watcher.follow(id)) -- once more, from the beginning
    one.ngx.run_timers(3)
    assert.equal("success", watcher.state(id).outcome)
  end)

  it("lists those followed last first, and forgets rows that are over", function()
    local one = world()
    local watcher = one.watch({ keep = 100 })
    local _, first = virtual.build(one.client, one.emulator)
    assert(watcher.follow(first))
    until_ended(one, watcher, first)
    one.ngx.run_timers(110)
    local _, second = virtual.build(one.client, one.emulator)
    local _, third = virtual.build(one.client.with({ default_tags = {} }), one.emulator)
    assert(watcher.follow(second))
    assert(watcher.follow(third))
    assert.equal(third .. " " .. second, column(watcher.list(), "execution_id"))
    one.ngx.run_timers(2)
    assert.is_nil(one.store():get(one.keys() .. "ids"):find(first, 1, true))
  end)

  it("follows also after somebody has flushed the dictionary", function()
    local one = world()
    local watcher = one.watch()
    assert(watcher.follow("exec-bp1doesnotexist"))
    one.ngx.run_timers(3)
    one.ngx.shared.ecs_pipeline.entries = {}
    one.ngx.run_timers(3)
    assert(watcher.follow("exec-bp1doesnotexist"))
    one.ngx.run_timers(3)
    assert.equal(2, #one.told)
  end)

  it("goes on while it cannot be seen", function()
    local one = world()
    local watcher = one.watch({ poll = 10 })
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    one.emulator:fault({ action = "DescribeImagePipelineExecutions", kind = "error", code = "ServiceUnavailable",
      status = 503, times = 2 })
    one.ngx.run_timers(5)
    assert.same({ 0, 1, false }, { #one.told, watcher.state(id).failures, watcher.state(id).ended })
    until_ended(one, watcher, id)
    assert.same({ "SUCCESS", 0 }, { watcher.state(id).status, watcher.state(id).failures })
  end)

  it("ends when waiting mends nothing", function()
    local one = world()
    local watcher = one.watch()
    assert(watcher.follow("exec-bp1doesnotexist"))
    one.ngx.run_timers(3)
    assert.equal(1, #one.told)
    assert.same({ true, "not_found" }, { one.told[1].ended, one.told[1].error.kind })
    assert.is_nil(one.told[1].outcome)
  end)

  it("looks again when the end cannot be seen at once", function()
    local one = world()
    local waits = 0
    local execution = setmetatable({}, { __index = one.client.execution })
    execution.wait = function(...)
      waits = waits + 1
      if waits == 1 then
        return { outcome = "timeout" }
      elseif waits == 2 then
        return nil, "lost", { kind = "transport", message = "lost", retryable = true }
      end
      return one.client.execution.wait(...)
    end
    local watcher = one.watch({ client = { execution = execution } })
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    until_ended(one, watcher, id)
    assert.same({ 3, "success" }, { waits, one.told[#one.told].outcome })
  end)

  it("says how long it may take, and that nothing happens", function()
    local one = world()
    local watcher = one.watch({ stall = 30 })
    local pipeline, first = virtual.build(one.client, one.emulator)
    assert(watcher.follow(first))
    until_ended(one, watcher, first)
    local second = assert(one.client.execution.start(pipeline)).id
    assert(watcher.follow(second))
    one.ngx.run_timers(50)
    local report = watcher.state(second)
    assert.is_true(report.estimate > 0)
    local stalled = false
    for _ = 1, 60 do
      one.ngx.run_timers(10)
      stalled = stalled or watcher.state(second).stalled
    end
    assert.is_true(stalled)
    until_ended(one, watcher, second)
    assert.is_false(watcher.state(second).stalled)
  end)

  it("counts by the service's clock", function()
    local one = world()
    local execution = setmetatable({}, { __index = one.client.execution })
    local created
    execution.describe = function(wanted)
      local found = one.client.execution.describe(wanted)
      found.creation_time = created
      if found.status ~= "SUCCESS" then
        found.modified_time = nil
      end
      require("ecs_pipeline.call.info").set(found, { clock_offset = 3600 })
      return found
    end
    local watcher = one.watch({ client = { execution = execution } })
    local _, id = virtual.build(one.client, one.emulator)
    created = os.date("!%Y-%m-%dT%H:%M:%SZ", NOW + 3500)
    assert(watcher.follow(id))
    one.ngx.run_timers(1)
    assert.is_true(math.abs(watcher.state(id).elapsed - 100) < 5)
    created = nil
    one.ngx.run_timers(60)
    assert.is_true(math.abs(watcher.state(id).elapsed - (one.ngx.clock - NOW)) < 30)
  end)

  it("makes the most of 20 builds", function()
    local one = world()
    local seen = 0
    local execution = setmetatable({}, { __index = one.client.execution })
    execution.each = function()
      return function()
        seen = seen + 1
        return { status = "SUCCESS", creation_time = "2026-11-24T00:00:00Z", modified_time = "2026-11-24T00:10:00Z" }
      end
    end
    local watcher = one.watch({ client = { execution = execution } })
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    one.ngx.run_timers(2)
    assert.same({ 20, 600 }, { seen, watcher.state(id).estimate + watcher.state(id).elapsed })
  end)

  it("has bounds: looks at a time, a full dictionary", function()
    local one = world()
    local describe = one.client.execution.describe
    one.client.execution.describe = function(...)
      one.ngx.sleep(1.5)
      return describe(...)
    end
    local watcher = one.watch()
    for index = 1, 40 do
      assert(watcher.follow("exec-bp1doesnotexist" .. index))
    end
    one.ngx.run_timers(2.9)
    assert.equal(16, #one.told)
    one.ngx.run_timers(2)
    assert.equal(32, #one.told)

    local most, followed = 0
    repeat -- full at every later point: nothing is left behind that would be followed by half
      most = most + 1
      one = world({ most = most })
      watcher = one.watch()
      local message, err
      followed, message, err = watcher.follow("exec-bp1doesnotexist")
      assert.is_true(followed or err.code == "SHARED_DICT_FULL", message)
      assert.equal(followed and 1 or 0, #watcher.list())
    until followed
    one.ngx.run_timers(1)
    assert.is_truthy(one.ngx.lines[1].text:find("dictionary is full", 1, true)) -- no room for a lease
  end)

  it("keeps the former report when there is no room for the new one, and evicts nothing", function()
    local one = world()
    local watcher = one.watch()
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    local dict = one.ngx.shared.ecs_pipeline
    local set = dict.safe_set
    dict.safe_set = function(self, key, value, ...)
      if key:find(":entry:", 1, true) and value:find("PREPARING", 1, true) then
        return nil, "no memory"
      end
      return set(self, key, value, ...)
    end
    one.ngx.run_timers(3)
    assert.equal("unknown", watcher.state(id).phase)
    assert.is_truthy(one.ngx.lines[1].text:find("dictionary is full", 1, true))
    dict.safe_set = set
    one.ngx.run_timers(30)
    assert.equal("PREPARING", watcher.state(id).status)
  end)

  it("the first of two workers that follow at the same time has the row", function()
    local one = world()
    local watcher = one.watch()
    local dict = one.ngx.shared.ecs_pipeline
    local add = dict.safe_add
    dict.safe_add = function(self, ...)
      dict.safe_add = add
      assert(watcher.follow("exec-bp1doesnotexist"))
      return add(self, ...)
    end
    assert.is_true(watcher.follow("exec-bp1doesnotexist"))
    assert.equal(1, #watcher.list())
  end)

  it("mends what a worker left that died while it began to follow", function()
    local one = world()
    local watcher = one.watch()
    assert(watcher.follow("exec-bp1doesnotexist"))
    one.store():put(one.keys() .. "ids", nil)
    one.ngx.run_timers(3)
    assert.equal(0, #one.told)
    assert(watcher.follow("exec-bp1doesnotexist"))
    one.ngx.run_timers(3)
    assert.equal(1, #one.told)
    assert.is_true(watcher.follow("exec-bp1doesnotexist"))
    one.ngx.run_timers(3)
    assert.equal(1, #one.told)
    one.store():put(one.keys() .. "poll:exec-bp1doesnotexist", nil) -- it died before the lease rested
    one.ngx.run_timers(3)
    assert.equal(1, #one.told)
    one.store():put(one.keys() .. "entry:exec-bp1doesnotexist", nil)
    one.store():put(one.keys() .. "poll:exec-bp1doesnotexist", nil)
    one.ngx.run_timers(3)
    assert.equal("{}", one.store():get(one.keys() .. "ids"))
  end)

  it("survives a client that was closed, and a look that breaks", function()
    local one = world()
    local watcher = one.watch()
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    one.client.close()
    one.ngx.run_timers(20)
    assert.equal(1, #one.ngx.lines)
    assert.is_truthy(one.ngx.lines[1].text:find("the client has been closed", 1, true))
    local dict = one.ngx.shared.ecs_pipeline
    local set = dict.safe_set
    for index, what in ipairs({ ":entry:", ":poll:" }) do -- while it is written back, while the lease is asked for
      dict.safe_set = function(self, key, ...)
        if key:find(what, 1, true) then
          error("broken " .. index)
        end
        return set(self, key, ...)
      end
      one.ngx.run_timers(40)
      assert.is_truthy(one.ngx.lines[#one.ngx.lines].text:find("broken " .. index, 1, true))
    end
  end)

  it("stops", function()
    local one = world()
    local watcher = one.watch()
    local _, id = virtual.build(one.client, one.emulator)
    assert(watcher.follow(id))
    watcher.stop()
    one.ngx.run_timers(60)
    assert.equal(0, #one.told)
  end)

  it("raises for programmers' mistakes", function()
    local one = world()
    for _, wrong in ipairs({ { poll = 0 }, { on_change = 1 }, { nothing = 1 }, { dict = "other" }, { keep = 0 } }) do
      assert.has_error(function() one.watch(wrong) end)
    end
    assert.error_matches(function() openresty.watch() end, "inside nginx only")
    one.ngx.no_timers = "too many pending timers"
    assert.error_matches(function() one.watch() end, "too many pending timers")
    one.ngx.no_timers = nil
    local _, _, err = one.watch().follow({})
    assert.equal("validation", err.kind)
    assert.is_nil(one.watch().state({}))
  end)
end)
