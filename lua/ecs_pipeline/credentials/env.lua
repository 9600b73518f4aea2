--- Credentials from the environment: the SDKs' variables, then terraform's.
-- They are read at every call, so a long-lived process sees a renewed STS token; a new userdata is
-- created only if a value has changed.
local result = require("ecs_pipeline.credentials.result")

local env = {}

-- All values come from one family: an id of one and a secret of the other do not belong together.
local FAMILIES = {
  { id = "ALIBABA_CLOUD_ACCESS_KEY_ID", secret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token = "ALIBABA_CLOUD_SECURITY_TOKEN" },
  { id = "ALICLOUD_ACCESS_KEY", secret = "ALICLOUD_SECRET_KEY", token = "ALICLOUD_SECURITY_TOKEN" },
}

local Provider = {}
Provider.__index = Provider

local function find(read, platform)
  local half
  for _, names in ipairs(FAMILIES) do
    local id, secret = read(names.id), read(names.secret)
    if id and secret then
      return id, secret, read(names.token)
    elseif id or secret then
      half = half or (id and names.id .. " is set, but " .. names.secret .. " is missing"
        or names.secret .. " is set, but " .. names.id .. " is missing")
    end
  end
  return nil, half or "ALIBABA_CLOUD_ACCESS_KEY_ID is not set"
    .. platform.env_note(FAMILIES[1].id, FAMILIES[1].secret), not half
end

--- The present credentials.
-- @tparam ?table context
-- @treturn[1] userdata of `core.credentials`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "credentials"
function Provider:get(context)
  local platform = context and context.platform or require("ecs_pipeline.platform")
  local id, secret, token = find(self.read or platform.env, platform)
  if not id then
    self.memory = {}
    return result.fail(secret, { absent = token })
  end
  return result.keep(self.memory, id, secret, token)
end

--- @tparam table context
-- @treturn string see `result.identity_of`
function Provider:identity(context)
  return result.identity(self:get(context), "environment")
end

--- A provider that reads `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and
-- `ALIBABA_CLOUD_SECURITY_TOKEN`, else `ALICLOUD_ACCESS_KEY`, `ALICLOUD_SECRET_KEY` and
-- `ALICLOUD_SECURITY_TOKEN`. Does not block.
-- @tparam ?function read name → value or nil; default: the environment
-- @treturn table provider `{ get }`
function env.new(read)
  return setmetatable({ read = read, memory = {} }, Provider)
end

return env
