-- The emulator believes a request only when its signature is right: the vendor's golden cases are
-- accepted as they are, and refused as soon as anything in them is changed.

local cjson = require("cjson").new()
local clock = require("ecs_pipeline.emulator.clock")
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local cases = cjson.decode(read("spec/vectors/signing-vectors.json")).cases

-- Refusals that mean "I do not believe you"; everything else is about the content.
local function believed(code)
  return code == nil or not (code:find("Signature") or code:find("AccessKey") or code:find("TimeStamp")
    or code:find("SecurityToken"))
end

local function emulator_for(case)
  return emulators.new({
    now = clock.parse_iso(case.timestamp or case.date),
    credentials = { [case.access_key_id] = { secret = case.access_key_secret, token = case.security_token } },
  })
end

-- The request as it went over the wire.
local function request_of(case)
  if case.scheme == "V1" then
    local headers = { host = case.host }
    if case.wire_body ~= "" then
      headers["content-type"] = "application/x-www-form-urlencoded"
    end
    return { method = case.method, query = case.wire_query, body = case.wire_body, headers = headers }
  end
  local headers = { Authorization = case.authorization, Accept = "application/json" }
  for name, value in pairs(case.headers_signed) do
    headers[name] = value
  end
  return { method = case.method, query = case.wire_path:match("%?(.*)$") or "", body = case.body or "",
    headers = headers }
end

local function send(case, request)
  return caller.new(emulator_for(case)):send(request)
end

