--- Credentials of a profile of the CLI, `~/.aliyun/config.json`: `{ current, profiles = [{ name,
-- mode, region_id, … }] }`. The file is checked at every `get`, and read again if it has changed.
local delegate = require("ecs_pipeline.credentials.delegate")
local documents = require("ecs_pipeline.credentials.documents")
local fields = require("ecs_pipeline.credentials.fields")
local files = require("ecs_pipeline.credentials.files")
local modes = require("ecs_pipeline.credentials.modes")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")
local trim = require("ecs_pipeline.text").trim

local profile = {}

local KNOWN = { name = "string", path = "string", allow_imds_v1 = "boolean" }
local PATH = "~/.aliyun/config.json"
local OLD_PATH = "~/.aliyuncli/credentials"
local MOST_NAMES = 10 -- in a message

-- A name from a file, made safe for a message.
local function shown(name)
  return "\"" .. tostring(name):gsub("%c", "?"):sub(1, 64) .. "\""
end

local function parse(path, text)
  local config, where = documents.decode(text)
  if not config then
    return result.fail(path .. " is not a JSON object" .. (where and ": broken at " .. where or ""),
      { advice = "correct " .. path .. ", or write it anew with aliyun configure" })
  elseif type(config.profiles) ~= "table" then
    return result.fail(path .. " has no profiles",
      { advice = "make one: aliyun configure --profile default" })
  end
  return config
end

