--- Region, product and network → the URL a call goes to. Pure, no network look-up.
-- Order: the `endpoint` option; `ALIBABA_CLOUD_ENDPOINT_<PRODUCT>`; the rules below.
local endpoint = {}

-- Public hosts that do not follow the rule. Where the vendor's SDK and its endpoint pages disagree,
-- the page's regional name is used (cn-hangzhou, the finance-1 regions); the `endpoint` option
-- overrides all of it.
local CENTRAL_REGIONS = {
  "cn-north-2-gov-1", "cn-beijing-gov-1", "cn-wuhan", "cn-zhangbei", "rus-west-1-pop",
}

local function specials(central, more)
  local map = {}
  for _, region in ipairs(CENTRAL_REGIONS) do
    map[region] = central
  end
  for region, host in pairs(more) do
    map[region] = host
  end
  return map
end

local NEBULA = "ecs.cn-qingdao-nebula.aliyuncs.com"

-- %s is the region. `special` holds for endpoint_type "public", `vpc_special` for "vpc".
local PRODUCTS = {
  ecs = {
    public = "ecs.%s.aliyuncs.com",
    vpc = "ecs-vpc.%s.aliyuncs.com",
    special = specials("ecs.aliyuncs.com", {
      ["cn-hangzhou-finance"] = "ecs.aliyuncs.com", ["cn-edge-1"] = NEBULA,
      ["cn-huhehaote-nebula-1"] = NEBULA, ["cn-zhengzhou-nebula-1"] = NEBULA,
    }),
  },
  vpc = {
    public = "vpc.%s.aliyuncs.com",
    vpc = "vpc-vpc.%s.aliyuncs.com",
    special = specials("vpc.aliyuncs.com", {}),
  },
  sts = {
    public = "sts.%s.aliyuncs.com",
    vpc = "sts-vpc.%s.aliyuncs.com",
    special = specials("sts.aliyuncs.com", {
      ["ap-south-1"] = "sts.aliyuncs.com", ["ap-southeast-2"] = "sts.aliyuncs.com",
      ["cn-hangzhou-finance"] = "sts.aliyuncs.com", ["cn-shenzhen-finance-1"] = "sts.aliyuncs.com",
    }),
  },
  resourcemanager = {
    public = "resourcemanager.aliyuncs.com",
    vpc = "resourcemanager.vpc-proxy.aliyuncs.com",
    vpc_special = {
      ["cn-hangzhou-finance"] = "resourcemanager-vpc.cn-hangzhou-finance.aliyuncs.com",
      ["me-east-1"] = "resourcemanager-vpc.me-east-1.aliyuncs.com",
    },
  },
}

--- Does the text look like a region id? Anything else must not become part of a host name.
-- @tparam any region
-- @treturn boolean
function endpoint.is_region(region)
  return type(region) == "string" and #region <= 63 and region:find("^[a-z0-9-]+$") ~= nil
end

-- "host", "host:port" or "https://host:port/" → "https://host:port".
local function normalise(text)
  local scheme, rest = text:match("^(%a+)://(.*)$")
  scheme, rest = (scheme or "https"):lower(), (rest or text):gsub("/$", "")
  if scheme ~= "https" and scheme ~= "http" then
    return nil, "endpoint " .. text .. ": only https:// and http:// are known"
  end
  if not (rest:find("^[%w.-]+$") or rest:find("^[%w.-]+:%d+$")
      or rest:find("^%[[%x:.]+%]$") or rest:find("^%[[%x:.]+%]:%d+$")) then
    return nil, "endpoint must be a host, host:port or https://host:port, without path or user name"
  end
  return scheme .. "://" .. rest
end

local function rule(product, region, network)
  local known = PRODUCTS[product]
  if not known then
    known = { public = product .. ".%s.aliyuncs.com", vpc = product .. "-vpc.%s.aliyuncs.com" }
  end
  local special
  if network == "vpc" then
    special = known.vpc_special
  else
    special = known.special
  end
  if special and region and special[region] then
    return special[region]
  end
  local pattern = known[network]
  if not pattern:find("%s", 1, true) then
    return pattern
  elseif not region then
    return nil, "no region: give region = \"cn-hangzhou\" (option or region_id), "
      .. "or set ALIBABA_CLOUD_REGION_ID"
  end
  return (pattern:gsub("%%s", region))
end

--- The URL of a product in a region.
-- @tparam table request `product` ("Ecs", any case), `region`, `endpoint` (option: string for all
--   products, or map product in lower case → string), `endpoint_type` ("public", default, or
--   "vpc"), `env` (function)
-- @treturn[1] string "https://host[:port]"
-- @treturn[2] nil
-- @treturn[2] string why
function endpoint.resolve(request)
  local product = request.product:lower()
  if not product:find("^[a-z0-9-]+$") then
    return nil, "product must be letters, digits and hyphens, as \"Ecs\""
  end
  local explicit = request.endpoint
  if type(explicit) == "table" then
    explicit = explicit[product]
  end
  explicit = explicit or request.env("ALIBABA_CLOUD_ENDPOINT_" .. product:upper():gsub("-", "_"))
  if explicit then
    return normalise(explicit)
  end
  if request.region ~= nil and not endpoint.is_region(request.region) then
    return nil, "the region is not a region id such as cn-hangzhou: "
      .. "lower-case letters, digits, hyphens"
  end
  local host, why = rule(product, request.region, request.endpoint_type or "public")
  if not host then
    return nil, why
  end
  return "https://" .. host
end

return endpoint
