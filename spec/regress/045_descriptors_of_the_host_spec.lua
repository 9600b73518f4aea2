-- What was: programs that the host started inherited the sockets of kept connections; `ecs.scheduler().descriptors()`
-- left out descriptors from 1,024 on (select's bound), so that a host with many files open waited for nothing. A host
-- that had none left was told to look at its firewall, or at its CA file, or to install libcurl.
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

  it("are said to be used up, wherever libcurl notices that", function()
    local output = run([[
      require("ecs_pipeline.preload")
      local url = ]] .. ("%q"):format(server.url("")) .. [[

      local function at(endpoint)
        return ecs.new({ region = "cn-hangzhou", log = "off", transport = "curl", proxy = false, endpoint = endpoint,
          ca_file = "LICENSE", credentials = { access_key_id = "key", access_key_secret = "secret" },
          retry = { attempts = 1 } })
      end
      assert(client.pipeline.list({})) -- libcurl is loaded
      local named, tls = at((url:gsub("127.0.0.1", "localhost"))), at((url:gsub("^http:", "https:")))
      local files = {}
      local one = io.open("/dev/null")
      while one do
        files[#files + 1], one = one, io.open("/dev/null")
      end
      local function say(user)
        local _, message, err = user.pipeline.list({})
        print(err.code .. " " .. err.kind .. " " .. tostring(err.retryable) .. " " .. tostring(err.sent)
          .. " " .. tostring(message:find("ulimit -n", 1, true) ~= nil))
      end
      say(named)
      local tasks = ecs.map({ 1 }, function() return named.pipeline.list({}) end)
      print(tasks[1].err.code)
      say(tls)
      table.remove(files):close() -- enough for the connection, too few for the CA file
      say(tls)]])
    local line = "TOO_MANY_OPEN_FILES transport true false true\n"
    assert.equal(line .. "TOO_MANY_OPEN_FILES\n" .. line .. line, output)
  end)

  it("that are used up are not taken for a libcurl that is missing", function()
    local ok, output = child_lua.run([[
      local curl = require("ecs_pipeline.transport.curl")
      local files, one = {}, io.open("/")
      while one do
        files[#files + 1], one = one, io.open("/")
      end
      local _, why = io.open("/")
      local _, message = pcall(curl.new, {})
      print(message == "the libcurl transport cannot be loaded: " .. why, message)
    ]], [[sh -c 'ulimit -n 30 && exec "$@"' sh]])
    assert.is_true(ok, output)
    assert.matches("^true\t", output)
  end)
end)
