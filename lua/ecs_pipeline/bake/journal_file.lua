--- A journal in one JSON file: `{ "format", "entries": { key: text } }`. Any number of processes
-- may use it at the same time.
local core = require("ecs_pipeline.core")
local durable_file = require("ecs_pipeline.durable_file")
local json = require("ecs_pipeline.json")
local tables = require("ecs_pipeline.tables")

local journal_file = {}

local File = {}
File.__index = File

local FORMAT = "ecs_pipeline journal 1"

-- → map of entries, or nil and why
local function read(path, text)
  if not text then
    return {}
  elseif text == "" then
    return nil, path .. " is empty: lost, or never written? remove it to begin anew"
  end
  local there = json.decode_table(text)
  if not there or there.format ~= FORMAT or type(there.entries) ~= "table" then
    return nil, path .. " is not a journal of this library; give another path, or move it away"
  end
  for key, entry in pairs(there.entries) do
    if type(key) ~= "string" or type(entry) ~= "string" then
      return nil, path .. " is a damaged journal"
    end
  end
  return there.entries
end

local function text_of(entries)
  local lines = {}
  for index, key in ipairs(tables.sorted_keys(entries)) do
    lines[index] = "\n    " .. json.encode(key) .. ": " .. json.encode(entries[key])
  end
  return table.concat({ "{\n  \"format\": ", json.encode(FORMAT), ",\n  \"entries\": {",
    table.concat(lines, ","), "\n  }\n}\n" })
end

--- Reads one entry.
-- @tparam string key
-- @treturn[1] ?string
-- @treturn[2] nil
-- @treturn[2] string why the file cannot be read
function File:get(key)
  local text, why = durable_file.read(self.path)
  local entries
  if text ~= nil then
    entries, why = read(self.path, text)
  end
  if not entries then
    return nil, why
  end
  return entries[key]
end

--- Changes one entry; the others stay. No other process changes the file meanwhile.
-- @tparam string key
-- @tparam function change (?string entry) → the new entry; the same to leave it; or nil and why
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string why the file cannot be written
function File:update(key, change)
  return durable_file.update(self.host, self.path, function(text)
    local entries, why = read(self.path, text)
    if not entries then
      return nil, why
    end
    local entry = entries[key]
    local wanted, refusal = change(entry)
    if wanted == nil and refusal then
      return nil, refusal
    elseif wanted == entry then
      return text
    end
    entries[key] = wanted
    return text_of(entries)
  end)
end

--- Writes one entry; the others stay.
-- @tparam string key
-- @tparam string entry
-- @return as `update`
function File:put(key, entry)
  return self:update(key, function() return entry end)
end

--- A journal at a path. Reads and writes nothing yet. A relative path begins in the working folder
-- of now, also if the program enters another one during a build.
-- @tparam string path
-- @tparam ?table host of platform.lua, to wait for a lock
-- @treturn table `{ get, put, update }`
function journal_file.new(path, host)
  local folder = path:sub(1, 1) ~= "/" and core.working_folder()
  return setmetatable({ path = folder and folder .. "/" .. path or path, host = host }, File)
end

return journal_file
