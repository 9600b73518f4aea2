-- The face of the library: clients, the default client, options, derived clients, render.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local repo = require("spec.support.repo")

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE", name = "bake" }

-- The message of a raised error, which must point at this file.
local function raised(fn)
  local ok, thrown = pcall(fn)
  assert.is_false(ok)
  assert.matches("init_spec.lua:%d+: ", thrown)
  return thrown
end

describe("options", function()
  it("raise on unknown names, with the likely one", function()
    assert.matches('unknown option "regoin" %(did you mean "region"%?%)',
      raised(function() ecs.new({ regoin = "x" }) end))
    assert.matches('"retry.atempts" %(did you mean "attempts"', raised(function()
      ecs.new({ retry = { atempts = 3 } })
    end))
    local client = fake.client({ CREATED })
    assert.matches('pipeline.create: unknown option "timout"', raised(function()
      client.pipeline.create(ARGS, { timout = 3 })
    end))
    assert.matches("unknown option", raised(function() client.with({ qqqqqq = 1 }) end))
  end)

  local wrong = {
    { region = 7 }, { timeout = "5" }, { timeout = 0 }, { timeout = 0 / 0 },
      { timeout = { total = -1 } },
    { retry = true }, { retry = { attempts = 0 } }, { retry = { attempts = 1.5 } },
    { endpoint_type = "inner" },
    { transport = "telnet" }, { validate = "maybe" }, { log = "loud" }, { on_event = "x" },
    { verify = "no" },
    { rate_limit = {} }, { rate_limit = { per_second = 0 } }, { signature_version = "v2" },
    { proxy = true },
    { user_agent = "a\r\nb" }, { credentials = "key" },
    { credentials = { access_key_id = "only" } },
    { credentials = { access_key_id = "a", access_key_secret = "b", token = "c" } }, "region",
    { default_tags = { "a=1" } }, { default_tags = { a = 1 } },
  }
  for index, options in ipairs(wrong) do
    it("refuse wrong values at the caller's line, case " .. index, function()
      raised(function() ecs.new(options) end)
    end)
  end

  it("refuse wrong arguments of functions", function()
    local client = fake.client({ CREATED })
    raised(function() client.pipeline.create("m-1") end)
    raised(function() client.pipeline.describe() end)
    raised(function() client.pipeline.delete("ip-1", "now") end)
    raised(function() client.pipeline.delete("ip-1", { missing = "maybe" }) end)
    raised(function() client.call("Ecs", "2014-05-26") end)
    raised(function() client.render("pipeline.forge", {}) end)
  end)

  it("point at the caller from a tail call and a coroutine too", function()
    local client = fake.client({ CREATED })
    local co = coroutine.create(function() client.pipeline.create(ARGS, { x = 1 }) end)
    local ok, thrown = coroutine.resume(co)
    assert.is_false(ok)
    assert.matches("init_spec.lua:%d+: ", thrown)
  end)
end)

describe("a source of credentials that is asked outside a client", function()
  it("uses the surroundings of the default client", function()
    local nothing = { send = function()
      return nil, { kind = "transport", code = "CONNECT", message = "no route", sent = false }
    end }
    ecs.configure({ region = "cn-hangzhou", platform = fake.platform(), transport = nothing, log = "off" })
    local keys, message, err = ecs.credentials.chain():get()
    ecs.configure({})
    assert.is_nil(keys)
    assert.equal("credentials", err.kind)
    assert.matches("no source has credentials: environment: ALIBABA_CLOUD_ACCESS_KEY_ID", message)
  end)
end)

