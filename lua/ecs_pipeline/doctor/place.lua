--- Checks of the destination of calls: region, endpoint, proxy. Sends nothing.
local hints = require("ecs_pipeline.hints")
local endpoint = require("ecs_pipeline.call.endpoint")
local proxy = require("ecs_pipeline.call.proxy")
local report = require("ecs_pipeline.doctor.report")

local place = {}

local function meant(region)
  local near = endpoint.suggest(region)
  return near and "did you mean \"" .. near .. "\"?" or nil
end

--- The region and its origin; it must have the form of a region id.
function place.region(state)
  local region, origin = state.options.region, "the region option of this check"
  if not region then
    region, origin = state.client:region()
  end
  if not region then
    return report.failed("region", origin or "none", "give region = \"cn-hangzhou\" to "
      .. "ecs.configure or ecs.new, or set ALIBABA_CLOUD_REGION_ID"
      .. state.client.platform.env_note("ALIBABA_CLOUD_REGION_ID"))
  end
  state.region = region
  if not endpoint.is_region(region) then
    return report.failed("region", "the value of " .. origin .. " is not a region id",
      meant(region) or "write it as cn-hangzhou: lower-case letters, digits and hyphens")
  end
  local detail = region .. " (" .. origin .. ")"
  if not endpoint.is_known(region) then
    return report.passed("region", detail .. ", not among those known here", meant(region))
  end
  return report.passed("region", detail)
end

--- The address of the service and its origin.
function place.endpoint(state)
  local url, origin = state.client:url_of("Ecs", state.region)
  if not url then
    return report.failed("endpoint", origin, "correct that; without the endpoint option and "
      .. "ALIBABA_CLOUD_ENDPOINT_ECS it follows from the region")
  end
  state.url = url
  return report.passed("endpoint", url .. " (" .. origin .. ")")
end

--- The proxy for this address.
function place.proxy(state)
  local options = state.client.options
  if type(options.transport) == "table" then
    return report.skipped("proxy", "your own transport decides")
  elseif not state.url then
    return report.skipped("proxy", "there is no endpoint")
  end
  local url, why = proxy.resolve(state.url, options.proxy, state.client.platform.env)
  if not url then
    return report.failed("proxy", why,
      "correct it; a value read from a file often ends with a line end")
  end
  local origin = options.proxy ~= nil and "the proxy option" or why or "the environment"
  if url == "" then
    return report.passed("proxy", "none (" .. origin .. ")")
  end
  -- never shows a user or a password, nor an address that cannot be parsed
  local scheme, authority = url:match("^(%a[%w+.-]*)://([^/?#%s%c]+)/?$")
  local host = authority and authority:gsub("^.*@", "") or ""
  if not host:find("^[%w.-]+:?%d*$") and not host:find("^%[[%x:.]+%]:?%d*$") then
    return report.failed("proxy", "the value of " .. origin .. " is not the address of a proxy",
      "write http://host:port or http://user:password@host:port; "
      .. hints.hint({ kind = "transport", code = "PROXY" }))
  end
  state.proxied = true
  return report.passed("proxy", ("%s://%s%s (%s)"):format(scheme,
    authority ~= host and "***@" or "", host, origin))
end

return place
