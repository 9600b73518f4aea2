--- The default chain: the sources of the vendor's SDKs in their order. The first source that has
-- credentials is used from then on, as long as it has some.
local errors = require("ecs_pipeline.errors")
local fields = require("ecs_pipeline.credentials.fields")
local result = require("ecs_pipeline.credentials.result")

local chain = {}

local KNOWN = { sources = "table", allow_imds_v1 = "boolean" }

local Chain = {}
Chain.__index = Chain

-- Variables that switch a source off, as in the SDKs: by the word true, in upper or lower case.
local SWITCHES = {
  ["CLI profile"] = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED",
  ["ECS RAM role"] = "ALIBABA_CLOUD_ECS_METADATA_DISABLED",
}

-- Each is loaded and created when it is first asked, so sources after the used one never are.
local function standard(options, fallback)
  local v1 = { allow_imds_v1 = options.allow_imds_v1 }
  return {
    { name = "environment", make = function()
      return require("ecs_pipeline.credentials.env").new()
    end },
    { name = "OIDC", make = function()
      return require("ecs_pipeline.credentials.oidc").new(nil, fallback)
    end },
    { name = "CLI profile", make = function()
      return require("ecs_pipeline.credentials.profile").new(v1, fallback)
    end },
    { name = "ini profile", make = function()
      return require("ecs_pipeline.credentials.ini").new(v1, fallback)
    end },
    { name = "ECS RAM role", make = function()
      return require("ecs_pipeline.credentials.ecs_ram_role").new(v1, fallback)
    end },
    { name = "credentials URI", make = function()
      return require("ecs_pipeline.credentials.uri").new(nil, fallback)
    end },
  }
end

local function switched_off(member, context)
  return member.switch and (context.platform.env(member.switch) or ""):lower() == "true"
end

local function provider_of(member)
  member.provider = member.provider or member.make()
  return member.provider
end

local function ask(member, context)
  if switched_off(member, context) then
    return result.fail("switched off by " .. member.switch, { absent = true })
  end
  return provider_of(member):get(context)
end

local function fail(failures)
  local lines, sources = {}, {}
  for index, entry in ipairs(failures) do
    lines[index] = entry.name .. ": " .. entry.message
    sources[index] = { source = entry.name, message = entry.message, absent = entry.absent }
  end
  return result.fail("no source has credentials: " .. table.concat(lines, "; "),
    { sources = sources })
end

-- Warns of a source that was set up and failed, although a later one has credentials.
local function warn_of(self, context, failures, member)
  for _, entry in ipairs(failures) do
    if not entry.absent and not self.warned[entry.message] then
      self.warned[entry.message] = true
      context.warn(("credentials of the %s are not usable, those of the %s are used: %s"):format(
        entry.name, member.name, entry.message))
    end
  end
end

--- The credentials of the first source that has some. Blocks or yields as the sources do.
-- @tparam ?table context
-- @treturn[1] userdata
-- @treturn[2] nil
-- @treturn[2] string message: the reason of each source
-- @treturn[2] table err of kind "credentials", `sources` = list of { source, message, absent }
function Chain:get(context)
  context = context or self.fallback()
  local chosen, tried = self.chosen, nil
  if chosen then
    local credentials, message, err = ask(chosen, context)
    if credentials then
      return credentials
    end
    tried = { message = message, err = err }
  end
  local failures = {}
  for _, member in ipairs(self.members) do
    local credentials, message, err
    if member == chosen then
      message, err = tried.message, tried.err
    else
      credentials, message, err = ask(member, context)
    end
    if credentials then
      self.chosen = member
      warn_of(self, context, failures, member)
      return credentials
    end
    failures[#failures + 1] = { name = member.name, message = tostring(message),
      absent = type(err) == "table" and err.absent or nil }
  end
  self.chosen = nil
  return fail(failures)
end

--- @tparam table context
-- @treturn string see `result.identity_of`: of all sources that are not switched off, because which
-- one is used may change
function Chain:identity(context)
  local parts = {}
  for _, member in ipairs(self.members) do
    if not switched_off(member, context) then
      parts[#parts + 1] = result.identity_of(provider_of(member), context)
    end
  end
  return table.concat(parts, ", ")
end

--- The state of each source, up to the one that is used; later ones are not asked.
-- @tparam table context
-- @treturn {table,...} `{ source, used, credentials, seconds_left }` of one that has some; `{
--   source, message, absent (not set up, or not asked), err }` of the others
function Chain:describe(context)
  local chosen, used, entries = self.chosen, nil, {}
  for index, member in ipairs(self.members) do
    local entry = { source = member.name }
    if used and used.used then
      entry.absent, entry.message = true, "not asked: " .. used.source .. " comes first"
    else
      local got, message, err = ask(member, context)
      entry.credentials, entry.message, entry.err = got, not got and tostring(message) or nil, err
      entry.seconds_left = got and member.provider.seconds_left
        and member.provider:seconds_left(context) or nil
      entry.absent = type(err) == "table" and err.absent or nil
      entry.used = got ~= nil and (not chosen or member == chosen) or nil
      used = got and (entry.used or not used) and entry or used
    end
    entries[index] = entry
  end
  if used then
    used.used = true
  end
  return entries
end

--- The service has refused these credentials as expired.
-- @tparam userdata credentials
function Chain:expire(credentials)
  local provider = self.chosen and self.chosen.provider
  if provider and provider.expire then
    provider:expire(credentials)
  end
end

local function members_of(sources)
  local members = {}
  for index, provider in ipairs(sources) do
    if type(provider) ~= "table" or type(provider.get) ~= "function" then
      errors.raise("credentials.chain: sources[" .. index .. "] must be a provider with get")
    end
    members[index] = { name = "source " .. index, provider = provider }
  end
  if #members == 0 then
    errors.raise("credentials.chain: \"sources\" must not be empty")
  end
  return members
end

--- The default chain: environment, OIDC, CLI profile, ini profile, ECS RAM role, credentials URI.
-- @tparam ?table options `sources` (a list of providers that replaces these), `allow_imds_v1`
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function chain.new(options, fallback)
  local checked = fields.check("credentials.chain", options, KNOWN)
  local members = checked.sources and members_of(checked.sources) or standard(checked, fallback)
  if not checked.sources then
    for _, member in ipairs(members) do
      member.switch = SWITCHES[member.name]
    end
  end
  return setmetatable({ members = members, fallback = fallback, warned = {} }, Chain)
end

return chain
