--- Turns a profile of a file into a provider, by its mode or type. Reads nothing itself.
local assume_role = require("ecs_pipeline.credentials.assume_role")
local ecs_ram_role = require("ecs_pipeline.credentials.ecs_ram_role")
local env = require("ecs_pipeline.credentials.env")
local oidc = require("ecs_pipeline.credentials.oidc")
local process = require("ecs_pipeline.credentials.process")
local result = require("ecs_pipeline.credentials.result")
local uri = require("ecs_pipeline.credentials.uri")

local modes = {}

local text = result.text

local function given(value)
  return value
end

-- Fixed keys; if both are missing, those of the environment, as in the CLI.
local function keys(profile, token)
  local id, secret = text(profile.access_key_id), text(profile.access_key_secret)
  if not id and not secret then
    return env.new()
  elseif not id or not secret then
    return result.fail("it has no " .. (id and "access_key_secret" or "access_key_id"))
  end
  local memory = {}
  local credentials, message, err = result.keep(memory, id, secret, token)
  if not credentials then
    return nil, message, err
  end
  return { get = function() return credentials end }
end

local function missing(profile, ...)
  for _, name in ipairs({ ... }) do
    if not text(profile[name]) then
      return "it has no " .. name
    end
  end
  return nil
end

-- JSON values may have any type: only values of the right type are used.
local function number(value)
  value = tonumber(value)
  return value and value > 0 and value or nil
end

local function boolean(value)
  if type(value) == "boolean" then
    return value
  end
  return nil
end

-- The options that AssumeRole and AssumeRoleWithOIDC have in common.
local function role_options(profile)
  return { role_arn = text(profile.ram_role_arn),
    role_session_name = text(profile.ram_session_name),
    sts_region = text(profile.sts_region), sts_endpoint = text(profile.sts_endpoint),
    sts_vpc = boolean(profile.enable_vpc) }
end

local function role_with(provider, profile, fallback)
  local options = role_options(profile)
  options.credentials = provider
  options.external_id, options.policy = text(profile.external_id), text(profile.policy)
  options.duration_seconds = number(profile.expired_seconds)
  return assume_role.new(options, given, fallback)
end

local CLI = {}

function CLI.AK(profile)
  return keys(profile)
end

function CLI.StsToken(profile)
  local token = text(profile.sts_token)
  if not token then
    return result.fail("it has no sts_token")
  end
  return keys(profile, token)
end

function CLI.RamRoleArn(profile, builder)
  local why = missing(profile, "ram_role_arn")
  if why then
    return result.fail(why)
  end
  local provider, message, err = keys(profile, text(profile.sts_token))
  if not provider then
    return nil, message, err
  end
  return role_with(provider, profile, builder.fallback)
end

function CLI.EcsRamRole(profile, builder)
  return ecs_ram_role.new({ role_name = text(profile.ram_role_name),
    allow_imds_v1 = builder.allow_imds_v1 }, builder.fallback)
end

function CLI.OIDC(profile, builder)
  local why = missing(profile, "oidc_token_file", "oidc_provider_arn", "ram_role_arn")
  if why then
    return result.fail(why)
  end
  local options = role_options(profile)
  options.oidc_token_file = profile.oidc_token_file
  options.oidc_provider_arn = profile.oidc_provider_arn
  options.duration_seconds = number(profile.duration_seconds)
  return oidc.new(options, builder.fallback)
end

function CLI.ChainableRamRoleArn(profile, builder)
  local why = missing(profile, "source_profile", "ram_role_arn")
  if why then
    return result.fail(why)
  end
  local source, message, err = builder:build(profile.source_profile)
  if not source then
    return nil, message, err
  end
  return role_with(source, profile, builder.fallback)
end

function CLI.External(profile, builder)
  local why = missing(profile, "process_command")
  if why then
    return result.fail(why)
  elseif not (process.split(profile.process_command) or {})[1] then
    return result.fail("a quote in process_command is not closed")
  end
  return process.new({ command = profile.process_command }, builder.fallback)
end

function CLI.CredentialsURI(profile, builder)
  local why = missing(profile, "credentials_uri")
  if why then
    return result.fail(why)
  end
  return uri.new({ uri = profile.credentials_uri }, builder.fallback)
end

-- Mode → advice. These modes need a browser, or keys with which this library cannot sign.
local ELSEWHERE = {
  CloudSSO = "sign in with the CLI and give its credentials on: an External profile, or the "
    .. "environment",
  OAuth = "sign in with the CLI and give its credentials on: an External profile, or the "
    .. "environment",
  RsaKeyPair = "key pairs are not supported: use AK or RamRoleArn",
  RamRoleArnWithEcs = "use ChainableRamRoleArn with an EcsRamRole profile as source_profile",
}

-- Checked here, because the file is wrong; later a control character would raise, as a programmer's
-- mistake.
local function has_control(profile)
  for name, value in pairs(profile) do
    if type(value) == "string" and value:find("%c") then
      return tostring(name)
    end
  end
  return nil
end

local function build(table_of, mode, profile, builder, listed)
  local control = has_control(profile)
  if control then
    return result.fail(control .. " holds a control character")
  elseif not table_of[mode] then
    local shown = tostring(mode):gsub("[^%w_]", "?"):sub(1, 40)
    return result.fail((mode == nil and "it has no mode: "
      or "its mode " .. shown .. " is not supported: ") ..  (ELSEWHERE[mode] or "use " .. listed))
  end
  return table_of[mode](profile, builder)
end

--- The provider of a profile of the CLI.
-- @tparam table profile as it is in config.json
-- @tparam table builder `fallback`, `allow_imds_v1`, `build(self, name)` for another profile of the
--   file
-- @treturn[1] table provider
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function modes.cli(profile, builder)
  return build(CLI, text(profile.mode), profile, builder,
    "AK, StsToken, RamRoleArn, EcsRamRole, OIDC, ChainableRamRoleArn, External or CredentialsURI")
end

local INI = {}

function INI.access_key(section)
  local why = missing(section, "access_key_id", "access_key_secret")
  if why then
    return result.fail(why)
  end
  return keys(section)
end

function INI.ecs_ram_role(section, builder)
  return ecs_ram_role.new({ role_name = text(section.role_name),
    allow_imds_v1 = builder.allow_imds_v1 }, builder.fallback)
end

function INI.ram_role_arn(section, builder)
  local why = missing(section, "access_key_id", "access_key_secret", "role_arn")
  if why then
    return result.fail(why)
  end
  local provider, message, err = keys(section)
  if not provider then
    return nil, message, err
  end
  return assume_role.new({ role_arn = section.role_arn, policy = text(section.policy),
    role_session_name = text(section.role_session_name), credentials = provider }, given,
    builder.fallback)
end

--- The provider of a section of an ini file. Arguments and results as of `modes.cli`.
function modes.ini(section, builder)
  return build(INI, text(section.type), section, builder,
    "type = access_key, ecs_ram_role or ram_role_arn")
end

return modes
