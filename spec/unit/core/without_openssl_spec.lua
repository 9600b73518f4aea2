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

local function without_algorithms(source, configuration)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(configuration or CONFIGURATION)
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
  it("a call fails with a hint, also where a configuration wants what is not there", function()
    for _, configuration in ipairs({ CONFIGURATION, (CONFIGURATION:gsub("null", "legacy")),
      (CONFIGURATION:gsub("null", "nosuch")),
      "openssl_conf = main\n[main]\nalg_section = wanted\n[wanted]\ndefault_properties = fips=yes\n" }) do
      assert.equal("credentials CRYPTO true true\n"
        .. "pipeline.create: credentials not usable: OpenSSL refused to hash or sign [CRYPTO]\n"
        .. "false true\n", without_algorithms([[
          local ecs = require("ecs_pipeline")
          local client = ecs.new({ region = "cn-hangzhou", log = "off", endpoint = "http://127.0.0.1:9",
            credentials = { access_key_id = "key", access_key_secret = "secret" } })
          local _, _, err = client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE" })
          print(err.kind .. " " .. err.code .. " " .. tostring(err.hint:find("OPENSSL_CONF", 1, true) ~= nil) .. " "
            .. tostring(err.hint:find("openssl list -providers", 1, true) ~= nil))
          print(err.message)
          local row = require("ecs_pipeline.doctor.host").core({ version = core._VERSION })
          print(tostring(row.ok) .. " " .. tostring(row.hint:find("OPENSSL_CONF", 1, true) ~= nil))
        ]], configuration))
    end
  end)

  it("the stages of signing say so", function()
    local output = without_algorithms([[
      print(message(core.sign.sha256_hex, "a"))
      print(message(core.sign.hmac_sha256_hex, "k", "a"))
      print(message(core.sign.hmac_sha256, "k"))
      print(message(core.sign.hmac_sha1_base64, "k", "a"))
      print(message(core.sign.v1, { method = "POST", query = "", access_key_secret = "s" }))
    ]])
    local _, count = output:gsub("OpenSSL", "")
    assert.equal(5, count, output)
  end)

  it("random bytes are the system's", function()
    assert.equal("8 256 false\n", without_algorithms([[
      print(#core.random(8) .. " " .. #core.random(256) .. " " .. tostring(core.random(256) == core.random(256)))
    ]]))
  end)
end)