local function list_of(config)
  local list = {}
  for _, entry in ipairs(config.profiles) do
    if type(entry) == "table" and result.text(entry.name) then
      list[#list + 1] = shown(entry.name)
    end
  end
  local more = #list - MOST_NAMES
  local text = table.concat(list, ", ", 1, math.min(#list, MOST_NAMES))
  return #list == 0 and "there are none" or "there are " .. text
    .. (more > 0 and (" and %d more"):format(more) or "")
end

-- The profile of a name. Two of one name are refused: a program and a person could mean different
-- ones.
local function find(config, name)
  local found
  for _, candidate in ipairs(config.profiles) do
    if type(candidate) == "table" and candidate.name == name then
      if found then
        return result.fail("there are two profiles " .. shown(name),
          { advice = "rename or remove one of them" })
      end
      found = candidate
    end
  end
  if not found then
    return result.fail("there is no profile " .. shown(name) .. " (" .. list_of(config) .. ")",
      { advice = "choose a profile that exists: aliyun configure list shows them" })
  end
  return found
end

local function chosen(env, config, name)
  return name or names.first(env, "profile") or result.text(config.current) or "default"
end

local Builder = {}
Builder.__index = Builder

--- The provider of a profile by name. A cycle of source_profile is refused.
function Builder:build(name)
  if self.on_the_way[name] then
    return result.fail("profile " .. shown(name) .. " is its own source_profile, through others")
  end
  local found, message, err = find(self.config, name)
  if not found then
    err.named = true
    return nil, message, err
  end
  self.on_the_way[name] = true
  local provider
  provider, message, err = modes.cli(found, self)
  self.on_the_way[name] = nil
  if not provider and not (err and err.named) then
    err.named = true
    return nil, "profile " .. shown(name) .. ": " .. message, err
  end
  return provider, message, err
end

-- Terraform and the SDKs give ALIBABA_CLOUD_CREDENTIALS_FILE different meanings: its contents
-- decide. → path, the variable that names it
local function path_of(context)
  local env = context.platform.env
  local path, variable = names.first(env, "config_file")
  if not path then
    path, variable = names.first(env, "credentials_file")
    path = path and files.is_json(context, path) and path or nil
  end
  return path or PATH, path and variable or nil
end

-- The file as a table, the chosen profile in it.
local function load(context, path, text, name)
  local config, message, err = parse(path, text)
  if not config then
    return nil, message, err
  end
  return config, chosen(context.platform.env, config, name)
end

local function fail_at(path, message, err)
  return result.fail((message:find(path, 1, true) and "" or path .. ": ") .. message,
    { cause = err.cause, advice = err.advice, absent = err.absent })
end

local function absent_note(context, path, variable, message, err)
  if not err.absent then
    return nil, message, err
  elseif variable then
    return result.fail(variable .. ": " .. message) -- it was asked for
  elseif path == PATH and files.exists(context.platform, OLD_PATH) then
    message = message .. " (" .. OLD_PATH .. " is of an old CLI: run aliyun configure once)"
  end
  return nil, message, err
end

-- Where an error of the profile's own provider happened.
local function label(path, name)
  return path .. ": profile " .. shown(name)
end

-- What is known without a request; never the profile itself, which holds secrets.
local function remember(self, text, found)
  local keys = modes.has_keys(found)
  self.label, self.settings_now = text, profile.settings_of(found)
  self.seen = { key = keys and result.text(found.access_key_id) or nil, detail = text }
end

-- The provider that the file chooses now; the same one as before while the file has not changed.
local function inner_of(self, context)
  local path, variable = self.path, nil
  if not path then
    path, variable = path_of(context)
  end
  local name = self.name or names.first(context.platform.env, "profile")
  if self.inner_name ~= name or self.inner_path ~= path then
    self.memory.stamp = nil
  end
  local text, message, err = files.read(context, path, self.memory, true)
  if text == false then
    return self.inner
  end
  self.inner, self.settings_now = nil, nil
  if text == nil then
    return absent_note(context, path, variable, message, err)
  end
  local config, inner, used
  config, message, err = load(context, path, text, self.name)
  if config then
    used = message
    local builder = setmetatable({ config = config, on_the_way = {}, fallback = self.fallback,
      allow_imds_v1 = self.allow_imds_v1, env = context.platform.env,
      unsafe = self.memory.unsafe }, Builder)
    inner, message, err = builder:build(used)
  end
  if not inner then
    self.memory.stamp = nil -- a broken file is read again at the next call
    return fail_at(path, message, err)
  end
  self.inner, self.inner_name, self.inner_path = inner, name, path
  remember(self, label(path, used), find(config, used))
  return inner
end

local Provider = delegate.class(inner_of, "CLI profile")

--- What this source would use, found without a request.
-- @tparam table context
-- @treturn ?table `{ key (access key id, if the profile has keys), detail (for people) }`
function Provider:peek(context)
  return inner_of(self, context) and self.seen or nil
end

--- The settings of the profile: `region`, `endpoint`, `endpoint_type`, texts or nil.
-- @tparam table context
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string why the file or the profile cannot be used
-- @treturn[2] table err, `absent` if there is no file
function Provider:settings(context)
  local inner, message, err = inner_of(self, context)
  if not inner then
    return nil, message, err
  end
  return self.settings_now
end

--- The settings in a profile.
-- @tparam table found as it is in config.json
-- @treturn table `region`, `endpoint`, `endpoint_type`
function profile.settings_of(found)
  local function trimmed(value)
    value = result.text(value)
    return value and result.text(trim(value))
  end
  return { region = trimmed(found.region_id), endpoint = trimmed(found.endpoint),
    endpoint_type = trimmed(found.endpoint_type) }
end

--- A provider of a CLI profile.
-- @function credentials.profile
-- @tparam ?table options
--
--   * `name`: default the variables of docs/credentials.md, else the file's `current`
--   * `path`: default the variables of docs/credentials.md, else `~/.aliyun/config.json`
--   * `allow_imds_v1`: true allows the metadata service without a token, for a profile of mode
--     EcsRamRole
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function profile.new(options, fallback)
  local checked = fields.check("credentials.profile", options, KNOWN)
  return setmetatable({ name = checked.name, path = checked.path, memory = {},
    fallback = fallback, allow_imds_v1 = checked.allow_imds_v1 }, Provider)
end

--- The region of the chosen profile. Only the file is read: a mode that is not supported does not
-- matter.
-- @tparam table context
-- @treturn[1] ?string nil without a file, or without a region in the profile
-- @treturn[2] nil
-- @treturn[2] string why the file cannot be used
function profile.region(context)
  if names.on(context.platform.env, "no_cli_profile") then
    return nil
  end
  local path, variable = path_of(context)
  local text, message, err = files.read(context, path, {})
  if not text then
    return nil, not (err.absent and not variable) and message or nil
  end
  local config, used
  config, used = load(context, path, text)
  if not config then
    return nil, used
  end
  local found
  found, message = find(config, used)
  if not found then
    return nil, path .. ": " .. message
  end
  return profile.settings_of(found).region
end

return profile
