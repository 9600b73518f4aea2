--- Signatures of forges: an HMAC of the body, Standard Webhooks, or GitLab's secret token.
local base64 = require("ecs_pipeline.openresty.base64")
local request = require("ecs_pipeline.openresty.request")
local secrets = require("ecs_pipeline.openresty.secrets")
local signature = require("ecs_pipeline.openresty.signature")

local forge_signature = {}

local refuse = request.refuse

local function not_signed(what)
  return refuse(401, "NOT_SIGNED", what .. ": set the secret in the webhook's settings at the "
    .. "forge, the same as in the handler's option forges")
end

-- HMACs of the body, in hexadecimal: each header that is there must be right.
local function claim_of_body(forge, headers)
  local digests = {}
  for _, name in ipairs(forge.signatures) do
    if headers[name] then
      local digest = type(headers[name]) == "string" and headers[name]:lower():match(forge.form)
      if not digest or #digest ~= 64 then
        return not_signed(name .. " must be there once, with 64 hexadecimal digits")
      end
      digests[#digests + 1] = digest
    end
  end
  if not digests[1] then
    return not_signed(forge.signatures[1] .. " is missing")
  end
  return { before = "", guard = "", proves = function(secret, body)
    local digest, right = body:hmac(secret, ""), true
    for _, given in ipairs(digests) do
      right = signature.equal(digest, given) and right
    end
    return right
  end }
end

local function hex(bytes)
  return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

-- Standard Webhooks: one of several signatures "v1,<Base64>" must be right.
local function claim_of_standard(hook, headers)
  local id, timestamp, given = headers["webhook-id"], headers["webhook-timestamp"],
    headers["webhook-signature"]
  if type(id) ~= "string" or id == "" or type(given) ~= "string" or type(timestamp) ~= "string"
      or #timestamp > 15 or not timestamp:find("^%d+$") then
    return not_signed("webhook-id, webhook-timestamp (unix seconds) and webhook-signature must be "
      .. "there once each")
  end
  local digests = {}
  for one in given:gmatch("%S+") do
    local bytes = base64.decode(one:match("^v1,(.+)$") or "-")
    digests[#digests + 1] = bytes and #bytes == 32 and hex(bytes) or nil
  end
  if not digests[1] then
    return not_signed("webhook-signature must hold \"v1,\" and 32 bytes in Base64")
  elseif math.abs(hook.wall() - tonumber(timestamp)) > hook.window then
    return refuse(403, "TOO_OLD", ("webhook-timestamp is more than %.0f s from this server's "
      .. "clock: let NTP set the clocks"):format(hook.window))
  end
  return { guard = id .. ".", proves = function(secret, body)
    local key, right = secrets.standard_key(secret), false
    local digest = body:hmac(key or secret, id .. "." .. timestamp .. ".")
    for _, one in ipairs(digests) do
      right = signature.equal(digest, one) or right
    end
    return key ~= nil and right
  end }
end

-- GitLab's secret token: nothing is signed, the header holds the secret itself.
local function claim_of_token(forge, headers)
  local token = headers[forge.token]
  if type(token) ~= "string" then
    return not_signed(forge.token .. " is missing")
  end
  return { guard = "", proves = function(secret)
    return signature.equal(token, secret) and not secrets.standard_key(secret)
  end }
end

local function signs(list)
  for _, secret in ipairs(list) do
    if secrets.standard_key(secret) then
      return true
    end
  end
  return false
end

--- Reads what the headers say of the signature, before the body is read.
-- @tparam table hook `wall`, `window`
-- @tparam table forge row
-- @tparam table own `{ secrets }` of `forge_rules.read`
-- @tparam table headers
-- @treturn[1] table for `forge_signature.check`; `guard`: what is signed before the body and is
--   the same when the message comes again
-- @treturn[2] nil
-- @treturn[2] table refusal
function forge_signature.claim(hook, forge, own, headers)
  if not forge.standard then
    return claim_of_body(forge, headers)
  elseif not forge.token or headers["webhook-signature"] and signs(own.secrets) then
    return claim_of_standard(hook, headers)
  end
  return claim_of_token(forge, headers)
end

--- Checks that the sender knows a secret. All are tried, so that the time says nothing.
-- @tparam table forge row
-- @tparam table own
-- @tparam table claimed of `forge_signature.claim`
-- @tparam Body body
-- @treturn[1] table set of the secrets that the sender knows
-- @treturn[2] nil
-- @treturn[2] table refusal
function forge_signature.check(forge, own, claimed, body)
  local known = {}
  for _, secret in ipairs(own.secrets) do
    known[secret] = claimed.proves(secret, body) or nil
  end
  if next(known) == nil then
    return refuse(401, "BAD_SIGNATURE", ("the signature does not match: the secret of the webhook "
      .. "at the forge must be that of the handler's option forges.%s"):format(forge.name))
  end
  return known
end

return forge_signature
