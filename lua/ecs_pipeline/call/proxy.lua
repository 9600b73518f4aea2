--- Chooses the proxy of a request. Pure: the environment is a function argument. No other code does
-- this, so libcurl never reads the environment.
local proxy = {}

-- "host:port" and "[v6]:port" → host, port; without a port, the default port of the scheme.
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
  if port == "" then
    port = scheme == "http" and "80" or "443"
  end
  return scheme, host:lower(), port
end

-- Does an entry of NO_PROXY match? It is "*", a name (with all its subdomains) or an address, each
-- with or without a port.
local function entry_matches(entry, host, port)
  entry = entry:lower()
  if entry == "*" then
    return true
  end
  local name, wanted = entry:match("^%[(.-)%]:?(%d*)$")
  if not name then
    name, wanted = entry:match("^([^:]*):(%d+)$")
  end
  name = (name or entry):gsub("^%.", ""):gsub("%.$", "")
  if wanted and wanted ~= "" and wanted ~= port then
    return false
  end
  if name == "" then
    return false
  end
  return host == name or host:sub(-#name - 1) == "." .. name
end

local function bypassed(list, host, port)
  for entry in (list or ""):gmatch("[^%s,]+") do
    if entry_matches(entry, host, port) then
      return true
    end
  end
  return false
end

-- The value of the first variable that is set; nil and why if it cannot be used. NO_PROXY may have
-- line ends between its entries.
local function read(env, names, blanks_too)
  for _, name in ipairs(names) do
    local value = env(name)
    if value and (blanks_too and value:gsub("%s", "") or value):find("%c") then
      return nil, name .. " holds a control character: set it again without"
    elseif value then
      return value
    end
  end
  return nil
end

local HTTPS, HTTP = { "https_proxy", "HTTPS_PROXY" }, { "http_proxy", "HTTP_PROXY" }
local NO_PROXY = { "no_proxy", "NO_PROXY" }

--- Proxy for a URL.
-- Order: the `proxy` option (a string is always used, `false` is none); then
-- `https_proxy`/`HTTPS_PROXY` for https, `http_proxy`/`HTTP_PROXY` for http, unless
-- `no_proxy`/`NO_PROXY` names the host. `HTTP_PROXY` is ignored under CGI, where a client can set
-- it (CVE-2016-5385).
-- @tparam string url
-- @tparam ?string|boolean option
-- @tparam function env name → value or nil
-- @treturn[1] string proxy URL, "" for none
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
  local names = scheme == "https" and HTTPS or env("REQUEST_METHOD") and { HTTP[1] } or HTTP
  local found, why = read(env, names)
  if not found then
    return not why and "" or nil, why
  end
  local list
  list, why = read(env, NO_PROXY, true)
  if why then
    return nil, why
  end
  return bypassed(list, host, port) and "" or found
end

return proxy
