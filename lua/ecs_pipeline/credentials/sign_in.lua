--- Profiles of the CLI whose user has signed in with a browser: CloudSSO and OAuth. The keys that
-- the CLI has stored are used. Shortly before they expire, they are exchanged once for new ones,
-- with the CLI's access token, as long as that lives. After that a person has to sign in again. The
-- refresh token is never used: it changes with each use, and the CLI would be signed out.
--
-- Source: aliyun-cli eadd68d (cloudsso/, openapi/oauth), credentials-go 9ac55b4.
local cache = require("ecs_pipeline.credentials.cache")
local documents = require("ecs_pipeline.credentials.documents")
local quote = require("ecs_pipeline.text").quote
local is_port = require("ecs_pipeline.text").is_port
local result = require("ecs_pipeline.credentials.result")

local sign_in = {}

local LIMITS = { connect = 5, total = 10 } -- seconds
local SHORTLY = 300 -- seconds before the end at which stored keys are exchanged
local SITES = { CN = "https://oauth.aliyun.com", INTL = "https://oauth.alibabacloud.com" }

local text = result.text

local Source = {}
Source.__index = Source

-- The keys that the CLI has stored, if they live for longer than `least` seconds.
local function stored(self, now, least)
  if self.credentials and self.expires - now > least then
    return { credentials = self.credentials, expires = self.expires, now = now }
  end
  return nil
end

local function expired(self, why)
  return result.fail(why .. ": sign in again", { advice = "sign in again: " .. self.command })
end

-- What the service says, without the token, which it may repeat.
local function reason(self, document)
  local token = self.token():gsub("%p", "%%%0")
  return result.reason(document, function(said) return (said:gsub(token, "***")) end)
end

-- Has the access token at least a minute to live?
local function lives(self, now)
  return self.token() and self.token_expires - now > 60
end

-- New keys for the access token.
local function exchange(self, context, now)
  if not lives(self, now) then
    return expired(self, "the sign-in of " .. self.what .. " has expired")
  end
  local reply, err = documents.fetch(context, { method = "POST", url = self.url, body = self.body,
    proxied = true, headers = { ["content-type"] = "application/json",
      authorization = "Bearer " .. self.token() } }, LIMITS)
  if not reply then
    return result.failed(self.what, err)
  end
  local document = documents.decode(reply.body)
  if reply.status == 401 or reply.status == 403 then
    return expired(self, ("%s refuses the access token (status %d%s)"):format(self.what,
      reply.status, reason(self, document)))
  elseif reply.status ~= 200 then
    return result.fail(self.what .. " answers with status " .. reply.status
      .. reason(self, document), { cause = { kind = "protocol", status = reply.status } })
  end
  -- as the CLI reads it: the keys may also stand outside
  local inside = document and self.inside and document[self.inside] or document
  if type(inside) ~= "table" or not text(inside[self.names.id]) then
    return result.fail(self.what .. ": the answer has no credentials" .. reason(self, document))
  end
  return result.session(self.what, inside, self.names, reply.headers)
end

--- The stored keys, or shortly before their end those for which the access token is exchanged.
function Source:fetch(context)
  local now = context.now()
  local session, message, err = stored(self, now, SHORTLY), nil, nil
  if not session then
    session, message, err = exchange(self, context, now)
  end
  if not session then
    session = stored(self, now, 0)
    if not session then
      return nil, message, err
    end
  end
  return session
end

-- The word of a command line: quoted where a shell would change it.
local function word(value)
  return value:find("^[%w._-]+$") and value or quote(value)
end

-- A number of seconds, in a file that may write it as text; 0 = not known, so expired.
local function seconds(value)
  return tonumber(value) or 0
end

local function provider_of(profile, mode, source, fallback)
  local id, secret, token = text(profile.access_key_id), text(profile.access_key_secret),
    text(profile.sts_token)
  if id and secret and token then
    local message, err
    source.credentials, message, err = result.keep({}, id, secret, token)
    if not source.credentials then
      return nil, message, err
    end
  end
  source.expires = seconds(profile.sts_expiration)
  source.command = "aliyun configure --mode " .. mode .. " --profile "
    .. word(text(profile.name) or "default")
  local access = text(source.access_token)
  source.token, source.access_token = function() return access end, nil -- not shown when printed
  return cache.new(setmetatable(source, Source), fallback)
end

--- The provider of a profile of mode CloudSSO.
-- @tparam table profile as it is in config.json
-- @tparam ?function fallback → context
-- @treturn[1] table provider
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function sign_in.cloud_sso(profile, fallback)
  local site = text(profile.cloud_sso_sign_in_url)
  local host = site and (site .. "/"):match("^https://([%w.-]+:?%d*)[/?#]")
  if not host or not is_port(host:match(":(%d*)$") or "") then
    return result.fail("its cloud_sso_sign_in_url must be https://host/…")
  end
  return provider_of(profile, "CloudSSO", { what = "CloudSSO", inside = "CloudCredential",
    url = "https://" .. host .. "/cloud-credentials", names = result.NAMES,
    body = require("ecs_pipeline.json").encode({ AccountId = text(profile.cloud_sso_account_id),
      AccessConfigurationId = text(profile.cloud_sso_access_config) }),
    access_token = profile.access_token,
    token_expires = seconds(profile.cloud_sso_access_token_expire) }, fallback)
end

local OAUTH_NAMES = { id = "accessKeyId", secret = "accessKeySecret", token = "securityToken",
  expiration = "expiration" }

--- The provider of a profile of mode OAuth. Arguments and results as of `cloud_sso`.
function sign_in.oauth(profile, fallback)
  local site = SITES[(text(profile.oauth_site_type) or "CN"):upper()]
  if not site then
    return result.fail("its oauth_site_type must be CN or INTL")
  end
  return provider_of(profile, "OAuth", { what = "OAuth", url = site .. "/v1/exchange",
    names = OAUTH_NAMES, access_token = profile.oauth_access_token,
    token_expires = seconds(profile.oauth_access_token_expire) }, fallback)
end

return sign_in
