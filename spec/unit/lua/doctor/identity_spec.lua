-- ecs.doctor, of the sources of credentials.
local core = require("ecs_pipeline.core")
local doctor_rows = require("spec.support.doctor_rows")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local rows_of, offline = doctor_rows.rows_of, doctor_rows.offline
local passes, fails, skips = doctor_rows.passes, doctor_rows.fails, doctor_rows.skips

describe("ecs.doctor, of credentials", function()
  local KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID = fake.KEYS.access_key_id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET = fake.KEYS.access_key_secret, ALIBABA_CLOUD_SECURITY_TOKEN = "CANARY-token" }

  it("says what each source of the chain said, and which is used", function()
    local rows, report = offline({ region = "cn-hangzhou" }, KEYS)
    passes(rows["source: environment"], "^temporary access key LTAI…wxyz$")
    passes(rows.credentials, "^temporary access key LTAI…wxyz, from environment %(ALIBABA_CLOUD_ACCESS_KEY_ID%)$")
    skips(rows["source: OIDC"], "^not asked: environment comes first$")
    skips(rows["source: credentials URI"], "not asked")
    assert.is_true(report.ok)
    assert.is_nil(tostring(report):find("CANARY", 1, true))
  end)

  it("says what is broken about a source that was set up", function()
    local rows, report = offline({ region = "cn-hangzhou" }, { ALIBABA_CLOUD_ACCESS_KEY_ID = "id" })
    fails(rows["source: environment"], "SECRET is missing", "is skipped")
    skips(rows["source: OIDC"], "not set")
    skips(rows["source: ECS RAM role"], "not asked: online = false")
    skips(rows.credentials, "only sources that were not asked may have any")
    assert.is_false(report.ok)
    rows = offline({ credentials = { access_key_id = "id ", access_key_secret = "s" } })
    fails(rows["source: the credentials option"], "access_key_id holds white space", "copy the key again")
  end)

  it("says what to do when no source has any", function()
    local off = { ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true" }
    local rows = offline({ region = "cn-hangzhou" }, off)
    skips(rows["source: ECS RAM role"], "switched off by")
    fails(rows.credentials, "none of the sources", "set ALIBABA_CLOUD_ACCESS_KEY_ID")
    local in_nginx = { in_nginx = function() return true end, env_note = function(...) return "; env " .. ... end,
      cosocket = function() return { name = "cosocket" } end }
    fails(offline({ region = "cn-hangzhou" }, off, in_nginx).credentials, "none", "; env ALIBABA_CLOUD_ACCESS_KEY_ID")
  end)

  it("starts no command and sends nothing with online = false", function()
    local started = {}
    local host = { popen = function(command) started[#started + 1] = command end }
    for _, provider in ipairs({
      ecs.credentials.process({ command = "keys" }),
      ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a", credentials = fake.KEYS }),
      ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
        credentials = ecs.credentials.uri({ uri = "http://h/" }) }),
    }) do
      local rows = offline({ region = "cn-hangzhou", credentials = provider }, {}, host)
      skips(rows["source: the credentials option"], "not asked: online = false")
      skips(rows.credentials, "not asked")
    end
    assert.same({}, started)
  end)

  it("stays with the source that the chain stays with", function()
    local host = fake.platform({})
    local usable = { get = function() return core.credentials(fake.KEYS) end }
    local first = { get = function() return nil, "later", { kind = "credentials", message = "later" } end }
    local chain = ecs.credentials.chain({ sources = { first, usable } })
    local client = ecs.new({ region = "cn-hangzhou", credentials = chain, platform = host, log = "off" })
    assert(chain:get(client and { platform = host, warn = function() end }))
    first.get = usable.get
    local rows = rows_of(client.doctor({ online = false }))
    passes(rows["source: source 1"], "access key")
    passes(rows.credentials, "from source 2$")
    usable.get = function() return nil, "gone" end
    rows = rows_of(client.doctor({ online = false }))
    passes(rows.credentials, "from source 1$")
    fails(rows["source: source 2"], "gone", "is skipped")
  end)

  it("asks where it may, and says what STS refused", function()
    local client = virtual.client({ credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
      credentials = { access_key_id = "emulator-key", access_key_secret = "wrong" } }) })
    fails(rows_of(client.doctor())["source: the credentials option"], "SignatureDoesNotMatch", "secret")
    client = virtual.client({ credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }) })
    local rows = rows_of(client.doctor())
    passes(rows.credentials, "^temporary access key STS.….*, valid for another 60 min, from the credentials option$")
  end)

  it("says what is set and not used", function()
    local variables = { ALICLOUD_ACCESS_KEY = "other", ALICLOUD_SECRET_KEY = "s",
      ALIBABA_CLOUD_CREDENTIALS_URI = "http://h/" }
    for name, value in pairs(KEYS) do variables[name] = value end
    passes(offline({ region = "cn-hangzhou" }, variables)["not used"],
      "^ALICLOUD_ACCESS_KEY %(ALIBABA_CLOUD_ACCESS_KEY_ID "
      .. "comes first%); credentials URI, ALIBABA_CLOUD_CREDENTIALS_URI %(environment comes first%)$")
    passes(offline({ region = "cn-hangzhou", credentials = fake.KEYS }, KEYS)["not used"],
      "^ALIBABA_CLOUD_ACCESS_KEY_ID %(the credentials option comes first%)$")
    passes(offline({ region = "cn-hangzhou" }, KEYS)["not used"], "^nothing that is set$")
  end)
end)
