--- Credentials of a profile of the CLI, `~/.aliyun/config.json`: `{ current, profiles = [{ name,
-- mode, region_id, … }] }`. The file is checked at every `get`, and read again if it has changed.
local delegate = require("ecs_pipeline.credentials.delegate")
local documents = require("ecs_pipeline.credentials.documents")
local fields = require("ecs_pipeline.credentials.fields")
local files = require("ecs_pipeline.credentials.files")
local modes = require("ecs_pipeline.credentials.modes")
local result = require("ecs_pipeline.credentials.result")

local profile = {}

local KNOWN = { name = "string", path = "string", allow_imds_v1 = "boolean" }
local PATH = "~/.aliyun/config.json"

local function parse(path, text)
  local config = documents.decode(text)
  if not config then
    return result.fail(path .. " is not a JSON object")
  elseif type(config.profiles) ~= "table" then
    return result.fail(path .. " has no profiles")
  end
  return config
end

local function find(config, name)
  for _, candidate in ipairs(config.profiles) do
    if type(candidate) == "table" and candidate.name == name then
      return candidate
    end
  end
  return nil
end

local function chosen(env, config, name)
  return name or env("ALIBABA_CLOUD_PROFILE") or result.text(config.current) or "default"
end

-- A name from a file, made safe for a message.
local function shown(name)
  return "\"" .. tostring(name):gsub("%c", "?"):sub(1, 64) .. "\""
end

local Builder = {}
Builder.__index = Builder

--- The provider of a profile by name. A cycle of source_profile is refused.
function Builder:build(name)
  if self.on_the_way[name] then
    return result.fail("profile " .. shown(name) .. " is its own source_profile, through others")
  end
  local found = find(self.config, name)
  if not found then
    return result.fail("there is no profile " .. shown(name))
  end
  self.on_the_way[name] = true
  local provider, message, err = modes.cli(found, self)
  self.on_the_way[name] = nil
  if not provider and not (err and err.named) then
    err.named = true
    return nil, "profile " .. shown(name) .. ": " .. message, err
  end
  return provider, message, err
end

-- The provider that the file chooses now; the same one as before while the file has not changed.
local function inner_of(self, context)
  local text, message, err = files.read(context, self.path, self.memory, true)
  local name = self.name or context.platform.env("ALIBABA_CLOUD_PROFILE")
  if text == nil then
    self.inner = nil
    return nil, message, err
  elseif text == false and self.inner and self.inner_name == name then
    return self.inner
  elseif text == false then
    self.memory.stamp = nil -- another profile of the same file
    return inner_of(self, context)
  end
  local config
  config, message, err = parse(self.path, text)
  local inner
  if config then
    local builder = setmetatable({ config = config, on_the_way = {}, fallback = self.fallback,
      allow_imds_v1 = self.allow_imds_v1 }, Builder)
    inner, message, err = builder:build(chosen(context.platform.env, config, self.name))
  end
  if not inner then
    self.memory.stamp = nil -- a broken file is read again at the next call
    self.inner = nil
    return result.fail((message:find(self.path, 1, true) and "" or self.path .. ": ") .. message,
      { cause = err.cause })
  end
  self.inner, self.inner_name = inner, name
  return inner
end

local Provider = delegate.class(inner_of, "CLI profile")

--- A provider of a CLI profile.
-- @tparam ?table options `name` (default `ALIBABA_CLOUD_PROFILE`, else the file's `current`),
--   `path` (default `~/.aliyun/config.json`), `allow_imds_v1` for a profile of mode EcsRamRole
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function profile.new(options, fallback)
  local checked = fields.check("credentials.profile", options, KNOWN)
  return setmetatable({ name = checked.name, path = checked.path or PATH, memory = {},
    fallback = fallback, allow_imds_v1 = checked.allow_imds_v1 }, Provider)
end

--- The region of the chosen profile.
-- @tparam table context
-- @treturn ?string nil without a file, a profile, a region
function profile.region(context)
  if (context.platform.env("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") or ""):lower() == "true" then
    return nil
  end
  local text = files.read(context, PATH, {})
  local config = text and parse(PATH, text)
  local found = config and find(config, chosen(context.platform.env, config))
  return found and result.text(found.region_id)
end

return profile
