-- What was: programs that the host started inherited the sockets of kept connections; `ecs.scheduler().descriptors()`
-- left out descriptors from 1,024 on (select's bound), so that a host with many files open waited for nothing.
local child_lua = require("spec.support.child_lua")
local fault_server = require("spec.faults.server")

local PROLOGUE = [[
  local ecs = require("ecs_pipeline")
  local client = ecs.new({ region = "cn-hangzhou",
    credentials = { access_key_id = "key", access_key_secret = "secret" },
    log = "off", transport = "curl", proxy = false, endpoint = %q })
]]

describe("a host's descriptors", function()
  local server

  setup(function()
    server = fault_server.start()
  end)

  teardown(function()
    server.stop()
  end)

  local function run(body)
    server.play({})
    local ended, output = child_lua.run(PROLOGUE:format(server.url("")) .. body,
      [[sh -c 'ulimit -n 4000 && exec "$@"' sh]])
    assert.is_true(ended, output)
    return output
  end

  local linux = io.open("/proc/self/net/tcp")
  if linux then
    linux:close()
    it("are not inherited by the programs that it starts", function()
      local output = run([[
        assert(client.pipeline.list({}))
        assert(ecs.map({ 1, 2, 3 }, function() return client.pipeline.list({}) end)[1].ok)
        local function connections(process)
          local pipe = io.popen("for one in /proc/" .. process .. "/fd/*; do link=$(readlink $one); "
            .. "case $link in socket:*) link=${link#*\\[}; grep -c \" ${link%]} \" /proc/self/net/tcp;; esac; done")
          local count = 0
          for line in pipe:lines() do count = count + tonumber(line) end
          pipe:close()
          return count
        end
        print(connections("$PPID") > 1, connections("self"))]])
      assert.equal("true\t0\n", output)
    end)
  end

  it("are shown by a scheduler, however high they are", function()
    local output = run([[
      local files = {}
      for i = 1, 1100 do files[i] = assert(io.open("/dev/null")) end
      local tasks, highest = ecs.scheduler(), 0
      local reply
      tasks.spawn(function() return client.pipeline.list({}) end,
        function(ok, pipelines) reply = ok and type(pipelines) end)
      while tasks.pending() > 0 do
        tasks.step()
        for _, one in ipairs(tasks.descriptors()) do highest = math.max(highest, one.fd) end
      end
      print(reply, highest > 1100)]])
    assert.equal("table\ttrue\n", output)
  end)
end)
