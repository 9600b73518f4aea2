-- Tasks of a scheduler with a network: sending, ending during a transfer, and a host program with its own event loop.

local core = require("ecs_pipeline.core")
local child = require("spec.support.child_lua")
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local raw_server = require("spec.support.raw_server")
local transports = require("ecs_pipeline.call.transports")

describe("a task", function()
  local server, transport

  setup(function()
    server = raw_server.start(120)
    transport = curl.new()
  end)

  teardown(function()
    transport.close()
    server.stop()
  end)

  local function send(path, deadline)
    return transports.send(transport, { method = "POST", url = server.url(path), headers = {}, body = "" },
      deadline or core.clock() + 60)
  end

  it("sends while others do, each with its own reply", function()
    local results = ecs.map({ 30, 10, 20 }, function(size) return send("/ok/" .. size) end)
    for index, size in ipairs({ 30, 10, 20 }) do
      assert.equal(size, #results[index].value.body)
    end
  end)

  it("gets the failure of what cannot be sent, and of what is not answered in time", function()
    local results = ecs.map({ core.clock() - 1, core.clock() + 0.2 }, function(deadline)
      local _, err = send("/hang", deadline)
      return err
    end)
    assert.same({ "timeout", false }, { results[1].value.kind, results[1].value.sent })
    assert.same({ "timeout", true }, { results[2].value.kind, results[2].value.sent })
  end)

  it("is ended in mid-flight, with the reason", function()
    local control = {}
    local results = ecs.map({ "/hang", "/ok" }, function(path)
      local reply, err = send(path)
      if reply then
        control.cancel("enough")
      end
      return err
    end, { control = control })
    assert.same({ "cancelled", "enough" }, { results[1].value.kind, results[1].value.message })
  end)

  it("cannot wait inside pcall or an iterator in Lua 5.1, which an error says", function()
    local ok, printed = child.run([[
      _VERSION, jit = "Lua 5.1", nil
      local scheduler = require("ecs_pipeline.transport.scheduler")
      local loop = scheduler.new()
      local said
      loop:spawn(function()
        said = select(2, pcall(function() scheduler.current():sleep(1) end))
        scheduler.current():sleep(0.001)
      end)
      while loop.count > 0 do
        loop:step(1)
      end
      print(said)
    ]])
    assert.is_true(ok, printed)
    assert.matches("in Lua 5.1 a task cannot wait inside pcall", printed)
  end)
end)

describe("ecs.scheduler", function()
  it("lets a host's own loop carry tasks on: what to watch and how long is data", function()
    local server, transport = raw_server.start(60), curl.new()
    local tasks, results, watched, waits = ecs.scheduler(), {}, 0, 0
    assert.same({ 0, 0 }, { tasks.pending(), #tasks.descriptors() })
    assert.is_nil(tasks.timeout())
    for index, path in ipairs({ "/slow/0.2", "/ok/5" }) do
      tasks.spawn(function()
        return assert(transports.send(transport, { method = "POST", url = server.url(path), headers = {}, body = "" },
          core.clock() + 60))
      end, function(ok, reply) results[index] = ok and reply.status end)
    end
    assert.same({ 2, 0 }, { tasks.pending(), tasks.timeout() })
    while tasks.pending() > 0 do
      tasks.step()
      local list, seconds = tasks.descriptors(), tasks.timeout()
      for _, one in ipairs(list) do
        assert.is_true(one.fd >= 0 and (one.read or one.write))
        watched = watched + 1
      end
      waits = waits + (seconds and seconds > 0 and 1 or 0)
      core.sleep(0.005) -- a host would poll the descriptors here
    end
    assert.same({ 200, 200 }, results)
    assert.is_true(watched > 0 and waits > 0)
    transport.close()
    server.stop()
  end)
end)
