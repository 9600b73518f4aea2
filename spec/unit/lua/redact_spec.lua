local core = require("ecs_pipeline.core")
local redact = require("ecs_pipeline.redact")

local function sha(text)
  return "sha-of-" .. #text
end

describe("a harmless token", function()
  it("is known in every spelling", function()
    for name, expected in pairs({ client_token = true, ClientToken = true, ["next-token"] = true, NextToken = true,
      token = false, security_token = false, name = false }) do
      assert.equal(expected, redact.is_harmless_token(name), name)
    end
  end)
end)

describe("redact", function()
  it("cuts the string to sign that the service quotes", function()
    local text = redact.text("Specified signature is not matched with our calculation. server string to sign is:"
      .. "POST&%2F&AccessKeyId%3DLTAI5tSecretCanary%26SecurityToken%3DCANARY")
    assert.matches("not matched", text)
    assert.is_nil(text:find("CANARY", 1, true))
    assert.is_nil(text:find("%2F", 1, true))
  end)

  it("masks tokens, signatures and key ids in free text", function()
    local text = redact.text("bad SecurityToken=CANARY1 x-acs-security-token:CANARY2 Signature=CANARY3& "
      .. "key LTAI5tCanary0123456789 and STS.NUabcdefCanary99 end")
    assert.is_nil(text:lower():find("canary", 1, true))
    assert.matches("LTAI…6789", text, 1, true)
    assert.matches("end$", text)
  end)

  it("leaves nothing in free text that could speak to a terminal or turn its direction, but line ends", function()
    for _, bad in ipairs({ "\27", "\t", "\127", "\194\155", "\155", "\216\156", "\226\128\142", "\226\128\174",
      "\226\129\166", "\226\128\168" }) do
      assert.equal("a b\nc", redact.text("a" .. bad .. "b\nc"))
      assert.equal("a b", redact.text("a" .. bad .. "b", function(text) return core.redact(text) end))
    end
    assert.equal("镜像…é", redact.text("镜像…é"))
  end)

  it("masks what fields of a reply with the name of a secret hold, at any depth of a list", function()
    local reply = { Password = "a", ApiKey = 7, Tokens = { "b", { "c", Name = "d" } }, NextToken = "e",
      Secret = { Size = 1, Value = "f" }, Credentials = true }
    assert.same({ Password = "***", ApiKey = "***", Tokens = { "***", { "***", Name = "d" } }, NextToken = "e",
      Secret = { Size = 1, Value = "f" }, Credentials = true }, redact.reply(reply))
  end)

  it("bounds the length of what the service wrote", function()
    assert.is_true(#redact.text(("x"):rep(100000)) < 600)
  end)

  it("masks parameters and headers by name", function()
    for _, name in ipairs({ "Signature", "SecurityToken", "x-acs-security-token", "AccessKeySecret", "Password",
      "ClientSecret", "db_passwd", "Private-Key", "Credential", "ApiKey", "x-api-key", "AccessKey",
      "OAuthClientToken", "Cookie" }) do
      assert.equal("***", redact.parameter(name, "CANARY", sha), name)
    end
    for _, name in ipairs({ "AccessKeyId", "access_key_id", "x-acs-accesskey-id", "UserAccessKeyId" }) do
      assert.equal("LTAI…wxyz", redact.parameter(name, "LTAI0123456wxyz", sha), name)
    end
    assert.equal("static", redact.parameter("x-acs-credentials-provider", "static", sha))
    assert.equal("(7 bytes, sha256 sha-of-7)", redact.parameter("BuildContent", "RUN foo", sha))
    assert.equal("tok", redact.parameter("ClientToken", "tok", sha))
    assert.equal("cn-qingdao", redact.parameter("RegionId", "cn-qingdao", sha))
    assert.equal("ACS3-HMAC-SHA256 Credential=LTAI…wxyz,SignedHeaders=a;b,Signature=***",
      redact.parameter("authorization",
        "ACS3-HMAC-SHA256 Credential=LTAI0123456wxyz,SignedHeaders=a;b,Signature=00ff", sha))
  end)

  it("never shows enough of a short key id to use it", function()
    assert.equal("***", redact.key_id("short"))
  end)

  it("looks through 64 KiB and 1,000 strings of an error's reply, the plain fields first", function()
    local calls, large, many = 0, {}, {}
    local function more(text)
      calls = calls + 1
      return text
    end
    for index = 1, 4000 do
      large[index], many[index] = ("x"):rep(1000), "x"
    end
    for _, list in ipairs({ large, many }) do
      calls = 0
      local err = { raw = { List = list, Code = "Throttling", Message = "m" }, redact = more }
      redact.error(err)
      assert.same({ "Throttling", "m", "(left out)" }, { err.raw.Code, err.raw.Message, err.raw.List[4000] })
      assert.equal("x", err.raw.List[1]:sub(1, 1))
      assert.is_true(calls <= 1000)
    end
  end)

  it("looks through a bounded part of each field of an error", function()
    local most, huge = 0, ("x"):rep(400 * 1024)
    local err = { code = huge, request_id = huge, execution_id = huge, hint = huge, redact = function(text)
      most = math.max(most, #text)
      return text
    end }
    redact.error(err)
    assert.equal(4096, most)
    for _, name in ipairs({ "code", "request_id", "execution_id", "hint" }) do
      assert.is_true(#err[name] <= 4096)
    end
  end)

  it("cleans a decoded reply without touching it", function()
    local reply = { Message = "SecurityToken=CANARY", List = { { A = 1, B = true } } }
    local clean = redact.reply(reply)
    assert.same({ Message = "SecurityToken=***", List = { { A = 1, B = true } } }, clean)
    assert.equal("SecurityToken=CANARY", reply.Message)
  end)

  it("shows nothing of what nests without end", function()
    local deep = { secret = "CANARY" }
    for _ = 1, 60 do
      deep = { deep }
    end
    local copy, depth = redact.reply(deep), 0
    while type(copy) == "table" and copy[1] do
      copy, depth = copy[1], depth + 1
    end
    assert.is_string(copy)
    assert.is_true(depth < 60)
  end)
end)
