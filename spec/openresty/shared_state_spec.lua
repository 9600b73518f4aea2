-- What workers share, in trouble: a wall clock that steps, a dictionary that is full, a restart of nginx, timers that
-- are used up.
local child_lua = require("spec.support.child_lua")
local hooks_harness = require("spec.openresty.hooks_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local function open(given)
  given = given or {}
  given.pipelines = { "web" }
  local harness = hooks_harness.open(given)
  finally(function() harness:close() end)
  return harness
end

local function code_of(answer)
  return answer.json and answer.json.error and answer.json.error.code or answer.status
end

describe("a wall clock that steps", function()
  local path, harness

  before_each(function()
    path = os.tmpname()
    shell.write(path, "0")
    local preload = child_lua.build_module("clock_step")
    harness = hooks_harness.open({ pipelines = { "web" }, plain = true,
      environment = ("env CLOCK_STEP=%s LD_PRELOAD=\"$PWD/%s\""):format(path, preload) })
  end)

  after_each(function()
    harness:close()
    os.remove(path)
  end)

  local function step(seconds)
    local before = harness:run("return ngx.now()")
    shell.write(path, ("%d"):format(seconds))
    assert.is_true(shell.wait(5, function()
      local now = harness:run("ngx.update_time() return ngx.now()")
      return math.abs(now - before) > 300
    end), "the clock does not step")
  end

  it("back 600 s while a worker that starts is killed: another takes over when the lease of 2 s is over", function()
    local first, second = harness:both()
    local ask = ([[local made, message = require('spec.support.openresty_nginx.hooks').flight.start(%q, { wait = 30 })
      return made and { made.id, made.adopted } or message]]):format(harness.pipelines.web)
    harness:ask("POST", "hold?n=2") -- the listing goes through, the start stays on its way
    local pid = first:pid()
    first:start({ command = "run", source = ask })
    assert.is_true(shell.wait(10, function() return harness:ask("GET", "held").held == true end))
    step(-600)
    shell.run(("kill -KILL %.0f"):format(pid))
    local killed = harness:run("return require('ecs_pipeline.platform').clock()")
    second:start({ command = "run", source = ask })
    harness:ask("POST", "release?n=2")
    local answer = second:answer().result
    assert.is_table(answer)
    assert.is_true(harness:run("return require('ecs_pipeline.platform').clock()") - killed < 20)
    assert.equal(1, #harness:ask("GET", "state").executions)
    first:close()
    second:close()
  end)

  it("ahead 600 s: no second worker takes a lease that is held", function()
    local first, second = harness:both()
    -- the handler has asked whether the pipeline exists
    assert.is_true(shell.wait(10, function() return harness:count("DescribeImagePipelines") == 1 end))
    local asked = harness:count("DescribeImagePipelineExecutions")
    harness:ask("POST", "fault", { kind = "slow", action = "DescribeImagePipelineExecutions", delay = 3 })
    local ask = ("return require('spec.support.openresty_nginx.hooks').flight.start(%q, { wait = 30 }).id")
      :format(harness.pipelines.web)
    first:start({ command = "run", source = ask })
    shell.run("sleep 0.3")
    step(600)
    second:start({ command = "run", source = ask })
    assert.equal(first:answer().result, second:answer().result)
    assert.same({ 1, 1 }, { harness:count("DescribeImagePipelineExecutions") - asked,
      harness:count("StartImagePipelineExecution") })
    first:close()
    second:close()
  end)

  it("back or ahead: no message is taken twice", function()
    local message = harness:webhook("x", "show")
    assert.equal(200, message.status, message.body)
    step(400)
    assert.equal("TOO_OLD", code_of(harness:webhook("x", nil, message.again)))
    step(-400)
    assert.equal("TOO_OLD", code_of(harness:webhook("x", nil, message.again))) -- it is ahead now
    shell.write(path, "0")
    for _ = 1, 4 do
      assert.equal("REPLAYED", code_of(harness:webhook("x", nil, message.again)))
    end
  end)
end)

describe("a restart of nginx", function()
  it("makes it take no message that it took before", function()
    local harness = open()
    local messages = {}
    for index = 1, 3 do
      messages[index] = harness:webhook("x", "show")
      assert.equal(200, messages[index].status, messages[index].body)
    end
    harness.server.restart()
    for _, message in ipairs(messages) do
      assert.equal("BEFORE_MEMORY", code_of(harness:webhook("x", nil, message.again)))
    end
    assert.equal(200, harness:webhook("x", "show").status)
    harness.server.reload()
    assert.equal(200, harness:webhook("x", "show").status)
    for _, message in ipairs(messages) do
      assert.equal("BEFORE_MEMORY", code_of(harness:webhook("x", nil, message.again)))
    end
  end)
end)

describe("a full dictionary", function()
  -- Values of other code, of all sizes, until not even the smallest fits.
  local FILL = [[
    local dict, count = ngx.shared.ecs_pipeline, 0
    for _, size in ipairs({ 4000, 1000, 200, 50, 1 }) do
      repeat
        count = count + 1
        local ok = dict:safe_add("junk:" .. count, ("x"):rep(size))
      until not ok
    end
    return count]]

  it("refuses what it cannot keep, says which one it is, and forgets nothing that it keeps", function()
    local harness = open()
    local taken = harness:webhook("x", "start")
    assert.equal(202, taken.status, taken.body)
    assert.is_true(shell.wait(10, function() return harness:bake("x").status ~= nil end))
    local id = harness:bake("x").execution_id
    local junk = harness:run(FILL)
    assert.is_true(junk > 100)
    for _ = 1, 20 do
      local answer = harness:webhook("x", "show")
      assert.same({ 503, "SHARED_DICT_FULL" }, { answer.status, code_of(answer) }, answer.body)
      assert.truthy(answer.body:find("lua_shared_dict ecs_pipeline", 1, true))
      assert.is_true(code_of(harness:webhook("x", nil, taken.again)) ~= 202)
    end
    assert.equal(id, harness:bake("x").execution_id)
    assert.equal(200, harness:send("x", "GET", "/bakes/metrics").status)
    harness:run("for index = 1, " .. junk .. " do ngx.shared.ecs_pipeline:delete('junk:' .. index) end")
    for _ = 1, 20 do
      assert.equal("REPLAYED", code_of(harness:webhook("x", nil, taken.again)))
    end
    assert.equal(200, harness:webhook("x", "show").status)
    assert.equal(1, harness:count("StartImagePipelineExecution"))
  end)

  it("evicts nothing for a long value for which there is no room", function()
    local harness = open()
    local kept = harness:run([[
      local store = require('ecs_pipeline.openresty.store').find('spec', ngx)
      for index = 1, 20 do
        assert(store:add('keep:' .. index, 'value ' .. index))
      end
      local junk = (function() ]] .. FILL .. [[ end)()
      local dict, freed = ngx.shared.ecs_pipeline, 0
      for index = junk, 1, -1 do -- room for short values, such as the lock, and for no long one
        local value = dict:get('junk:' .. index)
        if value and #value <= 50 and freed < 2 then
          dict:delete('junk:' .. index)
          freed = freed + 1
        end
      end
      local refused, kept = 0, 0
      for index = 1, 50 do
        local _, _, err = store:put('long:' .. index, ('x'):rep(3000))
        refused = refused + (err and err.code == 'SHARED_DICT_FULL' and 1 or 0)
      end
      assert(store:put('keep:1', 'value 1'))
      for index = 1, 20 do
        kept = kept + (store:get('keep:' .. index) == 'value ' .. index and 1 or 0)
      end
      return { refused, kept }]])
    assert.same({ 50, 20 }, kept)
  end)

  it("makes room of what has expired, one worker at a time, and loses no count", function()
    local harness = open()
    local first, second = harness:both()
    local source = [[
      local store = require('ecs_pipeline.openresty.store').find('spec', ngx)
      local refused, counted = 0, 0
      for index = 1, 20000 do
        if store:add(ngx.worker.pid() .. ':' .. index, ('x'):rep(index % 300), 0.001) ~= true then
          refused = refused + 1
        end
        if index % 20 == 0 and store:count('all') then
          counted = counted + 1
        end
      end
      return { refused, counted }]]
    first:start({ command = "run", source = source })
    second:start({ command = "run", source = source })
    local a, b = first:answer().result, second:answer().result
    assert.same({ 0, 0 }, { a[1], b[1] })
    assert.same({ 1000, 1000, 2000 }, { a[2], b[2],
      harness:run("return require('ecs_pipeline.openresty.store').find('spec', ngx):counted('all')") })
    first:close()
    second:close()
  end)
end)

describe("timers that are used up", function()
  local http = ([[
    lua_max_running_timers 4;
    lua_shared_dict ecs_pipeline 1m;
    lua_shared_dict notes 1m;
    init_by_lua_block { require("spec.support.openresty_nginx.hooks").init("@PREFIX@/options.lua") }
    init_worker_by_lua_block { require("spec.support.openresty_nginx.hooks").init_worker() }
    server {
      listen 127.0.0.1:%d;
      location /bakes/ { content_by_lua_block { require("spec.support.openresty_nginx.hooks").handler() } }
      location = /ask-in-log {
        return 200 ok;
        log_by_lua_block { require("spec.support.openresty_nginx.hooks").ask_in_log() }
      }
    }]])

  -- All timers of both workers sleep until they are told to end.
  local function use_up(harness)
    for _, remote in ipairs({ harness:both() }) do
      remote:run([[
        for index = 1, 4 do
          ngx.timer.at(0, function(premature)
            while not premature and not ngx.shared.notes:get("free") and not ngx.worker.exiting() do
              ngx.sleep(0.05)
            end
          end)
        end
        ngx.sleep(0.2)
        return ngx.timer.running_count()]])
      remote:close()
    end
  end

  local function metric(harness, line)
    return harness:send("x", "GET", "/bakes/metrics").body:find(line, 1, true)
  end

  local function free(harness)
    harness:run("ngx.shared.notes:set('free', true)")
  end

  it("keep no start from being made", function()
    local harness = open({ http = http })
    use_up(harness)
    local answer = harness:webhook("x", "start")
    assert.same({ 202, false }, { answer.status, answer.json.adopted }, answer.body)
    assert.truthy(harness.server.log():find("lua_max_running_timers are not enough", 1, true))
    free(harness)
    assert.is_true(shell.wait(30, function() return harness:bake("x").status ~= nil end)) -- it is followed
  end)

  it("keep what was promised until they are free, at most 30 s, and it is shown and counted", function()
    local harness = open({ http = http })
    use_up(harness)
    -- a phase in which nothing can wait, so that only a promise can be made
    harness:run("ngx.shared.notes:set('pipeline', " .. ("%q"):format(harness.pipelines.web) .. ")")
    harness:send("x", "GET", "/ask-in-log")
    assert.is_true(shell.wait(10, function()
      return (harness:run("return ngx.shared.notes:get('said') or ''")):find("STARTING") ~= nil
    end))
    shell.run("sleep 6") -- the lease of whoever promised is over, and the timers are still used up
    assert.equal(0, harness:count("StartImagePipelineExecution"))
    free(harness)
    assert.is_true(shell.wait(30, function() return harness:count("StartImagePipelineExecution") == 1 end))
  end)

  it("keep a promise of the handler until a page is viewed", function()
    local harness = open({ http = http })
    use_up(harness)
    harness:ask("POST", "hold?n=1") -- the listing with which a start begins
    local answer = harness:webhook("x", "start")
    assert.same({ 202, "starting" }, { answer.status, answer.json.state }, answer.body)
    local bake = harness:bake("x")
    assert.same({ "starting", true }, { bake.state, bake.waiting })
    assert.truthy(metric(harness, 'ecs_pipeline_starts_waiting{pipeline="web"} 1'))
    -- the worker that carries it out is killed
    local pids = harness.server.workers()
    for _, pid in ipairs(pids) do
      shell.run("kill -KILL " .. pid)
    end
    harness:ask("POST", "release?n=1")
    assert.is_true(shell.wait(10, function() return #harness.server.workers() == 2 end))
    use_up(harness)
    shell.run("sleep 6")
    assert.equal(0, harness:count("StartImagePipelineExecution"))
    assert.equal(200, harness:send("x", "GET", "/bakes/").status)
    assert.is_true(shell.wait(10, function() return harness:count("StartImagePipelineExecution") == 1 end))
    assert.is_true(shell.wait(10, function() return harness:bake("x").execution_id ~= nil end))
    assert.truthy(metric(harness, 'starts_resumed_total{pipeline="web"} 1'))
  end)
end)
