-- Credentials where they are seldom asked for: waiting callers that give up, deadlines that have passed, options that
-- are none, files that change under a provider.
local harness = require("spec.credentials.harness")
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function says(pattern, value, message)
  assert.is_nil(value)
  assert.matches(pattern, message)
end

-- What a client on this host says of a provider.
local function fails(pattern, setup, provider)
  local host = harness.new(setup)
  local listed, message, err = host:client(provider).pipeline.list({})
  says(pattern, listed, message)
  assert.same({}, harness.leaks(message, err))
end

describe("a cache that somebody else refreshes", function()
  local cache = require("ecs_pipeline.credentials.cache")
  local platform, source

  before_each(function()
    platform = { now = 1000, random = function() return 0.5 end, sleep = function(seconds)
      platform.now = platform.now + seconds
    end }
    platform.clock = function() return platform.now end
    source = { asked = 0 }
    function source.fetch()
      source.asked = source.asked + 1
      coroutine.yield()
      return { credentials = "fresh", expires = platform.now + 900 }
    end
  end)

  local function context(more)
    local made = { platform = platform, now = function() return platform.now end, warn = function() end }
    for name, value in pairs(more or {}) do
      made[name] = value
    end
    return made
  end

  -- Begins a refresh that never ends, then asks once more; what that said.
  local function ask(provider, more)
    local first = coroutine.create(function() return provider:get(context()) end)
    assert(coroutine.resume(first))
    local got = { select(2, coroutine.resume(coroutine.create(function()
      return provider:get(context(more))
    end))) }
    assert.equal(coroutine.status(first), "suspended")
    return got
  end

  it("does not keep a caller beyond his deadline", function()
    local got = ask(cache.new(source), { deadline = 1005 })
    assert.matches("the deadline of the call came before the credentials", got[2])
    assert.equal("DEADLINE", got[3].cause.code)
    assert.equal(1, source.asked)
  end)

  it("lets a caller go who is cancelled", function()
    local got = ask(cache.new(source), { cancelled = function() return platform.now > 1001 and "stopped" end })
    assert.same({ "stopped", "cancelled" }, { got[2], got[3].kind })
  end)

  it("serves the old credentials while they last", function()
    local provider = cache.new(source)
    provider.cached = { credentials = "old", refresh_at = 900, ends = 2000 }
    assert.equal("old", ask(provider)[1])
    assert.equal(1, source.asked)
  end)

  it("forgets what the service calls expired, and only that", function()
    local provider = cache.new(source)
    provider.cached = { credentials = "old", refresh_at = 2000, ends = 3000 }
    provider:expire("another")
    assert.equal("old", provider:get(context()))
    provider:expire("old")
    assert.is_nil(provider.cached)
  end)
end)

