-- core.redact: what a request had in it, taken out of a text that may echo it. How it may be written there is
-- spec/c/redact_test.c's.
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")

local ID, SECRET, TOKEN = "LTAI5tExample00wxyz", "a-secret-of-somebody", "CAIS+token/0123=="
local CONTENT = "FROM IMAGE:m-1\nRUN true\nRUN curl -H 'key: a' https://h/\r\nCOPY a=b /somewhere\n"
  .. "COMPONENT ic-bp1234567890"

local function credentials(more)
  local fields = { access_key_id = ID, access_key_secret = SECRET, security_token = TOKEN }
  for name, value in pairs(more or {}) do
    fields[name] = value or nil
  end
  return core.credentials(fields)
end

local function request(version, operation, args, keys)
  local session = core.session({ decode = cjson.decode, user_agent = "spec", signature_version = version })
  return assert(core.prepare(session, operation, args, { credentials = keys, endpoint = "https://host",
    region = "cn-hangzhou" }))
end

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

describe("core.redact", function()
  it("leaves a text alone without anything to look for", function()
    assert.equal("as it is", core.redact("as it is"))
    assert.equal("", core.redact("", nil, credentials()))
    assert.has_error(function() core.redact() end)
    assert.has_error(function() core.redact({}) end)
  end)

  it("gives an id that is a UUID as it is, unless that is a secret itself", function()
    local id = "5AA23FFF-7AF5-5A3E-8F2D-0123456789ab"
    assert.equal(id, core.redact(id, nil, credentials()))
    assert.equal("***", core.redact(id, nil, credentials({ access_key_secret = id })))
    assert.equal("***-0123456789ab", core.redact(id, nil, credentials({ security_token = id:sub(1, 23) })))
    assert.equal("5AA2…89ab", core.redact(id, nil, credentials({ access_key_id = id })))
    local keys = credentials()
    local named = request("v3", { product = "A", version = "2020-01-01", action = "B" }, { Password = id }, keys)
    assert.equal("***", core.redact(id, named.trace, keys))
    assert.equal(id .. " ***", core.redact(id .. " " .. SECRET, nil, keys))
  end)

  it("takes out secret and token, and shortens the id", function()
    assert.equal("LTAI…wxyz *** ***", core.redact(table.concat({ ID, SECRET, TOKEN }, " "), nil, credentials()))
  end)

  it("masks a short id, and passes over what stands in many texts by chance", function()
    local keys = credentials({ access_key_id = "emulator", access_key_secret = "secret", security_token = false })
    assert.equal("the *** knows no secret", core.redact("the emulator knows no secret", nil, keys))
  end)

  it("takes out the signature of both ways", function()
    for _, version in ipairs({ "v3", "1.0" }) do
      local made = request(version, "pipeline.describe", { ids = { "ip-1" } }, credentials())
      local signature = (made.headers.authorization or ""):match("Signature=(%x+)")
        or decoded(made.url:match("Signature=([^&]+)"))
      assert.equal("is ***.", core.redact("is " .. signature .. ".", made.trace), version)
    end
  end)

  it("finds none in a request that nobody signed", function()
    local token = "an-oidc-token-of-somebody"
    local made = request(nil, "sts.assume_role_with_oidc", { oidc_token = token, role_session_name = "spec",
      role_arn = "acs:ram::1511928242963727:role/web",
      oidc_provider_arn = "acs:ram::1511928242963727:oidc-provider/k8s" })
    assert.equal("*** is no token of k8s", core.redact(token .. " is no token of k8s", made.trace))
  end)

  it("names the line of a build content in place of it, with or without its verb", function()
    local made = request(nil, "pipeline.create", { name = "web", base_image = "m-1", base_image_type = "IMAGE",
      build_content = CONTENT, client_token = "a-client-token-of-somebody" }, credentials())
    for text, wanted in pairs({
      ["RUN curl -H 'key: a' https://h/"] = "(line 3 of BuildContent)",
      ["curl -H 'key: a' https://h/"] = "(line 3 of BuildContent)",
      ["a=b /somewhere"] = "(line 4 of BuildContent)",
      ["RUN true"] = "RUN true",
      ["ic-bp1234567890"] = "ic-bp1234567890", -- an id, which helps
      ["a-client-token-of-somebody"] = "a-client-token-of-somebody",
    }) do
      assert.equal("bad: " .. wanted .. "!", core.redact("bad: " .. text .. "!", made.trace))
    end
  end)

  it("takes out parameters that are secret by their name", function()
    local session = core.session({ decode = cjson.decode, user_agent = "spec" })
    for _, name in ipairs({ "Password", "LoginPassword", "KeySecret", "UserData", "ExternalId", "AccessToken" }) do
      local made = assert(core.prepare(session, { product = "Ecs", version = "2014-05-26", action = "X" },
        { [name] = "of-somebody", NextToken = "the-next-page", InstanceName = "an-instance" },
        { credentials = credentials(), endpoint = "https://host" }))
      assert.equal("*** the-next-page an-instance",
        core.redact("of-somebody the-next-page an-instance", made.trace), name)
    end
  end)

  it("shows nothing of what it cannot look through", function()
    assert.equal("(left out)", core.redact(("x "):rep(3 * 1024 * 1024)))
  end)
end)

describe("core.request_id", function()
  it("is a short word of letters, digits, dots, underscores and hyphens, or a number", function()
    for _, id in ipairs({ "5AA23FFF-7AF5-5A3E-8F2D-000000000000", "R", "a.b_c-9", ("x"):rep(40) }) do
      assert.equal(id, core.request_id(id, credentials()))
      assert.equal(id, core.request_id(id))
    end
    assert.equal("42", core.request_id(42))
  end)

  it("is nothing else: an error, a quoted request, another type", function()
    for _, id in ipairs({ "", ("x"):rep(41), "a b", "a\nb", "R1;", "é", true, {} }) do
      assert.equal("(no request id)", core.request_id(id, credentials()))
    end
    assert.equal("(no request id)", core.request_id(nil))
  end)

  it("holds no secret", function()
    local keys = credentials({ access_key_id = "LTAI5tSomebodysKey0", access_key_secret = "a-short-secret" })
    assert.equal("***", core.request_id("a-short-secret", keys))
    assert.is_nil(core.request_id("x.LTAI5tSomebodysKey0", keys):find("LTAI5tSomebodysKey0", 1, true))
  end)
end)
