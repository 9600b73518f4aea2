--- Hints about access keys, tokens and clocks.
local span = require("ecs_pipeline.hints.span")

local keys = {}

local RENEW = "the security token has expired: get new STS credentials, or use a provider that "
  .. "renews them"

local SET_CLOCK = "set it (timedatectl set-ntp true; in a container, the host's)"

-- The shortened id is shown so that the key can be found in the RAM console.
local function key(err)
  local id = err.signer and err.signer.key
  return id and id ~= "***" and "access key " .. id or "the access key"
end

-- Is the key id one of STS, which cannot be used without its token?
local function token_is_missing(err)
  local signer = err.signer
  return signer and not signer.temporary and (signer.key or ""):sub(1, 4) == "STS."
end

local GIVE_TOKEN = " is temporary: give its security_token too "
  .. "(ALIBABA_CLOUD_SECURITY_TOKEN)"

local function not_found(err)
  if token_is_missing(err) then
    return key(err) .. GIVE_TOKEN
  end
  return "no " .. key(err):gsub("^the ", "such ") .. " at this site: check the id, whether it was "
    .. "deleted, and that the endpoint belongs to the same site (China, International)"
end

local function disabled(err)
  return key(err) .. " is disabled: enable it in the RAM console, or use another"
end

--- The hint about a wrong clock, if the reply shows it.
-- @tparam table err `clock_offset`
-- @tparam number most seconds that do not matter
-- @treturn ?string
function keys.clock(err, most)
  local offset = err.clock_offset
  if not offset or math.abs(offset) <= most then
    return nil
  end
  return "the clock of this machine is " .. span(offset)
    .. (offset > 0 and " behind" or " ahead of") .. " the service's: " .. SET_CLOCK
end

local function skewed(err)
  return keys.clock(err, 60) or "the clock of this machine is more than 15 minutes off: "
    .. SET_CLOCK
end

--- What to do about an OpenSSL without algorithms.
keys.OPENSSL = "OpenSSL's configuration (OPENSSL_CONF, or openssl.cnf) has to activate a provider "
  .. "with SHA-256 and HMAC, default or fips; `openssl list -providers` shows the active ones"

local HINTS = {
  ["CRYPTO"] = function() return keys.OPENSSL end,
  ["InvalidAccessKeyId.NotFound"] = not_found,
  ["InvalidAccessKeyId"] = not_found,
  ["InvalidAccessKeyId.Inactive"] = disabled,
  ["Forbidden.AccessKeyDisabled"] = disabled,
  ["MissingSecurityToken"] = function(err) return key(err) .. GIVE_TOKEN end,
  ["SecurityTokenExpired"] = function() return RENEW end,
  ["InvalidSecurityToken.Expired"] = function() return RENEW end,
  ["InvalidSecurityToken.Malformed"] = function()
    return "the security token is incomplete, or belongs to another access key: copy all of it "
      .. "again"
  end,
  ["InvalidSecurityToken.MismatchWithAccessKey"] = function(err)
    return "the security token does not belong to " .. key(err)
      .. ": take id, secret and token from the same answer of STS, and give no token with a "
      .. "permanent key"
  end,
  ["InvalidTimeStamp.Expired"] = skewed,
  ["IllegalTimestamp"] = skewed,
}

-- Refused before anything was sent: `core.credentials` names the field and the rule.
local function unusable(err)
  if err.kind ~= "credentials" or err.code then
    return nil
  elseif err.sources and err.cause then
    return "correct this source of credentials, or remove it; ecs.doctor() shows the state of all"
  elseif err.sources then
    return "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or another of "
      .. "these sources; ecs.doctor() says what each of them lacks"
  elseif (err.message or ""):find("white space", 1, true) then
    return "copy the key again without blanks, line ends and quotes: a value read from a file "
      .. "often ends with a line end"
  end
  return nil
end

--- The hint about keys, tokens and clocks.
-- @tparam table err `code`, `kind`, `message`, `signer`, `clock_offset`
-- @treturn ?string
function keys.hint(err)
  local about = HINTS[err.code]
  return about and about(err) or unusable(err)
end

--- The hint if the key needs a token that is missing, otherwise nil.
-- @tparam table err `signer`
-- @treturn ?string
function keys.missing_token(err)
  return token_is_missing(err) and key(err) .. GIVE_TOKEN or nil
end

--- The shortened id of the key, for messages.
keys.name = key

return keys
