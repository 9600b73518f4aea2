--- Region, product and network → the URL of a call. Pure, no network look-up.
-- Order: the `endpoint` option; the variable of the product; the CLI's `ALIBABA_CLOUD_ENDPOINT`;
-- the profile's `endpoint`; endpoint_table.lua.
local core = require("ecs_pipeline.core")
local is_port = require("ecs_pipeline.text").is_port

local endpoint = {}

-- Both are loaded when first used: a program may name its endpoint by the option.
local function names()
  return require("ecs_pipeline.credentials.names")
end

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
local function normalise(text, what)
  local scheme, rest = text:match("^(%a+)://(.*)$")
  scheme, rest = (scheme or "https"):lower(), (rest or text):gsub("/$", "")
  if scheme ~= "https" and scheme ~= "http" then
    return nil, what .. ": only https:// and http:// are known; write https://host or host:port",
      "endpoint"
  end
  if not (rest:find("^[%w.-]+$") or rest:find("^[%w.-]+:%d+$")
      or rest:find("^%[[%x:.]+%]$") or rest:find("^%[[%x:.]+%]:%d+$")) then
    return nil, what .. " must be a host, host:port or https://host:port, without path, user name, "
      .. "blanks or control characters", "endpoint"
  elseif not is_port(rest:match(":(%d+)$") or "") then
    return nil, what .. ": the port must be from 1 to 65535", "endpoint"
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
    return nil, "no region: give region = \"cn-hangzhou\", or set ALIBABA_CLOUD_REGION_ID", "region"
  end
  return (pattern:gsub("%%s", region))
end

local function not_a_region(region)
  local suggestion = endpoint.suggest(region)
  return "region is not a region id such as cn-hangzhou: lower-case letters, digits and hyphens"
    .. (suggestion and " (did you mean \"" .. suggestion .. "\"?)" or "")
end

-- Does a text name a host of another product of the vendor, as ecs.cn-hangzhou.aliyuncs.com is for
-- calls of VPC? CLI and profile have one endpoint for whatever is called.
local function of_another(text, product)
  local label = text:gsub("^%a+://",
    ""):match("^([%w]+)[%w.-]*%.aliyuncs%.com") -- "ecs-vpc.…" → ecs
  return label ~= nil and hosts().PRODUCTS[label] ~= nil and label ~= product
end

-- The endpoint that the surroundings name for a product. → text, where it comes from
local function around(product, env, profile)
  local text, origin = names().endpoint(env, product)
  local general = not text
  if general then
    text, origin = names().first(env, "endpoint")
  end
  if not text then
    text, origin = profile().endpoint, "the endpoint of the CLI's profile"
  end
  if not text or general and of_another(text:lower(), product) then
    return nil
  end
  return require("ecs_pipeline.text").trim(text, " "), origin
end

-- The network that environment or profile choose. → "public", "vpc"; or nil and why
local function network_around(env, profile)
  local word, origin = names().first(env, "endpoint_type")
  if not word then
    word, origin = profile().endpoint_type, "endpoint_type of the CLI's profile"
  end
  local network = (word or "public"):lower()
  if network == "vpc" or network == "public" then
    return network
  elseif origin == "ENDPOINT_TYPE" then
    return "public" -- so general a name may belong to other software
  end
  return nil, origin .. " must be vpc or public"
end

local function no_profile()
  return {}
end

local OPTION = "the endpoint option"

-- → URL, where it comes from; or nil, why, the option that is wrong. `explicit` comes from
-- `source`; without it `network` decides, or `no_network` says why there is none.
local function build(product, region, explicit, source, network, no_network)
  if explicit and not (type(region) == "string" and region:find("[%c%s]")) then
    -- a private region may be called anything
    local url, why, wrong = normalise(explicit, source == OPTION and "endpoint" or source)
    return url, url and source or why, wrong
  elseif region ~= nil and not endpoint.is_region(region) then
    return nil, not_a_region(region), "region"
  elseif not network then
    return nil, no_network, "endpoint_type"
  end
  local host, why, option = rule(product, region, network)
  if not host then
    return nil, why, option
  end
  return "https://" .. host, "by the rule for " .. network .. " endpoints"
end

--- The URL of a product in a region.
-- @tparam string product "Ecs", any case
-- @tparam ?string region
-- @tparam table place `endpoint` (option: string for all products, or map product in lower case →
--   string), `endpoint_type` ("public" or "vpc"; nil: the environment, then the profile, then
--   "public"), `env` (function), `profile` (function → the profile's `endpoint` and
--   `endpoint_type`; called if no option and no variable decides)
-- @tparam ?table last by product as it is spelt, the last URL with all that it depends on; is
--   changed. While nothing differs, that URL is returned; environment and profile are asked each
--   time.
-- @treturn[1] string "https://host[:port]"
-- @treturn[1] string where it comes from, for people
-- @treturn[2] nil
-- @treturn[2] string why; never quotes the given values
-- @treturn[2] string the option that is wrong
function endpoint.resolve(product, region, place, last)
  local known = last and last[product]
  local name = known and known.name or product:lower()
  if not known and not name:find("^[a-z0-9-]+$") then
    return nil, "product must be letters, digits and hyphens, as \"Ecs\"", "product"
  end
  local explicit = place.endpoint
  if type(explicit) == "table" then
    explicit = explicit[name]
  end
  local source, profile = OPTION, place.profile or no_profile
  if not explicit then
    explicit, source = around(name, place.env, profile)
  end
  local network, no_network
  if not explicit then
    network = place.endpoint_type
    if not network then
      network, no_network = network_around(place.env, profile)
    end
  end
  if known and known.region == region and known.network == network
    and known.explicit == explicit and known.source == source then
    return known.url, known.origin
  end
  local url, origin, wrong = build(name, region, explicit, source, network, no_network)
  if url and last then
    last[product] = { name = name, url = url, origin = origin, region = region, network = network,
      explicit = explicit, source = source }
  end
  return url, origin, wrong
end

return endpoint
