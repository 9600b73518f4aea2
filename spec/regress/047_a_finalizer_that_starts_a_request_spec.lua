-- What was: a finalizer that ran while the module of libcurl read a request, and started one of its own on the same
-- multi, wrote into the memory of the request that was being read: both went out mixed, out of freed memory.
local child_lua = require("spec.support.child_lua")
local curl = require("ecs_pipeline.transport.curl")
local raw_server = require("spec.support.raw_server")

describe("a finalizer that starts a request", function()
  local server

  setup(function()
    server = raw_server.start(60)
  end)

  teardown(function()
    server.stop()
  end)

  -- Calls `fn` when the collector comes by.
  local function at_collection(fn)
    local proxy = rawget(_G, "newproxy")
    if proxy then
      getmetatable(proxy(true)).__gc = fn
    else
      setmetatable({}, { __gc = fn })
    end
  end

  local function request(body)
    return { method = "POST", url = server.url("/echo"), headers = { ["x-body"] = body }, body = body }
  end

  it("has one of its own, wherever it comes in", function()
    local multi, transport = require("ecs_pipeline.curl").multi(), curl.new()
    local bodies, inner = {}, 0
    local function start(wanted)
      local id, err = transport.start(multi, wanted)
      assert(id, err and err.message)
      assert.is_nil(bodies[id])
      bodies[id] = wanted.body
    end
    collectgarbage("setpause", 0)
    collectgarbage("setstepmul", 100000)
    for index = 1, 30 do
      collectgarbage("stop")
      local outer = request("outer" .. index .. ("o"):rep(100))
      at_collection(function()
        inner = inner + 1
        start(request("inner" .. inner .. ("i"):rep(200)))
      end)
      collectgarbage("restart") -- from here on the next allocation of Lua collects
      start(outer)
    end
    collectgarbage("setpause", 200)
    collectgarbage("setstepmul", 200)
    collectgarbage()
    assert.is_true(inner >= 30)
    local over = 0
    while over < 30 + inner do
      local id, reply, err = multi:next()
      if id then
        over = over + 1
        assert(reply, err and err.message)
        local body = bodies[id]
        assert.is_true(reply.body:sub(-#body) == body, id)
        assert.is_true(reply.body:find("x-body: " .. body, 1, true) ~= nil, id)
      else
        assert.is_true(multi:step(60) >= 0)
      end
    end
    multi:close()
    transport.close()
  end)

  -- In a process that knows neither "body" nor "headers" yet: reading them allocates.
  it("or that closes the transport meanwhile, ends the send with an error", function()
    local ended, output = child_lua.run(([[
      local transport = require("ecs_pipeline.curl").transport()
      local request = { method = "POST", url = %q }
      local proxy = rawget(_G, "newproxy")
      collectgarbage("setpause", 0)
      collectgarbage("setstepmul", 100000)
      collectgarbage("stop")
      if proxy then
        getmetatable(proxy(true)).__gc = transport.close
      else
        setmetatable({}, { __gc = transport.close })
      end
      proxy = nil
      collectgarbage("restart")
      print(pcall(transport.send, request))]]):format(server.url("/echo")))
    assert.is_true(ended, output)
    assert.matches("^false\t[^\n]*the transport is closed", output)
  end)
end)
