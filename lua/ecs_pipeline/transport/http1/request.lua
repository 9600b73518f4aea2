--- Checks a request and writes it as the bytes of HTTP/1.1. It refuses the same requests as
-- libcurl's transport (csrc/curl/transfer.c). Pure.
-- Sources: RFC 9112 §3 (request line), RFC 9110 §5 (fields).
local errors = require("ecs_pipeline.errors")
local is_port = require("ecs_pipeline.text").is_port

local request = {}

-- The longest request field: a security token takes about 2 KB.
local MAX_FIELD_BYTES = 64 * 1024

-- Methods whose requests have a Content-Length even if they have no content (RFC 9110 §8.6).
local HAS_CONTENT = { POST = true, PUT = true, PATCH = true }

-- Fields that are added to a request without them.
local ADDED = { host = true, ["accept-encoding"] = true, ["content-length"] = true }

-- Byte → true: of these a token consists (RFC 9110 §5.6.2).
local IN_TOKEN = {}
for byte = 33, 126 do
  IN_TOKEN[byte] = string.char(byte):find("[%w!#$%%&'*+.^_`|~-]") ~= nil
end

-- Here and below a loop over bytes: LuaJIT compiles it, but no pattern.

--- May this be the name of a header field?
-- @tparam string text
-- @treturn boolean
function request.is_token(text)
  for index = 1, #text do
    if not IN_TOKEN[text:byte(index)] then
      return false
    end
  end
  return text ~= ""
end

--- Does a text hold a control character?
-- @tparam string text
-- @tparam[opt] integer but the byte of one that does not count
-- @treturn boolean
function request.has_control(text, but)
  for index = 1, #text do
    local byte = text:byte(index)
    if (byte < 32 or byte == 127) and byte ~= but then
      return true
    end
  end
  return false
end

local has_control = request.has_control

-- "host", "host:port", "[v6]:port" → host, port as text or ""
local function split_authority(authority)
  local pattern = authority:sub(1, 1) == "[" and "^(%[[%x:.]+%]):?(%d*)$"
    or "^([^:%[%]@]+):?(%d*)$"
  return authority:match(pattern)
end

--- Takes a URL apart.
-- @tparam string url
-- @treturn[1] table `{ tls, host, port, authority, target, literal }`; literal = the host is an
--   IP address
-- @treturn[2] nil
-- @treturn[2] string why not
function request.url(url)
  if has_control(url) or url:find(" ", 1, true) then
    return nil, "the URL must begin with http:// or https:// and hold no space or control character"
  end
  local scheme, authority, from = url:match("^(%a+)://([^/?#]*)()")
  scheme = scheme and scheme:lower()
  if scheme ~= "http" and scheme ~= "https" then
    return nil, "the URL must begin with http:// or https:// and hold no space or control character"
  end
  local host, port = split_authority(authority)
  if not host then
    return nil, "the URL must name a host, and a port if need be, and no user or password"
  end
  local target = url:sub(from, (url:find("#", from, true) or 0) - 1)
  local number = tonumber(port ~= "" and port or (scheme == "https" and 443 or 80))
  if not is_port(port) then
    return nil, "the URL's port must be from 1 to 65535"
  end
  return {
    tls = scheme == "https", host = host, port = number, authority = authority,
    target = target:sub(1, 1) == "/" and target or "/" .. target,
    literal = host:sub(1, 1) == "[" or host:find("^%d+%.%d+%.%d+%.%d+$") ~= nil,
  }
end

local function text_field(message, name, default)
  local value = rawget(message, name)
  if value == nil then
    value = default
  end
  if type(value) ~= "string" then
    errors.raise("send: request." .. name .. " must be a string, not a " .. type(value))
  end
  return value
end

-- Fields of the transport itself: some the caller may not give, one must have the right value.
local function check_field(name, lower, value, body)
  if not request.is_token(name) then
    return "a header name is empty or holds a character that names cannot have"
  elseif has_control(value) then
    return "header " .. name:sub(1, 64) .. " holds a control character"
  elseif lower == "transfer-encoding" or lower == "connection" then
    return "header " .. name:sub(1, 64) .. " is the transport's to send"
  elseif lower == "content-length" and value ~= ("%d"):format(#body) then
    return "content-length is not the body's length"
  elseif #name + #value > MAX_FIELD_BYTES then
    return "a header is longer than 64 KiB"
  end
end

local function add(lines, name, value)
  lines[#lines + 1] = name .. ": " .. value .. "\r\n"
end

local function fields(message, url, body, method)
  local headers = rawget(message, "headers")
  if headers == nil then
    headers = {}
  elseif type(headers) ~= "table" then
    errors.raise("send: request.headers must be a table, not a " .. type(headers))
  end
  local lines, given = {}, {}
  for name, value in next, headers do
    if type(value) == "number" then
      value = tostring(value)
    end
    if type(name) ~= "string" or type(value) ~= "string" then
      errors.raise("send: headers must be strings by name, not " .. type(name) .. " = "
        .. type(value))
    end
    local lower = name:lower()
    local wrong = check_field(name, lower, value, body)
    if wrong then
      return nil, wrong
    end
    if ADDED[lower] then
      given[lower] = true
    end
    add(lines, name, value)
  end
  if not given.host then
    add(lines, "Host", url.authority)
  end
  if not given["accept-encoding"] then
    add(lines, "Accept-Encoding", "identity") -- there is nothing to inflate with
  end
  if not given["content-length"] and (#body > 0 or HAS_CONTENT[method]) then
    add(lines, "Content-Length", ("%d"):format(#body))
  end
  return table.concat(lines)
end

--- The parts of the bytes to send. They are not joined yet, because the request line depends on
-- whether a proxy gets them.
-- @tparam table message `{ method, url, headers, body }`, read raw
-- @treturn[1] table `{ url = as request.url, method, fields, body }`
-- @treturn[2] nil
-- @treturn[2] string why it cannot be sent
-- @raise wrong types
function request.read(message)
  if type(message) ~= "table" then
    errors.raise("send: the request must be a table, not a " .. type(message))
  end
  local method, body = text_field(message, "method"), text_field(message, "body", "")
  local address = text_field(message, "url")
  local upper = method:upper()
  if not request.is_token(method) or upper == "HEAD" or upper == "CONNECT" then
    return nil, "the method must be a token such as POST or GET, not HEAD or CONNECT"
  end
  local url, why = request.url(address)
  if not url then
    return nil, why
  end
  local lines
  lines, why = fields(message, url, body, upper)
  if not lines then
    return nil, why
  end
  return { url = url, method = method, fields = lines, body = body }
end

--- The bytes.
-- @tparam table parts of `request.read`
-- @tparam[opt] table proxy to whom they go: `{ authorization = field or "" }`
-- @treturn string
function request.bytes(parts, proxy)
  local url = parts.url
  local target = url.target
  if proxy then
    target = (url.tls and "https://" or "http://") .. url.authority .. target
  end
  return table.concat({
    parts.method, " ", target, " HTTP/1.1\r\n", parts.fields, proxy and proxy.authorization or "",
    "\r\n", parts.body,
  })
end

--- The bytes that ask a proxy for a tunnel.
-- @tparam table url of `request.url`
-- @tparam table proxy `{ authorization }`
-- @treturn string
function request.connect(url, proxy)
  local to = ("%s:%d"):format(url.host, url.port)
  return "CONNECT " .. to .. " HTTP/1.1\r\nHost: " .. to .. "\r\n" .. proxy.authorization .. "\r\n"
end

return request
