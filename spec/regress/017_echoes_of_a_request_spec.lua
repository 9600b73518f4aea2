-- Secrets in free text were masked by their form ("SecurityToken=", "LTAI"), and only in the values of a reply. If a
-- reply quoted our request percent-encoded twice, as JSON, in Base64, as a name, in a header or in RequestId, it went
-- unchanged into messages, events, logs and err.raw. So did a password of `client.call` and a command of a build
-- content. And printing a provider showed the URL and the command that it was created with, passwords included.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local TOKEN = "CAISexample+/token0123456789=="

local function everything(value, out)
  if type(value) == "table" then
    for key, item in pairs(value) do
      everything(key, out)
      everything(item, out)
    end
  else
    out[#out + 1] = tostring(value)
  end
  return table.concat(out, "\n")
end

describe("an answer that echoes the request", function()
  it("shows nothing of it, wherever and however it does", function()
    local quoted = "CAISexample%252B%252Ftoken0123456789%253D%253D"
    local said = {}
    local client = fake.client({ fake.reply(400, { Code = quoted, Message = "bad: " .. quoted .. " RUN curl -u a:b h",
      RequestId = quoted, Data = { [quoted] = quoted } }, { ["x-echo"] = quoted }) }, {
      credentials = { access_key_id = fake.KEYS.access_key_id, access_key_secret = "s", security_token = TOKEN },
      on_event = function(event) said[#said + 1] = event end })
    local _, message, err = client.pipeline.create({ name = "web", base_image = "m-1", base_image_type = "IMAGE",
      build_content = "FROM IMAGE:m-1\nRUN curl -u a:b h" })
    assert.matches("bad: %*%*%* %(line 2 of BuildContent%)", message)
    assert.equal("***", err.code)
    assert.is_nil(everything({ message, err, said }, {}):find("token0123456789", 1, true))
  end)

  it("nor does what a provider is made of, when that is printed", function()
    for _, provider in ipairs({ ecs.credentials.uri({ uri = "http://h/?code=s3cret" }),
      ecs.credentials.process({ command = "get s3cret" }),
      ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a", external_id = "s3cret",
        credentials = fake.KEYS }) }) do
      assert.is_nil(everything(provider, {}):find("s3cret", 1, true))
    end
  end)
end)
