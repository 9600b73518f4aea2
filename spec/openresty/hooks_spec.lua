-- ecs_pipeline.openresty in two workers: watches that outlive reloads and workers, one start, one rate.
local hooks_harness = require("spec.openresty.hooks_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness

setup(function()
  harness = hooks_harness.open()
end)

teardown(function()
  harness:close()
end)

before_each(function()
  harness:ask("POST", "reset")
  harness:run("for _, dict in pairs(ngx.shared) do dict:flush_all() end")
end)

local PIPELINE = [[assert(hooks.client.pipeline.create{ base_image = "m-bp1example", base_image_type = "IMAGE" }).id]]

-- A build that is followed.
local function follow(...)
  harness:durations(...)
  return harness:run(([[
    local id = assert(hooks.client.execution.start(%s)).id
    assert(hooks.watcher.follow(id))
    return id]]):format(PIPELINE))
end

-- The states told, repetitions left out; and who told.
local function read(lines)
  local states, tellers = {}, {}
  for _, line in ipairs(lines) do
    local pid, rest = line:match("^(%d+) (.-) ?$")
    if states[#states] ~= rest then
      states[#states + 1] = rest
    end
    tellers[pid] = true
  end
  return table.concat(states, ", "), tellers
end

local function ended(lines)
  return #lines > 0 and lines[#lines]:find("SUCCESS success") ~= nil
end

local ALL = "PREPARING, BUILDING, RELEASING, SUCCESS success"

local function some(count)
  return function(lines) return #lines >= count end
end

describe("watch in nginx", function()
  it("follows an execution to its end", function()
    local id = follow(1.5, 2, 1.5)
    local lines = harness:told(30, ended)
    assert.equal(ALL, (read(lines)))
    local report = harness:run(("return hooks.watcher.state(%q)"):format(id))
    assert.same({ id, true, "success", true }, { report.execution_id, report.ended, report.outcome, report.ok })
    assert.is_string(report.images["cn-hangzhou"])
  end)

  it("goes on over a reload, in new workers", function()
    local old = {}
    for _, pid in ipairs(harness.server.workers()) do
      old[pid] = true
    end
    follow(2, 5, 1.5)
    harness:told(20, some(1))
    harness.server.reload()
    local lines = harness:told(30, ended)
    local states, tellers = read(lines)
    assert.equal(ALL, states)
    assert.is_true(old[lines[1]:match("^%d+")])
    assert.is_nil(old[lines[#lines]:match("^%d+")])
    assert.is_truthy(next(tellers))
    assert.is_true(shell.wait(10, function() return #harness.server.workers() == 2 end))
  end)

  it("goes on when the worker that was telling is killed", function()
    harness:run("ngx.shared.notes:set('dwell', true)")
    follow(8, 2, 2)
    local pid
    assert.is_true(shell.wait(20, function()
      pid = harness:run("return ngx.shared.notes:get('dwelling')")
      return pid ~= nil
    end))
    shell.run(("kill -KILL %.0f"):format(pid))
    local lines = harness:told(40, ended)
    assert.equal(("%.0f PREPARING "):format(pid), lines[1])
    assert.not_equal(("%.0f"):format(pid), lines[2]:match("^%d+"))
    assert.equal("PREPARING", lines[2]:match("^%d+ (%u+)")) -- told again, since the first may have been lost
    assert.equal(ALL, (read(lines)))
  end)

  it("logs what on_change raises", function()
    harness:run("ngx.shared.notes:set('raise', true)")
    local id = follow(0, 1, 0)
    local lines = harness:told(20, ended)
    assert.is_true(ended(lines), table.concat(lines, "; ") .. harness.server.log():sub(-3000))
    assert.is_truthy(harness.server.log():find("on_change failed on " .. id, 1, true))
    assert.is_truthy(harness.server.log():find("on purpose", 1, true))
  end)
end)

describe("watcher.follow in nginx", function()
  for _, phase in ipairs({ "log", "set", "header-filter" }) do
    it("works in the phase " .. phase, function()
      harness:durations(0, 1, 0)
      local id = harness:run("return assert(hooks.client.execution.start(" .. PIPELINE .. ")).id")
      assert.is_truthy(harness:get("/follow-in-" .. phase .. "?id=" .. id):find("200 OK", 1, true))
      assert.is_true(ended(harness:told(20, ended)))
    end)
  end
end)

describe("single_flight in nginx", function()
  for _, phase in ipairs({ "content", "access", "rewrite", "timer" }) do
    it("starts once, asked in the " .. phase .. " phase", function()
      local pipeline = harness:run("return " .. PIPELINE)
      local remote = harness:remote(phase)
      local results = remote:run(([[
        local hooks, results = require('spec.support.openresty_nginx.hooks'), {}
        for index = 1, 3 do
          local made = assert(hooks.flight.start(%q))
          results[index] = made.id .. " " .. tostring(made.adopted)
        end
        return results]]):format(pipeline))
      remote:close()
      local id = results[1]:match("^(%S+) false$")
      assert.same({ id .. " false", id .. " true", id .. " true" }, results)
      assert.equal(1, harness:count("StartImagePipelineExecution"))
    end)
  end

  it("starts although whoever asked hangs up at once", function()
    local pipeline = harness:run("return " .. PIPELINE)
    harness:ask("POST", "fault", { kind = "slow", action = "DescribeImagePipelineExecutions", delay = 0.5 })
    harness:get("/start?id=" .. pipeline, true)
    assert.is_true(shell.wait(20, function()
      return #harness:ask("GET", "state").executions == 1
    end))
    local id = harness:ask("GET", "state").executions[1].ExecutionId
    assert.is_truthy(harness:get("/start?id=" .. pipeline):find(id, 1, true))
    assert.equal(1, harness:count("StartImagePipelineExecution"))
  end)

  it("goes on when the worker that was starting is killed: one execution", function()
    local pipeline = harness:run("return " .. PIPELINE)
    local first, second = harness:both()
    local ask = ([[local made, message = require('spec.support.openresty_nginx.hooks').flight.start(%q, { wait = 30 })
      return made and { made.id, made.adopted } or message]]):format(pipeline)
    harness:ask("POST", "hold?n=2") -- the listing goes through, the start stays on its way
    local pid = first:pid()
    first:start({ command = "run", source = ask })
    assert.is_true(shell.wait(10, function()
      return harness:ask("GET", "held").held == true
    end))
    shell.run(("kill -KILL %.0f"):format(pid))
    second:start({ command = "run", source = ask })
    -- another lists; it starts with the same token, and the held request comes after it
    harness:ask("POST", "release?n=2")
    local answer = second:answer().result
    assert.is_table(answer)
    assert.is_true(shell.wait(10, function()
      return harness:count("StartImagePipelineExecution") >= 1
    end))
    assert.equal(1, #harness:ask("GET", "state").executions)
    first:close()
    second:close()
    assert.is_true(shell.wait(10, function() return #harness.server.workers() == 2 end))
  end)
end)

describe("token_bucket in nginx", function()
  it("is one for both workers", function()
    local first, second = harness:both()
    local passed, refused = 0, 0
    for turn = 1, 6 do
      local code = (turn % 2 == 0 and first or second):run([[
        local client = require('spec.support.openresty_nginx.hooks').client.with{ rate_limit =
          require('ecs_pipeline.openresty').token_bucket{ per_second = 1e-6, burst = 3 } }
        local _, _, err = client.pipeline.describe("ip-bp1doesnotexist", { deadline = 20 })
        return err.code or err.kind]])
      local over = code == "LOCAL_RATE_LIMIT"
      passed, refused = passed + (over and 0 or 1), refused + (over and 1 or 0)
    end
    assert.same({ 3, 3, 3 }, { passed, refused, harness:count("DescribeImagePipelines") })
    first:close()
    second:close()
  end)

  it("gives each token once, however fast both workers take", function()
    local first, second = harness:both()
    for _, remote in ipairs({ first, second }) do
      remote:start({ command = "run", source = [[
        local bucket = require('ecs_pipeline.openresty').token_bucket{ per_second = 1, burst = 100 }
        local waits = {}
        for index = 1, 5000 do
          waits[index] = bucket:take(1000000, "cn-hangzhou", "Any")
        end
        return waits]] })
    end
    local free, seen = 0, {}
    for _, remote in ipairs({ first, second }) do
      for _, wait in ipairs(remote:answer().result) do
        if wait == 0 then
          free = free + 1
        else
          assert.is_nil(seen[wait])
          seen[wait] = true
        end
      end
      remote:close()
    end
    assert.equal(100, free)
    for wait = 1, 9900 do
      assert.is_true(seen[wait])
    end
  end)
end)
