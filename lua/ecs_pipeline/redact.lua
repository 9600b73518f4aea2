--- Takes secrets out of what people and programs will read: messages, events, rendered requests,
-- replies. By name where there is a name; by shape in the free text of a service message. Pure.
local redact = {}

local MASK = "***"
local MAX_TEXT = 512
local MAX_READ = 4096 -- of a text from outside; what is behind is not shown in any case
local MAX_DEPTH = 32

-- Parameters and headers, compared in lower case without "-" and "_", by a part of their name;
-- csrc/binding/redact_request.c has the same words. ClientToken and NextToken are no secrets and
-- help to find a call again.
local SECRET_PARTS = { "password", "secret", "token", "userdata", "externalid" }
local NO_SECRET = { clienttoken = true, nexttoken = true }
local KEY_ID = { accesskeyid = true, xacsaccesskeyid = true }
local CONTENT = { buildcontent = true, testcontent = true, content = true }

--- Shorten an access key id so that it can be recognised but not used: "LTAI…Ab3d".
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
-- @tparam ?function conceal text → text without the secrets of the request that it may echo
-- @treturn string
function redact.text(text, conceal)
  local size = #text
  text = text:sub(1, MAX_READ)
  local before = text:match("^(.-)[Ss]tring%s*[Tt]o%s*[Ss]ign")
  if before then
    text = before .. "string to sign: (left out)"
  end
  text = text:gsub("([Ss]ecurity%-?_?[Tt]oken)([=:]%s*)[^%s&,\"]+", "%1%2" .. MASK)
  text = text:gsub("([Ss]ignature)(=)[^%s&,\"]+", "%1%2" .. MASK)
  text = text:gsub("LTAI%w+", redact.key_id):gsub("STS%.%w+", redact.key_id)
  text = conceal and conceal(text) or text
  if #text > MAX_TEXT or size > MAX_READ then
    text = text:sub(1, MAX_TEXT) .. "… (" .. size .. " bytes)"
  end
  return text
end

local function clean(value, depth, conceal)
  if type(value) == "string" then
    return redact.text(value, conceal)
  elseif type(value) ~= "table" then
    return value
  elseif depth > MAX_DEPTH then
    return MASK
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[clean(key, MAX_DEPTH, conceal)] = clean(item, depth + 1, conceal)
  end
  return copy
end

--- A copy of a decoded reply with the text of every string cleaned, names included.
-- @param value
-- @tparam ?function conceal as of `redact.text`
-- @treturn any
function redact.deep(value, conceal)
  return clean(value, 1, conceal)
end

--- What came from outside and is shown beside the message of an error, without the secrets of the
-- request that it may echo.
-- @tparam table err `conceal` as of `redact.text`, or nil
function redact.facts(err)
  local conceal = err.conceal
  if err.raw then
    err.raw = redact.deep(err.raw, conceal)
  end
  if not conceal then
    return
  end
  for _, name in ipairs({ "code", "request_id", "execution_id", "hint" }) do
    if type(err[name]) == "string" then
      err[name] = conceal(err[name])
    end
  end
  if type(err.headers) == "table" then
    err.headers = redact.deep(err.headers, conceal)
  end
end

local function is_secret(plain)
  for _, part in ipairs(SECRET_PARTS) do
    if plain:find(part, 1, true) and not NO_SECRET[plain] then
      return true
    end
  end
  return plain == "signature"
end

--- One named value of a request.
-- @tparam string name parameter or header name
-- @tparam string value
-- @tparam function sha256_hex
-- @treturn string
function redact.value(name, value, sha256_hex)
  local plain = name:lower():gsub("[-_]", "")
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
