-- Hints about names, connections, proxies and TLS.
local fake = require("spec.support.fake")

local SECRETS = { "emulator-secret", "CANARY" }

local function assert_clean(text)
  for _, secret in ipairs(SECRETS) do
    assert.is_nil(text:find(secret, 1, true), text)
  end
end

describe("hints about the network", function()
  local function hint(fields, options)
    local failed = { kind = "transport", message = "no", sent = false }
    for name, value in pairs(fields) do
      failed[name] = value
    end
    options = options or {}
    options.retry = false
    local client = fake.client({ { failed = failed } }, options)
    local _, _, err = client.pipeline.describe("ip-1")
    assert_clean(err.hint)
    return err.hint
  end

  it("names: the region that was meant, else the name server", function()
    assert.matches('did you mean "cn-hangzhou"', hint({ code = "DNS" }, { region = "cn-hangzhou-h" }), 1, true)
    assert.matches("getent hosts ecs.cn-hangzhou.aliyuncs.com)", hint({ code = "DNS" }), 1, true)
    assert.matches('endpoint_type = "vpc"', hint({ code = "DNS" }), 1, true)
  end)

  it("connections", function()
    assert.matches("firewall", hint({ code = "CONNECT" }))
    assert.matches("firewall", hint({ kind = "timeout", code = "TIMEOUT" }))
  end)

  it("proxies", function()
    assert.matches("user and a password",
      hint({ code = "PROXY", reason = "credentials" }))
    assert.matches("name it in NO_PROXY", hint({ code = "PROXY", reason = "refused" }))
    assert.matches("http://host:port", hint({ code = "PROXY", reason = "unsupported" }))
    assert.matches("HTTPS_PROXY", hint({ code = "PROXY", message = "the proxy cannot be reached" }))
  end)

  it("TLS: each reason its own", function()
    local seen = {}
    for _, reason in ipairs({ "expired", "not_yet_valid", "wrong_host", "untrusted", "self_signed", "revoked",
      "old_protocol", "no_cipher", "client_certificate", "ended", "not_tls", "openssl", "ca_file" }) do
      local text = hint({ code = "TLS", reason = reason })
      assert.is_nil(seen[text], reason)
      seen[text] = true
    end
    assert.matches("ca_file", hint({ code = "TLS" }))
    local client = fake.client({ { failed = { kind = "transport", code = "TLS", reason = "ended", message = "no",
      sent = true } } })
    local _, _, err = client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE" })
    assert.same({ "TLS", "unknown", false, 1 }, { err.code, err.outcome, err.retryable, err.attempts })
    assert.matches("repeat with client_token = err.client_token", err.hint, 1, true) -- what to do comes first
    assert.matches("http block of nginx.conf", hint({ code = "TLS",
      message = "refused (nginx.conf needs \"lua_ssl_trusted_certificate …\")" }))
  end)
end)
