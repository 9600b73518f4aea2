-- Sources of credentials on a real machine: files with permissions, commands, libcurl with a proxy.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")
local raw_server = require("spec.support.raw_server")

local KEYS = [[{"mode":"AK","access_key_id":"emulator-key","access_key_secret":"emulator-secret"}]]

describe("credentials on this host", function()
  local home

  before_each(function()
    home = os.tmpname()
    os.remove(home)
    assert(os.execute("mkdir -p " .. home .. "/.aliyun"))
  end)

  after_each(function()
    os.execute("rm -rf " .. home)
  end)

  local function write(path, text, mode)
    local file = assert(io.open(home .. path, "w"))
    file:write(text)
    file:close()
    os.execute(("chmod %s '%s%s'"):format(mode, home, path))
  end

  local function client(provider, variables)
    local warnings = {}
    local made = ecs.new({ region = "cn-hangzhou", transport = emulators.new({ now = core.wall() }):transport(),
      credentials = provider, log = function(level, text)
        warnings[#warnings + 1] = level == "warn" and text or nil
      end,
      platform = { env = function(name) return name == "HOME" and home or (variables or {})[name] end } })
    return made, warnings
  end

  local function config(more)
    return ([[{"current":"p","profiles":[{"name":"p","region_id":"cn-beijing",%s%s]}]]):format(KEYS:sub(2, -2),
      "}" .. (more or ""))
  end

  it("come from the CLI's file, and its mode is looked at", function()
    write("/.aliyun/config.json", config(), "600")
    local made, warnings = client()
    assert(made.pipeline.list({}))
    assert.same({}, warnings)
    write("/.aliyun/config.json", config(), "644")
    made, warnings = client()
    assert(made.pipeline.list({}))
    assert(made.pipeline.list({}))
    assert.equal(1, #warnings)
    assert.matches("config.json can be read by other users %(mode 644%): chmod 600", warnings[1])
  end)

  it("are not got by a command of a file in whose way others can put another: by a folder above, by a link", function()
    local text = ([[{"current":"p","profiles":[{"name":"p","region_id":"cn-beijing","mode":"External",]]
      .. [["process_command":"touch %s/ran"}]}]]):format(home)
    write("/.aliyun/config.json", text, "600")
    for _, case in ipairs({
      { "chmod 700 H; mkdir -m 777 H/open; mkdir -m 700 H/open/in; cp -p H/.aliyun/config.json H/open/in",
        "/open/in/config.json" },
      { "ln -s H/open/in H/way", "/way/config.json" },
      { "cp -p H/.aliyun/config.json H/open; ln -s H/open/config.json H/link", "/link" },
    }) do
      os.execute((case[1]:gsub("H", home)))
      local made, warnings = client(nil, { ALIBABA_CLOUD_ECS_METADATA_DISABLED = "1",
        ALIBABA_CLOUD_CONFIG_FILE = home .. case[2] })
      local _, message = made.pipeline.list({})
      assert.matches("its command is not run: .* can be changed by other users %(.*mode 0777%)", message)
      assert.matches("chmod go%-w .*/open$", warnings[1])
      assert.is_nil(io.open(home .. "/ran"), case[2])
    end
  end)

  it("are not got by a command of a file that others can change, nor by one that is switched off", function()
    local command = ([["mode":"External","process_command":"touch %s/ran"]]):format(home)
    local text = [[{"current":"p","profiles":[{"name":"p","region_id":"cn-beijing",]] .. command .. "}]}"
    local function ran()
      local file = io.open(home .. "/ran")
      return file ~= nil and file:close()
    end
    local off = { ALIBABA_CLOUD_ECS_METADATA_DISABLED = "1" }
    write("/.aliyun/config.json", text, "622")
    os.execute("chown nobody " .. home .. "/.aliyun/config.json 2>/dev/null") -- as root; others keep the mode
    local made, warnings = client(nil, off)
    local _, message, err = made.pipeline.list({})
    assert.matches("its command is not run: ~/.aliyun/config.json can be changed by other users %(.*mode 0622", message)
    assert.matches("ECS_PIPELINE_ALLOW_UNSAFE_COMMANDS=1", err.hint)
    assert.matches("chmod go%-w ~/.aliyun/config.json", warnings[1])
    assert.is_false(ran())
    os.remove(home .. "/.aliyun/config.json")
    write("/.aliyun/config.json", text, "600")
    off.ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS = "TRUE"
    _, message = client(nil, off).pipeline.list({})
    assert.matches("the command is not run: switched off by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", message)
    assert.is_false(ran())
    off.ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS = nil
    client(nil, off).pipeline.list({})
    assert.is_true(ran())
  end)

  it("come from a command, whose words no shell reads", function()
    write("/get keys", "#!/bin/sh\ntest \"$1\" = '$(touch x); `id` \"q\"' && echo '" .. KEYS .. "'\n", "700")
    local words = { home .. "/get keys", "$(touch x); `id` \"q\"" }
    assert(client(ecs.credentials.process({ command = words })).pipeline.list({}))
    assert(client(ecs.credentials.process({
      command = ("'%s/get keys' '$(touch x); `id` \"q\"'"):format(home),
    })).pipeline.list({}))
  end)

  local function says(command, timeout)
    local provider = ecs.credentials.process({ command = command, timeout = timeout })
    return select(2, client(provider).pipeline.list({}))
  end

  it("say how a command failed", function()
    assert.matches("the command was not found: /nowhere/to/be", says("/nowhere/to/be"))
    write("/keys", "", "600")
    assert.matches("may not be run: .*/keys", says(home .. "/keys"))
    assert.matches("ended with status 3", says({ "sh", "-c", "echo canary; exit 3" }))
    assert.matches("more than 64 KiB", says({ "sh", "-c", "yes canary" }))
    assert.matches("took more than 1 s", says({ "sleep", "30" }, 1))
    assert.is_nil(says({ "sh", "-c", "echo canary; exit 3" }):find("canary", 1, true))
  end)

  it("are asked for past every proxy", function()
    local server = raw_server.start(60)
    local provider = ecs.credentials.uri({ uri = server.url("/echo") })
    local made = ecs.new({ region = "cn-hangzhou", credentials = provider, log = "off", transport = "curl",
      proxy = "http://127.0.0.1:9", retry = false })
    local _, message = made.pipeline.list({})
    server.stop()
    assert.matches("the credentials URI: the answer is not a JSON object", message)
  end)
end)

describe("core.address", function()
  it("is the bytes of an address, however it is spelt", function()
    assert.equal("\127\0\0\1", core.address("127.0.0.1"))
    assert.equal(("\0"):rep(15) .. "\1", core.address("0:0::1"))
    for _, text in ipairs({ "", "a", "127.1", "1.2.3.4.5", "::g", "127.0.0.1\0", "[::1]" }) do
      assert.is_nil(core.address(text))
    end
  end)
end)

describe("core.file_status", function()
  it("tells mode, size, time and kind, or why not", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write("12345")
    file:close()
    os.execute("chmod 640 " .. path)
    local status = assert(core.file_status(path))
    assert.equal(416, status.mode)
    assert.equal(5, status.size)
    assert.is_true(status.regular)
    assert.is_true(math.abs(status.modified - core.wall()) < 3600)
    os.remove(path)
    local _, why = io.open(path) -- in the language of the host's locale
    assert.same({ nil, why:sub(#path + 3), true }, { core.file_status(path) })
    assert.is_false(core.file_status("/").regular)
    assert.same({ 0, true }, { core.file_status("/").owner, core.file_status("/").trusted_owner })
    _, why = io.open("/etc/passwd/x")
    assert.same({ nil, why:sub(#"/etc/passwd/x" + 3), true }, { core.file_status("/etc/passwd/x") })
    assert.has_error(function() core.file_status("/a\0b") end)
  end)
end)
