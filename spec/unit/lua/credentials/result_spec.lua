-- What a source returns: credentials, or an error that never repeats a secret.
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
