--- Removes secrets from texts that people and programs read: messages, events, rendered requests,
-- replies. By name where there is a name; by form in free text. csrc/wire/named_secrets.c has the
-- names of secrets.
local core = require("ecs_pipeline.core")

local redact = {}

local MASK = "***"
local MAX_TEXT = 512
local MAX_READ = 4096 -- bytes of a text from outside; the rest is never shown
local MAX_DEPTH = 32
local MAX_RAW = 64 * 1024 -- bytes of the strings of an error's reply that are looked through
local MAX_STRINGS = 1000 -- of an error's reply

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

--- Free text from outside: the string to sign, values beside the name of a secret, key ids and
-- characters that could speak to a terminal removed, at most 512 bytes.
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
  text = text:gsub("LTAI%w+", redact.key_id):gsub("STS%.%w+", redact.key_id)
  text = (more or core.redact)(text)
  if #text > MAX_TEXT or size > MAX_READ then
    text = text:sub(1, MAX_TEXT) .. "… (" .. size .. " bytes)"
  end
  return text
end

-- `name`: of the field that the value is in, or that the list is in which it is.
local function redacted(value, depth, more, left, name)
  if type(value) ~= "table" and type(value) ~= "boolean" and name and core.is_secret_name(name) then
    return MASK
  elseif type(value) == "string" then
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
        copy[redacted(key, MAX_DEPTH, more, left)] =
          redacted(item, depth + 1, more, left, type(key) == "string" and key or name)
      end
    end
  end
  return copy
end

--- A copy of a decoded reply: every string in it redacted as free text, names included, and the
-- fields with the name of a secret masked. At most 64 KiB and 1,000 strings; the others become
-- "(left out)".
-- @param value
-- @tparam ?function more as of `redact.text`
-- @treturn any
function redact.reply(value, more)
  return redacted(value, 1, more, { bytes = MAX_RAW, strings = MAX_STRINGS })
end

--- Redacts the fields of an error that contain text from outside, except its message.
-- @tparam table err is changed; `redact`: `more` of `redact.text`, or nil
function redact.error(err)
  local more = err.redact
  if err.raw then
    err.raw = redact.reply(err.raw, more)
  end
  if not more then
    return
  end
  for _, name in ipairs({ "code", "request_id", "execution_id" }) do
    if type(err[name]) == "string" then
      err[name] = redact.text(err[name], more)
    end
  end
  err.hint = err.hint and more(err.hint:sub(1, MAX_READ)) -- ours, but it may quote the service
  if type(err.headers) == "table" then
    err.headers = redact.reply(err.headers, more)
  end
end

--- Is this the name of a token that is no secret, although it is a token?
-- @tparam string name "client_token"
-- @treturn boolean
function redact.is_harmless_token(name)
  return name:lower():find("token", 1, true) ~= nil and not core.is_secret_name(name)
end

--- The value of one parameter or header of a request.
-- @tparam string name
-- @tparam string value
-- @tparam function sha256_hex
-- @treturn string
function redact.parameter(name, value, sha256_hex)
  local plain = name:lower():gsub("[-_]", "")
  if plain:find("accesskeyid$") then
    return redact.key_id(value)
  elseif CONTENT[plain] then
    return "(" .. #value .. " bytes, sha256 " .. sha256_hex(value) .. ")"
  elseif plain == "authorization" then
    value = value:gsub("(Credential=)([^,]+)", function(label, id)
      return label .. redact.key_id(id)
    end)
    return (value:gsub("(Signature=)%w+", "%1" .. MASK))
  end
  return core.is_secret_name(name) and MASK or value
end

return redact
