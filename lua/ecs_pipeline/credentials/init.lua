--- The sources of credentials. The `credentials` option may be fields, a provider, a userdata of
-- `core.credentials`, or nil (the chain).
--
-- A provider is `{ get = function(self, context) → core credentials | nil, message, err }`, and if
-- it can get new ones, `expire = function(self, credentials)`, called when the service has refused
-- them as expired, and `identity`, see `result.identity_of`. `context` is the client's, see
-- call/context.lua. Nothing is read or sent before the first `get`.
--
-- The file of a source is loaded when it is first used: most clients have one source.
local credentials = {}

--- Provider for the option of a client.
-- @param option table of `credentials.static`, provider, userdata of `core.credentials`, or nil
--   (the chain)
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise wrong types, unknown fields
function credentials.provider(option, fallback)
  if option == nil then
    return require("ecs_pipeline.credentials.chain").new(nil, fallback)
  elseif type(option) == "userdata" then
    return { get = function() return option end, identity = function()
      return require("ecs_pipeline.credentials.result").identity(option, "static")
    end }
  elseif type(option.get) == "function" then
    return option
  end
  return require("ecs_pipeline.credentials.static").new(option)
end

--- The state of the sources of a provider, for people.
-- @tparam table provider
-- @tparam table context
-- @treturn {table,...} as `describe` of a chain; of any other provider one entry
function credentials.describe(provider, context)
  if type(provider.describe) == "function" then
    return provider:describe(context)
  end
  local got, message, err = provider:get(context)
  return { { source = "the credentials option", credentials = got, used = got ~= nil or nil,
    seconds_left = got and provider.seconds_left and provider:seconds_left(context) or nil,
    message = not got and tostring(message) or nil, err = err } }
end

--- Whose credentials a provider gives: see `result.identity_of`.
function credentials.identity(provider, context)
  return require("ecs_pipeline.credentials.result").identity_of(provider, context)
end

--- The settings that belong to the profile whose keys a provider uses.
-- @tparam table provider
-- @tparam table context
-- @treturn table `region`, `endpoint`, `endpoint_type`; {} if no profile is used
function credentials.settings(provider, context)
  local settings = provider.settings and provider:settings(context)
  return settings or {}
end

--- The region of the profile whose keys a provider uses, otherwise of the CLI's profile.
-- @tparam table provider
-- @tparam table context
-- @treturn[1] ?string
-- @treturn[2] nil
-- @treturn[2] string why its file cannot be used
function credentials.region(provider, context)
  local region = credentials.settings(provider, context).region
  if region then
    return region
  end
  return require("ecs_pipeline.credentials.profile").region(context)
end

-- A command that stands in no file prints a profile which refers to another one.
local function no_other_profile()
  return nil, "there is no file in which its source_profile could be", { named = true }
end

--- The constructors that users call, by name.
-- @tparam function fallback → context, for `provider:get()` outside a client
-- @treturn table of functions(options) → provider
function credentials.constructors(fallback)
  local function keys_of(option)
    return credentials.provider(option, fallback)
  end
  return {
    static = function(fields)
      return require("ecs_pipeline.credentials.static").new(fields)
    end,
    env = function()
      return require("ecs_pipeline.credentials.env").new()
    end,
    assume_role = function(options)
      return require("ecs_pipeline.credentials.assume_role").new(options, keys_of, fallback)
    end,
    profile = function(options)
      return require("ecs_pipeline.credentials.profile").new(options, fallback)
    end,
    ini = function(options)
      return require("ecs_pipeline.credentials.ini").new(options, fallback)
    end,
    ecs_ram_role = function(options)
      return require("ecs_pipeline.credentials.ecs_ram_role").new(options, fallback)
    end,
    oidc = function(options)
      return require("ecs_pipeline.credentials.oidc").new(options, fallback)
    end,
    uri = function(options)
      return require("ecs_pipeline.credentials.uri").new(options, fallback)
    end,
    process = function(options)
      local printed = require("ecs_pipeline.credentials.modes").printed({ fallback = fallback,
        env = require("ecs_pipeline.platform").env, build = no_other_profile })
      return require("ecs_pipeline.credentials.process").new(options, fallback, printed)
    end,
    chain = function(options)
      return require("ecs_pipeline.credentials.chain").new(options, fallback)
    end,
  }
end

return credentials
