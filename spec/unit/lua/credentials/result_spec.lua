-- What a source returns: credentials, or an error that never repeats a secret.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local result = require("ecs_pipeline.credentials.result")

describe("the failure of a source", function()
  it("has what it is about, beside kind and message", function()
    local none, why, err = result.fail("not set", { absent = true })
    assert.same({ "nil", "not set" }, { tostring(none), why })
    assert.same({ kind = "credentials", message = "not set", sent = false, absent = true }, err)
  end)

  it("of a request says who failed, with code and request id, on one line", function()
    local _, why, err = result.failed("STS", { kind = "api", code = "NoPermission", message = "not\nallowed",
      status = 403, request_id = "R-1" })
    assert.equal("STS: not allowed [NoPermission, R-1]", why)
    assert.same({ "credentials", "api", 403 }, { err.kind, err.cause.kind, err.cause.status })
    assert.equal("cancelled", select(3, result.failed("STS", { kind = "cancelled", message = "stopped" })).kind)
    assert.equal("STS: no reason given", select(2, result.failed("STS", {})))
  end)

  it("of a request shows nothing of it, by the words of whoever knows", function()
    local _, why = result.failed("STS", { message = "you sent canary", redact = function(text)
      return (text:gsub("canary", "***"))
    end })
    assert.equal("STS: you sent ***", why)
  end)
end)