describe("a chain", function()
  it("tells the source it uses of expired credentials", function()
    local told = {}
    local source = { get = function() return core.credentials(KEYS) end,
      expire = function(_, given) told[#told + 1] = given end }
    local chain = ecs.credentials.chain({ sources = { source } })
    chain:expire("before anything was got")
    assert.same({}, told)
    local got = assert(chain:get({}))
    chain:expire(got)
    assert.same({ got }, told)
  end)

  it("is made of providers", function()
    assert.error_matches(function() ecs.credentials.chain({ sources = { KEYS } }) end,
      "sources%[1%] must be a provider with get")
    assert.error_matches(function() ecs.credentials.chain({ sources = {} }) end, "must not be empty")
  end)
end)

describe("options of providers", function()
  for what, case in pairs({
    ["options must be a table, not a string"] = { "profile", "x" },
    ["unknown field \"nam\""] = { "profile", { nam = "x" } },
    ["\"name\" must be a string, not a number"] = { "profile", { name = 1 } },
    ["\"uri\" must not hold control characters"] = { "uri", { uri = "http://h/\n" } },
    ["\"credentials\" must be a table or userdata, not a string"] = { "assume_role", { credentials = "x" } },
    ["\"command\" must be a command, its quotes closed"] = { "process", { command = "a 'b" } },
    ["word 2 of \"command\" must be a string without zero bytes"] = { "process", { command = { "a", "b\0" } } },
    ["wants { access_key_id =, access_key_secret =, security_token = }"] = { "static", "x" },
    ["unknown field \"secret\""] = { "static", { secret = "x" } },
    ["\"access_key_secret\" must be a string, not a nil"] = { "static", { access_key_id = "x" } },
  }) do
    it("raise: " .. what, function()
      local _, raised = pcall(ecs.credentials[case[1]], case[2])
      assert.is_truthy(tostring(raised):find("credentials." .. case[1] .. ": " .. what, 1, true), tostring(raised))
    end)
  end
end)

describe("sources that answer seldom so", function()
  local function late(provider)
    local host = harness.new()
    local client = host:client()
    local now = host.platform.clock()
    return provider:get({ platform = host.platform, deadline = now, now = host.platform.wall, warn = print,
      send = function() error("sent") end, session = function() error("made") end,
      endpoint = function() return "https://sts.test" end, client = client })
  end

  it("are not asked when the deadline has passed", function()
    says("the credentials URI: the deadline of the call came first",
      late(ecs.credentials.uri({ uri = harness.SIDECAR })))
    says("STS: the deadline of the call came first", late(ecs.credentials.assume_role({ role_arn = harness.ROLE,
      credentials = KEYS })))
  end)

  it("ask STS where they are told to, or say why they cannot", function()
    for _, endpoint in ipairs({ "sts.private.test", "https://sts.private.test" }) do
      local host = harness.new()
      assert(host:client(ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS,
        sts_endpoint = endpoint })).pipeline.list({}))
      assert.equal("POST sts.private.test/", host.sent[1])
    end
    fails("STS: region is not a region id", {}, ecs.credentials.assume_role({ role_arn = harness.ROLE,
      credentials = KEYS, sts_region = "a b" }))
  end)

  it("say that the metadata service does not tell the role", function()
    local function metadata(_, request)
      return harness.reply(request.method == "PUT" and 200 or 500, "token")
    end
    fails("the metadata service, asked for the role: status 500", { metadata = metadata },
      ecs.credentials.ecs_ram_role())
  end)

  it("read a document of 256 KiB at most, and no other than text", function()
    local documents = require("ecs_pipeline.credentials.documents")
    assert.is_nil(documents.decode(nil))
    assert.is_nil(documents.decode("{" .. (" "):rep(256 * 1024) .. "}"))
    assert.same({}, documents.decode("{}"))
  end)

  it("take words out of quotes, and say which command may not be run", function()
    local split = require("ecs_pipeline.credentials.process").split
    assert.same({ "a b", "c\"d" }, split([[a\ b "c\"d"]]))
    assert.is_nil((split("a 'b")))
    local host = harness.new({ command = "\n126" })
    local client = host:client(ecs.credentials.process({ command = "keys" }))
    says("the command may not be run: keys", client.pipeline.list({}))
    fails("the command: access_key_secret holds white space", {
      command = harness.json({ mode = "AK", access_key_id = "id", access_key_secret = "canary-secret " }) .. "\n0" },
      ecs.credentials.process({ command = "keys" }))
  end)
end)

