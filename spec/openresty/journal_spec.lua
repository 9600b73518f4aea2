-- Journals in nginx: workers and their requests share one file, and a lock that another process holds stops no worker.
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local nginx = require("spec.support.openresty_nginx.server")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local socket = require("socket")

local HTTP = [[
  server {
    listen 127.0.0.1:%d reuseport;
    location = /put {
      content_by_lua_block {
        local file = require("ecs_pipeline.bake.journal_file").new("%s")
        for number = 1, ngx.var.arg_count do
          local done, why = file:put(ngx.var.arg_key .. number, "x")
          if not done then
            return ngx.say(why)
          end
        end
        ngx.say("done")
      }
    }
    location = /ping { return 200 pong; }
  }]]

describe("a journal in nginx", function()
  local server, folder, path, port

  before_each(function()
    folder = shell.line("mktemp -d")
    path, port = folder .. "/journal", ports.free()
    shell.run("chmod 777 " .. folder) -- the workers may be another user
    server = assert(nginx.start({ workers = 2, http = HTTP:format(port, path) }))
  end)

  after_each(function()
    server.stop()
    shell.run("rm -rf " .. folder)
  end)

  -- Begins a request. → function that waits for the body
  local function ask(what)
    local connection = assert(socket.connect("127.0.0.1", port))
    connection:settimeout(20)
    assert(connection:send(("GET %s HTTP/1.0\r\n\r\n"):format(what)))
    return function()
      local reply = connection:receive("*a")
      connection:close()
      return reply and reply:match("\r\n\r\n(.*)$")
    end
  end

  it("keeps what requests of two workers put at the same time", function()
    local answers, count = {}, 0
    for number = 1, 8 do
      answers[number] = ask("/put?count=20&key=" .. number .. "-")
    end
    for number = 1, 8 do
      assert.equal("done\n", answers[number]())
    end
    for _ in pairs(cjson.decode(shell.read(path)).entries) do
      count = count + 1
    end
    assert.equal(160, count)
    assert.equal("journal", shell.line("ls -A " .. folder))
  end)

  it("is waited for without stopping a worker", function()
    assert.equal("done\n", ask("/put?count=1&key=first")())
    local lock = assert(core.durable_file(path, true))
    local waiting = {}
    for number = 1, 6 do
      waiting[number] = ask("/put?count=1&key=" .. number)
    end
    socket.sleep(0.2)
    for _ = 1, 20 do
      local started = socket.gettime()
      assert.equal("pong", ask("/ping")())
      assert.is_true(socket.gettime() - started < 1)
    end
    assert.is_nil(cjson.decode(shell.read(path)).entries["11"])
    lock:close()
    for number = 1, 6 do
      assert.equal("done\n", waiting[number]())
    end
    assert.equal("x", cjson.decode(shell.read(path)).entries["11"])
  end)
end)
