--- The sources of credentials, and what the `credentials` option may be: fields, a provider,
-- credentials already made, or nothing (the chain).
--
-- A provider is `{ get = function(self, context) → core credentials | nil, message, err }`, and if
-- it can get other ones, `expire = function(self, credentials)`, called when the service has
-- refused them as expired. `context` is the client's: what a source needs to ask somebody. Nothing
-- is read or sent before the first `get`.
local assume_role = require("ecs_pipeline.credentials.assume_role")
local chain = require("ecs_pipeline.credentials.chain")
local ecs_ram_role = require("ecs_pipeline.credentials.ecs_ram_role")
local env = require("ecs_pipeline.credentials.env")
local ini = require("ecs_pipeline.credentials.ini")
local oidc = require("ecs_pipeline.credentials.oidc")
local process = require("ecs_pipeline.credentials.process")
local profile = require("ecs_pipeline.credentials.profile")
local static = require("ecs_pipeline.credentials.static")
local uri = require("ecs_pipeline.credentials.uri")

local credentials = {}

--- Provider for the option of a client.
-- @param option table of `credentials.static`, provider, userdata of `core.credentials`, or nil
--   (the chain)
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise wrong types, unknown fields
function credentials.provider(option, fallback)
  if option == nil then
    return chain.new(nil, fallback)
  elseif type(option) == "userdata" then
    return { get = function() return option end }
  elseif type(option.get) == "function" then
    return option
  end
  return static.new(option)
end

--- What the sources behind a provider say, for people to read.
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

--- Region of the CLI's profile. @function credentials.profile_region
credentials.profile_region = profile.region

--- The constructors that users call, by name.
-- @tparam function fallback → context, for `provider:get()` outside a client
-- @treturn table of functions(options) → provider
function credentials.constructors(fallback)
  local function keys_of(option)
    return credentials.provider(option, fallback)
  end
  local constructors = {
    static = static.new,
    env = function() return env.new() end,
    assume_role = function(options) return assume_role.new(options, keys_of, fallback) end,
  }
  for name, source in pairs({ profile = profile, ini = ini, ecs_ram_role = ecs_ram_role,
    oidc = oidc, uri = uri, process = process, chain = chain }) do
    constructors[name] = function(options) return source.new(options, fallback) end
  end
  return constructors
end

return credentials
