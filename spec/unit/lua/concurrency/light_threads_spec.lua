-- ecs.map inside nginx, whose light threads are played by coroutines here; in a real one: spec/openresty.
-- nginx's Lua is LuaJIT; PUC Lua 5.1 alone cannot yield in there, so nothing sleeps in it here.
local child = require("spec.support.child_lua")

local old_lua = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

-- Threads go on whenever somebody waits for one; a sleep lets the others go on.
local NGINX = [[
  local alive = {}
  require("ecs_pipeline.core").can_yield = function() return true end -- as in a handler
  ngx = { WARN = 5, DEBUG = 8, log = function() end, now = require("ecs_pipeline.core").wall,
    sleep = function()
      local running, main = coroutine.running()
      if running and not main then
        coroutine.yield()
      end
    end,
    thread = {
    spawn = function(body)
      local thread = coroutine.create(body)
      alive[#alive + 1] = thread
      assert(coroutine.resume(thread))
      return thread
    end,
    wait = function(thread)
      while coroutine.status(thread) ~= "dead" do
        for _, one in ipairs(alive) do
          if coroutine.status(one) ~= "dead" then
            assert(coroutine.resume(one))
          end
        end
      end
      return true
    end,
  } }
  local ecs = require("ecs_pipeline")
]]

local function run(source)
  local ok, printed = child.run(NGINX .. source)
  assert.is_true(ok, printed)
  return (printed:gsub("%s+", " "):gsub(" $", ""))
end

describe("ecs.map in light threads", function()
  it("gives a result for each item, in order, so many at a time", function()
    assert.equal("30 10 20 40 most " .. (old_lua and 1 or 2) .. " threads 2", run(([[
      local sleep = %s
      local running, most = 0, 0
      local results = ecs.map({ 3, 1, 2, 4 }, function(item)
        running = running + 1
        most = math.max(most, running)
        for _ = 1, item do sleep(1) end
        running = running - 1
        return item * 10
      end, { concurrency = 2 })
      for _, one in ipairs(results) do print(one.value) end
      print("most", most, "threads", #alive)
    ]]):format(old_lua and "function() end" or "ngx.sleep")))
  end)

  it("keeps failures with their items: what was returned, what was raised and where", function()
    assert.equal("false no api true broken true true fine", run([[
      local results = ecs.map({ 1, 2, 3 }, function(item)
        if item == 1 then return nil, "no", { kind = "api" } end
        if item == 2 then error("broken", 0) end
        return "fine"
      end)
      print(results[1].ok, results[1].message, results[1].err.kind, results[2].raised, results[2].err)
      print(results[2].traceback:find("traceback", 1, true) ~= nil, results[3].ok, results[3].value)
    ]]))
  end)

  it("keeps no raw replies, also where nginx cannot yield, and those of one call after it", function()
    local source = [[
      local client = ecs.new({ region = "cn-x", credentials = { access_key_id = "a", access_key_secret = "b" },
        log = "off", transport = { send = function()
          return { status = 200, headers = {},
            body = '{"ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1"}]}}' }
        end } })
      local function has_raw() return ecs.info(client.pipeline.describe("ip-1")).raw ~= nil end
      for _, yields in ipairs({ true, false }) do
        require("ecs_pipeline.core").can_yield = function() return yields end
        local nested = ecs.map({ 1 }, function() return ecs.map({ 1 }, has_raw)[1].value or has_raw() end)
        print(ecs.map({ 1, 2 }, has_raw)[2].value, nested[1].value, has_raw())
      end
    ]]
    assert.equal("false false true false false true", run(source))
  end)

  it("lets the worker serve others between its pieces, when they have had no turn for long", function()
    assert.equal("0 5", run([[
      local core, slept, time = require("ecs_pipeline.core"), 0, 0
      ngx.sleep = function() slept = slept + 1 end
      core.clock = function() return time end
      ecs.map({ 1, 2, 3 }, tostring, { concurrency = 2 })
      local quick = slept
      core.clock = function() time = time + 1 return time end
      ngx.now = function() return core.wall() - 1 end
      ecs.map({ 1, 2, 3 }, tostring, { concurrency = 2 }) -- before each of two threads, after each of three items
      print(quick, slept)
    ]]))
  end)

  it("goes on with one item after another where many have given way in one turn", function()
    assert.equal("true true true true", run([[
      local core, slept = require("ecs_pipeline.core"), {}
      ngx.sleep = function(seconds) slept[#slept + 1] = seconds end
      ngx.now = function() return core.wall() - 1 end
      core.clock = function() return 100 end
      for _ = 1, 1000 do
        require("ecs_pipeline.platform").give_way()
      end
      local least = 1
      for index = 2, 100 do
        least = math.min(least, slept[index] - slept[index - 1])
      end
      -- many go on at the same time rather than late
      print(math.abs(slept[1] - 0.001) < 1e-6, least > 0, slept[100] < 0.01, slept[1000] < 0.021)
    ]]))
  end)

  it("begins no more items when it is stopped or its time is up", function()
    assert.equal("false cancelled 1 true cancelled", run([[
      local begun = 0
      local results = ecs.map({ 1, 2 }, function() begun = begun + 1 return nil, "no", {} end,
        { concurrency = 1, stop_on_failure = true })
      print(results[1].ok, results[2].err.kind, begun)
      local platform = require("ecs_pipeline.platform")
      local now = 0
      platform.clock = function() return now end
      local late = ecs.map({ 1, 2 }, function() now = 10 return "done" end, { concurrency = 1, timeout = 5 })
      print(late[1].ok, late[2].err.kind)
    ]]))
  end)
end)
