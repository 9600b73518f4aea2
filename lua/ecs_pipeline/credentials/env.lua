--- Credentials from the environment: the SDKs' variables, then terraform's.
-- Read at every call, so a long-lived process sees a renewed STS token; a new userdata is made only
-- when a value has changed.
local core = require("ecs_pipeline.core")

local env = {}

-- One family is taken as a whole: an id of one and a secret of the other do not belong together.
local FAMILIES = {
  { id = "ALIBABA_CLOUD_ACCESS_KEY_ID", secret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token = "ALIBABA_CLOUD_SECURITY_TOKEN" },
  { id = "ALICLOUD_ACCESS_KEY", secret = "ALICLOUD_SECRET_KEY", token = "ALICLOUD_SECURITY_TOKEN" },
}

local Provider = {}
Provider.__index = Provider

local function fail(why)
  return nil, why, { kind = "credentials", message = why, sent = false }
end

local function find(read)
  local half
  for _, names in ipairs(FAMILIES) do
    local id, secret = read(names.id), read(names.secret)
    if id and secret then
      return id, secret, read(names.token)
    elseif id or secret then
      half = half or (id and names.secret .. " is missing beside " .. names.id
        or names.id .. " is missing beside " .. names.secret)
    end
  end
  return nil, half or ("no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and "
    .. "ALIBABA_CLOUD_ACCESS_KEY_SECRET, "
    .. "or give credentials = { access_key_id =, access_key_secret = }")
end

--- The credentials of the moment.
-- @treturn[1] userdata of `core.credentials`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "credentials"
function Provider:get()
  local id, secret, token = find(self.read)
  if not id then
    self.credentials = nil
    return fail(secret)
  end
  -- The digest tells a change apart without keeping the secret in a Lua table.
  local mark = core.sign.sha256_hex(#id .. ":" .. id .. #secret .. ":" .. secret .. (token or ""))
  if mark ~= self.mark or not self.credentials then
    local credentials, why = core.credentials({
      access_key_id = id, access_key_secret = secret, security_token = token,
    })
    if not credentials then
      return fail(why)
    end
    self.credentials, self.mark = credentials, mark
  end
  return self.credentials
end

--- A provider that reads `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and
-- `ALIBABA_CLOUD_SECURITY_TOKEN`, else `ALICLOUD_ACCESS_KEY`, `ALICLOUD_SECRET_KEY` and
-- `ALICLOUD_SECURITY_TOKEN`. Does not block.
-- @tparam ?function read name → value or nil; default: the environment
-- @treturn table provider `{ get }`
function env.new(read)
  return setmetatable({ read = read or require("ecs_pipeline.platform").env }, Provider)
end

return env
