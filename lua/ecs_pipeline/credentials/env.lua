--- Credentials from the environment: the names of the SDKs, of terraform and of the CLI, see
-- names.lua. They are read at every call, so a long-lived process sees a renewed STS token; a new
-- userdata is created only if a value has changed.
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")

local env = {}

local Provider = { environment = true } -- what is used is in the variables of keys
Provider.__index = Provider

-- All values come from one family: an id of one and a secret of the other do not belong together.
-- → id, secret, token, family; or nil, why, is nothing set at all
local function find(families, read, platform)
  local half
  for _, family in ipairs(families) do
    local id, secret = read(family.id), read(family.secret)
    if id and secret then
      return id, secret, read(family.token), family
    elseif id or secret then
      half = half or (id and family.id .. " is set, but " .. family.secret .. " is missing"
        or family.secret .. " is set, but " .. family.id .. " is missing")
    end
  end
  return nil, half or families[1].id .. " is not set"
    .. platform.env_note(families[1].id, families[1].secret), not half
end

local function look(self, context)
  local platform = context and context.platform or require("ecs_pipeline.platform")
  return find(self.families, self.read or platform.env, platform)
end

--- The present credentials.
-- @tparam ?table context
-- @treturn[1] userdata of `core.credentials`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "credentials"
function Provider:get(context)
  local id, secret, token, family = look(self, context)
  if not id then
    self.memory = {}
    return result.fail(secret, { absent = token })
  end
  local credentials, message, err = result.keep(self.memory, id, secret, token)
  if not credentials then
    return nil, family.id .. ", " .. family.secret .. ": " .. message, err
  end
  return credentials
end

--- @tparam table context
-- @treturn string see `result.identity_of`
function Provider:identity(context)
  return result.identity(Provider.get(self, context), "environment")
end

--- What this source would use, found without a request.
-- @tparam table context
-- @treturn ?table `{ key (access key id), detail (for people) }`
function Provider:peek(context)
  local id, _, _, family = look(self, context)
  return id and { key = id, detail = family.id } or nil
end

--- A provider that reads the variables of names.lua. Does not block.
-- @tparam ?function read name → value or nil; default: the environment
-- @tparam ?table families of names.lua; default: all that have a prefix
-- @treturn table provider `{ get, peek }`
function env.new(read, families)
  return setmetatable({ read = read, families = families or names.KEYS, memory = {} }, Provider)
end

local Assuming = setmetatable({}, { __index = Provider })
Assuming.__index = Assuming

--- The keys, or if `ALICLOUD_ASSUME_ROLE_ARN` is set, a session of that role, for which they sign.
function Assuming:get(context)
  context = context or self.fallback()
  local keys, message, err = Provider.get(self, context)
  local role, variable = names.first(context.platform.env, "assumed_role")
  if not keys or not role then
    return keys, message, err
  elseif self.role ~= role then
    self.role, self.session = role, require("ecs_pipeline.credentials.assume_role").new(
      { role_arn = role, credentials = { get = function(_, own) return Provider.get(self,
        own) end } },
      function(given) return given end, self.fallback)
  end
  local session
  session, message, err = self.session:get(context)
  return session, message and variable .. ": " .. message, err
end

--- How long the session of the role stays valid: seconds, or nil.
function Assuming:seconds_left(context)
  return self.session and self.session:seconds_left(context)
end

--- The service has refused the session as expired.
function Assuming:expire(credentials)
  if self.session then
    self.session:expire(credentials)
  end
end

--- @treturn string see `result.identity_of`
function Assuming:identity(context)
  local role = names.first(context.platform.env, "assumed_role")
  return role and "role " .. role or Provider.identity(self, context)
end

function Assuming:peek(context)
  local found = Provider.peek(self, context)
  local role, variable = names.first(context.platform.env, "assumed_role")
  if found and role then
    return { detail = variable }
  end
  return found
end

--- The environment as the default chain reads it: as terraform does, its keys may assume a role.
-- Does not block.
-- @function credentials.env
-- @tparam function fallback → context
-- @treturn table provider
function env.assuming(fallback)
  return setmetatable({ families = names.KEYS, memory = {}, fallback = fallback }, Assuming)
end

return env
