-- Sources of credentials through libcurl: STS over TLS, a metadata service and a sidecar over HTTP. All of them are the
-- emulator behind nginx, which then verifies the credentials that it issued.
local ecs = require("ecs_pipeline")
local server = require("ecs_pipeline.emulator.nginx.server")

local ROLE = "acs:ram::1511928242963727:role/web"
local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local running, token_file

setup(function()
  token_file = os.tmpname()
  local file = assert(io.open(token_file, "w"))
  file:write("a.jwt\n")
  file:close()
  running = assert(server.start({ emulator = { metadata = { role = "web", life = 900 } } }))
end)

teardown(function()
  running.stop()
  os.remove(token_file)
end)

local function http(path)
  return "http://127.0.0.1:" .. running.http_port .. (path or "")
end

local function client(provider, options)
  local all = { region = "cn-hangzhou", credentials = provider, log = "off", ca_file = running.ca_file,
    proxy = "http://127.0.0.1:9", retry = false, endpoint = "https://localhost:" .. running.https_port,
    platform = { sleep = function() end } } -- between the attempts at keys
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return ecs.new(all)
end

describe("credentials over a network", function()
  it("come from STS", function()
    for _, provider in ipairs({
      ecs.credentials.assume_role({ role_arn = ROLE, credentials = KEYS }),
      ecs.credentials.oidc({ role_arn = ROLE, oidc_provider_arn = "acs:ram::1511928242963727:oidc-provider/k8s",
        oidc_token_file = token_file }),
    }) do
      local made = client(provider, { proxy = false })
      assert(made.pipeline.list({}))
      assert.matches("assumed%-role/web/ecs_pipeline%-%d+$", assert(made.account.describe()).arn)
    end
  end)

  it("come from the metadata service and from a sidecar, past the proxy that the calls go through", function()
    for _, provider in ipairs({
      ecs.credentials.ecs_ram_role({ endpoint = http() }),
      ecs.credentials.ecs_ram_role({ endpoint = http(), role_name = "web" }),
      ecs.credentials.uri({ uri = http("/latest/meta-data/ram/security-credentials/web") }),
    }) do
      local _, _, err = client(provider).pipeline.list({})
      assert.equal("PROXY", err.code)
      local made = client(provider, { proxy = false })
      assert.matches("assumed%-role/web/i%-bp1emulator$", assert(made.account.describe()).arn)
    end
  end)

  it("say what the network or STS said, and what to do about it", function()
    local function hint(options, keys)
      local _, message, err = client(ecs.credentials.assume_role({ role_arn = ROLE, credentials = keys or KEYS }),
        options).pipeline.list({})
      assert.equal("credentials", err.kind, message)
      return err.hint
    end
    assert.matches("nothing answers at 127.0.0.1:1:", hint({ endpoint = "https://127.0.0.1:1", proxy = false }))
    assert.matches("ca_file", hint({ ca_file = "/etc/ssl/certs/ca-certificates.crt", proxy = false }))
    assert.matches("proxy = false uses none", hint())
    assert.matches("the secret does not belong to access key emul…%-key", hint({ proxy = false },
      { access_key_id = "emulator-key", access_key_secret = "another" }))
  end)
end)
