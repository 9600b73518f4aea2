--- Builds the values that a source returns: `core.credentials` from strings, or the error. Secrets
-- are arguments only; no message repeats them.
local core = require("ecs_pipeline.core")
local dates = require("ecs_pipeline.dates")
local redact = require("ecs_pipeline.redact")
local tables = require("ecs_pipeline.tables")

local result = {}

--- The failure of a source: `nil, message, err`.
-- @tparam string why
-- @tparam ?table more fields of err: `absent` = not set up at all, `cause` = { kind, code, status,
--   request_id, … } of a call that failed, `advice` = what to do; `hints.hint` reads both
function result.fail(why, more)
  return nil, why, tables.merge({ kind = "credentials", message = why, sent = false }, more)
end

--- The failure of a request as a failure of the source that made it.
-- @tparam string what "the metadata service"
-- @tparam table err of a transport or of `core.finish`; `redact`: `more` of `redact.text`
function result.failed(what, err)
  local function shown(text)
    return text and redact.text(tostring(text), err.redact):gsub("%c+", " ") or nil
  end
  local why = shown(err.message or "no reason given")
  why = why:gsub("%s*%a*%s*string to sign: %(left out%)$", "")
  local note = {}
  for _, name in ipairs({ "code", "request_id" }) do
    note[#note + 1] = shown(err[name])
  end
  if #note > 0 then
    why = why .. " [" .. table.concat(note, ", ") .. "]"
  end
  local kind = err.kind == "cancelled" and "cancelled" or nil
  return result.fail(what .. ": " .. why, { kind = kind, cause = {
    kind = err.kind, code = shown(err.code), status = err.status,
    request_id = shown(err.request_id), reason = err.reason, endpoint = err.endpoint,
    signer = err.signer, clock_offset = err.clock_offset, ram_action = err.ram_action,
  } })
end

--- The value if it is a text and not empty; nil for cjson's null and other types.
-- @treturn ?string
function result.text(value)
  return type(value) == "string" and value ~= "" and value or nil
end

-- What an answer without credentials may say, in the spellings of the services: RPC and CloudSSO,
-- OAuth (RFC 6749, section 5.2).
local REASONS = { { "Code", "ErrorCode", "code", "error" },
  { "Message", "ErrorMessage", "message", "error_description" }, { "RequestId", "requestId" } }

--- Code, message and request id of an answer without credentials, for the end of a message.
-- @tparam ?table document
-- @tparam ?function more see `redact.text`: removes what was sent and the answer may repeat
-- @treturn string ": NoPermission, not allowed, R1", or ""
function result.reason(document, more)
  local parts = {}
  for _, spellings in ipairs(REASONS) do
    local value
    for _, name in ipairs(spellings) do
      value = value or result.text((document or {})[name])
    end
    parts[#parts + 1] = value and redact.text(value, more):gsub("%c+", " "):sub(1, 200) or nil
  end
  return #parts > 0 and ": " .. table.concat(parts, ", ") or ""
end

--- The part of an identity that fixed keys give: a digest of their id. Temporary keys have none
-- that outlives them, so the name of their source is all that there is.
-- @tparam ?userdata credentials
-- @tparam string source
-- @treturn string
function result.identity(credentials, source)
  if not credentials or tostring(credentials):find("temporary", 1, true) then
    return source
  end
  return "key " .. credentials:key_digest()
end

--- The identity of a provider: whose credentials it gives. It does not change when they are
-- renewed, and asking for it sends nothing.
-- @tparam table provider; one of other code may have `identity(self, context)` → string
-- @tparam table context
-- @treturn string
function result.identity_of(provider, context)
  return type(provider.identity) == "function" and provider:identity(context) or "provider"
end

--- The credentials of a provider. It may be of other code, so what it returns is checked.
-- @tparam table provider
-- @tparam table context
-- @treturn[1] userdata
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function result.ask(provider, context)
  local got, message, err = provider:get(context)
  if type(got) == "userdata" then
    return got
  elseif got then
    return result.fail("the provider returned a " .. type(got) .. ", not credentials: make them "
      .. "with require(\"ecs_pipeline.core\").credentials{ access_key_id = …, … }")
  elseif type(err) == "table" and type(err.kind) == "string"
      and type(err.message or "") == "string" then
    return nil, message, err
  end
  return result.fail(result.text(message) or "the provider gave no reason")
end

--- Credentials; the same userdata as before if nothing has changed.
-- @tparam table memory of the last ones: `credentials` and a digest, no secret
-- @treturn[1] userdata
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function result.keep(memory, id, secret, token)
  local mark = core.sign.sha256_hex(#id .. ":" .. id .. #secret .. ":" .. secret .. (token or ""))
  if mark ~= memory.mark or not memory.credentials then
    local credentials, why = core.credentials({
      access_key_id = id, access_key_secret = secret, security_token = token,
    })
    if not credentials then
      return result.fail(why)
    end
    memory.credentials, memory.mark = credentials, mark
  end
  return memory.credentials
end

--- Temporary credentials, from the document of a service.
-- @tparam string what name of the service, for messages
-- @tparam table document
-- @tparam table names of id, secret, token and expiration in it
-- @tparam ?table headers of the reply: its `date` is the clock that the expiration is on
-- @tparam ?number life seconds after which credentials without an expiration are asked for again;
--   nil: an expiration is required
-- @treturn[1] table `{ credentials, expires (unix seconds), life, now (unix seconds or nil) }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function result.session(what, document, names, headers, life)
  local values = {}
  for _, key in ipairs({ "id", "secret", "token", "expiration" }) do
    values[key] = result.text(document[names[key]])
    if not values[key] and not (key == "expiration" and life) then
      return result.fail(what .. ": the answer has no " .. names[key])
    end
  end
  local expires = dates.utc(values.expiration)
  if values.expiration and not expires then
    return result.fail(what .. ": " .. names.expiration .. " is not a time such as "
      .. "2026-11-24T03:44:03Z")
  end
  local credentials, why = core.credentials({
    access_key_id = values.id, access_key_secret = values.secret, security_token = values.token,
  })
  if not credentials then
    return result.fail(what .. ": " .. why)
  end
  return { credentials = credentials, expires = expires, life = life,
    now = headers and dates.http(headers.date) or nil }
end

--- The names in a document of the metadata service or a credentials URI.
result.NAMES = { id = "AccessKeyId", secret = "AccessKeySecret", token = "SecurityToken",
  expiration = "Expiration" }

return result
