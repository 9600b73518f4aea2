--- Credentials of a RAM role for an OIDC token (RRSA of Kubernetes): STS AssumeRoleWithOIDC
-- (2015-04-01), unsigned. The token file is read again at every refresh, because the cluster
-- replaces it while the process runs.
local cache = require("ecs_pipeline.credentials.cache")
local fields = require("ecs_pipeline.credentials.fields")
local files = require("ecs_pipeline.credentials.files")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")
local sts = require("ecs_pipeline.credentials.sts")
local trim = require("ecs_pipeline.text").trim

local oidc = {}

local KNOWN = { role_arn = "string", oidc_provider_arn = "string", oidc_token_file = "string",
  role_session_name = "string", duration_seconds = "number", policy = "string",
  sts_region = "string", sts_endpoint = "string", sts_vpc = "boolean" }

local NEEDED = { "role_arn", "oidc_provider_arn", "oidc_token_file" }

local Source = {}
Source.__index = Source

function Source:fetch(context)
  local found = {}
  for _, name in ipairs(NEEDED) do
    found[name] = self.options[name] or names.first(context.platform.env, name)
    if not found[name] then
      return result.fail(names.main(name) .. " is not set", { absent = true })
    end
  end
  local token, message, err = files.read(context, found.oidc_token_file, {})
  if not token then
    return result.fail("the token file: " .. message, { cause = err.cause })
  end
  token = trim(token)
  if token == "" then
    return result.fail("the token file " .. found.oidc_token_file .. " is empty")
  elseif token:find("[%c%s]") then
    return result.fail("the token file " .. found.oidc_token_file
      .. " contains more than one token: blanks or control characters")
  end
  return sts.session(context, { operation = "sts.assume_role_with_oidc", place = self.options,
    args = {
      role_arn = found.role_arn, oidc_provider_arn = found.oidc_provider_arn, oidc_token = token,
      role_session_name = self.options.role_session_name or sts.session_name(context),
      duration_seconds = self.options.duration_seconds, policy = self.options.policy,
    } })
end

--- @treturn string see `result.identity_of`
function Source:identity(context)
  local arn = self.options.role_arn or names.first(context.platform.env, "role_arn")
  return "role " .. (arn or "") .. (self.options.policy or "")
end

--- A provider of sessions of a role for an OIDC token. Blocks or yields when a refresh is due.
-- @function credentials.oidc
-- @tparam ?table options
--
--   * `role_arn`: default `ALIBABA_CLOUD_ROLE_ARN`
--   * `oidc_provider_arn`: default `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`
--   * `oidc_token_file`: default `ALIBABA_CLOUD_OIDC_TOKEN_FILE`
--   * `role_session_name`: default one with the host and the process; terraform's `session_name`
--     means the same
--   * `duration_seconds`: from 900, default 3600; terraform's `session_expiration` means the same
--   * `policy`: JSON text: what the session may do at most
--   * `sts_region`: region of the STS endpoint
--   * `sts_endpoint`: host of STS
--   * `sts_vpc`: true: the endpoint inside a VPC
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function oidc.new(options, fallback)
  local checked = fields.check("credentials.oidc", options, KNOWN)
  return cache.new(setmetatable({ options = checked }, Source), fallback)
end

return oidc
