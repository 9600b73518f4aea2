local endpoint = require("ecs_pipeline.call.endpoint")

local function resolve(product, region, more)
  local place = { env = function() end }
  for name, value in pairs(more or {}) do
    place[name] = value
  end
  return endpoint.resolve(product, region, place)
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
    { "Ecs", "cn-shenzhen-finance-1", vpc, "ecs-vpc.cn-shenzhen-finance-1.aliyuncs.com" },
    { "Ecs", "cn-edge-1", nil, "ecs.cn-qingdao-nebula.aliyuncs.com" },
    { "Ecs", "cn-somewhere-new", nil, "ecs.cn-somewhere-new.aliyuncs.com" },
    { "Vpc", "cn-hangzhou", nil, "vpc.cn-hangzhou.aliyuncs.com" }, -- not the SDK's central host
    { "Vpc", "cn-shanghai-finance-1", nil, "vpc.cn-shanghai-finance-1.aliyuncs.com" },
    { "Vpc", "cn-edge-1", nil, "vpc-nebula.cn-qingdao-nebula.aliyuncs.com" },
    { "Sts", "cn-wuhan", nil, "sts.aliyuncs.com" },
    { "Sts", "cn-shenzhen-finance-1", vpc, "sts-vpc.cn-shenzhen-finance-1.aliyuncs.com" },
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
      7, "cn--hangzhou", "cn-hangzhou-", "-cn", "cn", "1-2", "cn-hangzhou\n", "cn-\0a", "cn-a:80" }) do
      local url, why, option = resolve("Ecs", region)
      assert.is_nil(url)
      assert.matches("region id", why)
      assert.equal("region", option)
    end
  end)

  it("suggests the region that was meant", function()
    for given, meant in pairs({ CN_HANGZHOU = "cn-hangzhou", [" cn-qingdao\n"] = "cn-qingdao",
      Frankfurt = false, Shanghai = "cn-shanghai", ["cn-hangzou!"] = "cn-hangzhou" }) do
      local _, why = resolve("Ecs", given)
      assert.equal(meant or nil, why:match('did you mean "(.-)"'), given)
    end
    assert.equal("cn-hangzhou", endpoint.suggest("cn-hangzhou-h")) -- a zone
    assert.equal("us-east-1", endpoint.suggest("us-east-1a"))
    assert.equal("cn-beijing", endpoint.suggest("cn-bejing"))
    assert.is_nil(endpoint.suggest("cn-hangzhou"))
    assert.is_nil(endpoint.suggest(7))
    assert.is_true(endpoint.is_known("cn-hangzhou") and endpoint.is_known("cn-wuhan"))
    assert.is_false(endpoint.is_known("cn-hangzhou-h"))
  end)

  it("says where the vendor lists no endpoint inside the VPC", function()
    for product, region in pairs({ Ecs = "cn-hangzhou-finance", Sts = "cn-hangzhou-finance",
      ResourceManager = "cn-beijing-finance-1" }) do
      local url, why, option = resolve(product, region, vpc)
      assert.is_nil(url)
      assert.matches("public", why)
      assert.equal("endpoint_type", option)
    end
  end)

  it("takes any name for the region of an endpoint that is given, but no control characters", function()
    assert.equal("https://h", resolve("Ecs", "MyCloud_1", { endpoint = "h" }))
    for _, region in ipairs({ "a\nb", "a b", "a\0" }) do
      assert.is_nil((resolve("Ecs", region, { endpoint = "h" })))
    end
  end)

  it("refuses endpoints with more than scheme, host and port, and odd products", function()
    for _, text in ipairs({ "https://h/path", "https://u:CANARY@h", "ftp://u:CANARY@h", "h ost",
      "h\r\nx", "h\0", "https://h?x", "https://h#x", "" }) do
      local url, why, option = resolve("Ecs", "cn-hangzhou", { endpoint = text })
      assert.is_nil(url)
      assert.equal("endpoint", option)
      assert.is_nil(why:find("CANARY", 1, true))
    end
    assert.is_nil((resolve("Ecs.evil.com/", "cn-hangzhou")))
    assert.equal("https://[::1]:8443", resolve("Ecs", "x", { endpoint = "https://[::1]:8443" }))
  end)

  it("remembers the last URL of a product for as long as nothing differs that it depends on", function()
    local variables, last = {}, {}
    local request = { product = "Ecs", region = "cn-qingdao", env = function(name) return variables[name] end }
    local function expect(url, origin)
      for _ = 1, 2 do
        local found, from = endpoint.resolve(request.product, request.region, request, last)
        assert.equal("https://" .. url, found)
        assert.matches(origin, from, 1, true)
      end
    end
    expect("ecs.cn-qingdao.aliyuncs.com", "public endpoints")
    request.region = "cn-hangzhou"
    expect("ecs.cn-hangzhou.aliyuncs.com", "public endpoints")
    request.endpoint_type = "vpc"
    expect("ecs-vpc.cn-hangzhou.aliyuncs.com", "vpc endpoints")
    variables.ALIBABA_CLOUD_ENDPOINT_ECS = "from.env"
    expect("from.env", "ALIBABA_CLOUD_ENDPOINT_ECS")
    request.endpoint = "from.env"
    variables.ALIBABA_CLOUD_ENDPOINT_ECS = "other.env"
    expect("from.env", "option")
    request.endpoint = { ecs = "from.map" }
    expect("from.map", "option")
    request.endpoint.ecs = "later.map" -- the table is the user's
    expect("later.map", "option")
    request.product = "Vpc"
    expect("vpc-vpc.cn-hangzhou.aliyuncs.com", "vpc endpoints")
    request.product, request.endpoint.ecs = "Ecs", "u:p@h"
    assert.is_nil((endpoint.resolve(request.product, request.region, request, last)))
    request.endpoint.ecs, request.region = "later.map", "bad region"
    assert.is_nil((endpoint.resolve(request.product, request.region, request, last)))
    request.region = nil
    expect("later.map", "option")
    local profile = {}
    request = { product = "Ecs", region = "cn-qingdao", env = request.env, profile = function() return profile end }
    variables.ALIBABA_CLOUD_ENDPOINT_ECS = nil
    expect("ecs.cn-qingdao.aliyuncs.com", "public endpoints")
    profile.endpoint_type = "vpc"
    expect("ecs-vpc.cn-qingdao.aliyuncs.com", "vpc endpoints")
    variables.ALIBABA_CLOUD_ENDPOINT_TYPE = "public"
    expect("ecs.cn-qingdao.aliyuncs.com", "public endpoints")
    variables.ALIBABA_CLOUD_ENDPOINT_TYPE = "neither"
    assert.is_nil((endpoint.resolve(request.product, request.region, request, last)))
    profile.endpoint = "from.profile"
    expect("from.profile", "profile")
    variables.ALIBABA_CLOUD_ENDPOINT = "from.profile"
    expect("from.profile", "ALIBABA_CLOUD_ENDPOINT")
  end)

  it("has a port that there is", function()
    for text, wrong in pairs({ ["https://127.0.0.1:99999"] = true, ["h:0"] = true, ["https://[::1]:65536"] = true,
      ["[::1]"] = false, ["h:65535"] = false, ["h:00443/"] = false }) do
      local url, why, param = resolve("Ecs", "cn-hangzhou", { endpoint = text })
      assert.same(wrong and { "nil", "endpoint: the port must be from 1 to 65535", "endpoint" } or { url },
        { tostring(url), wrong and why or nil, wrong and param or nil }, text)
    end
  end)
end)
