--- The default chain: the sources of the vendor's SDKs in their order. The first source that has
-- credentials is used from then on, as long as it has some.
local errors = require("ecs_pipeline.errors")
local fields = require("ecs_pipeline.credentials.fields")
local files = require("ecs_pipeline.credentials.files")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")

local chain = {}

local KNOWN = { sources = "table", allow_imds_v1 = "boolean" }

local Chain = {}
Chain.__index = Chain

-- Is OIDC set up? It says so without its provider.
local function peek_oidc(context)
  local env = context.platform.env
  local _, variable = names.first(env, "oidc_token_file")
  return variable and names.first(env, "role_arn") and names.first(env, "oidc_provider_arn")
    and { detail = variable } or nil
end

local function peek_uri(context)
  local _, variable = names.first(context.platform.env, "credentials_uri")
  return variable and { detail = variable } or nil
end

-- Only a request would tell.
local function peek_nothing()
  return nil
end

-- Is there anything to read for a source with a file? → function (context) → boolean
local function file_at(settings, ...)
  local paths = { ... }
  return function(context)
    for _, setting in ipairs(settings) do
      if names.first(context.platform.env, setting) then
        return true
      end
    end
    return files.exists(context.platform, files.first(context.platform, paths))
  end
end

-- Each is loaded and created when it is first asked. Sources after the used one never are, unless
-- they are set up too, and are compared with it.
local function standard(options, fallback)
  local v1 = { allow_imds_v1 = options.allow_imds_v1 }
  return {
    { name = "environment", make = function()
      return require("ecs_pipeline.credentials.env").assuming(fallback)
    end },
    { name = "OIDC", peek = peek_oidc, make = function()
      return require("ecs_pipeline.credentials.oidc").new(nil, fallback)
    end },
    { name = "CLI profile", switch = "no_cli_profile",
      there = file_at({ "config_file", "credentials_file" }, "~/.aliyun/config.json"),
      make = function()
      return require("ecs_pipeline.credentials.profile").new(v1, fallback)
    end },
    { name = "ini profile", there = file_at({ "credentials_file" }, "~/.alibabacloud/credentials",
      "~/.alibabacloud/credentials.ini"), make = function()
      return require("ecs_pipeline.credentials.ini").new(v1, fallback)
    end },
    { name = "short names of the environment", quiet = true, make = function()
      return require("ecs_pipeline.credentials.env").new(nil, names.SHORT_KEYS)
    end },
    { name = "ECS RAM role", switch = "no_metadata", peek = peek_nothing, make = function()
      return require("ecs_pipeline.credentials.ecs_ram_role").new(v1, fallback)
    end },
    { name = "credentials URI", peek = peek_uri, make = function()
      return require("ecs_pipeline.credentials.uri").new(nil, fallback)
    end },
  }
end

-- The provider of a source; nil and the variable by which the source is switched off.
local function provider_of(member, context)
  local off = member.switch and names.on(context.platform.env, member.switch)
  if off then
    return nil, off
  end
  member.provider = member.provider or member.make()
  return member.provider
end

local function ask(member, context)
  local provider, off = provider_of(member, context)
  if not provider then
    return result.fail("switched off by " .. off, { absent = true })
  end
  return result.ask(provider, context)
end

-- Did a source fail only because nothing may be sent here?
local function unasked(err)
  local cause = type(err) == "table" and err.cause
  return cause and cause.kind == "transport" and cause.code == "NO_TRANSPORT"
end

