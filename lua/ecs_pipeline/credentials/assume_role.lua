--- Credentials of a RAM role: STS AssumeRole (2015-04-01), signed with other credentials.
local cache = require("ecs_pipeline.credentials.cache")
local fields = require("ecs_pipeline.credentials.fields")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")
local sts = require("ecs_pipeline.credentials.sts")

local assume_role = {}

local KNOWN = { role_arn = "string", role_session_name = "string", duration_seconds = "number",
  external_id = "string", policy = "string", credentials = "table userdata", sts_region = "string",
  sts_endpoint = "string", sts_vpc = "boolean" }

local Source = {}
Source.__index = Source

local function ask(self, context, role_arn, credentials)
  return sts.session(context, { operation = "sts.assume_role", credentials = credentials,
    place = self.options, args = {
      role_arn = role_arn, external_id = self.options.external_id, policy = self.options.policy,
      role_session_name = self.options.role_session_name or sts.session_name(context),
      duration_seconds = self.options.duration_seconds,
    } })
end

--- Gets a session of the role. Keys that STS reports as expired are renewed once.
function Source:fetch(context)
  local role_arn = self.options.role_arn or names.first(context.platform.env, "role_arn")
  if not role_arn then
    return result.fail("role_arn is missing: give it, or set " .. names.main("role_arn"),
      { absent = true })
  end
  local keys, message, err = result.ask(self.keys, context)
  if not keys then
    return result.fail("the keys for AssumeRole: " .. tostring(message), { cause = err })
  end
  local got
  got, message, err = ask(self, context, role_arn, keys)
  if not got and sts.is_expired(err) and self.keys.expire then
    self.keys:expire(keys)
    local fresh = result.ask(self.keys, context)
    if fresh and fresh ~= keys then
      return ask(self, context, role_arn, fresh)
    end
  end
  return got, message, err
end

--- @treturn string see `result.identity_of`
function Source:identity(context)
  local arn = self.options.role_arn or names.first(context.platform.env, "role_arn")
  return "role " .. (arn or "") .. (self.options.policy or "")
end

--- A provider of sessions of a role, cached and renewed. Blocks or yields when a refresh is due.
-- @function credentials.assume_role
-- @tparam table options
--
--   * `role_arn`: "acs:ram::…:role/…", default `ALIBABA_CLOUD_ROLE_ARN`
--   * `role_session_name`: default one with the host and the process; terraform's `session_name`
--     means the same
--   * `duration_seconds`: from 900, default 3600; terraform's `session_expiration` means the same
--   * `external_id`: text
--   * `policy`: JSON text: what the session may do at most
--   * `credentials`: those that sign, as of a client; default the chain
--   * `sts_region`: region of the STS endpoint
--   * `sts_endpoint`: host of STS
--   * `sts_vpc`: true: the endpoint inside a VPC
-- @tparam function keys_of `credentials` option → provider
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function assume_role.new(options, keys_of, fallback)
  local checked = fields.check("credentials.assume_role", options, KNOWN)
  local keys = keys_of(checked.credentials)
  checked.credentials = nil
  return cache.new(setmetatable({ options = fields.hidden(checked), keys = keys }, Source),
    fallback)
end

return assume_role
