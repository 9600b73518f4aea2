-- What a webhook asks for, from a service in trouble: an answer in time, all the same.
local handler_harness = require("spec.support.handler_harness")

local open, ask = handler_harness.open, handler_harness.ask
local refused = handler_harness.refused

describe("openresty.handler and a service in trouble:", function()
  it("one that does not answer: there is an answer within 3 seconds all the same", function()
    local host, handler, _, client = open()
    local each = client.execution.each
    local function slow(deadline)
      host.sleep(deadline)
      return nil, "too late", { kind = "timeout", message = "too late" }
    end
    client.execution.each = function(_, given)
      return function()
        local _, message, err = slow(given.deadline)
        return false, message, err
      end
    end
    client.execution.cancel = function(_, given)
      slow(given.deadline)
      return slow(given.deadline) -- the look after a refusal
    end
    for _, action in ipairs({ "show", "cancel" }) do
      local before = host.now()
      refused(503, "timeout", ask(host, handler, action))
      assert.is_true(host.now() - before < 3)
    end
    client.execution.each = each
    ask(host, handler, "start")
    client.execution.each = function(filter, ...) -- the last moment
      local steps = each(filter, ...)
      host.sleep(filter.pipeline and 1.25 or 0) -- of the handler, not of the watch
      return steps
    end
    local before = host.now()
    refused(503, "timeout", ask(host, handler, "cancel"))
    assert.is_true(host.now() - before < 3)
  end)

  it("no further page when half of the time is over", function()
    local host, handler, _, client = open()
    host.timer.every = function() return true end -- only this request asks
    local steps = 0
    client.execution.each = function()
      return function()
        steps = steps + 1
        host.sleep(0.3)
        return { id = "exec-" .. steps, status = "FAILED",
          creation_time = ("2026-11-24T00:00:%02dZ"):format(steps % 7) }
      end
    end
    assert.equal("exec-5", ask(host, handler, "show").json.bake.execution_id)
    assert.equal(5, steps)
  end)

  it("room for what it found", function()
    local host, handler, _, client, pipeline = open()
    local dict = host.shared.ecs_pipeline
    assert(client.execution.start(pipeline))
    dict.most = #dict:get_keys() + 1 -- for the signature
    refused(503, "SHARED_DICT_FULL", ask(host, handler, "show"))
    dict.most = math.huge
    handler_harness.no_room(host, ":current:")
    refused(503, "SHARED_DICT_FULL", ask(host, handler, "show"))
    refused(503, "SHARED_DICT_FULL", ask(host, handler, "cancel"))
  end)

  it("a cancel that comes too late, or is refused", function()
    local host, handler, emulator, client = open()
    ask(host, handler, "start")
    emulator:fault({ kind = "error", code = "ServiceUnavailable", action = "CancelImagePipelineExecution" })
    refused(503, "ServiceUnavailable", ask(host, handler, "cancel"))
    local each = client.execution.each
    client.execution.each = function(...)
      local found = each(...)()
      emulator:advance(86400) -- it ends between look and cancel
      return function()
        local one = found
        found = nil
        return one
      end
    end
    refused(409, "NOTHING_RUNNING", ask(host, handler, "cancel"))
  end)

  it("a pipeline that is not there, throttling, refusals", function()
    local host, handler = open({ pipelines = { web = "ip-bp1nothing0000000000" } })
    local answer = ask(host, handler, "start")
    refused(404, "InvalidImagePipeline.NotFound", answer)
    assert.truthy(answer.json.error.hint:find('web = "ip-bp1nothing0000000000"', 1, true))
    local emulator
    host, handler, emulator = open()
    emulator:fault({ kind = "error", code = "Throttling.User" })
    answer = ask(host, handler, "start")
    refused(429, "Throttling.User", answer)
    assert.equal("30", answer.headers["retry-after"])
    for _, action in ipairs({ "cancel", "show" }) do
      emulator:fault({ kind = "error", code = "ServiceUnavailable" })
      refused(503, "ServiceUnavailable", ask(host, handler, action))
    end
  end)
end)