describe("golden signatures", function()
  it("are all there", function()
    assert.are.equal(42, #cases)
  end)

  for _, case in ipairs(cases) do
    it(case.name .. " is believed as it was sent", function()
      local _, reply = send(case, request_of(case))
      assert.is_true(believed(reply.Code), tostring(reply.Code) .. " " .. tostring(reply.Message))
    end)

    it(case.name .. " is refused with one parameter more", function()
      local request = request_of(case)
      request.query = request.query .. (request.query == "" and "" or "&") .. "Extra=1"
      local status, reply = send(case, request)
      assert.are.same({ 400, "SignatureDoesNotMatch" }, { status, reply.Code })
    end)

    it(case.name .. " is refused with another method", function()
      local request = request_of(case)
      request.method = request.method == "GET" and "POST" or "GET"
      local _, reply = send(case, request)
      assert.are.equal("SignatureDoesNotMatch", reply.Code)
    end)

    if (case.body or case.wire_body or "") ~= "" then
      it(case.name .. " is refused with another body", function()
        local request = request_of(case)
        request.body = request.body .. "&Extra=1"
        local _, reply = send(case, request)
        assert.are.equal("SignatureDoesNotMatch", reply.Code)
      end)
    end

    if case.string_to_sign then
      it(case.name .. " has the string to sign that the server shows", function()
        local request = request_of(case)
        local wrong = { access_key_id = case.access_key_id, access_key_secret = "another", date = case.date,
          timestamp = case.timestamp, security_token = case.security_token }
        local _, reply = send(wrong, request)
        assert.are.equal("SignatureDoesNotMatch", reply.Code)
        assert.is_truthy(reply.Message:find("server string to sign is:" .. case.string_to_sign, 1, true))
      end)
    end
  end
end)

for _, way in ipairs({
  { scheme = "V3", placement = "query" }, { scheme = "V3", placement = "form" },
  { scheme = "1.0", placement = "query" }, { scheme = "1.0", placement = "form" },
}) do
  describe("signature " .. way.scheme .. " in the " .. way.placement, function()
    local emulator, client

    local function fresh(options, credentials)
      emulator = emulators.new(options)
      client = caller.new(emulator, { scheme = way.scheme, placement = way.placement,
        id = credentials and credentials.id, secret = credentials and credentials.secret,
        token = credentials and credentials.token })
    end

    before_each(function()
      fresh({ now = 1767225600 })
    end)

    local function code_of(...)
      local status, reply = client:call("DescribeImagePipelines", {}, ...)
      return reply.Code and { status, reply.Code } or { status }
    end

    it("is accepted once, and its nonce never again", function()
      assert.are.same({ 200 }, code_of({ nonce = "one" }))
      assert.are.same({ 400, "SignatureNonceUsed" }, code_of({ nonce = "one" }))
      assert.are.same({ 200 }, code_of({ nonce = "two" }))
    end)

    it("does not use up the nonce of a request it refused", function()
      client.secret = "wrong"
      assert.are.same({ 400, "SignatureDoesNotMatch" }, code_of({ nonce = "one" }))
      client.secret = "emulator-secret"
      assert.are.same({ 200 }, code_of({ nonce = "one" }))
    end)

    it("may be 15 minutes old or early, not more", function()
      local now = emulator:now()
      assert.are.same({ 200 }, code_of({ now = now - 900 }))
      assert.are.same({ 200 }, code_of({ now = now + 900 }))
      assert.are.same({ 400, "InvalidTimeStamp.Expired" }, code_of({ now = now - 901 }))
      assert.are.same({ 400, "InvalidTimeStamp.Expired" }, code_of({ now = now + 901 }))
      assert.are.same({ 400, "InvalidTimeStamp.Format" }, code_of({ date = "2026-01-01 00:00:00" }))
    end)

    it("is answered with a Date from which a wrong clock can be set right", function()
      local _, _, headers = client:describe({}, { now = 0 })
      assert.are.equal("Thu, 01 Jan 2026 00:00:00 GMT", headers.date)
    end)

    it("of an unknown, a disabled and a forbidden key is refused", function()
      fresh({ credentials = {
        off = { secret = "s", disabled = true }, small = { secret = "s", deny = { "ecs:DescribeImagePipelines" } },
      } }, { id = "nobody", secret = "s" })
      assert.are.same({ 404, "InvalidAccessKeyId.NotFound" }, code_of())
      client.id = "off"
      assert.are.same({ 400, "InvalidAccessKeyId.Inactive" }, code_of())
      client.id = "small"
      assert.are.same({ 403, "Forbidden.RAM" }, code_of())
    end)

    it("needs the security token of a temporary key, until that expires", function()
      fresh({ now = 1000000000, credentials = { sts = { secret = "s", token = "tok+/=", expires = 1000000100 } } },
        { id = "sts", secret = "s", token = "tok+/=" })
      assert.are.same({ 200 }, code_of())
      client.token = "other"
      assert.are.same({ 400, "InvalidSecurityToken.Malformed" }, code_of())
      client.token = nil
      assert.are.same({ 400, "MissingSecurityToken" }, code_of())
      client.token = "tok+/="
      emulator:advance(100)
      assert.are.same({ 400, "InvalidSecurityToken.Expired" }, code_of())
    end)

    it("with a token that belongs to no key is refused", function()
      client.token = "stray"
      assert.are.same({ 400, "InvalidSecurityToken.MismatchWithAccessKey" }, code_of())
    end)
  end)
end

describe("a V3 request", function()
  local client

  before_each(function()
    client = caller.new(emulators.new(), { placement = "form" })
  end)

  for _, name in ipairs({ "host", "content-type", "x-acs-action", "x-acs-date", "x-acs-extra" }) do
    it("must have signed its " .. name, function()
      local options = { unsigned = name, headers = { ["x-acs-extra"] = "1" } }
      local _, reply = client:describe({}, options)
      assert.are.equal("SignatureDoesNotMatch", reply.Code)
    end)
  end

  for _, name in ipairs({ "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce",
    "x-acs-content-sha256", "host" }) do
    it("without " .. name .. " is incomplete", function()
      local request = client:request("DescribeImagePipelines")
      request.headers[name] = nil
      local status, reply = client:send(request)
      assert.are.same({ 400, "IncompleteSignature" }, { status, reply.Code })
    end)
  end

  it("with a body hash that is not the body's is refused, even when that was signed", function()
    local _, reply = client:describe({}, { headers = { ["x-acs-content-sha256"] = ("0"):rep(64) } })
    assert.are.equal("SignatureDoesNotMatch", reply.Code)
  end)

  it("with a half Authorization header is incomplete", function()
    local request = client:request("DescribeImagePipelines")
    request.headers.authorization = "ACS3-HMAC-SHA256 Credential=emulator-key"
    local _, reply = client:send(request)
    assert.are.equal("IncompleteSignature", reply.Code)
  end)

  it("may sign more than it must, and send unsigned what does not matter", function()
    local status = client:describe({}, { headers = { ["user-agent"] = "me", ["x-acs-retry-attempts"] = "2" } })
    assert.are.equal(200, status)
  end)
end)

describe("a request without any signature", function()
  it("is refused, naming what is missing", function()
    local emulator = emulators.new()
    local status, headers, body = emulator:handle("POST", "/?Action=DescribeImagePipelines&Format=JSON",
      { host = "localhost" }, "")
    assert.are.equal(400, status)
    assert.are.equal("MissingAccessKeyId", cjson.decode(body).Code)
    assert.is_truthy(headers.date)
  end)
end)

describe("a signature", function()
  it("is refused when its signature has another length, or names another method", function()
    local client = caller.new(emulators.new())
    local request = client:request("CreateImagePipeline", caller.template())
    request.headers.authorization = request.headers.authorization:sub(1, -2)
    local _, reply = client:send(request)
    assert.equal("SignatureDoesNotMatch", reply.Code)
    local v1 = caller.new(emulators.new(), { scheme = "1.0" })
    request = v1:request("CreateImagePipeline", caller.template())
    request.query = request.query:gsub("HMAC%-SHA1", "HMAC-MD5")
    _, reply = v1:send(request)
    assert.equal("IncompleteSignature", reply.Code)
  end)
end)
