--- Region, product and network → the URL of a call. Pure, no network look-up.
-- Order: the `endpoint` option; `ALIBABA_CLOUD_ENDPOINT_<PRODUCT>`; endpoint_table.lua.
local core = require("ecs_pipeline.core")

local endpoint = {}

-- Loaded when first used: many programs name their endpoint.
local function hosts()
  return require("ecs_pipeline.call.endpoint_table")
end

--- Does the text have the form of a region id? No other text may become part of a host name.
-- @tparam any region
-- @treturn boolean
function endpoint.is_region(region)
  return type(region) == "string" and #region <= 63
    and region:find("^[a-z][a-z]+%-[a-z0-9-]*[a-z0-9]$") ~= nil and not region:find("--", 1, true)
end

--- Is this a region that is known to exist?
-- @tparam any region
-- @treturn boolean
function endpoint.is_known(region)
  for _, known in ipairs(hosts().REGIONS) do
    if known == region then
      return true
    end
  end
  return hosts().PRODUCTS.ecs.special[region] ~= nil
end

--- The region that was probably meant.
-- @tparam any region
-- @treturn ?string a known region other than this one; nil if none is similar
function endpoint.suggest(region)
  if type(region) ~= "string" then
    return nil
  end
  local word = region:lower():gsub("[_%s]+", "-"):gsub("[^a-z0-9-]", "")
  local zone = word:match("^(.*)%-[a-z]$") or word:match("^(.*%d)[a-z]$") -- a zone
  for _, known in ipairs(hosts().REGIONS) do
    if known ~= region and (known == word or known == zone or known:match("%-(.*)$") == word) then
      return known
    end
  end
  local nearest = core.nearest(word, hosts().REGIONS)
  return nearest ~= region and nearest or nil
end

-- Errors do not repeat the text: it may contain a password.
local function normalise(text)
  local scheme, rest = text:match("^(%a+)://(.*)$")
  scheme, rest = (scheme or "https"):lower(), (rest or text):gsub("/$", "")
  if scheme ~= "https" and scheme ~= "http" then
    return nil, "endpoint: only https:// and http:// are known; write https://host or host:port",
      "endpoint"
  end
  if not (rest:find("^[%w.-]+$") or rest:find("^[%w.-]+:%d+$")
      or rest:find("^%[[%x:.]+%]$") or rest:find("^%[[%x:.]+%]:%d+$")) then
    return nil, "endpoint must be a host, host:port or https://host:port, without path, user name, "
      .. "blanks or control characters", "endpoint"
  end
  return scheme .. "://" .. rest
end

-- → host; or nil, why there is none, and the option that is wrong
local function rule(product, region, network)
  local known = hosts().PRODUCTS[product]
    or { public = product .. ".%s.aliyuncs.com", vpc = product .. "-vpc.%s.aliyuncs.com" }
  local special = network == "vpc" and known.vpc_special or network ~= "vpc" and known.special or {}
  local pattern = known[network]
  if region and special[region] then
    return special[region]
  elseif region and special[region] == false then
    return nil, "no VPC endpoint of " .. product .. " is known in " .. region
      .. ": use endpoint_type = \"public\", or name one with endpoint", "endpoint_type"
  elseif not pattern:find("%s", 1, true) then
    return pattern
  elseif not region and known.central then
    return known.central
  elseif not region then
    return nil, "no region: give region = \"cn-hangzhou\" (option or region_id), "
      .. "or set ALIBABA_CLOUD_REGION_ID", "region"
  end
  return (pattern:gsub("%%s", region))
end

local function not_a_region(region)
  local suggestion = endpoint.suggest(region)
  return "region is not a region id such as cn-hangzhou: lower-case letters, digits and hyphens"
    .. (suggestion and " (did you mean \"" .. suggestion .. "\"?)" or "")
end

-- A product as users and the API spell it ("Ecs") → the same in lower case, and the environment
-- variable with its endpoint; nothing for what is no product.
local function names_of(product)
  local lower = product:lower()
  if lower:find("^[a-z0-9-]+$") then
    return { lower = lower,
      variable = "ALIBABA_CLOUD_ENDPOINT_" .. lower:upper():gsub("-", "_") }
  end
end

local function resolve(product, region, explicit, network)
  if explicit and not (type(region) == "string" and region:find("[%c%s]")) then
    return normalise(explicit) -- a private region may be called anything
  elseif region ~= nil and not endpoint.is_region(region) then
    return nil, not_a_region(region), "region"
  end
  local host, why, option = rule(product, region, network)
  return host and "https://" .. host, why, option
end

--- The URL of a product in a region.
-- @tparam table request `product` ("Ecs", any case), `region`, `endpoint` (option: string for all
--   products, or map product in lower case → string), `endpoint_type` ("public", default, or
--   "vpc"), `env` (function)
-- @tparam ?table last by product, the last URL with all that it depends on; is changed. While
--   nothing differs that URL is returned; the environment is read each time.
-- @treturn[1] string "https://host[:port]"
-- @treturn[1] string where it comes from, for people
-- @treturn[2] nil
-- @treturn[2] string why; never quotes the given values
-- @treturn[2] string the option that is wrong
function endpoint.resolve(request, last)
  local known = last and last[request.product] or names_of(request.product)
  if not known then
    return nil, "product must be letters, digits and hyphens, as \"Ecs\"", "product"
  end
  local region, network = request.region, request.endpoint_type or "public"
  local option = request.endpoint
  if type(option) == "table" then
    option = option[known.lower]
  end
  local explicit = option or request.env(known.variable)
  if known.url and known.region == region and known.network == network
    and known.option == option and known.explicit == explicit then
    return known.url, known.origin
  end
  local url, why, wrong = resolve(known.lower, region, explicit, network)
  if not url then
    return nil, why, wrong
  end
  local origin = explicit and (option and "the endpoint option" or known.variable)
    or "by the rule for " .. network .. " endpoints"
  if last then
    known.url, known.origin, known.region, known.network = url, origin, region, network
    known.option, known.explicit = option, explicit
    last[request.product] = known
  end
  return url, origin
end

return endpoint
