--- Which proxy a request goes through. Pure: the environment is a function argument.
-- Resolved here and nowhere else, so that libcurl never guesses from the environment.
local proxy = {}

-- "host:port" and "[v6]:port" → host, port; scheme decides the port when none is written.
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

-- One entry of NO_PROXY: "*", a name (it and everything below it), an address, any of them with a
-- port.
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

--- Proxy for a URL.
-- Order: the `proxy` option (a string is always used, `false` is none); then
-- `https_proxy`/`HTTPS_PROXY` for https, `http_proxy`/`HTTP_PROXY` for http, unless
-- `no_proxy`/`NO_PROXY` names the host. `HTTP_PROXY` is ignored under CGI, where a client can set
-- it (CVE-2016-5385).
-- @tparam string url
-- @tparam ?string|boolean option
-- @tparam function env name → value or nil
-- @treturn string proxy URL, "" for none
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
  local found
  if scheme == "https" then
    found = env("https_proxy") or env("HTTPS_PROXY")
  else
    found = env("http_proxy") or (not env("REQUEST_METHOD") and env("HTTP_PROXY"))
  end
  if not found or bypassed(env("no_proxy") or env("NO_PROXY"), host, port) then
    return ""
  end
  return found
end

return proxy
