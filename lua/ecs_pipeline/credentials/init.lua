--- What the `credentials` option may be: fields, a provider, credentials already made, or nothing.
-- A provider is `{ get = function(self) → core credentials | nil, message, err }`.
local static = require("ecs_pipeline.credentials.static")
local env = require("ecs_pipeline.credentials.env")

local credentials = {}

--- Provider for the option of a client.
-- @param option table of `credentials.static`, provider, userdata of `core.credentials`, or nil
--   (environment)
-- @tparam table platform
-- @treturn table provider
-- @raise wrong types, unknown fields
function credentials.provider(option, platform)
  if option == nil then
    return env.new(platform.env)
  elseif type(option) == "userdata" then
    return { get = function() return option end }
  elseif type(option.get) == "function" then
    return option
  end
  return static.new(option)
end

return credentials
