--- Credentials of a profile in the SDKs' ini file, `~/.alibabacloud/credentials`. The file is
-- checked at every `get`, and read again if it has changed.
--
-- Syntax: `;` and `#` begin a comment at the start of a line, and after a blank (as in the Node and
-- Go SDKs). Inside a word they belong to the value (as in Java; Node cuts there), with a warning.
-- `\;` and `\#` are always part of the value; a value may be in quotes.
local assume_role = require("ecs_pipeline.credentials.assume_role")
local delegate = require("ecs_pipeline.credentials.delegate")
local ecs_ram_role = require("ecs_pipeline.credentials.ecs_ram_role")
local fields = require("ecs_pipeline.credentials.fields")
local files = require("ecs_pipeline.credentials.files")
local names = require("ecs_pipeline.credentials.names")
local oidc = require("ecs_pipeline.credentials.oidc")
local result = require("ecs_pipeline.credentials.result")
local static = require("ecs_pipeline.credentials.static")
local trim = require("ecs_pipeline.text").trim
local uri = require("ecs_pipeline.credentials.uri")

local ini = {}

local KNOWN = { name = "string", path = "string", allow_imds_v1 = "boolean" }
-- The name in Go and Node, then the name in Java and Python.
local PATHS = { "~/.alibabacloud/credentials", "~/.alibabacloud/credentials.ini" }

