-- The request of a call, for people to read.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE", name = "bake", build_content = "RUN true" }

describe("a rendered call", function()
  it("is what would be sent, with the secret parts masked in URL, headers, body and parameters", function()
    for _, version in ipairs({ "v3", "1.0" }) do
      local client, transport = fake.client({ CREATED }, { signature_version = version })
      local one = assert(client.render("pipeline.create", ARGS, { client_token = "mine" }))
      assert.equal(0, #transport.requests)
      assert.same({ true, "pipeline.create", "POST", "cn-hangzhou", "mine" },
        { one.dry_run, one.operation, one.method, one.region, one.client_token })
      assert.equal("bake", one.parameters.Name)
      assert.is_nil(one.note)
      local text = one.url .. one.body .. tostring(one.headers.authorization)
      for _, value in pairs(one.parameters) do text = text .. "\n" .. value end
      assert.is_nil(text:find("Signature=%x%x%x%x"))
      assert.is_nil(text:find("LTAI5tFakeKey00wxyz", 1, true))
      assert.is_nil(text:find("RUN", 1, true))
      assert.matches("8 bytes", one.parameters.BuildContent)
    end
  end)

  it("asks no source of credentials that would have to send or start something", function()
    local asked
    local client, transport = fake.client({ CREATED }, { credentials = { get = function(_, context)
      local reply, err = context.send({ method = "GET", url = "http://100.100.100.200/" }, 0)
      asked = { reply or "nothing", err.code, (select(2, context.platform.popen("keys"))) }
      return nil, "no keys"
    end } })
    local one = assert(client.render("pipeline.create", ARGS))
    assert.same({ "nothing", "NO_TRANSPORT", "nothing may be started here" }, asked)
    assert.equal("signed without credentials: no keys", one.note)
    assert.equal(0, #transport.requests)
  end)

  it("renders nothing for a call that could not be opened", function()
    local client = ecs.new({ credentials = fake.KEYS, transport = fake.transport({ CREATED }), log = "off",
      platform = fake.platform() })
    local rendered, message, err = client.render("pipeline.create", ARGS)
    assert.is_nil(rendered)
    assert.is_string(message)
    assert.is_table(err)
  end)

  it("is refused like the call itself", function()
    local _, message, err = fake.client({ CREATED }).render("pipeline.create", { base_image_type = "IMAGE" })
    assert.matches("^pipeline.create: arguments refused: ", message)
    assert.equal("validation", err.kind)
  end)
end)
