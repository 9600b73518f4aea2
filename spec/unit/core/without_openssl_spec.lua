--- An OpenSSL that offers no algorithm at all, as a strict FIPS configuration may: every use of it ends in an error
-- that names OpenSSL, none in a crash. OpenSSL reads its configuration when it is first used, so each case is a
-- process.

local child = require("spec.support.child_lua")

local CONFIGURATION = [[
openssl_conf = main
[main]
providers = providers
[providers]
null = null
[null]
activate = 1
]]

local function without_algorithms(source)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(CONFIGURATION)
  file:close()
  local ok, output = child.run([[
    local core = require("ecs_pipeline.core")
    local function message(...) return (select(2, pcall(...))) end
  ]] .. source, "OPENSSL_CONF='" .. path .. "' ")
  os.remove(path)
  assert.is_true(ok, output)
  return output
end

describe("without OpenSSL's algorithms", function()
  it("there is no session", function()
    assert.matches("session: OpenSSL offers no SHA-256 here", without_algorithms([[
      print(message(core.session, { decode = print, user_agent = "x" }))
    ]]), 1, true)
  end)

  it("the stages of signing say so", function()
    local output = without_algorithms([[
      print(message(core.sign.sha256_hex, "a"))
      print(message(core.sign.hmac_sha256_hex, "k", "a"))
      print(message(core.sign.hmac_sha1_base64, "k", "a"))
      print(message(core.sign.v1, { method = "POST", query = "", access_key_secret = "s" }))
    ]])
    local _, count = output:gsub("OpenSSL", "")
    assert.equal(4, count, output)
  end)

  it("there are no random bytes, or good ones", function()
    local output = without_algorithms([[print(#message(core.random, 8))]])
    assert.is_true(tonumber(output) ~= nil, output)
  end)
end)
