--- Chooses the proxy of a request. Pure: the environment is a function argument. No other code does
-- this, so libcurl never reads the environment.
local is_port = require("ecs_pipeline.text").is_port
local names = require("ecs_pipeline.credentials.names")

local proxy = {}

local PORTS = { http = "80", https = "443" }

-- "host:port" and "[v6]:port" → scheme, host, port; without a port, that of the scheme.
local function host_and_port(url)
  local scheme, authority = url:match("^(%a+)://([^/?#]+)")
  if not scheme then
    return nil
  end
  local host, port = authority:match("^%[(.-)%]:?(%d*)$")
  if not host then
    host, port = authority:match("^([^:]+):?(%d*)$")
  end
  if not host then
    return nil
  end
  scheme = scheme:lower()
  return scheme, host:lower(), port ~= "" and port or PORTS[scheme]
end

local SCHEMES = { http = true, https = true, socks4 = true, socks4a = true, socks5 = true,
  socks5h = true }

-- Can this be the address of a proxy: [scheme://][user[:password]@]host[:port][/]?
local function is_address(text)
  local scheme, rest = text:match("^(%a[%w+.-]*)://(.*)$")
  local host = (rest or text):gsub("/$", ""):match("([^@]*)$")
  local port = host:match(":(%d+)$") or ""
  return (not scheme or SCHEMES[scheme:lower()] ~= nil)
    and (host:find("^[%w._-]+:?%d*$") or host:find("^%[[%x:.%%%w]+%]:?%d*$")) ~= nil
    and is_port(port)
end

-- The value of the first variable that is set. → value, variable; or nil, nil, why it is of no use
local function read_address(env, setting)
  local value, variable = names.first(env, setting)
  if not value then
    return nil
  elseif value:find("%c") then
    return nil, nil, variable .. " holds a control character: set it again without"
  elseif value:find("%s") or not is_address(value) then
    return nil, nil, variable .. " is not the address of a proxy: write http://host:port or "
      .. "http://user:password@host:port, with a port from 1 to 65535"
  end
  return value, variable
end

-- The proxy that the environment names for a scheme.
local function around(env, scheme)
  local setting = scheme == "https" and "https_proxy" or "http_proxy"
  local read = env
  if setting == "http_proxy" and names.first(env, "cgi") then
    read = function(name) return name ~= "HTTP_PROXY" and env(name) or nil end
  end
  local value, variable, why = read_address(read, setting)
  if value or why then
    return value, variable, why
  end
  return read_address(env, "all_proxy")
end

--- Proxy for a URL.
-- Order: the `proxy` option (a string is always used, `false` is none); then
-- `https_proxy`/`HTTPS_PROXY` for https, `http_proxy`/`HTTP_PROXY` for http, then
-- `all_proxy`/`ALL_PROXY`, unless `no_proxy`/`NO_PROXY` names the host. `HTTP_PROXY` is ignored
-- under CGI, where a client can set it (CVE-2016-5385).
-- @tparam string url
-- @tparam ?string|boolean option
-- @tparam function env name → value or nil
-- @treturn[1] string proxy URL, "" for none
-- @treturn[1] ?string the variable that decided
-- @treturn[2] nil
-- @treturn[2] string why a variable cannot be used; never its value
function proxy.resolve(url, option, env)
  if option == false then
    return ""
  elseif option ~= nil then
    return option
  end
  local scheme, host, port = host_and_port(url)
  if not scheme then
    return ""
  end
  local found, variable, why = around(env, scheme)
  if not found then
    return not why and "" or nil, why
  end
  local list, from = names.first(env, "no_proxy")
  if list and list:gsub("%s", ""):find("%c") then -- line ends between its entries do no harm
    return nil, from .. " holds a control character: set it again without"
  elseif list and require("ecs_pipeline.call.no_proxy").names(list, host, port) then
    return "", from
  end
  return found, variable
end

return proxy
