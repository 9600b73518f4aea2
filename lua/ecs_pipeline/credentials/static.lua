--- Credentials given by the caller, fixed for the life of the provider.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local result = require("ecs_pipeline.credentials.result")

local static = {}

--- Names of the fields.
static.FIELDS = { access_key_id = true, access_key_secret = true, security_token = true }

local Provider = {}
Provider.__index = Provider

--- The credentials.
-- @treturn[1] userdata of `core.credentials`, the same one every time
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "credentials"
function Provider:get()
  if self.credentials then
    return self.credentials
  end
  return nil, self.why, { kind = "credentials", message = self.why, sent = false }
end

--- @treturn string see `result.identity_of`
function Provider:identity()
  return result.identity(self.credentials, "static")
end

local function check(fields)
  if type(fields) ~= "table" then
    errors.raise("credentials.static: wants "
      .. "{ access_key_id =, access_key_secret =, security_token = }")
  end
  for name in pairs(fields) do
    if not static.FIELDS[name] then
      errors.raise("credentials.static: unknown field \"" .. tostring(name) .. "\"")
    end
  end
  for name in pairs(static.FIELDS) do
    local kind = type(fields[name])
    if kind ~= "string" and not (kind == "nil" and name == "security_token") then
      errors.raise("credentials.static: \"" .. name .. "\" must be a string, not a " .. kind)
    end
  end
end

--- A provider of fixed credentials. The secret is kept in C memory only, and wiped with it. Does
-- not block.
-- @function credentials.static
-- @tparam table options
--
--   * `access_key_id`: text
--   * `access_key_secret`: text
--   * `security_token`: of STS; nil = none
-- @treturn table provider `{ get }`; a blank or a control character in a value is reported by `get`
-- @raise wrong types, unknown fields
function static.new(fields)
  check(fields)
  local credentials, why = core.credentials({
    access_key_id = fields.access_key_id,
    access_key_secret = fields.access_key_secret,
    security_token = fields.security_token,
  })
  return setmetatable({ credentials = credentials, why = why }, Provider)
end

return static