-- The error of all sources: first those that are set up and fail. The first of these is its cause,
-- from which the hint comes.
local function fail(context, failures)
  local lines, absent, sources, cause = {}, {}, {}, nil
  for index, entry in ipairs(failures) do
    local list = (entry.absent or unasked(entry.err)) and absent or lines
    list[#list + 1] = entry.name .. ": " .. entry.message
    sources[index] = { source = entry.name, message = entry.message, absent = entry.absent }
    cause = cause or list == lines and entry.err or nil
  end
  for _, line in ipairs(absent) do
    lines[#lines + 1] = line
  end
  for _, unused in ipairs(names.unused(context.platform.env)) do
    lines[#lines + 1] = unused.name .. " is set, but not used: " .. unused.why
  end
  return result.fail("no source has credentials: " .. table.concat(lines, "; "),
    { sources = sources, cause = cause })
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

-- What a source would use, found without a request; nil if it is not set up, or cannot tell.
local function peek(member, context)
  if member.peek then
    return member.peek(context)
  elseif member.there and not member.there(context) then
    return nil
  end
  local provider = provider_of(member, context)
  return provider and provider.peek and provider:peek(context) or nil
end

-- Warns, once, of sources that are set up with other keys than the one that is used: another tool
-- may prefer those. Only key ids are compared, and none is shown.
local function warn_of_others(self, context, used)
  local mine = peek(used, context)
  if not mine or self.compared == used then
    return
  end
  self.compared = used
  local others, after = {}, false
  for _, member in ipairs(self.members) do
    local other = after and peek(member, context)
    if other and not (other.key and other.key == mine.key) then
      others[#others + 1] = member.name .. " (" .. other.detail .. ")"
    end
    after = after or member == used
  end
  for _, unused in ipairs(used.name == "environment" and names.unused_keys(context.platform.env)
      or {}) do
    others[#others + 1] = unused.name
  end
  if #others > 0 then
    context.warn(("credentials of the %s (%s) are used; there are others, which other tools may "
      .. "prefer: %s"):format(used.name, mine.detail, table.concat(others, ", ")))
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
      self.chosen, member.used = member, true
      warn_of(self, context, failures, member)
      warn_of_others(self, context, member)
      return credentials
    end
    local absent = type(err) == "table" and err.absent or nil
    if not (member.quiet and absent) then
      failures[#failures + 1] = { name = member.name, message = tostring(message), err = err,
        absent = absent }
    end
  end
  if self.chosen == chosen then -- otherwise another call has found one meanwhile
    self.chosen = nil
  end
  return fail(context, failures)
end

--- @tparam table context
-- @treturn string see `result.identity_of`: of all sources that are not switched off, because which
-- one is used may change
function Chain:identity(context)
  local parts = {}
  for _, member in ipairs(self.members) do
    local provider = provider_of(member, context)
    parts[#parts + 1] = provider and result.identity_of(provider, context)
  end
  return table.concat(parts, ", ")
end

--- The state of each source, up to the one that is used; later ones are not asked.
-- @tparam table context
-- @treturn {table,...} `{ source, used, credentials, seconds_left, detail (variable, or file and
--   profile) }` of one that has some; `{ source, message, absent (not set up, or not asked), err,
--   detail }` of the others
function Chain:describe(context)
  local chosen, used, entries = self.chosen, nil, {}
  for _, member in ipairs(self.members) do
    local entry = { source = member.name }
    if used and used.used then
      entry.absent, entry.message = true, "not asked: " .. used.source .. " comes first"
      entry.detail = (peek(member, context) or {}).detail
    else
      local got, message, err = ask(member, context)
      entry.credentials, entry.message, entry.err = got, not got and tostring(message) or nil, err
      entry.seconds_left = got and member.provider.seconds_left
        and member.provider:seconds_left(context) or nil
      entry.absent = type(err) == "table" and err.absent or nil
      entry.detail = got and (peek(member, context) or {}).detail or nil
      entry.used = got ~= nil and (not chosen or member == chosen) or nil
      used = got and (entry.used or not used) and entry or used
    end
    if not (member.quiet and entry.absent and not entry.detail) then
      entries[#entries + 1] = entry
    end
  end
  if used then
    used.used = true
  end
  return entries
end

--- The settings of the profile that this chain would use: of the chosen source, or before the first
-- choice of the first one that is set up.
-- @tparam table context
-- @treturn table `region`, `endpoint`, `endpoint_type`; {} if that is no profile
function Chain:settings(context)
  for _, member in ipairs(self.chosen and { self.chosen } or self.members) do
    if member == self.chosen or peek(member, context) then
      local provider = provider_of(member, context)
      return provider and provider.settings and provider:settings(context) or {}
    end
  end
  return {}
end

--- The service has refused these credentials as expired.
-- @tparam userdata credentials
function Chain:expire(credentials)
  for _, member in ipairs(self.members) do -- another one may have been chosen since
    if member.used and member.provider.expire then
      member.provider:expire(credentials)
    end
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

--- The default chain: environment, OIDC, CLI profile, ini profile, the CLI's short names, ECS RAM
-- role, credentials URI.
-- @function credentials.chain
-- @tparam ?table options
--
--   * `sources`: a list of providers that replaces these
--   * `allow_imds_v1`: true allows the metadata service without a token, for the role of the
--     instance
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function chain.new(options, fallback)
  local checked = fields.check("credentials.chain", options, KNOWN)
  local members = checked.sources and members_of(checked.sources) or standard(checked, fallback)
  return setmetatable({ members = members, fallback = fallback, warned = {} }, Chain)
end

return chain
