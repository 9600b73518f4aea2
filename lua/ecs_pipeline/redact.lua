--- Removes secrets from texts that people and programs read: messages, events, rendered requests,
-- replies. By name where there is a name; by form in free text. Pure.
local redact = {}

local MASK = "***"
local MAX_TEXT = 512
local MAX_READ = 4096 -- bytes of a text from outside; the rest is never shown
local MAX_DEPTH = 32
local MAX_RAW = 64 * 1024 -- bytes of the strings of an error's reply that are looked through
local MAX_STRINGS = 1000 -- of an error's reply

-- A parameter or header whose name contains one of these, in lower case without "-" and "_", is a
-- secret; csrc/binding/redact_request.c has the same words. ClientToken and NextToken are not
-- secret, and help to find a call again.
local SECRET_PARTS = { "password", "secret", "token", "userdata", "externalid" }
local NO_SECRET = { clienttoken = true, nexttoken = true }
local KEY_ID = { accesskeyid = true, xacsaccesskeyid = true }
local CONTENT = { buildcontent = true, testcontent = true, content = true }

--- Shortens an access key id so that it can be recognised but not used: "LTAI…Ab3d".
-- @tparam string id
-- @treturn string
function redact.key_id(id)
  if #id <= 8 then
    return MASK
  end
  return id:sub(1, 4) .. "…" .. id:sub(-4)
end

--- Free text from outside: the string to sign, tokens and key ids removed, at most 512 bytes.
-- A `SignatureDoesNotMatch` message quotes the whole string to sign, which under signature 1.0
-- holds every parameter of the call, the security token included.
-- @tparam string text
-- @tparam ?function more text → text, redacts the secrets of this request, which a reply may quote
-- @treturn string
function redact.text(text, more)
  local size = #text
  text = text:sub(1, MAX_READ)
  local before = text:match("^(.-)[Ss]tring%s*[Tt]o%s*[Ss]ign")
  if before then
    text = before .. "string to sign: (left out)"
  end
  text = text:gsub("([Ss]ecurity%-?_?[Tt]oken)([=:]%s*)[^%s&,\"]+", "%1%2" .. MASK)
  text = text:gsub("([Ss]ignature)(=)[^%s&,\"]+", "%1%2" .. MASK)
  text = text:gsub("LTAI%w+", redact.key_id):gsub("STS%.%w+", redact.key_id)
  text = more and more(text) or text
  if #text > MAX_TEXT or size > MAX_READ then
    text = text:sub(1, MAX_TEXT) .. "… (" .. size .. " bytes)"
  end
  return text
end

local function redacted(value, depth, more, left)
  if type(value) == "string" then
    left.strings, left.bytes = left.strings - 1, left.bytes - math.min(#value, MAX_READ)
    if left.strings < 0 or left.bytes < 0 then
      return "(left out)" -- not looked through, so not shown
    end
    return redact.text(value, more)
  elseif type(value) ~= "table" then
    return value
  elseif depth > MAX_DEPTH then
    return MASK
  end
  local copy = {}
  for _, inner in ipairs({ false, true }) do -- Code and Message before what is in lists
    for key, item in pairs(value) do
      if (type(item) == "table") == inner then
        copy[redacted(key, MAX_DEPTH, more, left)] = redacted(item, depth + 1, more, left)
      end
    end
  end
  return copy
end

--- A copy of a decoded reply with every string in it redacted as free text, names included.
-- @param value
-- @tparam ?function more as of `redact.text`
-- @tparam[opt] boolean bounded at most 64 KiB and 1,000 strings; the others become "(left out)"
-- @treturn any
function redact.reply(value, more, bounded)
  return redacted(value, 1, more, bounded and { bytes = MAX_RAW, strings = MAX_STRINGS }
    or { bytes = math.huge, strings = math.huge })
end

--- Redacts the fields of an error that contain text from outside, except its message.
-- @tparam table err is changed; `redact`: `more` of `redact.text`, or nil
function redact.error(err)
  local more = err.redact
  if err.raw then
    err.raw = redact.reply(err.raw, more, true)
  end
  if not more then
    return
  end
  for _, name in ipairs({ "code", "request_id", "execution_id", "hint" }) do
    if type(err[name]) == "string" then
      err[name] = more(err[name])
    end
  end
  if type(err.headers) == "table" then
    err.headers = redact.reply(err.headers, more)
  end
end

-- "ClientToken", "client_token" → "clienttoken"
local function plain_name(name)
  return (name:lower():gsub("[-_]", ""))
end

--- Is this the name of a token that is no secret, although it is a token?
-- @tparam string name "client_token"
-- @treturn boolean
function redact.is_harmless_token(name)
  return NO_SECRET[plain_name(name)] == true
end

local function is_secret(plain)
  for _, part in ipairs(SECRET_PARTS) do
    if plain:find(part, 1, true) and not NO_SECRET[plain] then
      return true
    end
  end
  return plain == "signature"
end

--- The value of one parameter or header of a request.
-- @tparam string name
-- @tparam string value
-- @tparam function sha256_hex
-- @treturn string
function redact.parameter(name, value, sha256_hex)
  local plain = plain_name(name)
  if is_secret(plain) then
    return MASK
  elseif KEY_ID[plain] then
    return redact.key_id(value)
  elseif CONTENT[plain] then
    return "(" .. #value .. " bytes, sha256 " .. sha256_hex(value) .. ")"
  elseif plain == "authorization" then
    value = value:gsub("(Credential=)([^,]+)", function(label, id)
      return label .. redact.key_id(id)
    end)
    return (value:gsub("(Signature=)%w+", "%1" .. MASK))
  end
  return value
end

return redact
