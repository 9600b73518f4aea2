--- A journal in one JSON file: `{ "format", "entries": { key: text } }`. Each write goes to a
-- temporary file in the same folder, which is then renamed. So a reader always finds a complete
-- journal, old or new, also if the writer was killed. For one process at a time.
local core = require("ecs_pipeline.core")
local json = require("ecs_pipeline.json")
local tables = require("ecs_pipeline.tables")

local journal_file = {}

local File = {}
File.__index = File

local FORMAT = "ecs_pipeline journal 1"
local NO_SUCH_FILE = 2 -- ENOENT

-- → map of entries, or nil and why
local function load(path)
  local status = core.file_status(path)
  if status and not status.regular then
    -- the rename would replace it, even /dev/null, by a plain file
    return nil, path .. " is not a plain file: give the path of one"
  end
  local file, why, code = io.open(path, "r")
  if not file then
    if code == NO_SUCH_FILE then
      return {}
    end
    return nil, why
  end
  local text
  text, why = file:read("*a")
  file:close()
  if not text then
    return nil, path .. ": " .. tostring(why)
  elseif text == "" then
    return {} -- created by mktemp
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

local function save(path, text)
  local file, why = io.open(path, "w")
  if not file then
    return nil, why
  end
  local written, flushed, closed
  written, why = file:write(text)
  if written then
    flushed, why = file:flush()
  end
  closed = file:close()
  if written and flushed and closed then
    return true
  end
  os.remove(path)
  return nil, path .. ": " .. tostring(why or "cannot be closed")
end

--- Reads one entry.
-- @tparam string key
-- @treturn[1] ?string
-- @treturn[2] nil
-- @treturn[2] string why the file cannot be read
function File:get(key)
  local entries, why = load(self.path)
  if not entries then
    return nil, why
  end
  return entries[key]
end

--- Writes one entry; the others stay.
-- @tparam string key
-- @tparam string entry
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string why the file cannot be written
function File:put(key, entry)
  local entries, why = load(self.path)
  if not entries then
    return nil, why
  end
  entries[key] = entry
  local temporary, done = self.path .. ".new"
  done, why = save(temporary, text_of(entries))
  if done then
    done, why = os.rename(temporary, self.path)
    if not done then
      os.remove(temporary)
    end
  end
  return done, why
end

--- A journal at a path. Reads and writes nothing yet.
-- @tparam string path
-- @treturn table `{ get, put }`
function journal_file.new(path)
  return setmetatable({ path = path }, File)
end

return journal_file
