-- Each case in a process of its own: they are about the environment and about globals.
local child = require("spec.support.child_lua")

local function run(source, environment)
  local ok, output = child.run(source, environment)
  assert.is_true(ok, output)
  return (output:gsub("%s+$", ""))
end

describe("platform.env", function()
  it("remembers what nginx takes away later, and prefers what is there now", function()
    assert.equal("was nil now", run([[
      local platform = require("ecs_pipeline.platform")
      platform.remember("ALIBABA_CLOUD_REGION_ID")
      platform.remember("ALIBABA_CLOUD_REGION")
      os.getenv = function() return "" end
      print(platform.env("ALIBABA_CLOUD_REGION_ID"), platform.env("ALIBABA_CLOUD_REGION"),
        (function() os.getenv = function() return "now" end
          return platform.env("ALIBABA_CLOUD_REGION_ID") end)())
    ]], "ALIBABA_CLOUD_REGION_ID=was ALIBABA_CLOUD_REGION="):gsub("%s+", " "))
  end)

  it("serves the default client", function()
    assert.equal("cn-env LTAI…wxyz https://gate.test", run([[
      local ecs = require("ecs_pipeline")
      local shown = ecs.render("pipeline.create", { base_image = "m-1", base_image_type = "IMAGE" })
      print(shown.region, shown.headers.authorization:match("Credential=([^,]+)"), shown.endpoint)
    ]], "ALIBABA_CLOUD_REGION_ID=cn-env ALICLOUD_ACCESS_KEY=LTAI0123456wxyz ALICLOUD_SECRET_KEY=s "
      .. "ALIBABA_CLOUD_ENDPOINT_ECS=gate.test"):gsub("%s+", " "))
  end)
end)