describe("files with profiles", function()
  local function config(profiles)
    return { [harness.CONFIG] = harness.json({ current = "p", profiles = profiles }) }
  end

  it("refuse keys that no request could carry, wherever they stand", function()
    local bad = { name = "p", mode = "AK", access_key_id = "id", access_key_secret = "canary-secret " }
    fails("profile \"p\": access_key_secret holds white space", { files = config({ bad }) }, ecs.credentials.profile())
    bad.mode, bad.ram_role_arn = "RamRoleArn", harness.ROLE
    fails("profile \"p\": access_key_secret holds white space", { files = config({ bad }) }, ecs.credentials.profile())
    fails("access_key_secret holds white space", { files = { [harness.INI] = "[default]\ntype = ram_role_arn\n"
      .. "access_key_id = id\naccess_key_secret = \"canary-secret x\"\nrole_arn = " .. harness.ROLE } },
      ecs.credentials.ini())
  end)

  it("ask STS inside the VPC where the profile says so", function()
    local host = harness.new({ files = config({ { name = "p", mode = "RamRoleArn", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret", ram_role_arn = harness.ROLE, sts_region = "cn-beijing",
      enable_vpc = true } }) })
    assert(host:client(ecs.credentials.profile()).pipeline.list({}))
    assert.equal("POST sts-vpc.cn-beijing.aliyuncs.com/", host.sent[1])
  end)

  it("follow the variable that names the profile", function()
    local first = { name = "p", mode = "AK", access_key_id = "emulator-key", access_key_secret = "emulator-secret" }
    local host = harness.new({ files = config({ first, { name = "q", mode = "AK" } }) })
    local client = host:client(ecs.credentials.profile())
    assert(client.pipeline.list({}))
    host.env.ALIBABA_CLOUD_PROFILE = "q"
    says("ALIBABA_CLOUD_ACCESS_KEY_ID is not set", client.pipeline.list({}))
    host.env.ALIBABA_CLOUD_PROFILE = "r"
    says("there is no profile \"r\"", client.pipeline.list({}))
  end)

  it("name no region where profiles are switched off", function()
    local host = harness.new({ files = config({ { name = "p", region_id = "cn-chengdu" } }),
      env = { ALIBABA_CLOUD_CLI_PROFILE_DISABLED = "TRUE" } })
    local client = ecs.new({ platform = host.platform, credentials = KEYS, log = "off" })
    says("no region", client.pipeline.list({}))
  end)

  it("are read again when the service calls their keys expired", function()
    local profile = { name = "p", mode = "RamRoleArn", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret", ram_role_arn = harness.ROLE }
    local section = "[default]\ntype = ram_role_arn\nrole_arn = " .. harness.ROLE
      .. "\naccess_key_id = emulator\\-key\naccess_key_secret = 'emulator-secret' ; ours"
    local ini = { [harness.INI] = (section:gsub("\\%-", "-")) }
    for name, files in pairs({ profile = config({ profile }), ini = ini }) do
      local host = harness.new({ files = files, emulator = { faults = { { kind = "expired_token",
        action = "DescribeImagePipelines" } } } })
      assert(host:client(ecs.credentials[name]()).pipeline.list({}))
      assert.equal(2, host.count.sts)
      assert.equal(2, host.reads)
    end
  end)

  it("say how long a session of theirs stays valid", function()
    local profile = { name = "p", mode = "RamRoleArn", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret", ram_role_arn = harness.ROLE }
    for name, files in pairs({ profile = config({ profile }), ini = { [harness.INI] = "[default]\ntype = ram_role_arn\n"
      .. "access_key_id = emulator-key\naccess_key_secret = emulator-secret\nrole_arn = " .. harness.ROLE } }) do
      local host = harness.new({ files = files })
      local provider = ecs.credentials[name]()
      assert.is_nil(provider:seconds_left({ platform = host.platform }))
      local client = host:client(ecs.credentials.chain({ sources = { provider } }))
      assert(client.pipeline.list({}))
      assert.equal(3600, provider:seconds_left({ platform = host.platform }))
      host.emulator:advance(600)
      assert.is_truthy(tostring(client.doctor({ online = false })):find(", valid for another 50 min", 1, true))
    end
    local fixed = harness.new({ files = config({ { name = "p", mode = "AK", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret" } }) })
    local provider = ecs.credentials.profile()
    assert(fixed:client(provider).pipeline.list({}))
    assert.is_nil(provider:seconds_left({ platform = fixed.platform }))
  end)

  it("hold # and ; where they are escaped", function()
    local sections = require("ecs_pipeline.credentials.ini").parse(
      "[a]\nx = 1\\;2\\#3\\\\4 # no\ny = \"p;q\"\n[a]\nz = 5\n")
    assert.same({ a = { x = "1;2#3\\4", y = "p;q", z = "5" } }, sections)
  end)
end)
