-- Why a signature was refused: secret, change on the way, clock. None of it tells a secret.
local hints = require("ecs_pipeline.hints")
local refused_calls = require("spec.support.refused_calls")

local tampered, create = refused_calls.tampered, refused_calls.create

describe("a wrong signature", function()
  local V1, V3 = { signature_version = "1.0" }, { signature_version = "v3" }

  for name, way in pairs({ ["1.0"] = V1, v3 = V3 }) do
    it("is the secret's fault when the service signed the same text, " .. name, function()
      local client = tampered(nil, { signature_version = way.signature_version,
        credentials = { access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY" } },
        { credentials = { LTAI5tOfTheSpec00wxyz = { secret = "emulator-secret" } } })
      local err = create(client, { build_content = "RUN echo " .. ("x"):rep(9000) })
      assert.equal("SignatureDoesNotMatch", err.code)
      assert.matches("signed the same text, so the secret does not belong to access key LTAI…wxyz",
        err.hint, 1, true)
    end)
  end

  it("1.0: names the byte and the parameter that was changed on the way", function()
    local client = tampered(function(request)
      request.body = request.body:gsub("in%%20the", "in+the%%21")
      return request
    end, { signature_version = "1.0" })
    local err = create(client)
    assert.equal("SignatureDoesNotMatch", err.code)
    local byte = tonumber(err.hint:match("byte (%d+) of the string to sign differs"))
    assert.is_true(byte > 100 and byte < 1000, err.hint)
    assert.matches("in parameter Description;", err.hint)
    assert.matches("proxy", err.hint)
  end)

  it("1.0: counts the byte from the beginning", function()
    local trace = { way = function() return "1.0" end,
      string_to_sign = function() return "POST&%2F&A%3Db%26Name%3Dcd" end }
    local function hint(theirs)
      return hints.hint({ code = "SignatureDoesNotMatch", trace = trace, kind = "credentials",
        message = "No match. server string to sign is:" .. theirs })
    end
    assert.matches("byte 26 of .* in parameter Name;", hint("POST&%2F&A%3Db%26Name%3DcX"))
    assert.matches("byte 14 of .* in parameter A;", hint("POST&%2F&A%3DX%26Name%3Dcd"))
    assert.matches("byte 1 of .* in the method or the path;", hint("GET&%2F&A%3Db%26Name%3Dcd"))
    assert.matches("byte 27 of ", hint("POST&%2F&A%3Db%26Name%3Dcd%26More%3D1"))
    assert.matches("same text", hint("POST&%2F&A%3Db%26Name%3Dcd. "))
  end)

  it("V3: names the parameter or the header that was changed, when the service quotes what it signed", function()
    for expected, change in pairs({
      ["in parameter Description;"] = function(request)
        request.url = request.url:gsub("in%%20the", "of%%20the")
      end,
      ["in header host;"] = function(request)
        request.headers.host = "ecs.elsewhere"
      end,
      ["in header x-acs-action;"] = function(request)
        request.headers["x-acs-action"] = "DescribeImagePipelines"
      end,
    }) do
      local client = tampered(function(request)
        change(request)
        return request
      end, { signature_version = "v3" })
      local err = create(client)
      assert.equal("SignatureDoesNotMatch", err.code)
      assert.matches(expected, err.hint, 1, true)
      assert.matches("of the canonical request differs", err.hint, 1, true)
    end
  end)

  it("V3: says so when it is the method or the path", function()
    local trace = { way = function() return "v3" end, canonical_request = function() return "POST\n/\nA=b\n" end,
      string_to_sign = function() return "ACS3-HMAC-SHA256\n" .. ("a"):rep(64) end }
    assert.matches("byte 2 of the canonical request differs, in the method or the path;", hints.hint({ trace = trace,
      code = "SignatureDoesNotMatch", kind = "credentials", message = "No. server string to sign is:ACS3-HMAC-SHA256\n"
        .. ("b"):rep(64) .. " server canonicalRequest is:PUT\n/\nA=b\n" }), 1, true)
  end)

  it("V3: compares the hashes when that is all it gets", function()
    local trace = { way = function() return "v3" end, canonical_request = function() return "POST\n/\n" end,
      string_to_sign = function() return "ACS3-HMAC-SHA256\n" .. ("a"):rep(64) end }
    local function hint(hash)
      return hints.hint({ code = "SignatureDoesNotMatch", trace = trace, kind = "credentials",
        message = "server string to sign is:ACS3-HMAC-SHA256\n" .. hash:rep(64) })
    end
    assert.matches("same text", hint("a"))
    assert.matches("ours aaaaaaaaaaaa…, its bbbbbbbbbbbb…", hint("b"), 1, true)
  end)

  it("is the missing token's fault with a key of STS", function()
    local client = tampered(nil, { credentials = { access_key_id = "STS.NUspec0000wxyz",
      access_key_secret = "CANARY" } }, { credentials = { ["STS.NUspec0000wxyz"] = { secret = "emulator-secret" } } })
    assert.matches("STS.…wxyz is temporary: give its security_token too", create(client).hint, 1, true)
  end)

  it("is the clock's fault when that is far off and nothing else is known", function()
    local function hint(offset)
      return hints.hint({ code = "SignatureDoesNotMatch", kind = "credentials", message = "no",
        clock_offset = offset })
    end
    assert.matches("20 min behind", hint(1200))
    assert.matches("3.0 h ahead", hint(-10800))
    assert.matches("usually the secret", hint(3))
    assert.matches("usually the secret", hint(nil))
  end)
end)
