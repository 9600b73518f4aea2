--- Credentials of the RAM role of this ECS instance, from its metadata service (IMDS). IMDSv2:
-- every request has a token, which is fetched first; IMDSv1, without a token, only if it is
-- allowed.
local cache = require("ecs_pipeline.credentials.cache")
local documents = require("ecs_pipeline.credentials.documents")
local fields = require("ecs_pipeline.credentials.fields")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")
local trim = require("ecs_pipeline.text").trim

local ecs_ram_role = {}

local KNOWN = { role_name = "string", allow_imds_v1 = "boolean", endpoint = "string" }

local ENDPOINT = "http://100.100.100.200" -- of every instance; link-local, so never proxied
local LIMITS = { connect = 1, total = 2 } -- seconds
local TOKEN_SECONDS = "21600"
local ROLES = "/latest/meta-data/ram/security-credentials/"
local AWAY = 60 -- seconds for which an absent metadata service is not asked again

local Source = {}
Source.__index = Source

local function ask(self, context, method, path, headers)
  local url = (self.options.endpoint or ENDPOINT) .. path
  local reply, err = documents.fetch(context, { method = method, url = url, headers = headers },
    LIMITS)
  if not reply then
    return nil, err
  elseif reply.status ~= 200 then
    return nil, { kind = "protocol", status = reply.status, message = "status " .. reply.status }
  end
  return reply
end

local function token(self, context)
  local reply, err = ask(self, context, "PUT", "/latest/api/token",
    { ["x-aliyun-ecs-metadata-token-ttl-seconds"] = TOKEN_SECONDS })
  if not reply then
    return nil, err
  elseif not reply.body:find("^[%w+/=._-]+$") then
    return nil, { kind = "protocol", message = "the token is malformed" }
  end
  return reply.body
end

-- A request with the token if there is one; if it fails, another one without it if that is allowed.
local function get(self, context, path, shown, v1)
  local reply, err
  if shown then
    reply, err = ask(self, context, "GET", path, { ["x-aliyun-ecs-metadata-token"] = shown })
  end
  if not reply and v1 and not (err and err.status == 404) then
    reply, err = ask(self, context, "GET", path)
  end
  return reply, err
end

local function allows_v1(self, context)
  return self.options.allow_imds_v1 == true and not names.on(context.platform.env, "no_imds_v1")
end

-- Failures that are not about the metadata service.
local OURS = { DEADLINE = true, NO_TRANSPORT = true }

-- There is no metadata service: it is not asked again for a while.
local function unavailable(self, context, err)
  if OURS[err.code] or err.kind == "cancelled" then
    return result.failed("the metadata service", err)
  end
  self.away_until = context.platform.clock() + AWAY
  self.away = "no metadata service: " .. tostring(err.message)
  return result.fail(self.away, { absent = true, cause = { kind = err.kind, code = err.code } })
end

local function refused(what, err)
  local _, message, failure = result.failed("the metadata service, " .. what, err)
  return nil, message, failure
end

local function role_of(self, context, shown, v1)
  local known = self.options.role_name or names.first(context.platform.env, "ecs_role")
  if not known then
    local reply, err = get(self, context, ROLES, shown, v1)
    if not reply and err.status == 404 then
      return result.fail("no RAM role is attached to this instance", { absent = true })
    elseif not reply then
      return refused("asked for the role", err)
    end
    known = trim(reply.body)
  end
  if #known > 64 or not known:find("^[%w._-]+$") then
    return result.fail("the name of the RAM role is malformed: only letters, digits and . _ - "
      .. "may be in it")
  end
  return known
end

--- The credentials of the role.
function Source:fetch(context)
  if self.away_until and context.platform.clock() < self.away_until then
    return result.fail(self.away, { absent = true })
  end
  local v1 = allows_v1(self, context)
  local shown, err = token(self, context)
  if not shown and err.kind ~= "protocol" then
    return unavailable(self, context, err)
  elseif not shown and not v1 then
    return result.fail("the metadata service gives no IMDSv2 token (" .. tostring(err.message)
      .. "); if the instance has IMDSv1 only, allow_imds_v1 = true works without a token")
  end
  local role, message, failure = role_of(self, context, shown, v1)
  if not role then
    return nil, message, failure
  end
  local reply
  reply, err = get(self, context, ROLES .. role, shown, v1)
  if not reply then
    return refused("asked for role " .. role, err)
  end
  local document = documents.decode(reply.body)
  if not document then
    return result.fail("the metadata service: the answer is not a JSON object")
  elseif document.Code ~= "Success" then
    return result.fail("the metadata service: Code is not Success but "
      .. tostring(document.Code):gsub("[^%w._-]", "?"):sub(1, 40))
  end
  return result.session("the metadata service", document, result.NAMES, reply.headers)
end

--- @treturn string see `result.identity_of`
function Source:identity(context)
  return "instance "
    .. (self.options.role_name or names.first(context.platform.env, "ecs_role") or "")
end

--- A provider of the instance's role. Blocks or yields when a refresh is due.
-- @function credentials.ecs_ram_role
-- @tparam ?table options
--
--   * `role_name`: default `ALIBABA_CLOUD_ECS_METADATA`, else asked for
--   * `allow_imds_v1`: default false; `ALIBABA_CLOUD_IMDSV1_DISABLED` forbids it in any case
--   * `endpoint`: of the metadata service, for tests
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function ecs_ram_role.new(options, fallback)
  local checked = fields.check("credentials.ecs_ram_role", options, KNOWN)
  return cache.new(setmetatable({ options = checked }, Source), fallback)
end

return ecs_ram_role
