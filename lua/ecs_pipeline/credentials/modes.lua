--- Turns a profile of the CLI into a provider, by its mode. Reads no file itself.
local assume_role = require("ecs_pipeline.credentials.assume_role")
local ecs_ram_role = require("ecs_pipeline.credentials.ecs_ram_role")
local env = require("ecs_pipeline.credentials.env")
local names = require("ecs_pipeline.credentials.names")
local oidc = require("ecs_pipeline.credentials.oidc")
local process = require("ecs_pipeline.credentials.process")
local result = require("ecs_pipeline.credentials.result")
local sign_in = require("ecs_pipeline.credentials.sign_in")
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
    return env.new(nil, names.ALL_KEYS)
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

-- A field of a profile; an empty one is filled from the variables, as in the CLI.
-- → value; or nil, why
local function filled(profile, builder, name, setting)
  local value = text(profile[name]) or setting and names.first(builder.env, setting)
  if value then
    return value
  end
  return nil, "it has no " .. name .. (setting and ", and " .. names.main(setting) .. " is not set"
    or "")
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
local function role_options(profile, role_arn)
  return { role_arn = role_arn, role_session_name = text(profile.ram_session_name),
    duration_seconds = number(profile.expired_seconds),
    sts_region = text(profile.sts_region), sts_endpoint = text(profile.sts_endpoint),
    sts_vpc = boolean(profile.enable_vpc) }
end

-- A session of the profile's role, for which the keys of `provider` sign.
local function role_with(provider, profile, builder)
  local role_arn, why = filled(profile, builder, "ram_role_arn", "role_arn")
  if not role_arn then
    return result.fail(why)
  end
  local options = role_options(profile, role_arn)
  options.credentials, options.policy = provider, text(profile.policy)
  options.external_id = filled(profile, builder, "external_id", "external_id")
  return assume_role.new(options, given, builder.fallback)
end

local CLI = {}

function CLI.ak(profile)
  return keys(profile)
end

function CLI.ststoken(profile)
  local token = text(profile.sts_token)
  if not token and (text(profile.access_key_id) or text(profile.access_key_secret)) then
    return result.fail("it has no sts_token")
  end
  return keys(profile, token)
end

function CLI.ramrolearn(profile, builder)
  local provider, message, err = keys(profile, text(profile.sts_token))
  if not provider then
    return nil, message, err
  end
  return role_with(provider, profile, builder)
end

function CLI.ecsramrole(profile, builder)
  return ecs_ram_role.new({ role_name = text(profile.ram_role_name),
    allow_imds_v1 = builder.allow_imds_v1 }, builder.fallback)
end

function CLI.ramrolearnwithrolename(profile, builder)
  return role_with(CLI.ecsramrole(profile, builder), profile, builder)
end

function CLI.oidc(profile, builder)
  local role_arn, why = filled(profile, builder, "ram_role_arn", "role_arn")
  local options = role_options(profile, role_arn)
  for _, name in ipairs({ "oidc_token_file", "oidc_provider_arn" }) do
    local lacks
    options[name], lacks = filled(profile, builder, name, name)
    why = why or lacks
  end
  if why then
    return result.fail(why)
  end
  options.duration_seconds = options.duration_seconds or number(profile.duration_seconds)
  options.policy = text(profile.policy)
  return oidc.new(options, builder.fallback)
end

function CLI.chainableramrolearn(profile, builder)
  local source, why = filled(profile, builder, "source_profile")
  if not source then
    return result.fail(why)
  end
  local provider, message, err = builder:build(source)
  if not provider then
    return nil, message, err
  end
  return role_with(provider, profile, builder)
end

-- A command that another user could have written is not run.
function CLI.external(profile, builder)
  local command, why = filled(profile, builder, "process_command")
  if not command then
    return result.fail(why)
  elseif not (process.split(command) or {})[1] then
    return result.fail("a quote in process_command is not closed")
  elseif builder.printed then
    return result.fail("a command must not print another command")
  elseif builder.unsafe and not names.on(builder.env, "unsafe_commands") then
    return result.fail("its command is not run: " .. builder.unsafe, { advice = "correct owner and "
      .. "mode of the file; ECS_PIPELINE_ALLOW_UNSAFE_COMMANDS=1 runs the command all the same" })
  end
  return process.new({ command = command }, builder.fallback, modes.printed(builder))
end

function CLI.credentialsuri(profile, builder)
  local address, why = filled(profile, builder, "credentials_uri", "credentials_uri")
  if not address then
    return result.fail(why)
  end
  return uri.new({ uri = address }, builder.fallback)
end

function CLI.cloudsso(profile, builder)
  return sign_in.cloud_sso(profile, builder.fallback)
end

function CLI.oauth(profile, builder)
  return sign_in.oauth(profile, builder.fallback)
end

-- Modes that are refused, with advice: this library cannot sign in these ways.
local ELSEWHERE = {
  rsakeypair = "key pairs are not supported: use AK or RamRoleArn",
  bearertoken = "bearer tokens are not supported: use AK or RamRoleArn",
  anonymous = "the calls of this library are signed: use AK or RamRoleArn",
  ramrolearnwithecs = "the CLI calls this mode RamRoleArnWithRoleName",
}

local LISTED = "AK, StsToken, RamRoleArn, EcsRamRole, RamRoleArnWithRoleName, OIDC, "
  .. "ChainableRamRoleArn, External, CredentialsURI, CloudSSO or OAuth"

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

-- The mode of a profile, in lower case. An empty one is recognised from what is filled in, as the
-- CLI does.
local function mode_of(profile)
  local mode = text(profile.mode)
  if mode then
    return mode:lower()
  elseif text(profile.access_key_id) and text(profile.access_key_secret) then
    return text(profile.sts_token) and "ststoken" or text(profile.ram_role_arn) and "ramrolearn"
      or "ak"
  end
  return text(profile.ram_role_name) and "ecsramrole" or nil
end

--- Does a profile hold the keys that it gives, rather than a way to get some?
-- @tparam table profile
-- @treturn boolean
function modes.has_keys(profile)
  local mode = mode_of(profile)
  return mode == "ak" or mode == "ststoken"
end

--- The provider of a profile of the CLI.
-- @tparam table profile as it is in config.json
-- @tparam table builder `fallback`, `env` (function), `allow_imds_v1`, `unsafe` (why the file is
--   not to be trusted), `build(self, name)` for another profile of the file
-- @treturn[1] table provider
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function modes.cli(profile, builder)
  local control, mode = has_control(profile), mode_of(profile)
  if control then
    return result.fail(control .. " holds a control character")
  elseif not mode then
    return result.fail("it has no mode, and no keys that would tell it: use " .. LISTED)
  elseif not CLI[mode] then
    return result.fail("its mode " .. profile.mode:gsub("[^%w_]", "?"):sub(1, 40)
      .. " is not supported: " .. (ELSEWHERE[mode] or "use " .. LISTED))
  end
  return CLI[mode](profile, builder)
end

--- A function that turns what a command prints into a provider: a profile of any mode but External.
-- @tparam table builder of `modes.cli`
-- @treturn function (profile) → provider; or nil, message, err
function modes.printed(builder)
  local inner = setmetatable({ printed = true }, { __index = builder })
  return function(profile)
    return modes.cli(profile, inner)
  end
end

return modes