describe("the groups of functions", function()
  local GROUPS = {
    account = { "describe" },
    build_content = { "hash", "lint", "new", "parse" },
    component = { "create", "delete", "describe", "each", "list", "resolve" },
    execution = { "build", "build_if_changed", "cancel", "describe", "each", "list", "start",
      "wait" },
    image = { "copy", "delete", "describe", "each", "latest", "list", "modify", "prune", "share",
      "wait_available" },
    instance_type = { "list" },
    pipeline = { "create", "delete", "describe", "each", "ensure", "import", "list", "plan",
      "validate" },
    region = { "list" },
    resource_group = { "join", "list" },
    snapshot = { "delete" },
    tags = { "add", "diff", "from_list", "list", "matches", "merge", "remove", "split", "to_list",
      "validate" },
    vpc = { "create", "delete", "describe", "each", "list" },
    vswitch = { "create", "delete", "describe", "each", "list" },
    zone = { "list" },
  }
  local FUNCTIONS = { "bake", "call", "close", "doctor", "exit_code", "identity", "info", "listen", "policy", "render",
    "with" }
  local OF_ECS = { "_VERSION", "concurrently", "configure", "credentials", "map", "new", "progress",
    "scheduler", "show" }

  local function listed(lists)
    local names = {}
    for _, list in ipairs(lists) do
      for _, name in ipairs(list) do
        names[#names + 1] = name
      end
    end
    table.sort(names)
    return names
  end

  local function check_all(face, more)
    assert.same(listed({ repo.sorted(GROUPS), FUNCTIONS, more }), repo.sorted(face))
    for group, names in pairs(GROUPS) do
      assert.same(names, repo.sorted(face[group]), group)
      assert.same({ "__index" }, repo.sorted(getmetatable(face[group])))
      for _, name in ipairs(names) do
        assert.is_function(face[group][name], group .. "." .. name)
      end
    end
    local meta = getmetatable(face) -- for <close>, and for names that are not there: no call goes through it
    assert.same(face == ecs and { "__index" } or { "__close", "__index" }, repo.sorted(meta))
  end

  it("are plain tables, of ecs, of a client and of one derived from it", function()
    local client = fake.client({ CREATED })
    check_all(ecs, OF_ECS)
    check_all(client, {})
    check_all(client.with({ region = "cn-qingdao" }), {})
    assert.same({ "assume_role", "chain", "ecs_ram_role", "env", "ini", "oidc", "process", "profile",
      "static", "uri" }, repo.sorted(ecs.credentials))
  end)

  it("stay what they are when the first call of one has loaded them all", function()
    local client = fake.client({ CREATED })
    local create, replaced = client.pipeline.create, function() return "replaced" end
    client.pipeline.plan = replaced
    for _ = 1, 2 do
      assert.equal("ip-1", assert(client.pipeline.create(ARGS)).id)
      assert.equal("ip-1", assert(create(ARGS)).id)
    end
    assert.equal(create, client.pipeline.create)
    assert.equal(replaced, client.pipeline.plan)
    client.pipeline.plan = ecs.pipeline.plan
    check_all(client, {})
  end)

  it("are what the files of resources/ bind", function()
    local found = {}
    for _, path in ipairs(repo.files("lua/ecs_pipeline/resources", "%.lua$")) do
      local name = path:match("([%w_]+)%.lua$")
      local resource = require("ecs_pipeline.resources." .. name)
      if resource.bind then
        found[name] = repo.sorted(resource.bind(function() end))
        for verb in pairs(resource.arguments or {}) do
          assert.is_function(resource.bind(function() end)[verb], name .. ".arguments." .. verb)
        end
      end
    end
    assert.same(GROUPS, found)
  end)
end)

describe("a colon call", function()
  it("is told to use a dot", function()
    local client = fake.client({ CREATED })
    assert.matches("client.pipeline.create: use a dot",
      raised(function() client.pipeline:create(ARGS) end))
    assert.matches("client.call: use a dot", raised(function() client:call("Ecs", "v", "A") end))
    assert.matches("ecs.pipeline.describe: use a dot",
      raised(function() ecs.pipeline:describe("ip-1") end))
    assert.matches("ecs.new: use a dot", raised(function() ecs:new({}) end))
    assert.matches("ecs.tags.merge: use a dot", raised(function() ecs.tags:merge({}) end))
  end)
end)

describe("the default client", function()
  it("is made at the first call, so a group taken before configure sees the new options", function()
    local create = ecs.pipeline.create
    local group = ecs.pipeline
    local transport = fake.transport({ CREATED })
    ecs.configure({ region = "cn-qingdao", credentials = fake.KEYS, transport = transport,
      log = "off" })
    assert(create(ARGS))
    assert.equal("cn-qingdao", fake.parameters(transport.requests[1]).RegionId)
    ecs.configure({ region = "cn-beijing" })
    assert(group.create(ARGS))
    assert.equal("cn-beijing", fake.parameters(transport.requests[2]).RegionId)
    assert(ecs.with({ region = "eu-central-1" }).pipeline.create(ARGS))
    assert.matches("^https://ecs.eu%-central%-1.aliyuncs.com", transport.requests[3].url)
  end)

  it("refuses wrong options where they are written", function()
    raised(function() ecs.configure({ regoin = "x" }) end)
    raised(function() ecs.configure() end)
  end)

  it("has the group version and nothing undocumented", function()
    assert.matches("^%d+%.%d+%.%d+", ecs._VERSION)
    for _, name in ipairs({ "new", "configure", "with", "call", "render", "info", "close" }) do
      assert.is_function(ecs[name], name)
    end
    assert.is_function(ecs.credentials.static)
    assert.is_function(ecs.credentials.env)
  end)
end)

describe("regions and endpoints", function()
  local function url_of(options, args, call_options)
    local client, transport = fake.client({ CREATED }, options)
    local _, message = client.pipeline.create(args or ARGS, call_options)
    local request = transport.requests[1]
    if not request then
      return nil, nil, message
    end
    return request.url:match("^https?://[^/?]+"), fake.parameters(request).RegionId
  end

  it("come from the arguments, the call, the client, in this order", function()
    local args = { base_image = "m-1", base_image_type = "IMAGE", region_id = "cn-qingdao" }
    local url, region = url_of({}, args, { region = "cn-beijing" })
    assert.equal("https://ecs.cn-qingdao.aliyuncs.com", url)
    assert.equal("cn-qingdao", region)
    url, region = url_of({}, ARGS, { region = "cn-beijing" })
    assert.equal("https://ecs.cn-beijing.aliyuncs.com", url)
    assert.equal("cn-beijing", region)
  end)

  it("come from the environment", function()
    local client = ecs.new({ credentials = fake.KEYS, transport = fake.transport({ CREATED }),
      log = "off",
      platform = fake.platform({ ALIBABA_CLOUD_REGION = "cn-b", ALICLOUD_REGION = "cn-c" }) })
    assert.equal("cn-b", ecs.info(assert(client.pipeline.create(ARGS))).region)
    local none = ecs.new({ credentials = fake.KEYS, transport = fake.transport({ CREATED }),
      log = "off",
      platform = fake.platform() })
    local _, message, err = none.pipeline.create(ARGS)
    assert.equal("validation", err.kind)
    assert.matches("ALIBABA_CLOUD_REGION_ID", message)
  end)

  it("do not let a region become another host", function()
    local url, _, message = url_of({ region = "x.evil.com/" })
    assert.is_nil(url)
    assert.matches("region id", message)
  end)
end)

describe("close", function()
  if _VERSION >= "Lua 5.4" then -- the syntax is an error before
    it("happens at the end of a block by <close>, after an error too", function()
      local client = fake.client({ CREATED })
      local chunk = assert(repo.compile([[
        local client <close> = given
        if fails then error("thrown") end
      ]], "closes", setmetatable({ given = client }, { __index = _G })))
      chunk()
      assert.has_error(function() client.pipeline.describe("ip-1") end)
      client = fake.client({ CREATED })
      assert.is_false(pcall(assert(repo.compile([[
        local client <close> = given
        error("thrown")
      ]], "closes", setmetatable({ given = client }, { __index = _G })))))
      assert.has_error(function() client.pipeline.describe("ip-1") end)
    end)
  end

  it("makes every later use raise, of derived clients too, and closes only what is ours", function()
    local closed = 0
    local transport = fake.transport({ CREATED })
    transport.close = function() closed = closed + 1 end
    local client = ecs.new({ region = "cn-hangzhou", credentials = fake.KEYS,
      transport = transport, log = "off" })
    local derived = client.with({ region = "cn-qingdao" })
    derived.close()
    assert(client.pipeline.create(ARGS))
    derived = client.with({ region = "cn-qingdao" })
    client.close()
    client.close()
    assert.equal(0, closed)
    assert.matches("closed", raised(function() client.pipeline.create(ARGS) end))
    assert.matches("closed", raised(function() derived.pipeline.create(ARGS) end))
    assert.matches("closed", raised(function() client.with({}) end))
  end)
end)

describe("in nginx", function()
  it("a transport that says it has no place here ends the call at once, with what it says", function()
    local host = fake.platform()
    host.in_nginx = function() return true end
    host.curl = function() error("libcurl must not be asked for") end
    host.cosocket = function()
      return { send = function()
        return nil, { kind = "transport", code = "NO_TRANSPORT", message = "not in this phase", sent = false }
      end }
    end
    local client = ecs.new({ region = "cn-hangzhou", credentials = fake.KEYS, platform = host,
      log = "off" })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.equal("transport", err.kind)
    assert.equal("NO_TRANSPORT", err.code)
    assert.equal(1, err.attempts)
    assert.matches("not in this phase", message)
  end)
end)

describe("render and dry_run", function()
  local args = { base_image = "m-1", base_image_type = "IMAGE", name = "bake",
    build_content = "RUN " .. ("x"):rep(6000), tags = { a = "1" } }

  it("show the request without sending it", function()
    local client, transport = fake.client({ CREATED }, { default_tags = { team = "os" } })
    local rendered = assert(client.render("pipeline.create", args))
    assert.equal("POST", rendered.method)
    assert.equal("m-1", rendered.parameters.BaseImage)
    assert.equal("os", rendered.parameters["Tag.2.Value"])
    assert.equal("cn-hangzhou", rendered.parameters.RegionId)
    assert.matches("^%(6004 bytes, sha256 %x+%)$", rendered.parameters.BuildContent)
    assert.equal("***", rendered.parameters.Signature)
    assert.equal("LTAI…wxyz", rendered.parameters.AccessKeyId)
    assert.matches("^https://ecs.cn%-hangzhou.aliyuncs.com/%?", rendered.url)
    local dry = assert(client.pipeline.create(args, { dry_run = true }))
    assert.is_true(dry.dry_run)
    assert.equal("os", dry.parameters["Tag.2.Value"])
    assert.is_true(assert(client.pipeline.delete("ip-1", { dry_run = true })).dry_run)
    assert.equal(0, #transport.requests)
  end)

  it("check the arguments", function()
    local client = fake.client({ CREATED })
    local _, _, err = client.pipeline.create({}, { dry_run = true })
    assert.equal("validation", err.kind)
  end)

  it("work without credentials, and say so", function()
    local client = ecs.new({ region = "cn-hangzhou", platform = fake.platform(), log = "off" })
    local rendered = assert(client.render("pipeline.create", ARGS))
    assert.matches("no source has credentials: environment: ALIBABA_CLOUD_ACCESS_KEY_ID", rendered.note)
  end)
end)
