--- GetCallerIdentity, AssumeRole, AssumeRoleWithOIDC (STS 2015-04-01). The keys that are handed out
-- are verified by this emulator from then on, and refused as InvalidSecurityToken.Expired when
-- their time is over.
-- Shapes and limits follow the API pages; the codes are those of the STS error page.

local clock = require("ecs_pipeline.emulator.clock")
local errors = require("ecs_pipeline.emulator.errors")
local params = require("ecs_pipeline.emulator.params")
local text = require("ecs_pipeline.emulator.text")

local shortest, default_seconds, longest = 900, 3600, 43200

local function role_of(arn)
  return arn:match("^acs:ram::%d+:role/([%w._/-]+)$")
end

local function check_name(flat)
  local name = params.text(flat, "RoleSessionName")
  if not name then
    return nil, errors.new("MissingRoleSessionName",
      "RoleSessionName is mandatory for this action.")
  elseif #name < 2 or #name > 64 or not name:find("^[%w.@_-]+$") then
    return nil, errors.new("InvalidParameter.RoleSessionName",
      "The parameter RoleSessionName is wrongly formed.")
  end
  return name
end

local function check_duration(flat, role)
  local seconds, wrong = params.integer(flat, "DurationSeconds")
  seconds = seconds or default_seconds
  if wrong or seconds < shortest or seconds > (role.max_duration or longest) then
    return nil, errors.new("InvalidParameter.DurationSeconds",
      "The parameter DurationSeconds is wrongly formed.")
  end
  return seconds
end

local good_policy = text.sized(1, 2048)

-- What both ways of assuming a role check, and the role as the emulator was told of it.
local function read(call)
  local flat = call.flat
  local arn = params.text(flat, "RoleArn")
  if not arn then
    return nil, errors.new("MissingRoleArn", "RoleArn is mandatory for this action.")
  elseif not role_of(arn) then
    return nil, errors.new("InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.")
  end
  local external, policy = params.text(flat, "ExternalId"), params.text(flat, "Policy")
  if policy and not good_policy(policy) then
    return nil, errors.new("InvalidParameter.PolicySize",
      "The size of Policy must be smaller than 2048 bytes.")
  end
  if external and (#external < 2 or #external > 1224 or external:find("[^%w+=,.@:/_-]")) then
    return nil, errors.new("InvalidParameter.ExternalId",
      "The parameter ExternalId is wrongly formed.")
  end
  local role = call.sts.roles and call.sts.roles[arn] or not call.sts.roles and {}
  if not role then
    return nil, errors.new("EntityNotExist.Role", "The specified Role not exists.", 404)
  end
  local name, refusal = check_name(flat)
  if not name then
    return nil, refusal
  end
  local seconds
  seconds, refusal = check_duration(flat, role)
  if not seconds then
    return nil, refusal
  end
  return { arn = arn, role = role, name = name, seconds = call.sts.life or seconds }
end

local function hand_out(call, asked)
  local role = role_of(asked.arn)
  local principal = asked.arn:gsub(":ram::", ":sts::"):gsub(":role/.*$", ":assumed-role/")
  local arn = principal .. role .. "/" .. asked.name
  local keys = call.issue(asked.seconds, arn)
  return {
    AssumedRoleUser = { Arn = arn, AssumedRoleId = keys.principal .. ":" .. asked.name },
    Credentials = {
      AccessKeyId = keys.id, AccessKeySecret = keys.secret, SecurityToken = keys.token,
      Expiration = clock.iso(keys.expires),
    },
  }
end

local function assume_role(_, call)
  local asked, refusal = read(call)
  if not asked then
    return nil, refusal
  elseif asked.role.external_id
    and params.text(call.flat, "ExternalId") ~= asked.role.external_id then
    return nil, errors.new("NoPermission",
      "You are not authorized to do this action. You should be authorized by RAM.", 403)
  end
  return hand_out(call, asked)
end

local good_token = text.sized(4, 20000)

local function assume_role_with_oidc(_, call)
  local token = params.text(call.flat, "OIDCToken")
  local provider = params.text(call.flat, "OIDCProviderArn")
  if not token or not provider then
    local name = token and "OIDCProviderArn" or "OIDCToken"
    return nil, errors.new("Missing" .. name, name .. " is mandatory for this action.")
  end
  if not provider:find("^[!-~]+$") then
    return nil, errors.new("InvalidParameter.OIDCProviderArn",
      "The parameter OIDCProviderArn is wrongly formed.")
  end
  local asked, refusal = read(call)
  if not asked then
    return nil, refusal
  elseif not good_token(token) then
    return nil, errors.new("AuthenticationFail.OIDCToken.Invalid",
      "This JSON Web Token is invalid.")
  end
  local ends = true
  if call.sts.oidc_tokens then
    ends = call.sts.oidc_tokens[token]
  end
  if not ends then
    return nil, errors.new("AuthenticationFail.OIDCToken.Invalid",
      "This JSON Web Token is invalid.")
  elseif type(ends) == "number" and call.now >= ends then
    return nil, errors.new("AuthenticationFail.OIDCToken.Expired",
      "This JSON Web Token has expired.")
  end
  local reply = hand_out(call, asked)
  reply.OIDCTokenInfo = { Issuer = "https://issuer.example", Subject = "system:serviceaccount:web",
    ClientIds = "sts.aliyuncs.com", VerificationInfo = "Success" }
  return reply
end

local function identity(_, call)
  local key = call.key or {}
  local kind = key.arn and "AssumedRoleUser" or "RAMUser"
  local user = not key.arn and "20" .. call.account_id:sub(1, 14) or nil
  return {
    AccountId = call.account_id, IdentityType = kind, UserId = user,
    Arn = key.arn or "acs:ram::" .. call.account_id .. ":user/emulator",
    PrincipalId = key.principal or user, RoleId = key.arn and key.principal or nil,
  }
end

return {
  version = "2015-04-01", regional = false, ram = "sts",
  anonymous = { AssumeRoleWithOIDC = true },
  actions = {
    GetCallerIdentity = identity, AssumeRole = assume_role,
    AssumeRoleWithOIDC = assume_role_with_oidc,
  },
}
