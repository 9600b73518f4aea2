-- Waits and retries in a worker that is about to end: they end with it, whatever `poll` is, and go on in a new worker.
-- And the clock of the service, which many calls of one worker learn at once.
local hooks_harness = require("spec.openresty.hooks_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness = hooks_harness.shared({ setup = setup, teardown = teardown, before_each = before_each })

-- Lua in a timer of some worker; what its `work` returned is noted as kind, code, id and hint.
local function in_timer(work)
  return harness:run(([[
    ngx.timer.at(0, function()
      local client, notes = hooks.client, ngx.shared.notes
      notes:set("pid", ngx.worker.pid())
      local function work() %s end
      local result, message, err = work()
      err = err or {}
      notes:set("kind", err.kind or result and result.outcome or "")
      notes:set("code", err.code or "")
      notes:set("id", err.execution_id or "")
      notes:set("hint", err.hint or "")
      notes:set("message", message or "")
    end)
  ]]):format(work))
end

local function note(name)
  return harness:run(("return ngx.shared.notes:get(%q)"):format(name))
end

local function noted(name)
  local value
  assert.is_true(shell.wait(20, function()
    value = note(name)
    return value ~= nil
  end), "never noted: " .. name)
  return value
end

local function alive(pid)
  for _, worker in ipairs(harness.server.workers()) do
    if worker == ("%d"):format(pid) then
      return true
    end
  end
  return false
end

-- Reloads nginx while the worker that noted its pid waits; it must be gone in time.
local function reload_in_a_wait()
  local pid = noted("pid")
  shell.wait(1.5, function() return false end) -- into the first pause
  assert.is_nil(note("kind"))
  harness.server.reload()
  assert.is_true(shell.wait(5, function() return not alive(pid) end), "the old worker is still there")
end

local START = [[
  local pipeline = assert(client.pipeline.create{ base_image = "m-bp1example", base_image_type = "IMAGE" })
  local id = assert(client.execution.start(pipeline)).id
]]

describe("in a worker that is about to end", function()
  it("a wait for an execution ends, and goes on in a new worker", function()
    harness:durations(2, 6, 1)
    in_timer(START .. "return client.execution.wait(id, { poll = 600 })")
    reload_in_a_wait()
    assert.same({ "cancelled", "HOST_EXITING" }, { noted("kind"), noted("code") })
    local id = note("id")
    assert.matches("^exec%-", id)
    assert.matches('execution.wait("' .. id .. '")', note("hint"), 1, true)
    assert.matches("is to end", note("message"), 1, true)
    assert.equal("success", harness:run(("return assert(hooks.client.execution.wait(%q, { poll = 1 })).outcome")
      :format(id)))
  end)

  it("a build ends, and the same call finds its execution", function()
    harness:durations(2, 6, 1)
    local build = [[return client.execution.build(pipeline, { client_token = "one", poll = { min = 100, max = 600 } })]]
    in_timer(START:gsub("local id = [^\n]+\n", "ngx.shared.notes:set('pipeline', pipeline.id)\n") .. build)
    reload_in_a_wait()
    assert.same({ "cancelled", "HOST_EXITING" }, { noted("kind"), noted("code") })
    assert.matches("client_token", note("hint"), 1, true)
    local outcome = harness:run([[
      local result = assert(hooks.client.execution.build(ngx.shared.notes:get("pipeline"),
        { client_token = "one", poll = 1 }))
      return result.outcome .. " " .. tostring(result.resumed)]])
    assert.equal("success true", outcome)
    assert.equal(1, harness:count("StartImagePipelineExecution"))
  end)

  it("the wait before a retry, and for a limiter's turn, ends", function()
    in_timer([[
      client = client.with{ endpoint = "http://127.0.0.1:9", retry = { attempts = 9, deadline = 3600, base = 900,
        cap = 900 } }
      return client.pipeline.describe("ip-1")]])
    reload_in_a_wait()
    assert.same({ "transport", "CONNECT" }, { noted("kind"), noted("code") })
    assert.matches("not repeated, because this nginx worker is to end", note("message"), 1, true)
    harness:run("ngx.shared.notes:flush_all()")
    in_timer([[
      client = client.with{ rate_limit = { take = function() return 900 end, give_back = function() end },
        retry = { deadline = 3600 } }
      return client.pipeline.list()]])
    reload_in_a_wait()
    assert.same({ "cancelled", "HOST_EXITING" }, { noted("kind"), noted("code") })
  end)

  it("a request that needs a moment is still answered", function()
    harness:run([[ngx.timer.at(0, function()
      ngx.shared.notes:set("pid", ngx.worker.pid())
      require("ecs_pipeline.platform").sleep(1)
      local client = hooks.client.with{ rate_limit = { take = function() return 0.4 end,
        give_back = function() end } }
      ngx.shared.notes:set("kind", #assert(client.pipeline.list()) .. " " .. tostring(ngx.worker.exiting()))
    end)]])
    noted("pid")
    harness.server.reload()
    assert.equal("0 true", noted("kind"))
  end)
end)

describe("a service whose clock is ahead", function()
  it("is no obstacle for many calls of one worker at once", function()
    harness:ask("POST", "fault", { kind = "skew", seconds = 3600, times = 1000 })
    assert.equal("8 1", harness:run([[
      local corrected, good = 0, 0
      local client = hooks.client.with{ on_event = function(event)
        corrected = corrected + (event.type == "skew" and 1 or 0)
      end, platform = {} } -- its own idea of the clock
      local ids = { 1, 2, 3, 4, 5, 6, 7, 8 }
      for _, result in ipairs(require("ecs_pipeline").map(ids, function() return client.pipeline.list() end)) do
        good = good + (result.ok and 1 or 0)
      end
      return good .. " " .. corrected]]))
  end)
end)
