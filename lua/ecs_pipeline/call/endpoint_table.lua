--- The hosts of each product: the rule for their names, and the regions that do not follow it. Data
-- only.
--
-- Sources: the override map of the vendor's SDK (ecs 2014-05-26, vpc 2016-04-28, sts 2015-04-01,
-- resourcemanager 2020-03-31), the CLI's metadata, the vendor's endpoint pages. Where they differ:
-- cn-hangzhou and the finance-1 regions have regional names (pages and CLI, not the SDK);
-- ap-south-1 and ap-southeast-2 use the central host of STS (SDK; the CLI knows none there). The
-- `endpoint` option overrides all of it.
local table_of = {}

-- "cn-a cn-b" by host → host by region.
local function by_region(hosts)
  local map = {}
  for host, regions in pairs(hosts) do
    for region in regions:gmatch("%S+") do
      map[region] = host
    end
  end
  return map
end

-- Regions that the SDK sends to the central host of every product.
local CENTRAL = "cn-north-2-gov-1 cn-beijing-gov-1 cn-wuhan cn-zhangbei cn-yushanfang "
  .. "rus-west-1-pop ap-northeast-2-pop cn-beijing-finance-pop cn-hongkong-finance-pop "
  .. "cn-shanghai-inner cn-shenzhen-inner "
-- Internal regions, which are not sold and do not exist for long.
local INNER = "cn-beijing-nu16-b01 cn-fujian cn-haidian-cm12-c01 cn-hangzhou-bj-b01 "
  .. "cn-hangzhou-internal-prod-1 cn-shanghai-et2-b01 cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 "
  .. "cn-zhangbei-na61-b01 "
local INNER_TEST = "cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-2 "
  .. "cn-hangzhou-internal-test-3 cn-hangzhou-test-306 cn-shanghai-et15-b01 "
  .. "cn-shanghai-internal-test-1 "
local NEBULA = "cn-edge-1 cn-huhehaote-nebula-1 cn-zhengzhou-nebula-1 "

--- Product in lower case → `public` and `vpc`: pattern, %s is the region; `special` and
-- `vpc_special`: region → host, false where the vendor lists none; `central`: the host that serves
-- calls without a region.
table_of.PRODUCTS = {
  ecs = {
    public = "ecs.%s.aliyuncs.com",
    vpc = "ecs-vpc.%s.aliyuncs.com",
    special = by_region({
      ["ecs.aliyuncs.com"] = CENTRAL .. "cn-hangzhou-finance",
      ["ecs-cn-hangzhou.aliyuncs.com"] = INNER .. INNER_TEST,
      ["ecs.cn-qingdao-nebula.aliyuncs.com"] = NEBULA,
      ["ecs.cn-zhangjiakou.aliyuncs.com"] = "cn-zhangjiakou-na62-a01",
      ["ecs.cn-shenzhen-cloudstone.aliyuncs.com"] = "eu-west-1-oxs",
    }),
    vpc_special = { ["cn-hangzhou-finance"] = false },
  },
  vpc = {
    public = "vpc.%s.aliyuncs.com",
    vpc = "vpc-vpc.%s.aliyuncs.com",
    special = by_region({
      ["vpc.aliyuncs.com"] = CENTRAL .. INNER .. "cn-hangzhou-finance",
      ["vpc-pre.cn-hangzhou.aliyuncs.com"] = "cn-hangzhou-internal-test-1 "
        .. "cn-hangzhou-internal-test-3 cn-hangzhou-test-306 cn-shanghai-et15-b01 "
        .. "cn-shanghai-internal-test-1",
      ["vpc-inner-pre.cn-hangzhou.aliyuncs.com"] = "cn-hangzhou-internal-test-2",
      ["vpc-nebula.cn-qingdao-nebula.aliyuncs.com"] = NEBULA .. "cn-qingdao-nebula",
      ["vpc.cn-zhangjiakou.aliyuncs.com"] = "cn-zhangjiakou-na62-a01",
      ["vpc-nebula.cn-shenzhen-cloudstone.aliyuncs.com"] = "eu-west-1-oxs",
    }),
  },
  sts = {
    public = "sts.%s.aliyuncs.com",
    central = "sts.aliyuncs.com",
    vpc = "sts-vpc.%s.aliyuncs.com",
    special = by_region({
      ["sts.aliyuncs.com"] = CENTRAL .. INNER .. INNER_TEST .. NEBULA
        .. "ap-south-1 ap-southeast-2 cn-hangzhou-finance cn-shenzhen-finance-1 "
        .. "cn-zhangjiakou-na62-a01 eu-west-1-oxs",
    }),
    vpc_special = { ["cn-hangzhou-finance"] = false },
  },
  resourcemanager = {
    public = "resourcemanager.aliyuncs.com",
    vpc = "resourcemanager.vpc-proxy.aliyuncs.com",
    vpc_special = {
      ["cn-hangzhou-finance"] = "resourcemanager-vpc.cn-hangzhou-finance.aliyuncs.com",
      ["me-east-1"] = "resourcemanager-vpc.me-east-1.aliyuncs.com",
      ["cn-beijing-finance-1"] = false,
    },
  },
}

--- The regions of ECS in the CLI's metadata, and those of the vendor's SDK that it lacks
-- (cn-north-2-gov-1, eu-west-2), in order: for suggestions only, others are used too.
table_of.REGIONS = {}
for region in ([[
  ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3
  ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou
  cn-guangzhou cn-hangzhou cn-hangzhou-finance cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote
  cn-nanjing cn-north-2-gov-1 cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen
  cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-zhangjiakou cn-zhengzhou-jva cn-zhongwei
  eu-central-1 eu-west-1 eu-west-2 me-central-1 me-east-1 na-south-1 us-east-1 us-southeast-1
  us-west-1
]]):gmatch("%S+") do
  table_of.REGIONS[#table_of.REGIONS + 1] = region
end

return table_of
