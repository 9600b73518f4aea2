-- The role of an instance. Every answer of the metadata service: spec/credentials/rows/ram_role.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

local function says(pattern, value, message)
  assert.is_nil(value)
  assert.matches(pattern, message)
end

-- What a client on this host says of a provider.
local function fails(pattern, setup, provider)
  local host = harness.new(setup)
  local listed, message, err = host:client(provider).pipeline.list({})
  says(pattern, listed, message)
  assert.same({}, harness.leaks(message, err))
end

describe("the role of an instance", function()
  it("is not known when the metadata service does not tell it", function()
    local function metadata(_, request)
      return harness.reply(request.method == "PUT" and 200 or 500, "token")
    end
    fails("the metadata service, asked for the role: status 500", { metadata = metadata },
      ecs.credentials.ecs_ram_role())
  end)

  it("is not asked for again for a while where no metadata service is", function()
    local host = harness.new()
    local provider = ecs.credentials.ecs_ram_role()
    local client = host:client(provider)
    for _ = 1, 2 do
      says("no metadata service: connection refused", client.pipeline.list({}))
    end
    assert.equal(1, host.count.metadata)
    host.emulator:advance(60)
    client.pipeline.list({})
    assert.equal(2, host.count.metadata)
  end)

  it("is refused without an IMDSv2 token, unless IMDSv1 is allowed and not forbidden", function()
    local function metadata(_, request)
      return harness.reply(404, request.method)
    end
    fails("gives no IMDSv2 token %(status 404%)", { metadata = metadata }, ecs.credentials.ecs_ram_role())
    fails("no RAM role is attached", { metadata = metadata }, ecs.credentials.ecs_ram_role({ allow_imds_v1 = true }))
    fails("gives no IMDSv2 token", { metadata = metadata, env = { ALIBABA_CLOUD_IMDSV1_DISABLED = "TRUE" } },
      ecs.credentials.ecs_ram_role({ allow_imds_v1 = true }))
  end)
end)
