--- An OpenSSL that offers no algorithm at all, as a strict FIPS configuration may: every use of it ends in an error
-- that names OpenSSL, none in a crash. OpenSSL reads its configuration when it is first used, so each case is a
-- process.

local child = require("spec.support.child_lua")
local socket = require("socket")

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

-- No provider, the wrong one, one that is not installed, a start that fails, FIPS without its provider.
local CONFIGURATIONS = { CONFIGURATION, (CONFIGURATION:gsub("null", "legacy")), (CONFIGURATION:gsub("null", "nosuch")),
  "config_diagnostics = 1\n" .. CONFIGURATION:gsub("null", "nosuch"),
  "openssl_conf = main\n[main]\nalg_section = wanted\n[wanted]\ndefault_properties = fips=yes\n" }

describe("without OpenSSL's algorithms", function()
  it("a call fails with a hint, also where a configuration wants what is not there", function()
    for _, configuration in ipairs(CONFIGURATIONS) do
      assert.equal("credentials CRYPTO true true\n"
        .. "pipeline.create: credentials not usable: OpenSSL cannot sign [CRYPTO]\n"
        .. "true false true\n", without_algorithms([[
          local ecs = require("ecs_pipeline")
          local client = ecs.new({ region = "cn-hangzhou", log = "off", endpoint = "http://127.0.0.1:9",
            credentials = { access_key_id = "key", access_key_secret = "secret" } })
          local _, _, err = client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE" })
          print(err.kind .. " " .. err.code .. " " .. tostring(err.hint:find("OPENSSL_CONF", 1, true) ~= nil) .. " "
            .. tostring(err.hint:find("openssl list -providers", 1, true) ~= nil))
          print(err.message)
          local rows = {}
          for _, row in ipairs(client.doctor({ online = false }).checks) do
            rows[row.name] = row
          end
          print(tostring(rows.core.ok) .. " " .. tostring(rows.openssl.ok) .. " "
            .. tostring(rows.openssl.hint:find("OPENSSL_CONF", 1, true) ~= nil))
        ]], configuration))
    end
  end)

  it("TLS fails because of OpenSSL, not of certificates", function()
    local listener = assert(socket.bind("127.0.0.1", 0))
    local port = select(2, listener:getsockname())
    for _, configuration in ipairs(CONFIGURATIONS) do
      assert.equal("TLS openssl false true\n", without_algorithms(([[
        local ecs = require("ecs_pipeline")
        local client = ecs.new({ region = "cn-hangzhou", log = "off", timeout = { connect = 2, total = 2 },
          retry = { attempts = 1 }, credentials = ecs.credentials.uri({ uri = "https://127.0.0.1:%d/keys" }) })
        local _, _, err = client.pipeline.describe("ip-bp1")
        print(err.cause.code .. " " .. tostring(err.cause.reason) .. " " .. tostring(err.retryable) .. " "
          .. tostring(err.hint:find("OPENSSL_CONF", 1, true) ~= nil))
      ]]):format(port), configuration))
    end
    listener:close()
  end)

  it("names and marks need no provider: contents, keys, commands", function()
    assert.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
      .. "sha256: 64 command key\n", without_algorithms([[
        local ecs = require("ecs_pipeline")
        print(core.sign.sha256_hex("abc"))
        local credentials = core.credentials({ access_key_id = "key", access_key_secret = "secret" })
        local names = ecs.credentials.process({ command = "true" }):identity()
        local result = require("ecs_pipeline.credentials.result")
        print(ecs.build_content.hash("RUN a\n"):sub(1, 7) .. " " .. #credentials:key_digest() .. " "
          .. names:match("^%a+") .. " " .. result.identity(credentials, "env"):match("^%a+"))
      ]]))
  end)

  it("webhooks are neither signed nor accepted", function()
    assert.equal("nil CRYPTO true\n503 CRYPTO true\n", without_algorithms([[
      local openresty = require("ecs_pipeline.openresty")
      local fake_request = require("spec.support.fake_request")
      local signed, message, err = openresty.sign("0123456789abcdef", "{}")
      print(tostring(signed) .. " " .. err.code .. " " .. tostring(message:find("OPENSSL_CONF", 1, true) ~= nil))
      local host = require("spec.support.fake_ngx").new({})
      local handler = openresty.handler({ secret = fake_request.SECRET, pipelines = { web = "ip-bp1" }, host = host,
        client = require("ecs_pipeline").new({ region = "cn-hangzhou", credentials = { access_key_id = "key",
          access_key_secret = "secret" } }) })
      local answer = fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook", body = "{}" })
      print(answer.status .. " " .. answer.json.error.code .. " "
        .. tostring(answer.json.error.message:find("OPENSSL_CONF", 1, true) ~= nil))
    ]]))
  end)

  it("the stages of signing say so", function()
    local output = without_algorithms([[
      print(message(core.sign.hmac_sha256_hex, "k", "a"))
      print(message(core.sign.hmac_sha256, "k"))
      print(message(core.sign.hmac_sha1_base64, "k", "a"))
      print(message(core.sign.v1, { method = "POST", query = "", access_key_secret = "s" }))
    ]])
    local _, count = output:gsub("OpenSSL", "")
    assert.equal(4, count, output)
  end)

  it("a request is refused each time that it is to be signed", function()
    assert.equal("v3 CRYPTO CRYPTO\n1.0 CRYPTO CRYPTO\n", without_algorithms([[
      local fixture = require("spec.support.core_fixture")
      local attempt = fixture.attempt()
      for _, version in ipairs({ "v3", "1.0" }) do
        local session, codes = fixture.session({ signature_version = version }), {}
        for i = 1, 2 do
          local _, err = core.prepare(session, "pipeline.create", fixture.create_args(), attempt)
          codes[i] = err.code
        end
        print(version .. " " .. table.concat(codes, " "))
      end
    ]]))
  end)

  it("random bytes are the system's", function()
    assert.equal("8 256 false\n", without_algorithms([[
      print(#core.random(8) .. " " .. #core.random(256) .. " " .. tostring(core.random(256) == core.random(256)))
    ]]))
  end)
end)
