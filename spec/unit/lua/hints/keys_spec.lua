-- Hints about access keys, tokens and clocks; none of them tells a secret.
local hints = require("ecs_pipeline.hints")
local fake = require("spec.support.fake")
local refused_calls = require("spec.support.refused_calls")
local virtual = require("spec.support.virtual")

local assert_clean, tampered, create = refused_calls.assert_clean, refused_calls.tampered, refused_calls.create

describe("hints about keys, tokens and clocks", function()
  local function refused(credentials, known, at)
    local client, emulator = tampered(nil, { credentials = credentials }, { credentials = known, now = 1795491843 })
    if at then
      emulator:advance(at)
    end
    return create(client)
  end

  local KEY = { access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY" }
  local TEMPORARY = { access_key_id = "STS.NUspec0000wxyz", access_key_secret = "CANARY", security_token = "CANARY" }

  local rows = {
    { "InvalidAccessKeyId.NotFound", KEY, {}, "no access key LTAI…wxyz at this site" },
    { "InvalidAccessKeyId.NotFound", { access_key_id = "STS.NUspec0000wxyz", access_key_secret = "CANARY" }, {},
      "give its security_token too" },
    { "InvalidAccessKeyId.Inactive", KEY, { [KEY.access_key_id] = { secret = "CANARY", disabled = true } },
      "LTAI…wxyz is disabled" },
    { "MissingSecurityToken", { access_key_id = TEMPORARY.access_key_id, access_key_secret = "CANARY" },
      { [TEMPORARY.access_key_id] = { secret = "CANARY", token = "t" } }, "give its security_token" },
    { "InvalidSecurityToken.MismatchWithAccessKey", TEMPORARY, { [TEMPORARY.access_key_id] = { secret = "CANARY" } },
      "same answer of STS" },
    { "InvalidSecurityToken.Malformed", TEMPORARY,
      { [TEMPORARY.access_key_id] = { secret = "CANARY", token = "another" } }, "copy all of it again" },
    { "InvalidSecurityToken.Expired", TEMPORARY,
      { [TEMPORARY.access_key_id] = { secret = "CANARY", token = "CANARY", expires = 1 } }, "get new STS credentials" },
  }
  for index, row in ipairs(rows) do
    it(row[1] .. " " .. index, function()
      local err = refused(row[2], row[3])
      assert.equal(row[1], err.code)
      assert.equal("credentials", err.kind == "validation" and "credentials" or err.kind)
      assert.matches(row[4], err.hint, 1, true)
    end)
  end

  it("a clock that stays wrong says by how much", function()
    local client = fake.client({ fake.refusal(400, "InvalidTimeStamp.Expired",
      { date = "Tue, 24 Nov 2026 06:44:03 GMT" }) })
    local _, _, err = client.pipeline.describe("ip-1")
    assert.equal("InvalidTimeStamp.Expired", err.code)
    assert.matches("3.0 h behind", err.hint)
    assert.equal(10800, err.clock_offset)
    assert.equal("the clock of this machine is 90 s ahead of the service's: set it (timedatectl set-ntp true; in a "
      .. "container, the host's)", hints.hint({ code = "IllegalTimestamp", kind = "api", clock_offset = -90 }))
  end)

  it("no source with credentials, and what a source met with", function()
    local ecs = require("ecs_pipeline")
    local client = virtual.client({ credentials = ecs.credentials.chain({ sources = { ecs.credentials.env() } }) })
    local err = create(client)
    assert.equal("credentials", err.kind)
    assert.matches("set ALIBABA_CLOUD_ACCESS_KEY_ID .* ecs.doctor%(%) says what", err.hint)
    client = virtual.client({ credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }) },
      { sts = { roles = { ["acs:ram::1:role/a"] = { external_id = "x" } } } })
    assert.matches('needs the RAM action sts:AssumeRole: {.*"acs:ram:%*:%*:role/%*"', create(client).hint)
  end)

  it("a key with white space in it is never sent, and says so", function()
    local client = fake.client({ fake.reply(200, {}) }, { credentials = {
      access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY\n" } })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.equal("credentials", err.kind)
    assert.matches("access_key_secret holds white space", message)
    assert.matches("line end", err.hint)
    assert_clean(message .. err.hint)
  end)
end)
