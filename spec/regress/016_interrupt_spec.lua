--- Ctrl-C was lost while a server did not answer. The interpreter's handler of SIGINT raises "interrupted!" inside the
-- transport's send; the core took that for a failure of the transport, and the client retried the call. A sleep between
-- two polls of a build continued to its end. Now a signal ends the request or the sleep, and the script.

local child = require("spec.support.child_lua")
local fault_server = require("spec.faults.server")
local socket = require("socket")

local old_lua = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

local PROLOGUE = [[
  local ecs = require("ecs_pipeline")
  local client = ecs.new({ region = "cn-hangzhou",
    credentials = { access_key_id = "key", access_key_secret = "secret" },
    log = "off", transport = "curl", proxy = false, endpoint = %q, retry = { base = 0.01, cap = 0.02 },
    timeout = { connect = 5, total = 100 } })
  io.stdout:setvbuf("no")
]]

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Starts a script in a process of its own; `wait_for` says when it has come to where it is to be interrupted.
-- → what it printed, its exit code; nobody waits longer than 90 s for it.
local function interrupt(source, wait_for)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local lua = ("LUA_PATH=%s LUA_CPATH=%s exec %s %s"):format(quoted(package.path), quoted(package.cpath),
    child.interpreter, path)
  local pipe = assert(io.popen(("{ timeout -s KILL 90 sh -c %s; echo \"exit code $?\"; } 2>&1"):format(
    quoted("echo $$; " .. lua))))
  local pid = assert(tonumber(pipe:read("*l")))
  wait_for(pipe)
  os.execute(("kill -INT %d"):format(pid))
  local printed, code = pipe:read("*a"):match("^(.*)exit code (%d+)\n$")
  pipe:close()
  os.remove(path)
  return printed, code
end

describe("Ctrl-C", function()
  local server

  setup(function()
    server = fault_server.start()
  end)

  teardown(function()
    server.stop()
  end)

  local function requests()
    return server.tally("").requests
  end

  -- Until the server has so many requests; a script that dies before is noticed by what it printed.
  local function seen(count)
    return function()
      for _ = 1, 1600 do
        if requests() >= count then
          socket.sleep(0.1) -- and a little more, so that it blocks
          return
        end
        socket.sleep(0.05)
      end
    end
  end

  local function ends_in(body, wait_for, count)
    server.play({ "hang/before" }, true)
    local printed, code = interrupt(PROLOGUE:format(server.url("")) .. body .. "\nprint('went on')\n", wait_for)
    assert.matches("interrupted!", printed)
    assert.equal("1", code, printed)
    assert.is_nil(printed:find("went on", 1, true))
    assert.equal(count, requests())
  end

  it("ends a script inside a request, which is not repeated", function()
    ends_in([[client.pipeline.describe("ip-1")]], seen(1), 1)
    ends_in([[client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE" })]], seen(1), 1)
  end)

  it("ends it while the reply drips in", function()
    server.play({ "drip/0.5" }, true)
    local printed, code = interrupt(PROLOGUE:format(server.url("")) .. [[client.pipeline.list()]], seen(1))
    assert.matches("interrupted!", printed)
    assert.equal("1", code, printed)
    assert.equal(1, requests())
  end)

  it("ends it inside a coroutine, but in Lua 5.1, where a coroutine cannot know", function()
    local body = [[print(coroutine.wrap(function() return client.pipeline.describe("ip-1") end)())]]
    if old_lua then
      body = [[client.pipeline.describe("ip-1")]]
    end
    ends_in(body, seen(1), 1)
  end)

  it("ends it inside ecs.map", function()
    ends_in([[ecs.map({ "ip-1", "ip-2", "ip-3" }, client.pipeline.describe)]], seen(3), 3)
  end)

  it("ends it while it sleeps, alone or in a task", function()
    local function said(pipe)
      pipe:read("*l")
      socket.sleep(0.1)
    end
    for _, sleep in ipairs({
      [[require("ecs_pipeline.platform").sleep(1000)]],
      [[ecs.map({ 1 }, function() require("ecs_pipeline.platform").sleep(1000) end)]],
    }) do
      ends_in("print('sleeping')\n" .. sleep, said, 0)
    end
  end)

  it("ends it inside the user's own handlers", function()
    ends_in([[
      local slow = client.with({ on_event = function(event)
        if event.type == "attempt" then
          print("busy")
          require("ecs_pipeline.platform").sleep(1000)
        end
      end })
      slow.pipeline.describe("ip-1")
    ]], function(pipe)
      pipe:read("*l")
      socket.sleep(0.1)
    end, 0)
  end)

  it("leaves a program that catches it with everything in order", function()
    for _, first in ipairs({
      [[pcall(client.pipeline.describe, "ip-1")]],
      [[pcall(ecs.map, { "ip-1" }, client.pipeline.describe)]],
    }) do
      server.play({ "hang/before" })
      local printed, code = interrupt(PROLOGUE:format(server.url("")) .. "print(" .. first .. ")" .. [[

        print(select(3, client.pipeline.describe("ip-2")).kind)
        local both = ecs.map({ "ip-3", "ip-4" }, client.pipeline.describe)
        print(both[1].err.kind, both[2].err.kind)
        client.close()
      ]], seen(1))
      assert.equal("0", code, printed)
      assert.matches("^false%s+[^\n]*interrupted!\nnot_found\nnot_found%s+not_found\n$", printed)
      assert.equal(4, requests())
    end
  end)
end)
