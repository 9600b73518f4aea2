local endpoint = require("ecs_pipeline.call.endpoint")

local function resolve(product, region, more)
  local request = { product = product, region = region, env = function() end }
  for name, value in pairs(more or {}) do
    request[name] = value
  end
  return endpoint.resolve(request)
end

local function env(values)
  return { env = function(name) return values[name] end }
end

describe("endpoint", function()
  local vpc = { endpoint_type = "vpc" }
  local rules = {
    { "Ecs", "cn-hangzhou", nil, "ecs.cn-hangzhou.aliyuncs.com" }, -- not the SDK's ecs-cn-hangzhou
    { "Ecs", "cn-shanghai-finance-1", nil, "ecs.cn-shanghai-finance-1.aliyuncs.com" },
    { "Ecs", "cn-hangzhou-finance", nil, "ecs.aliyuncs.com" },
    { "Ecs", "cn-wuhan", nil, "ecs.aliyuncs.com" },
    { "Ecs", "cn-qingdao", vpc, "ecs-vpc.cn-qingdao.aliyuncs.com" },
    { "Vpc", "cn-qingdao", nil, "vpc.cn-qingdao.aliyuncs.com" },
    { "Vpc", "cn-qingdao", vpc, "vpc-vpc.cn-qingdao.aliyuncs.com" },
    { "Sts", "eu-central-1", nil, "sts.eu-central-1.aliyuncs.com" },
    { "Sts", "ap-south-1", nil, "sts.aliyuncs.com" },
    { "Sts", "ap-southeast-2", nil, "sts.aliyuncs.com" },
    { "ResourceManager", nil, nil, "resourcemanager.aliyuncs.com" },
    { "ResourceManager", "me-east-1", vpc, "resourcemanager-vpc.me-east-1.aliyuncs.com" },
    { "ResourceManager", "cn-qingdao", vpc, "resourcemanager.vpc-proxy.aliyuncs.com" },
    { "Slb", "cn-qingdao", nil, "slb.cn-qingdao.aliyuncs.com" },
  }
  for _, rule in ipairs(rules) do
    it(("%s %s → %s"):format(rule[1], tostring(rule[2]), rule[4]), function()
      assert.equal("https://" .. rule[4], resolve(rule[1], rule[2], rule[3]))
    end)
  end

  it("takes the option before the environment before the rule", function()
    local both = env({ ALIBABA_CLOUD_ENDPOINT_ECS = "from.env" })
    assert.equal("https://from.env", resolve("Ecs", "cn-hangzhou", both))
    both.endpoint = "http://127.0.0.1:8080/"
    assert.equal("http://127.0.0.1:8080", resolve("Ecs", "cn-hangzhou", both))
    both.endpoint = { vpc = "vpc.test:8443" }
    assert.equal("https://from.env", resolve("Ecs", "cn-hangzhou", both))
    assert.equal("https://vpc.test:8443", resolve("Vpc", "cn-hangzhou", both))
  end)

  it("needs a region only for a name that holds one", function()
    local url, why = resolve("Ecs", nil)
    assert.is_nil(url)
    assert.matches("no region", why)
    assert.equal("https://h", resolve("Ecs", nil, { endpoint = "h" }))
  end)

  it("refuses a region that does not look like one before it becomes a host name", function()
    for _, region in ipairs({ "cn.evil.com/", "CN-HANGZHOU", "a@b", "a b", "", "x#", ("a"):rep(64),
      7 }) do
      local url, why = resolve("Ecs", region)
      assert.is_nil(url)
      assert.matches("region id", why)
    end
  end)

  it("refuses endpoints with more than scheme, host and port, and odd products", function()
    for _, text in ipairs({ "https://h/path", "https://u:p@h", "ftp://h", "h ost", "h\r\nx",
      "" }) do
      assert.is_nil((resolve("Ecs", "cn-hangzhou", { endpoint = text })))
    end
    assert.is_nil((resolve("Ecs.evil.com/", "cn-hangzhou")))
    assert.equal("https://[::1]:8443", resolve("Ecs", "x", { endpoint = "https://[::1]:8443" }))
  end)
end)
