-- A control character in a value that becomes a header, a host, a path or a parameter: refused by name, before anything
-- is sent; and never repeated, since it could speak to a terminal.
local cjson = require("cjson")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local BYTES = { "\0", "\1", "\t", "\n", "\r", "\r\n", "\27", "\127" }
local WITHOUT_NUL = { "\1", "\t", "\n", "\r", "\r\n", "\27", "\127" } -- of the environment and of files of text

local NOBODY = "https://127.0.0.1:9" -- should it not be refused

local ROLE = "acs:ram::1511928242963727:role/web"

local function shown(byte)
  return (byte:gsub(".", function(c) return ("\\%d"):format(c:byte()) end))
end

-- Runs it → the message; fails when a request went out, or nothing was refused.
local function refused(run)
  local transport = fake.transport({ fake.reply(200, { RequestId = "R" }) })
  local ran, result, message = pcall(run, transport)
  assert.equal(0, #transport.requests)
  assert.is_truthy(not ran or not result, "not refused")
  local text = ran and message or result
  assert.is_nil(text:find("[%z\1-\8\11-\31\127]"), ("%q"):format(text))
  return text
end

local function client(transport, options)
  local all = { region = "cn-hangzhou", credentials = fake.KEYS, transport = transport, platform = fake.platform(),
    log = "off" }
  for name, value in pairs(options or {}) do
    all[name] = value ~= false and value or nil
  end
  return ecs.new(all)
end

local ARGUMENTS = { name = "web", base_image = "m-1", base_image_type = "IMAGE" }

local function arguments(more)
  local all = {}
  for _, source in ipairs({ ARGUMENTS, more }) do
    for name, value in pairs(source) do
      all[name] = value
    end
  end
  return all
end

local function option(make)
  return function(transport, bad)
    return client(transport, make(bad)).pipeline.create(ARGUMENTS)
  end
end

local function argument(make)
  return function(transport, bad)
    return client(transport).pipeline.create(arguments(make(bad)))
  end
end

-- An option that only our own transports read: they refuse before they connect.
local function of_transport(make)
  return function(_, bad)
    local options = make(bad)
    options.transport, options.endpoint = "curl", NOBODY
    return client(nil, options).pipeline.create(ARGUMENTS, { retry = false })
  end
end

-- { what has to be named, function(transport, text with the byte in it) }
local rows = {
  { "region", option(function(bad) return { region = "cn-" .. bad .. "hangzhou" } end) },
  { "region", option(function(bad) return { region = "cn-hangzhou" .. bad, endpoint = "https://h" } end) },
  { "region", function(transport, bad)
    return client(transport).pipeline.create(ARGUMENTS, { region = "cn-hangzhou" .. bad })
  end },
  { "region", argument(function(bad) return { region_id = "cn-hangzhou" .. bad } end) },
  { "endpoint", option(function(bad) return { endpoint = "https://host" .. bad } end) },
  { "endpoint", option(function(bad) return { endpoint = { ecs = "https://" .. bad .. "host" } } end) },
  { "proxy", of_transport(function(bad) return { proxy = "http://host" .. bad .. ":3128" } end) },
  { "proxy", of_transport(function(bad) return { proxy = "http://u:p" .. bad .. "@host:3128" } end) },
  { "ca_file", of_transport(function(bad) return { ca_file = "/ca" .. bad .. ".pem" } end) },
  { "user_agent", option(function(bad) return { user_agent = "app" .. bad .. "/1" } end) },
  { "access_key_id", option(function(bad)
    return { credentials = { access_key_id = "LTAI" .. bad, access_key_secret = "s" } }
  end) },
  { "access_key_secret", option(function(bad)
    return { credentials = { access_key_id = "LTAI", access_key_secret = "s" .. bad } }
  end) },
  { "security_token", option(function(bad)
    return { credentials = { access_key_id = "LTAI", access_key_secret = "s", security_token = bad .. "t" } }
  end) },
  { "client_token", argument(function(bad) return { client_token = "a" .. bad } end) },
  { "client_token", function(transport, bad)
    return client(transport).pipeline.create(ARGUMENTS, { client_token = "a" .. bad })
  end },
  { "tags", argument(function(bad) return { tags = { ["team" .. bad] = "web" } } end) },
  { "tags", argument(function(bad) return { tags = { team = "web" .. bad } } end) },
  { "tags", argument(function(bad) return { tags = { { key = "team" .. bad, value = "web" } } } end) },
  { "tags", option(function(bad) return { default_tags = { team = "web" .. bad } } end) },
  { "tags", function(transport, bad)
    return client(transport).tags.add("image", "m-1", { team = "web" .. bad })
  end },
  { "extra", argument(function(bad) return { extra = { ["Name" .. bad] = "x" } } end) },
  { "product", function(transport, bad)
    return client(transport).call("Ecs" .. bad, "2014-05-26", "DescribeRegions", {})
  end },
  { "version", function(transport, bad)
    return client(transport).call("Ecs", "2014-05-26" .. bad, "DescribeRegions", {})
  end },
  { "action", function(transport, bad)
    return client(transport).call("Ecs", "2014-05-26", "DescribeRegions" .. bad, {})
  end },
}

for _, name in ipairs({ "role_arn", "role_session_name", "external_id", "policy", "sts_region", "sts_endpoint" }) do
  rows[#rows + 1] = { name, function(transport, bad)
    return client(transport, { credentials = ecs.credentials.assume_role({ role_arn = ROLE, credentials = fake.KEYS,
      [name] = "x" .. bad }) }).pipeline.list()
  end }
end
for _, name in ipairs({ "role_arn", "oidc_provider_arn", "oidc_token_file" }) do
  rows[#rows + 1] = { name, function(transport, bad)
    return client(transport, { credentials = ecs.credentials.oidc({ [name] = "x" .. bad }) }).pipeline.list()
  end }
end
rows[#rows + 1] = { "command", function(transport, bad)
  local provider = ecs.credentials.process({ command = "get '" .. bad .. "'" })
  return client(transport, { credentials = provider }).pipeline.list()
end }
rows[#rows + 1] = { "uri", function(transport, bad)
  return client(transport, { credentials = ecs.credentials.uri({ uri = "http://h/" .. bad }) }).pipeline.list()
end }
rows[#rows + 1] = { "role_name", function(transport, bad)
  return client(transport, { credentials = ecs.credentials.ecs_ram_role({ role_name = "r" .. bad }) }).pipeline.list()
end }

describe("a control character in", function()
  for index, row in ipairs(rows) do
    it(row[1] .. " (" .. index .. ") is refused by name", function()
      for _, byte in ipairs(BYTES) do
        local text = refused(function(transport) return row[2](transport, byte) end)
        assert.is_truthy(text:find(row[1], 1, true), shown(byte) .. ": " .. text)
      end
    end)
  end
end)

-- The same in what is read: the environment.
local variables = {
  { "region", { ALIBABA_CLOUD_REGION_ID = "cn-hangzhou%s" }, { region = false } },
  { "region", { ALIBABA_CLOUD_REGION = "cn-%shangzhou" }, { region = false } },
  { "ALIBABA_CLOUD_ENDPOINT_ECS", { ALIBABA_CLOUD_ENDPOINT_ECS = "https://host%s" } },
  { "access_key_id", { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI%s", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s" },
    { credentials = false } },
  { "access_key_secret", { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s%s" },
    { credentials = false } },
  { "security_token", { ALICLOUD_ACCESS_KEY = "LTAI", ALICLOUD_SECRET_KEY = "s", ALICLOUD_SECURITY_TOKEN = "%st" },
    { credentials = false } },
  { "role_arn", { ALIBABA_CLOUD_ROLE_ARN = ROLE .. "%s", ALIBABA_CLOUD_OIDC_PROVIDER_ARN = "acs:ram::1:oidc-provider/k",
    ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/token" }, { credentials = false } },
  { "oidc_provider_arn", { ALIBABA_CLOUD_ROLE_ARN = ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN = "acs:ram::1:o%s",
    ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/token" }, { credentials = false } },
  { "role_session_name", { ALIBABA_CLOUD_ROLE_ARN = ROLE, ALIBABA_CLOUD_ROLE_SESSION_NAME = "s%s",
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN = "acs:ram::1:oidc-provider/k", ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/token" },
    { credentials = false } },
  { "region", { ALIBABA_CLOUD_ROLE_ARN = ROLE, ALIBABA_CLOUD_STS_REGION = "cn-hangzhou%s",
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN = "acs:ram::1:oidc-provider/k", ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/token" },
    { credentials = false } },
  { "credentials URI", { ALIBABA_CLOUD_CREDENTIALS_URI = "http://h/%s" }, { credentials = false } },
  { "RAM role", { ALIBABA_CLOUD_ECS_METADATA = "r%s" }, { credentials = false } },
  { "HTTPS_PROXY", { HTTPS_PROXY = "http://u:p%s@host:3128" }, { transport = "curl", endpoint = NOBODY } },
  { "https_proxy", { https_proxy = "http://host%s" }, { transport = "curl", endpoint = NOBODY } },
  { "NO_PROXY", { HTTPS_PROXY = "http://host", NO_PROXY = "a%sb" }, { transport = "curl", endpoint = NOBODY } },
}

describe("a control character in the environment, in", function()
  for index, row in ipairs(variables) do
    it(row[1] .. " (" .. index .. ") is refused by name", function()
      for _, byte in ipairs(WITHOUT_NUL) do
        -- NO_PROXY may be a list of lines
        if row[1] ~= "NO_PROXY" or not byte:find("%s") then
          local text = refused(function(transport)
            local platform = fake.platform()
            platform.env = function(name) return row[2][name] and row[2][name]:gsub("%%s", byte) end
            platform.file_status = function(path)
              if path == "/token" then
                return { mode = 384, size = 1, modified = 1, regular = true }
              end
              return nil, "No such file or directory", true
            end
            platform.read_file = function() return "token" end
            local options = { platform = platform }
            for name, value in pairs(row[3] or {}) do
              options[name] = value
            end
            -- a source that asks somebody gets as far as asking
            local answering = { requests = transport.requests, send = function(request)
              if request.url:find("100.100.100.200", 1, true) and row[1] == "RAM role" then
                return fake.reply(200, "token")
              elseif request.url:find("100.100.100.200", 1, true) then
                return nil, { kind = "transport", code = "CONNECT", sent = false, message = "nobody there" }
              end
              return transport.send(request)
            end }
            return client(answering, options).pipeline.list({}, { retry = false })
          end)
          assert.is_truthy(text:find(row[1], 1, true), shown(byte) .. ": " .. text)
        end
      end
    end)
  end
end)

-- What is read: files, answers, what commands print. → provider, and what the host says
local DOCUMENT = { Code = "Success", AccessKeyId = "LTAI", AccessKeySecret = "s", SecurityToken = "t",
  Expiration = "2036-11-24T03:44:03Z" }

local function document(more)
  local copy = {}
  for _, source in ipairs({ DOCUMENT, more }) do
    for name, value in pairs(source) do
      copy[name] = value
    end
  end
  return cjson.encode(copy)
end

local NAMES = { AccessKeyId = "access_key_id", AccessKeySecret = "access_key_secret", SecurityToken = "security_token" }

local function answered(make, body_of)
  return function(name, own, bad)
    local platform = fake.platform()
    platform.file_status = function() return { mode = 384, size = 1, modified = 1, regular = true } end
    local body = body_of(name, own, bad, platform)
    return { platform = platform, credentials = make(), transport = { send = function(request)
      if request.method == "PUT" then
        return fake.reply(200, "metadata-token")
      end
      assert(not request.url:find("//ecs%."), "a request with these credentials")
      return fake.reply(200, body)
    end } }
  end
end

local read = {
  ["a credentials URI"] = answered(function() return ecs.credentials.uri({ uri = "http://h/" }) end,
    function(name, _, bad) return document({ [name] = "x" .. bad }) end),
  ["the metadata service"] = answered(function() return ecs.credentials.ecs_ram_role({ role_name = "r" }) end,
    function(name, _, bad) return document({ [name] = "x" .. bad }) end),
  STS = answered(function() return ecs.credentials.assume_role({ role_arn = ROLE, credentials = fake.KEYS }) end,
    function(name, _, bad)
      return cjson.encode({ RequestId = "R", Credentials = cjson.decode(document({ [name] = "x" .. bad })) })
    end),
  ["a command"] = answered(function() return ecs.credentials.process({ command = "get" }) end,
    function(_, own, bad, platform)
      local printed = { mode = "StsToken", access_key_id = "LTAI", access_key_secret = "s", sts_token = "t" }
      printed[own == "security_token" and "sts_token" or own] = "x" .. bad
      platform.popen = function()
        return fake.pipe(cjson.encode(printed), "0")
      end
    end),
  ["config.json"] = answered(function() return ecs.credentials.profile({ path = "/config.json" }) end,
    function(_, own, bad, platform)
      local profile = { name = "default", mode = "StsToken", access_key_id = "LTAI", access_key_secret = "s",
        sts_token = "t" }
      profile[own == "security_token" and "sts_token" or own] = "x" .. bad
      platform.read_file = function() return cjson.encode({ current = "default", profiles = { profile } }) end
    end),
}

it("a word of a command is a string without zero bytes", function()
  for _, word in ipairs({ "a\0b", 1, {} }) do
    local made, thrown = pcall(ecs.credentials.process, { command = { "get", word } })
    assert.is_false(made)
    assert.is_truthy(thrown:find("word 2 of \"command\" must be a string without zero bytes", 1, true), thrown)
  end
end)

it("doctor says which variable holds a control character", function()
  local platform = fake.platform({ HTTPS_PROXY = "http://host\n" })
  local checks = ecs.new({ region = "cn-hangzhou", credentials = fake.KEYS, log = "off", transport = "curl",
    platform = platform }).doctor({ online = false }).checks
  local found
  for _, row in ipairs(checks) do
    found = row.name == "proxy" and row or found
  end
  assert.is_false(found.ok)
  assert.equal("HTTPS_PROXY holds a control character: set it again without", found.detail)
end)

describe("a control character read from", function()
  for what, make in pairs(read) do
    it(what .. " is refused by name", function()
      for name, own in pairs(NAMES) do
        for _, byte in ipairs(BYTES) do
          local text = refused(function() return ecs.new({ region = "cn-hangzhou", log = "off" }).with(
            make(name, own, byte)).pipeline.list({}, { retry = false }) end)
          assert.is_truthy(text:find(own, 1, true) or text:find("sts_token", 1, true), shown(byte) .. ": " .. text)
        end
      end
    end)
  end

  it("an ini file is refused by name", function()
    for _, byte in ipairs({ "\0", "\1", "\27", "\127" }) do
      local text = refused(function()
        local platform = fake.platform()
        platform.file_status = function() return { mode = 384, size = 1, modified = 1, regular = true } end
        platform.read_file = function()
          return "[default]\ntype = access_key\naccess_key_id = LTAI\naccess_key_secret = s" .. byte .. "x\n"
        end
        return ecs.new({ region = "cn-hangzhou", log = "off", platform = platform,
          credentials = ecs.credentials.ini({ path = "/ini" }) }).pipeline.list()
      end)
      assert.is_truthy(text:find("access_key_secret", 1, true), shown(byte) .. ": " .. text)
    end
  end)
end)
