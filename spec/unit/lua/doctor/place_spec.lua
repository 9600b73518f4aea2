-- ecs.doctor, of region, endpoint and proxy.
local doctor_rows = require("spec.support.doctor_rows")
local ecs = require("ecs_pipeline")

local rows_of, offline = doctor_rows.rows_of, doctor_rows.offline
local passes, fails, skips = doctor_rows.passes, doctor_rows.fails, doctor_rows.skips

describe("ecs.doctor, of where calls go", function()
  it("names the region and who says so", function()
    passes(offline({ region = "cn-hangzhou" }).region, "^cn%-hangzhou %(the region option%)$")
    passes(offline({}, { ALICLOUD_REGION = "cn-beijing" }).region, "^cn%-beijing %(ALICLOUD_REGION%)$")
    local report = ecs.new({ region = "cn-hangzhou", log = "off" }).doctor({ online = false, region = "cn-qingdao" })
    passes(rows_of(report).region, "^cn%-qingdao %(the region option of this check%)$")
    local unknown = offline({ region = "cn-hangzou" }).region
    passes(unknown, "not among those known here")
    assert.equal("did you mean \"cn-hangzhou\"?", unknown.hint)
  end)

  it("takes the region of the CLI's profile", function()
    local text = '{"current":"p","profiles":[{"name":"p","region_id":"cn-chengdu"}]}'
    passes(offline({}, { HOME = "/home" }, {
      file_status = function() return { mode = 384, size = #text, modified = 1, regular = true } end,
      read_file = function() return text end,
    }).region, "^cn%-chengdu %(the CLI's profile%)$")
  end)

  it("says what is wrong with a region without repeating it", function()
    local rows = offline({ region = "CN Hangzhou" })
    fails(rows.region, "the region option is not a region id", "did you mean \"cn%-hangzhou\"")
    fails(rows.endpoint, "region is not a region id", "follows from the region")
    skips(rows.proxy, "no endpoint")
    fails(offline({ region = "%%%" }).region, "not a region id", "write it as cn%-hangzhou")
    rows = offline()
    fails(rows.region, "^none$", "ALIBABA_CLOUD_REGION_ID")
    fails(rows.endpoint, "no region", "ALIBABA_CLOUD_ENDPOINT_ECS")
  end)

  it("names the endpoint and who says so", function()
    local function endpoint(options, variables)
      options.region = "cn-hangzhou"
      return offline(options, variables).endpoint
    end
    passes(endpoint({}), "^https://ecs.cn%-hangzhou.aliyuncs.com %(by the rule for public endpoints%)$")
    passes(endpoint({ endpoint_type = "vpc" }), "^https://ecs%-vpc.cn%-hangzhou.aliyuncs.com %(by the rule for vpc")
    passes(endpoint({ endpoint = { ecs = "h:8443" } }), "^https://h:8443 %(the endpoint option%)$")
    passes(endpoint({}, { ALIBABA_CLOUD_ENDPOINT_ECS = "h" }), "^https://h %(ALIBABA_CLOUD_ENDPOINT_ECS%)$")
    local wrong = endpoint({ endpoint = "https://user:CANARY@h/" })
    fails(wrong, "must be a host", "correct that")
    assert.is_nil(wrong.detail:find("CANARY", 1, true))
  end)

  it("names the proxy, without user and password", function()
    local function proxy(options, variables)
      options.region = "cn-hangzhou"
      return offline(options, variables).proxy
    end
    passes(proxy({}), "^none %(the environment%)$")
    passes(proxy({ proxy = false }), "^none %(the proxy option%)$")
    passes(proxy({ proxy = "http://user:CANARY@h:3128" }), "^http://%*%*%*@h:3128 %(the proxy option%)$")
    passes(proxy({}, { https_proxy = "http://[::1]:3128/" }), "^http://%[::1%]:3128 %(https_proxy%)$")
    passes(proxy({}, { https_proxy = "http://h", no_proxy = "aliyuncs.com" }), "^none %(no_proxy%)$")
    fails(proxy({}, { ALL_PROXY = "ftp://h:1" }), "^ALL_PROXY is not the address of a proxy", "correct it")
    for _, wrong in ipairs({ "user:CANARY@h", "http://CANARY h", "http://u:CANARY@h:x" }) do
      local row = proxy({ proxy = wrong })
      fails(row, "the proxy option is not the address", "http://user:password@host:port")
      assert.is_nil((row.detail .. row.hint):find("CANARY", 1, true))
    end
    skips(proxy({ transport = { send = function() end } }), "transport decides")
  end)
end)
