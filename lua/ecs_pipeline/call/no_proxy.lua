--- Does a list such as `NO_PROXY` name a host? Pure.
--
-- The grammar is that of curl 7.86 and later: entries between commas or blanks; `*` is every host;
-- a name is itself and its subdomains, with or without a dot in front; an address is compared as a
-- number, however it is spelt; `10.0.0.0/8` and `fd00::/8` are networks. Where curl has no rule, it
-- is that of Go (golang.org/x/net/http/httpproxy): `*.name` is the subdomains only, and
-- an entry may end in a port.
local core = require("ecs_pipeline.core")

local no_proxy = {}

local MAPPED = ("\0"):rep(10) .. "\255\255" -- an IPv4 address in IPv6

-- The bytes of an address; nil for anything else.
local function address(text)
  local bytes = core.address(text)
  if bytes and #bytes == 16 and bytes:sub(1, 12) == MAPPED then
    return bytes:sub(13)
  end
  return bytes
end

-- Are the first `bits` bits of two addresses the same?
local function same_bits(a, b, bits)
  local whole = math.floor(bits / 8)
  if a:sub(1, whole) ~= b:sub(1, whole) then
    return false
  end
  local rest = bits % 8
  local unit = 2 ^ (8 - rest)
  return rest == 0
    or math.floor(a:byte(whole + 1) / unit) == math.floor(b:byte(whole + 1) / unit)
end

local function in_network(network, bits, bytes)
  local base = address(network)
  bits = tonumber(bits)
  return base ~= nil and #base == #bytes and bits <= #bytes * 8 and same_bits(base, bytes, bits)
end

local function name_matches(name, host)
  local below = name:match("^%*%.(.+)$") -- only subdomains
  name = (below or name):gsub("^%.", ""):gsub("%.$", "")
  if name == "" then
    return false
  end
  return not below and host == name or host:sub(-#name - 1) == "." .. name
end

-- An entry → what it names, and its port.
local function parts(entry)
  local name, port = entry:match("^%[(.-)%]:?(%d*)$")
  if not name then
    name, port = entry:match("^([^:]*):(%d+)$")
  end
  return name or entry, port ~= "" and port or nil
end

local function entry_matches(entry, host, bytes, port)
  if entry == "*" then
    return true
  end
  local name, wanted = parts(entry)
  if wanted and wanted ~= port then
    return false
  elseif not bytes then
    return name_matches(name, host)
  end
  local network, bits = name:gsub("[%[%]]", ""):match("^(.-)/(%d+)$")
  if network and not wanted then
    return in_network(network, bits, bytes)
  end
  return address(name) == bytes
end

--- Does the list name the host?
-- @tparam string list
-- @tparam string host name or address, without brackets, in lower case
-- @tparam string port
-- @treturn boolean
function no_proxy.names(list, host, port)
  host = host:gsub("%.$", "")
  local bytes = address(host)
  for entry in list:lower():gmatch("[^%s,]+") do
    if entry_matches(entry, host, bytes, port) then
      return true
    end
  end
  return false
end

return no_proxy