describe("a provider of other code", function()
  local made = core.credentials({ access_key_id = "a", access_key_secret = "canary" })
  local cases = {
    ["returned a table, not credentials: make them with"] = { { access_key_id = "a", access_key_secret = "canary" } },
    ["returned a string, not credentials"] = { "canary" },
    ["sealed"] = { nil, "sealed", "why" },
    ["gave no reason"] = { nil, { "canary" } },
    ["no reason"] = { nil, nil, { message = "canary" } },
  }

  it("may return anything: a call fails with its reason, and shows nothing", function()
    for expected, given in pairs(cases) do
      local provider = { get = function() return given[1], given[2], given[3] end }
      for _, option in ipairs({ provider, ecs.credentials.chain({ sources = { provider } }),
        ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a", credentials = provider }) }) do
        local client = ecs.new({ region = "cn-hangzhou", retry = false, credentials = option,
          transport = { send = function() error("nothing is sent") end } })
        local listed, message, err = client.pipeline.list({})
        assert.is_nil(listed)
        assert.is_truthy(message:find(expected, 1, true), message)
        assert.equal("credentials", err.kind)
        assert.is_nil(message:find("canary", 1, true))
        assert(client.pipeline.list({}, { dry_run = true }) or true)
        assert.is_table(client.doctor({ online = false }))
      end
    end
    assert.equal(made, result.ask({ get = function() return made end }, {}))
    local err = { kind = "credentials" }
    assert.same({ nil, nil, err }, { result.ask({ get = function() return nil, nil, err end }, {}) })
  end)
end)

describe("credentials of strings", function()
  it("are the same userdata until a value changes", function()
    local memory = {}
    local one = result.keep(memory, "id", "secret", "token")
    assert.equal(one, result.keep(memory, "id", "secret", "token"))
    assert.not_equal(one, result.keep(memory, "id", "secret"))
    assert.not_equal(result.keep(memory, "ab", "c"), result.keep(memory, "a", "bc"))
    for _, value in pairs(memory) do
      assert.is_nil(tostring(value):find("secret", 1, true))
    end
  end)

  it("are refused when no request could carry them", function()
    local none, why = result.keep({}, "id", "a b")
    assert.is_nil(none)
    assert.matches("white space", why)
  end)

  it("are texts that are there", function()
    assert.equal("a", result.text("a"))
    for _, value in ipairs({ "", 7, {}, false }) do
      assert.is_nil(result.text(value))
    end
  end)
end)

describe("a session", function()
  local function document(more)
    local all = { AccessKeyId = "id", AccessKeySecret = "canary-secret", SecurityToken = "canary-token",
      Expiration = "2026-11-24T03:44:03Z" }
    for name, value in pairs(more or {}) do all[name] = value or nil end
    return all
  end

  it("ends at a time on the clock of whoever wrote it", function()
    local got = assert(result.session("it", document(), result.NAMES, { date = "Tue, 24 Nov 2026 03:00:00 GMT" }))
    assert.equal(44 * 60 + 3, got.expires - got.now)
    assert.is_nil(result.session("it", document(), result.NAMES, {}).now)
    assert.is_nil(result.session("it", document(), result.NAMES).now)
  end)

  for wrong, more in pairs({
    ["it: the answer has no SecurityToken"] = { SecurityToken = false },
    ["it: the answer has no AccessKeyId"] = { AccessKeyId = 7 },
    ["it: Expiration is not a time such as"] = { Expiration = "soon" },
    ["it: access_key_secret holds white space"] = { AccessKeySecret = "canary secret" },
  }) do
    it("is none: " .. wrong, function()
      local none, why = result.session("it", document(more), result.NAMES)
      assert.is_nil(none)
      assert.equal(wrong, why:sub(1, #wrong))
      assert.is_nil(why:find("canary", 1, true))
    end)
  end
end)

describe("the identity of a client", function()
  local KEYS = { access_key_id = "LTAI-fixed", access_key_secret = "secret" }
  local SESSION = { access_key_id = "STS.temporary", access_key_secret = "secret", security_token = "token" }
  local ROLE = "acs:ram::123:role/builder"

  local function identity_of(credentials, env, more)
    local options = { region = "cn-beijing", transport = { send = function() error("it sends") end },
      credentials = credentials, platform = { env = function(name) return (env or {})[name] end } }
    for name, value in pairs(more or {}) do
      options[name] = value
    end
    return ecs.new(options).identity()
  end

  local AT = " at the region's endpoint"

  local function key(id)
    return "key " .. core.sign.sha256_hex(id)
  end

  it("is the id of fixed keys, otherwise source or role, and never a temporary key", function()
    local sources = ecs.credentials
    local fixed = { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI-env", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "secret" }
    local temporary = { ALIBABA_CLOUD_ACCESS_KEY_ID = "STS.env", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "secret",
      ALIBABA_CLOUD_SECURITY_TOKEN = "token" }
    local rows = {
      { key("LTAI-fixed"), KEYS },
      { key("LTAI-fixed"), core.credentials(KEYS) },
      { "static", SESSION },
      { "static", core.credentials(SESSION) },
      { "static", { access_key_id = "", access_key_secret = "x" } },
      { key("LTAI-env"), sources.env(), fixed },
      { "environment", sources.env(), temporary },
      { "environment", sources.env() },
      { "role " .. ROLE, require("ecs_pipeline.credentials.env").assuming(), { ALICLOUD_ASSUME_ROLE_ARN = ROLE } },
      { key("LTAI-env"), require("ecs_pipeline.credentials.env").assuming(), fixed },
      { "role " .. ROLE, sources.assume_role({ role_arn = ROLE, credentials = KEYS }) },
      { "role " .. ROLE .. "{}", sources.assume_role({ role_arn = ROLE, credentials = KEYS, policy = "{}" }) },
      { "role " .. ROLE, sources.oidc(), { ALIBABA_CLOUD_ROLE_ARN = ROLE } },
      { "instance web", sources.ecs_ram_role({ role_name = "web" }) },
      { "instance api", sources.ecs_ram_role(), { ALIBABA_CLOUD_ECS_METADATA = "api" } },
      { "CLI profile /keys.json a", sources.profile({ name = "a", path = "/keys.json" }) },
      { "ini profile  b", sources.ini(), { ALIBABA_CLOUD_PROFILE = "b" } },
      { "URI " .. core.sign.sha256_hex("http://h/secret"), sources.uri({ uri = "http://h/secret" }) },
      { "command " .. core.sign.sha256_hex("keys\0secret"), sources.process({ command = "keys secret" }) },
      { key("LTAI-fixed") .. ", provider", sources.chain({ sources = { sources.static(KEYS),
        { get = function() end } } }) },
      { "mine", { get = function() end, identity = function() return "mine" end } },
    }
    for index, row in ipairs(rows) do
      assert.equal(row[1] .. AT, (identity_of(row[2], row[3])), "row " .. index)
    end
  end)

  it("of the chain is that of all sources that are not switched off", function()
    local env = { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI-env", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "secret",
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED = "true", ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true" }
    local identity = identity_of(nil, env)
    assert.equal(1, identity:find(key("LTAI-env") .. ", role , ini profile  , ", 1, true), identity)
  end)

  it("has the endpoint, and tells the region", function()
    local _, region = identity_of(KEYS)
    assert.equal("cn-beijing", region)
    assert.equal(key("LTAI-fixed") .. " at http://h", (identity_of(KEYS, nil, { endpoint = "http://h" })))
    assert.equal(key("LTAI-fixed") .. " at http://e", (identity_of(KEYS, nil, { endpoint = { ecs = "http://e" } })))
    assert.equal(key("LTAI-fixed") .. " at f", (identity_of(KEYS, { ALIBABA_CLOUD_ENDPOINT_ECS = "f" })))
  end)
end)
