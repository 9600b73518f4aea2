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

  it("bounds the length of what the service wrote", function()
    assert.is_true(#redact.text(("x"):rep(100000)) < 600)
  end)

  it("masks parameters and headers by name", function()
    for _, name in ipairs({ "Signature", "SecurityToken", "x-acs-security-token",
      "AccessKeySecret", "Password",
      "ClientSecret" }) do
      assert.equal("***", redact.parameter(name, "CANARY", sha), name)
    end
    assert.equal("LTAI…wxyz", redact.parameter("AccessKeyId", "LTAI0123456wxyz", sha))
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
    assert.equal("x", redact.reply(many, more)[4000])
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
