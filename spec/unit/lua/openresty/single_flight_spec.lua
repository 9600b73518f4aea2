local fake_ngx = require("spec.support.fake_ngx")
local openresty = require("ecs_pipeline.openresty")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")
local virtual = require("spec.support.virtual")

local NOW = 1795491843

-- An nginx, a client in it and an emulator, on one clock.
local function world(options)
  options = options or {}
  local starts, lists = {}, 0
  local client, emulator, platform = virtual.client({ on_event = function(event)
    if event.type == "attempt" and event.operation == "execution.start" then
      starts[#starts + 1] = event
    elseif event.type == "attempt" then
      lists = lists + 1
    end
  end })
  local ngx = fake_ngx.new({ now = NOW, most = options.most, on_advance = function(seconds)
    emulator:advance(seconds)
  end })
  platform.sleep = function(seconds) ngx.sleep(seconds) end
  local made = assert(client.pipeline.create(virtual.TEMPLATE))
  lists = 0
  return { client = client, emulator = emulator, ngx = ngx, pipeline = made.id, starts = starts,
    lists = function() return lists end, store = store_file.find("spec", ngx),
    key = function(what)
      local keys, region = scope.of("flight", "default", client)
      return ("%s%s:%s/%s"):format(keys, what, region, made.id)
    end,
    promised = function()
      return store_file.find("spec", ngx):get(scope.of("flight", "default", client) .. "promised")
    end,
    flight = function(given)
      given = given or {}
      given.client, given.host = given.client or client, given.host or ngx
      return openresty.single_flight(given)
    end }
end

local function finish(one, id)
  repeat
    one.ngx.sleep(60)
  until assert(one.client.execution.describe(id)).status == "SUCCESS"
end

describe("single_flight", function()
  it("starts a build once, and tells the next of it without asking", function()
    local one = world()
    local flight = one.flight()
    local first = assert(flight.start(one.pipeline))
    assert.same({ false, first.id, one.pipeline }, { first.adopted, first.execution_id, first.pipeline_id })
    assert.equal(64, #first.client_token)
    local asked = one.lists()
    local second = assert(flight.start({ id = one.pipeline }))
    assert.same({ true, first.id }, { second.adopted, second.id })
    assert.same({ 1, asked }, { #one.starts, one.lists() })
  end)

  it("asks the service again after `hold`, and when told to forget", function()
    local one = world()
    local flight = one.flight({ hold = 3 })
    local first = assert(flight.start(one.pipeline))
    local asked = one.lists()
    one.ngx.sleep(2.9)
    assert(flight.start(one.pipeline))
    assert.equal(asked, one.lists())
    one.ngx.sleep(0.2)
    local second = assert(flight.start(one.pipeline))
    assert.same({ true, first.id, asked + 1 }, { second.adopted, second.id, one.lists() })
    flight.forget(one.pipeline)
    flight.forget("")
    assert(flight.start(one.pipeline))
    assert.same({ 1, asked + 2 }, { #one.starts, one.lists() })
  end)

  it("builds anew after the end, with another token", function()
    local one = world()
    local flight = one.flight()
    local first = assert(flight.start(one.pipeline))
    finish(one, first.id)
    local second = assert(flight.start(one.pipeline))
    assert.is_false(second.adopted)
    assert.not_equal(first.id, second.id)
    assert.not_equal(first.client_token, second.client_token)
    finish(one, second.id)
    local third = assert(flight.start(one.pipeline))
    assert.not_equal(second.client_token, third.client_token)
  end)

  it("gives the execution of a key again after its end, and starts another key's", function()
    local one = world()
    local flight = one.flight()
    local first = assert(flight.start(one.pipeline, { key = "3f2a91c", tags = { commit = "3f2a91c" } }))
    finish(one, first.id)
    local again = assert(flight.start(one.pipeline, { key = "3f2a91c", tags = { commit = "3f2a91c" } }))
    assert.same({ true, first.id }, { again.adopted, again.id })
    local other = assert(flight.start(one.pipeline, { key = "b7d001e" }))
    assert.is_false(other.adopted)
    assert.not_equal(first.id, other.id)
    assert.same({ commit = "3f2a91c" }, assert(one.client.execution.describe(first.id)).tags)
  end)

  it("makes one start of many requests in two workers", function()
    local one = world()
    local workers, results = { one.flight(), one.flight() }, {}
    for index = 1, 40 do
      one.ngx.thread.spawn(function()
        results[index] = assert(workers[index % 2 + 1].start(one.pipeline))
      end)
    end
    one.ngx.run_timers(10)
    local starters = 0
    for index = 1, 40 do
      assert.equal(results[1].id, results[index].id)
      starters = starters + (results[index].adopted and 0 or 1)
    end
    assert.same({ 1, 1 }, { starters, #one.starts })
  end)

  describe("between machines", function()
    -- Another nginx with the same client, which starts when this one has just seen that nothing runs.
    local function race(one, here, there)
      local other = one.flight({ host = fake_ngx.new({ now = NOW }) })
      local execution = setmetatable({}, { __index = one.client.execution })
      local theirs
      execution.list = function(...)
        local found = one.client.execution.list(...)
        theirs = theirs or assert(other.start(one.pipeline, there))
        return found
      end
      local flight = one.flight({ client = { execution = execution, identity = one.client.identity } })
      local ours = assert(flight.start(one.pipeline, here))
      return ours, theirs
    end

    it("two that start at the same time use the same token", function()
      local one = world()
      local ours, theirs = race(one)
      assert.equal(theirs.id, ours.id)
      assert.equal(theirs.client_token, ours.client_token)
      assert.equal(2, #one.starts)
      assert.equal(1, #assert(one.client.execution.list(one.pipeline)))
    end)

    it("a refusal because another one runs names that one", function()
      local one = world()
      local ours, theirs = race(one, { key = "a" }, { key = "b" })
      assert.same({ true, theirs.id }, { ours.adopted, ours.id })
      assert.equal(1, #assert(one.client.execution.list(one.pipeline)))
    end)

    it("what runs already is adopted", function()
      local one = world()
      local started = assert(one.client.execution.start(one.pipeline))
      local adopted = assert(one.flight().start(one.pipeline))
      assert.same({ true, started.id, 1 }, { adopted.adopted, adopted.id, #one.starts })
    end)
  end)

  it("takes over from an owner that died", function()
    local one = world()
    assert(one.store:add(one.key("lease"), "dead", 5))
    local before = one.ngx.clock
    local result = assert(one.flight().start(one.pipeline))
    assert.is_false(result.adopted)
    assert.is_true(one.ngx.clock - before >= 5 and one.ngx.clock - before < 6)
  end)

  it("renews the lease of work that takes long", function()
    local one = world()
    local execution = setmetatable({}, { __index = one.client.execution })
    execution.list = function(...)
      one.ngx.sleep(30)
      assert.is_string(one.store:get(one.key("lease")))
      return one.client.execution.list(...)
    end
    assert(one.flight({ client = { execution = execution, identity = one.client.identity } }).start(one.pipeline))
    assert.is_nil(one.store:get(one.key("lease")))
  end)

  it("does not trust what a worker says that was stopped while another one's build began and ended", function()
    local one = world()
    local execution = setmetatable({}, { __index = one.client.execution })
    local ended
    execution.list = function(...)
      local found = one.client.execution.list(...)
      if not ended then -- its lease has ended while it was stopped
        one.store:put(one.key("lease"), nil)
        ended = assert(one.flight().start(one.pipeline)).id
        finish(one, ended)
      end
      return found
    end
    local flight = one.flight({ client = { execution = execution, identity = one.client.identity } })
    local old = assert(flight.start(one.pipeline))
    assert.same({ ended, 2 }, { old.id, #one.starts }) -- the ClientToken was the same
    local new = assert(flight.start(one.pipeline))
    assert.is_false(new.adopted)
    assert.not_equal(ended, new.id)
  end)

  it("tells all who waited of a failure, and asks again for the next", function()
    local one = world()
    one.emulator:fault({ action = "StartImagePipelineExecution", kind = "error", code = "Forbidden.RAM", status = 403,
      times = 1 })
    local flight, failures = one.flight(), {}
    for index = 1, 3 do
      one.ngx.thread.spawn(function()
        failures[index] = { flight.start(one.pipeline) }
      end)
    end
    one.ngx.run_timers(1)
    for index = 1, 3 do
      local _, message, err = failures[index][1], failures[index][2], failures[index][3]
      assert.same({ "denied", "Forbidden.RAM", message }, { err.kind, err.code, tostring(err) })
      assert.is_truthy(message:find("^execution.start: not permitted"), message)
    end
    assert.equal(1, #one.starts)
    one.ngx.sleep(0.01)
    assert.is_false(assert(flight.start(one.pipeline)).adopted)
  end)

  it("fails like the listing that it begins with", function()
    local one = world()
    local _, _, err = one.flight().start("ip-bp1doesnotexist")
    assert.equal("not_found", err.kind)
    _, _, err = one.flight().start({ region_id = "cn-hangzhou" })
    assert.equal("validation", err.kind)
  end)

  -- What nginx says of a timer that it drops later: that it will run.
  local function drop_timers(one)
    one.ngx.timer.at = function() return true end
  end

  it("answers in time, and goes on", function()
    local one = world()
    local execution = setmetatable({}, { __index = one.client.execution })
    execution.list = function(...)
      one.ngx.sleep(5)
      return one.client.execution.list(...)
    end
    local flight = one.flight({ client = { execution = execution, identity = one.client.identity } })
    local message, err, result
    one.ngx.thread.spawn(function()
      local _
      _, message, err = flight.start(one.pipeline, { wait = 3 })
    end)
    one.ngx.run_timers(4)
    assert.same({ "timeout", "STARTING", true }, { err.kind, err.code, err.retryable })
    assert.is_truthy(message:find("after 3 s", 1, true))
    one.ngx.thread.spawn(function() result = assert(flight.start(one.pipeline)) end)
    one.ngx.run_timers(10)
    assert.is_true(result.adopted)
    assert.same({ 1, nil }, { #one.starts, one.promised() })
  end)

  it("does itself what nginx has dropped a timer of", function()
    local one = world()
    drop_timers(one)
    local before = one.ngx.clock
    assert.is_false(assert(one.flight().start(one.pipeline)).adopted)
    assert.is_true(one.ngx.clock - before < 0.5)
    assert.is_nil(one.promised())
  end)

  it("asks for the lease again when it was lost before anything began", function()
    local one = world()
    drop_timers(one)
    local result
    one.ngx.thread.spawn(function() result = one.flight().start(one.pipeline) end)
    one.store:put(one.key("lease"), "another worker", 1)
    one.ngx.run_timers(0.9)
    assert.equal(0, #one.starts)
    one.ngx.run_timers(1)
    assert.same({ 1, false }, { #one.starts, result.adopted })
  end)

  it("does what was promised before this worker began, if it is created when that begins", function()
    local one = world()
    local flight = one.flight()
    one.ngx.phase = "log"
    drop_timers(one)
    flight.start(one.pipeline)
    one.ngx.timers = {} -- that worker is gone
    one.ngx.phase = "init"
    one.flight({ host = one.ngx.another_worker() })
    assert.equal(0, #one.ngx.timers)
    one.ngx.phase = "init_worker"
    one.flight({ host = one.ngx.another_worker() })
    one.ngx.is_exiting = true
    local looks = one.flight({ host = one.ngx.another_worker() })
    looks.pick_up() -- a worker that ends begins nothing
    assert.equal(0, #one.starts)
    one.ngx.is_exiting = false
    one.ngx.run_timers(12)
    assert.same({ 1, nil }, { #one.starts, one.promised() })
  end)

  it("does later what was promised, when a worker's timers run again", function()
    local one = world()
    local flight = one.flight()
    assert(flight.start(one.pipeline)) -- the timer that looks for promises is there
    finish(one, one.emulator:state().executions[1].ExecutionId)
    one.ngx.phase = "log" -- where nobody can wait
    local at = one.ngx.timer.at
    drop_timers(one)
    local _, _, err = flight.start(one.pipeline)
    assert.equal("STARTING", err.code)
    assert.is_truthy(one.promised():find(one.pipeline, 1, true))
    one.ngx.timer.at = at
    one.ngx.run_timers(12)
    assert.same({ 2, nil }, { #one.starts, one.promised() })
  end)

  it("promises no more than it can write down, and keeps promises that an answer serves", function()
    local one = world()
    one.ngx.phase = "log"
    local flight = one.flight()
    drop_timers(one)
    for index = 1, 200 do
      local _, _, err = flight.start(one.pipeline, { key = "k" .. index })
      assert.equal("STARTING", err.code)
    end
    local _, _, err = flight.start(one.pipeline, { key = "one more" })
    assert.same({ "storage", "TOO_MANY_STARTS" }, { err.kind, err.code })
    one.ngx.phase = nil
    one.ngx.sleep(5) -- the lease of the first is over
    assert(flight.start(one.pipeline, { key = "k1" })) -- it runs, and serves the others
    assert.same({ 1, nil }, { #one.starts, one.promised() })
  end)

  it("does not keep a worker that ends", function()
    local one = world()
    assert(one.store:add(one.key("lease"), "another worker", 3600))
    one.ngx.is_exiting = true
    local before = one.ngx.clock
    local _, _, err = one.flight().start(one.pipeline)
    assert.equal("STARTING", err.code)
    assert.is_true(one.ngx.clock - before <= 3.1)
  end)

  it("leaves to another worker what failed because its own ends", function()
    local one = world()
    local list, failures = one.client.execution.list, 0
    one.client.execution.list = function(...)
      if failures == 0 then
        failures, one.ngx.is_exiting = 1, true
        return nil, "ends", { kind = "cancelled", code = "HOST_EXITING", message = "ends" }
      end
      return list(...)
    end
    local _, _, err = one.flight().start(one.pipeline)
    assert.same({ "STARTING", 1, 0 }, { err.code, failures, #one.starts })
    one.ngx.is_exiting = false
    one.flight({ host = one.ngx.another_worker() }).pick_up()
    assert.same({ 1, nil }, { #one.starts, one.promised() })
  end)

  it("an answer that comes while it promises is taken", function()
    local one = world()
    local flight = one.flight()
    assert(one.store:add(one.key("lease"), "another worker", 2.5))
    local update = getmetatable(one.store).__index.update
    getmetatable(one.store).__index.update = function(self, key, ...)
      if key:find("promised", 1, true) then
        getmetatable(one.store).__index.update = update
        local result = update(self, key, ...)
        one.ngx.sleep(1)
        assert(one.flight().start(one.pipeline))
        return result
      end
      return update(self, key, ...)
    end
    local result = flight.start(one.pipeline, { wait = 2 })
    getmetatable(one.store).__index.update = update
    assert.is_true(assert(result).adopted)
    assert.same({ 1, nil }, { #one.starts, one.promised() })
  end)

  it("does not wait where nginx does not let it", function()
    local one = world()
    one.ngx.phase = "log"
    local _, _, err = one.flight().start(one.pipeline)
    assert.equal("STARTING", err.code)
    one.ngx.run_timers(1)
    assert.equal(1, #one.starts)
  end)

  it("works in place when there is no timer, and leaves the work to another worker at the end of its own", function()
    local one = world()
    one.ngx.no_timers = "too many pending timers"
    assert(one.flight().start(one.pipeline))
    one = world()
    local every = one.ngx.timer.every
    one.ngx.timer.every = function() return every(1e9, function() end) end
    one.ngx.timer.at = function(_, fn)
      one.ngx.timer.at = function() return nil, "process exiting" end
      fn(true)
      return true
    end
    assert.is_false(assert(one.flight().start(one.pipeline)).adopted)
  end)

  it("an answer that came between two looks is taken", function()
    local one = world()
    local dict, flight = one.ngx.shared.ecs_pipeline, one.flight()
    local add, locks = dict.safe_add, 0
    dict.safe_add = function(self, ...)
      locks = locks + 1
      if locks == 1 then -- for the lease
        dict.safe_add = add
        assert(flight.start(one.pipeline))
      end
      return add(self, ...)
    end
    assert.is_true(assert(flight.start(one.pipeline)).adopted)
    assert.equal(1, #one.starts)
  end)

  it("starts nothing in a full dictionary, unless the answer can be told", function()
    local most, started = 0
    repeat
      most = most + 1
      local one = world({ most = most })
      local result, _, err = one.flight().start(one.pipeline)
      started = result ~= nil
      assert.is_true(started or err.code == "SHARED_DICT_FULL")
      assert.equal(started and 1 or 0, #one.starts)
    until started or most > 20
    local one = world({ most = most })
    assert.is_false(assert(one.flight().start(one.pipeline)).adopted)
    assert.is_truthy(one.ngx.lines[1].text:find("waiting requests will not get", 1, true))
    assert.is_true(assert(one.flight().start(one.pipeline)).adopted)
  end)

  it("raises for programmers' mistakes, also those that the timer meets", function()
    local one = world()
    for _, wrong in ipairs({ { hold = 0 }, { lease = "5" }, { nothing = 1 }, { dict = "other" } }) do
      assert.has_error(function() one.flight(wrong) end)
    end
    assert.error_matches(function() one.flight({ dict = "other" }) end, "lua_shared_dict other 1m;")
    assert.error_matches(function() openresty.single_flight() end, "inside nginx only")
    assert.error_matches(function() openresty.single_flight(1) end, "must be a table")
    assert.has_error(function() one.flight().start(one.pipeline, { later = true }) end)
    local flight = one.flight()
    one.client.close()
    assert.error_matches(function() flight.start(one.pipeline) end, "the client has been closed")
  end)
end)