describe("platform under nginx", function()
  local stub = [[
    local told, disabled, yields = {}, false, true
    require("ecs_pipeline.core").can_yield = function() return yields end
    ngx = { WARN = 5, DEBUG = 8,
      sleep = function(s)
        if disabled then error("API disabled in this phase") end
        told[#told + 1] = ("%.0fms"):format(s * 1000)
      end,
      log = function(level, text) told[#told + 1] = level .. text end }
    local platform = require("ecs_pipeline.platform")
  ]]

  it("sleeps and logs by nginx's means, and blocks only where nginx cannot yield", function()
    assert.equal("true 500ms 5w 8d", run(stub .. [[
      platform.sleep(0.5)
      platform.sleep(0)
      platform.log("warn", "w")
      platform.log("debug", "d")
      local before = platform.clock()
      disabled = true
      assert(platform.sleep(0.2) == nil)
      disabled, yields = false, false -- nginx must not even be asked
      assert(platform.sleep(0.2) == nil)
      assert(platform.clock() - before >= 0.4)
      print(platform.in_nginx(), table.concat(told, " "))
    ]]):gsub("%s+", " "))
  end)

  it("sleeps no longer than a second once the worker is to end, and says so", function()
    assert.equal("false 1000ms 1000ms 500ms nil true 1000ms true 1000ms nil", run(stub .. [[
      local exiting, out = false, { tostring(platform.exiting()) }
      ngx.worker = { exiting = function() return exiting end }
      local function sleep(seconds)
        local cut = platform.sleep(seconds)
        for _, piece in ipairs(told) do out[#out + 1] = piece end
        told = {}
        out[#out + 1] = tostring(cut)
      end
      sleep(2.5)
      exiting = true
      out[#out + 1] = tostring(platform.exiting())
      sleep(600)
      sleep(1)
      print(table.concat(out, " "))
    ]]):gsub("%s+$", ""))
  end)

  it("starts no command for credentials", function()
    assert.equal("a command would block the nginx worker", run(stub .. [[
      local ecs = require("ecs_pipeline")
      local _, message = ecs.new({ region = "cn-x", log = "off",
        credentials = ecs.credentials.process({ command = "true" }) }).pipeline.describe("ip-1")
      print(message:match("a command would.*$"))
    ]]))
  end)

  it("sends over cosockets, and says so in a phase that has none", function()
    local said = run(stub .. [[
      ngx.get_phase = function() return "log" end
      local _, _, err = require("ecs_pipeline").new({ region = "cn-x", log = "off",
        credentials = { access_key_id = "a", access_key_secret = "b" } }).pipeline.describe("ip-1")
      print(err.code, err.attempts, err.message)
    ]])
    assert.matches("^NO_TRANSPORT%s+1%s+.*do not work in the log phase of nginx", said)
  end)

  it("names the variables that nginx takes away", function()
    local said = run(stub .. [[
      platform.env = function() return nil end
      ngx.get_phase = function() return "log" end
      local ecs = require("ecs_pipeline")
      local _, region = ecs.new({ log = "off" }).pipeline.describe("ip-1")
      local _, keys = ecs.new({ log = "off", region = "cn-x" }).pipeline.describe("ip-1")
      print(region, keys)
    ]])
    assert.matches('"env ALIBABA_CLOUD_REGION_ID;"', said)
    assert.matches('"env ALIBABA_CLOUD_ACCESS_KEY_ID;" and "env ALIBABA_CLOUD_ACCESS_KEY_SECRET;"', said)
  end)
end)

describe("core.can_yield", function()
  it("is false outside coroutines and below C functions, where this Lua can say it", function()
    local can_yield = require("ecs_pipeline.core").can_yield
    local inside, below
    coroutine.wrap(function()
      inside = can_yield();
      ("a"):gsub("a", function() below = can_yield() end)
    end)()
    local says = rawget(_G, "jit") ~= nil or _VERSION ~= "Lua 5.1" and _VERSION ~= "Lua 5.2"
    assert.same({ true, not says }, { inside, below })
    assert.equal(says and "false\n" or "true\n", run("print(require('ecs_pipeline.core').can_yield())") .. "\n")
  end)
end)

describe("loading the library", function()
  it("maps no libcurl, opens no file of its own and changes nothing of the host's", function()
    assert.equal("false same", run([[
      local cjson = require("cjson")
      local sparse = table.concat({ tostring(cjson.encode_sparse_array()), tostring(cjson.decode_max_depth()) })
      local ecs = require("ecs_pipeline")
      local client = ecs.new({ region = "cn-x", log = "off", credentials = { access_key_id = "a",
        access_key_secret = "b" } })
      client.render("pipeline.create", { base_image = "m-1", base_image_type = "IMAGE" })
      local maps = io.open("/proc/self/maps")
      local text = maps and maps:read("*a") or ""
      local after = table.concat({ tostring(cjson.encode_sparse_array()), tostring(cjson.decode_max_depth()) })
      print(text:find("libcurl", 1, true) ~= nil, sparse == after and "same" or "changed")
    ]]):gsub("%s+", " "))
  end)
end)

describe("platform, of files and commands", function()
  local platform = require("ecs_pipeline.platform")

  it("reads small files, and says why not without the path", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write("12345")
    file:close()
    assert.equal("12345", platform.read_file(path, 5))
    assert.same({ nil, "larger than 4 bytes" }, { platform.read_file(path, 4) })
    os.remove(path)
    local text, why = platform.read_file(path, 5)
    assert.is_nil(text)
    assert.is_true(#why > 5 and not why:find(path, 1, true), why) -- in the language of the locale
    assert(os.execute("mkfifo " .. path))
    for _, special in ipairs({ path, "/tmp", "/dev/zero" }) do
      assert.same({ nil, "not a plain file", false }, { platform.read_file(special, 5) })
    end
    os.remove(path)
  end)

  it("says why there is no JSON library", function()
    assert.is_function(assert(platform.cjson()).decode)
    assert.matches("^nil%s+.*no cjson here", run([[
      package.loaded.cjson = nil
      package.preload.cjson = function() error("no cjson here") end
      print(require("ecs_pipeline.platform").cjson())
    ]]))
  end)

  it("starts commands, where this Lua can", function()
    local pipe = assert(platform.popen("echo said"))
    assert.equal("said\n", pipe:read("*a"))
    pipe:close()
    assert.equal("this Lua cannot start commands: not here", run([[
      io.popen = function() error("not here", 0) end
      print(select(2, require("ecs_pipeline.platform").popen("true")))
    ]]))
    assert.equal("this Lua cannot start commands: no more files", run([[ -- a word may be a password
      io.popen = function(command) return nil, command .. ": no more files", 24 end
      print(select(2, require("ecs_pipeline.platform").popen("login --password hunter2")))
    ]]))
    assert.equal("to standard error", run([[
      require("ecs_pipeline.platform").log("warn", "to standard error")
    ]]))
  end)
end)

describe("a sandbox", function()
  local function outcome(source)
    local ok, output = child.run(source .. [[

      local ecs = require("ecs_pipeline")
      local function why(options)
        options.retry = false
        local _, message = ecs.new(options).pipeline.list({})
        print(message)
      end
      why({ credentials = { access_key_id = "key", access_key_secret = "secret" } })
      why({ region = "cn-hangzhou", credentials = ecs.credentials.env() })
      print((select(2, pcall(ecs.new, { regio = "cn-hangzhou" }))))
      print((select(2, pcall(ecs.progress, {}))))
      require("ecs_pipeline.platform").log("warn", "a line")
      print(#ecs.map({ 1, 2 }, function() error("no") end))]], "env -u ALIBABA_CLOUD_ACCESS_KEY_ID "
      .. "-u ALIBABA_CLOUD_REGION_ID -u ALIBABA_CLOUD_REGION -u ALICLOUD_REGION -u HOME ")
    assert.is_true(ok, output)
    return output
  end

  it("without os.getenv is told to give options", function()
    for _, source in ipairs({ "os.getenv = nil", "os = nil" }) do
      local output = outcome(source)
      local _, notes = output:gsub("this Lua has no os%.getenv: give the option instead", "")
      assert.equal(2, notes, output)
      assert.matches("did you mean", output)
    end
  end)

  it("without debug and io works; errors have no position then", function()
    local output = outcome("debug, io = nil, nil")
    assert.matches("ALIBABA_CLOUD_ACCESS_KEY_ID is not set", output, 1, true)
    assert.matches("did you mean", output)
    assert.matches("option \"stream\" must be a file", output, 1, true)
    assert.matches("\n2\n$", output)
  end)
end)

describe("platform.log", function()
  it("writes to standard error", function()
    local ok, output = child.run([[require("ecs_pipeline.platform").log("warn", "a line")]])
    assert.is_true(ok, output)
    assert.equal("a line\n", output)
  end)
end)

describe("platform.random", function()
  it("is in [0, 1) and not always the same", function()
    local platform = require("ecs_pipeline.platform")
    local low, high = 1, 0
    for _ = 1, 200 do
      local value = platform.random()
      assert.is_true(value >= 0 and value < 1)
      low, high = math.min(low, value), math.max(high, value)
    end
    assert.is_true(high - low > 0.5)
  end)
end)
