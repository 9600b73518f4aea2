--- Credentials of a profile in the SDKs' ini file, `~/.alibabacloud/credentials`. The file is
-- checked at every `get`, and read again if it has changed.
--
-- Syntax as in the SDKs: `;` and `#` begin a comment, also after a value; `\;` and `\#` do not; a
-- value may be in quotes.
local delegate = require("ecs_pipeline.credentials.delegate")
local fields = require("ecs_pipeline.credentials.fields")
local files = require("ecs_pipeline.credentials.files")
local modes = require("ecs_pipeline.credentials.modes")
local result = require("ecs_pipeline.credentials.result")

local ini = {}

local KNOWN = { name = "string", path = "string", allow_imds_v1 = "boolean" }
local PATH = "~/.alibabacloud/credentials"

-- The value of a line: without its quotes, or up to a comment.
local function value_of(text)
  text = text:match("^%s*(.-)%s*$")
  local quote = text:match("^[\"']")
  local quoted = quote and text:match("^" .. quote .. "(.-)" .. quote)
  if quoted then
    return quoted
  end
  local out, at = {}, 1
  while at <= #text do
    local char = text:sub(at, at)
    local following = text:sub(at + 1, at + 1)
    if char == "\\" and (following == ";" or following == "#" or following == "\\") then
      out[#out + 1], at = following, at + 1
    elseif char == ";" or char == "#" then
      break
    else
      out[#out + 1] = char
    end
    at = at + 1
  end
  return (table.concat(out):match("^(.-)%s*$"))
end

--- An ini text → sections of names and values.
-- @tparam string text
-- @treturn table
function ini.parse(text)
  local sections, section = {}, nil
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    local head = line:match("^%s*%[%s*(.-)%s*%]")
    local name, value = line:match("^%s*([^=;#%[]-)%s*=(.*)$")
    if head then
      section = sections[head] or {}
      sections[head] = section
    elseif name and name ~= "" and section then
      section[name] = value_of(value)
    end
  end
  return sections
end

local function build(self, name, text)
  local section = ini.parse(text)[name]
  if not section then
    return result.fail("it has no section [" .. name:gsub("%c", "?") .. "]")
  end
  return modes.ini(section, { fallback = self.fallback, allow_imds_v1 = self.allow_imds_v1 })
end

-- The provider that the file chooses now; the same one as before while the file has not changed.
local function inner_of(self, context)
  local env = context.platform.env
  local path = self.path or env("ALIBABA_CLOUD_CREDENTIALS_FILE") or PATH
  local name = self.name or env("ALIBABA_CLOUD_PROFILE") or "default"
  if self.inner_name ~= name then
    self.memory.stamp = nil
  end
  local text, message, err = files.read(context, path, self.memory, true)
  if text == false then
    return self.inner
  elseif not text then
    self.inner, self.memory.stamp = nil, nil
    return nil, message, err
  end
  self.inner, message = build(self, name, text)
  if not self.inner then
    self.memory.stamp = nil -- a broken file is read again at the next call
    return result.fail(path .. " [" .. name:gsub("%c", "?") .. "]: " .. message)
  end
  self.inner_name = name
  return self.inner
end

local Provider = delegate.class(inner_of, "ini profile")

--- A provider of a section of the ini file.
-- @tparam ?table options `name` (default `ALIBABA_CLOUD_PROFILE`, else "default"), `path` (default
--   `ALIBABA_CLOUD_CREDENTIALS_FILE`, else `~/.alibabacloud/credentials`), `allow_imds_v1` for a
--   section of type ecs_ram_role
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function ini.new(options, fallback)
  local checked = fields.check("credentials.ini", options, KNOWN)
  return setmetatable({ name = checked.name, path = checked.path, memory = {}, fallback = fallback,
    allow_imds_v1 = checked.allow_imds_v1 }, Provider)
end

return ini
