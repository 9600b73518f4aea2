--- Checks the sender of a webhook: an HMAC-SHA256 of time stamp and body, a window for the time
-- stamp, and a record of the messages within the window.
local core = require("ecs_pipeline.core")
local shared = require("ecs_pipeline.openresty.shared")

local signature = {}

--- Header names, in lower case.
signature.TIMESTAMP = "x-ecs-pipeline-timestamp"
signature.SIGNATURE = "x-ecs-pipeline-signature"

local hmac = core.sign.hmac_sha256_hex

local function sign(secret, timestamp, body)
  return "sha256=" .. hmac(secret, timestamp .. "." .. body)
end

--- The headers of a webhook, for senders in Lua.
-- @function openresty.sign
-- @tparam string secret
-- @tparam string body as it will be sent
-- @tparam ?number timestamp unix seconds, default now
-- @treturn table `{ ["x-ecs-pipeline-timestamp"] = …, ["x-ecs-pipeline-signature"] = "sha256=…" }`
function signature.headers(secret, body, timestamp)
  local text = ("%.0f"):format(math.floor(timestamp or core.wall()))
  return { [signature.TIMESTAMP] = text, [signature.SIGNATURE] = sign(secret, text, body) }
end

-- Compares digests of both texts under a random key, so that the time of the comparison reveals
-- nothing about the texts.
local blind
local function equal(a, b)
  blind = blind or core.random(32)
  return hmac(blind, a) == hmac(blind, b)
end

local function refuse(status, code, message)
  return nil, { status = status, code = code, message = message }
end

--- Reads time stamp and signature from the headers, before the body is read.
-- @tparam table headers by lower-case name
-- @treturn[1] table claim `{ timestamp, signature }`
-- @treturn[2] nil
-- @treturn[2] table refusal `{ status, code, message }`
function signature.claim(headers)
  local timestamp, given = headers[signature.TIMESTAMP], headers[signature.SIGNATURE]
  if type(timestamp) ~= "string" or type(given) ~= "string" then
    return refuse(401, "NOT_SIGNED", ("send %s (unix seconds) and %s (\"sha256=\" and the "
      .. "hexadecimal HMAC-SHA256 of time stamp, \".\" and body), each once")
      :format(signature.TIMESTAMP, signature.SIGNATURE))
  elseif not timestamp:find("^%d+$") or #timestamp > 12 then
    return refuse(401, "NOT_SIGNED", signature.TIMESTAMP .. " must be unix seconds in digits")
  elseif not given:find("^sha256=%x+$") or #given ~= 71 then
    return refuse(401, "NOT_SIGNED", signature.SIGNATURE
      .. " must be \"sha256=\" and 64 hexadecimal digits")
  end
  return { timestamp = timestamp, signature = given:lower() }
end

--- Checks that the sender knows a secret, the time stamp is current, and the message is new.
-- @tparam table hook `secrets` (list), `window` (seconds), `dict`, `keys` (prefix), `host`
-- @tparam table claim
-- @tparam string body
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] table refusal `{ status, code, message }`
function signature.check(hook, claim, body)
  local timestamp, known = claim.timestamp, false
  for _, secret in ipairs(hook.secrets) do
    known = equal(sign(secret, timestamp, body), claim.signature) or known
  end
  if not known then
    return refuse(401, "BAD_SIGNATURE", "the signature does not match: the HMAC-SHA256 is that of "
      .. "time stamp, \".\" and the body as sent, byte for byte, with the secret of this handler")
  end
  local now = hook.host.now()
  local age = now - tonumber(timestamp)
  if math.abs(age) > hook.window then
    return refuse(403, "TOO_OLD", ("the time stamp is %.0f s %s; at most %.0f s are accepted: "
      .. "sign each message when it is sent, and let NTP set the clocks")
      :format(math.abs(age), age > 0 and "old" or "ahead", hook.window))
  end
  local fresh, message = shared.keep("openresty.handler", hook.dict, "safe_add",
    hook.keys .. "seen:" .. claim.signature, 1, hook.window - age + 1)
  if fresh == nil then
    return refuse(503, "SHARED_DICT_FULL", message)
  elseif not fresh then
    return refuse(409, "REPLAYED", "this message came before: each is accepted once; put a new "
      .. "\"nonce\" into the body to send the same again")
  end
  return true
end

return signature