-- The value of a line: without its quotes, or up to a comment. → value, does it hold a comment sign
local function value_of(text)
  text = trim(text)
  local quote = text:match("^[\"']")
  local quoted = quote and text:match("^" .. quote .. "(.-)" .. quote)
  if quoted then
    return quoted, false
  end
  local out, at, signs = {}, 1, false
  while at <= #text do
    local char = text:sub(at, at)
    local following = text:sub(at + 1, at + 1)
    local sign = char == ";" or char == "#"
    if char == "\\" and (following == ";" or following == "#" or following == "\\") then
      out[#out + 1], at = following, at + 1
    elseif sign and (at == 1 or text:sub(at - 1, at - 1):find("%s")) then
      break
    else
      out[#out + 1] = char
      signs = signs or sign
    end
    at = at + 1
  end
  return trim(table.concat(out)), signs
end

-- → what stands in brackets, or nil, name, value
local function parts_of(line)
  line = trim(line)
  local head = line:match("^%[([^%]]*)%]")
  if head then
    return trim(head)
  end
  local name, value = line:match("^([^=;#%[]*)=(.*)$")
  return nil, name and trim(name), value
end

--- An ini text → sections of names and values.
-- @tparam string text
-- @treturn table
-- @treturn table section → names of the values in which a comment sign was kept
-- @treturn table section → a name that has two values; SDKs differ in which one they use
function ini.parse(text)
  local sections, kept, twice, section, title = {}, {}, {}, nil, nil
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    local head, name, value = parts_of(line)
    if head then
      section, title = sections[head] or {}, head
      sections[head] = section
    elseif name and name ~= "" and section then
      local before, now, signs = section[name], value_of(value)
      section[name] = now
      twice[title] = twice[title] or before and before ~= now and name or nil
      if signs then
        kept[title] = kept[title] or {}
        table.insert(kept[title], name)
      end
    end
  end
  return sections, kept, twice
end

local text = result.text

local function lacks(section, needed)
  for _, name in ipairs(needed) do
    if not text(section[name]) then
      return "it has no " .. name
    end
  end
  return nil
end

local function keys(section)
  local provider = static.new({ access_key_id = section.access_key_id,
    access_key_secret = section.access_key_secret, security_token = text(section.security_token) })
  local _, message, err = provider:get()
  if message then
    return nil, message, err
  end
  return provider
end

-- The options that the two kinds of roles have in common.
local function role_options(section)
  return { role_arn = section.role_arn, role_session_name = text(section.role_session_name),
    policy = text(section.policy), sts_region = text(section.sts_region),
    sts_endpoint = text(section.sts_endpoint),
    duration_seconds = tonumber(section.duration_seconds) }
end

local function given(value)
  return value
end

-- Type → the fields that it needs, and its provider.
local TYPES = {
  access_key = { { "access_key_id", "access_key_secret" }, function(section)
    return keys({ access_key_id = section.access_key_id,
      access_key_secret = section.access_key_secret })
  end },
  sts = { { "access_key_id", "access_key_secret", "security_token" }, keys },
  ram_role_arn = { { "access_key_id", "access_key_secret", "role_arn" }, function(section, self)
    local provider, message, err = keys(section)
    if not provider then
      return nil, message, err
    end
    local options = role_options(section)
    options.credentials, options.external_id = provider, text(section.external_id)
    return assume_role.new(options, given, self.fallback)
  end },
  ecs_ram_role = { {}, function(section, self)
    return ecs_ram_role.new({ role_name = text(section.role_name),
      allow_imds_v1 = self.allow_imds_v1 }, self.fallback)
  end },
  oidc_role_arn = { { "role_arn", "oidc_provider_arn", "oidc_token_file_path" },
    function(section, self)
      local options = role_options(section)
      options.oidc_provider_arn = section.oidc_provider_arn
      options.oidc_token_file = section.oidc_token_file_path
      return oidc.new(options, self.fallback)
    end },
  credentials_uri = { { "credentials_uri" }, function(section, self)
    return uri.new({ uri = section.credentials_uri }, self.fallback)
  end },
}

local ELSEWHERE = { rsa_key_pair = "key pairs are not supported: use ",
  bearer = "bearer tokens are not supported: use " }
local LISTED = "type = access_key, sts, ram_role_arn, ecs_ram_role, oidc_role_arn or "
  .. "credentials_uri"

local function build(self, section)
  local kind = text(section.type)
  for name, value in pairs(section) do
    if value:find("%c") then
      return result.fail(name:gsub("%c", "?") .. " holds a control character")
    end
  end
  local enable = (section.enable or ""):lower()
  if enable ~= "" and enable ~= "true" and enable ~= "1" then
    return result.fail("it is switched off by enable: only enable = true switches it on",
      { absent = true })
  elseif not kind then
    return result.fail("it has no type: use " .. LISTED)
  elseif not TYPES[kind:lower()] then
    return result.fail("its type " .. kind:gsub("[^%w_]", "?"):sub(1, 40) .. " is not supported: "
      .. (ELSEWHERE[kind:lower()] or "use ") .. LISTED)
  end
  local row = TYPES[kind:lower()]
  local why = lacks(section, row[1])
  if why then
    return result.fail(why)
  end
  return row[2](section, self)
end

-- The section that is used; `label` names file and section.
local function section_of(self, context, name, label, body)
  local sections, kept, twice = ini.parse(body)
  local section = sections[name]
  if not section then
    return result.fail(label .. ": it has no section [" .. name:gsub("%c", "?") .. "]")
  elseif twice[name] then
    return result.fail(label .. ": " .. twice[name]:gsub("%c", "?")
      .. " has two values: remove one of them")
  end
  local provider, message, err = build(self, section)
  if not provider then
    return result.fail(label .. ": " .. message, { absent = err and err.absent })
  end
  if kept[name] then
    context.warn(label .. ": a comment sign inside " .. table.concat(kept[name], ", ")
      .. " is part of the value; the SDK for Node cuts the value there: put it in quotes")
  end
  return provider, section
end

-- The path of the file; nil and a failure if the variable names a file of the CLI, which is read as
-- a profile.
local function path_of(context)
  local path, variable = names.first(context.platform.env, "credentials_file")
  if path and files.is_json(context, path) then
    return result.fail(variable .. " names a file of the CLI", { absent = true })
  end
  return path or files.first(context.platform, PATHS)
end

-- The provider that the file chooses now; the same one as before while the file has not changed.
local function inner_of(self, context)
  local path, message, err = self.path, nil, nil
  if not path then
    path, message, err = path_of(context)
  end
  if not path then
    self.inner = nil
    return nil, message, err
  end
  local name = self.name or names.first(context.platform.env, "profile") or "default"
  if self.inner_name ~= name then
    self.memory.stamp = nil
  end
  local body
  body, message, err = files.read(context, path, self.memory, true)
  if body == false then
    return self.inner
  end
  self.inner = nil
  if not body then
    self.memory.stamp = nil
    return nil, message, err
  end
  self.label = path .. " [" .. name:gsub("%c", "?") .. "]"
  local section
  self.inner, section, err = section_of(self, context, name, self.label, body)
  if not self.inner then
    self.memory.stamp = nil -- a broken file is read again at the next call
    return nil, section, err
  end
  local kind = section.type:lower()
  self.seen = { detail = self.label,
    key = (kind == "access_key" or kind == "sts") and section.access_key_id or nil }
  self.inner_name = name
  return self.inner
end

local Provider = delegate.class(inner_of, "ini profile")

--- What this source would use, found without a request.
-- @tparam table context
-- @treturn ?table `{ key (access key id, if the section has keys), detail (for people) }`
function Provider:peek(context)
  return inner_of(self, context) and self.seen or nil
end

--- A provider of a section of the ini file.
-- @function credentials.ini
-- @tparam ?table options
--
--   * `name`: default the variables of docs/credentials.md, else "default"
--   * `path`: default `ALIBABA_CLOUD_CREDENTIALS_FILE`, else `~/.alibabacloud/credentials`, else
--     `~/.alibabacloud/credentials.ini`
--   * `allow_imds_v1`: true allows the metadata service without a token, for a section of type
--     ecs_ram_role
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function ini.new(options, fallback)
  local checked = fields.check("credentials.ini", options, KNOWN)
  return setmetatable({ name = checked.name, path = checked.path, memory = {}, fallback = fallback,
    allow_imds_v1 = checked.allow_imds_v1 }, Provider)
end

return ini
