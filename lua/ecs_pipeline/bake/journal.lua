--- The progress of a job, stored so that it survives the process: token and ids are written before
-- a request uses them. A journal is the path of a file, or an object:
--
--   * `get(self, key)` → string; nil if there is no entry; or nil and why it cannot be read
--   * `put(self, key, string)` → true, or nil and why
--
-- A key identifies the job: operation, region, id or name. An entry is one line of JSON without
-- secrets: `{ pipeline_id, token, tags, execution_id, reported, … }`.
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local journal_file = require("ecs_pipeline.bake.journal_file")
local json = require("ecs_pipeline.json")

local journal = {}

local Book = {}
Book.__index = Book

--- The row of the option `journal`.
journal.OPTION = { "string", "table", check = {
  string = function(path)
    if path == "" then
      return "must be a path, or an object with get and put"
    end
  end,
  table = function(object)
    if type(object.get) ~= "function" or type(object.put) ~= "function" then
      return "must have methods get and put, or be the path of a file"
    end
  end,
} }

--- The key of a job.
-- @tparam string operation "execution.build"
-- @tparam ?string region
-- @tparam string what id or name of the pipeline
-- @treturn string
function journal.key(operation, region, what)
  return table.concat({ operation, region or "-", what }, " ")
end

local NOTHING = { get = function() return nil end, put = function() return true end }

--- Opens a journal. Reads and writes nothing yet.
-- @tparam table client internal client, for warnings
-- @tparam string operation that the user called
-- @param given path, object, or nil: nothing is stored
-- @treturn table book
function journal.open(client, operation, given)
  local store = type(given) == "string" and journal_file.new(given) or given or NOTHING
  return setmetatable({ client = client, operation = operation, store = store }, Book)
end

local function fail(book, what, why, hint)
  return errors.fail(book.operation, { kind = "storage", param = "journal", sent = false,
    message = ("the journal cannot be %s: %s"):format(what, tostring(why or "no reason given")),
    hint = hint })
end

--- Reads an entry.
-- @tparam string key
-- @treturn[1] table|boolean the entry, false if there is none
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function Book:read(key)
  local text, why = self.store:get(key)
  if text == nil and why == nil then
    return false
  end
  local entry = json.decode_table(text)
  if entry then
    return entry
  elseif text == nil then
    return fail(self, "read", why)
  end
  return fail(self, "read", "its entry \"" .. key .. "\" is not one of this library",
    "check which execution was running, then remove the entry")
end

--- Writes an entry, before the request that it describes is sent.
-- @tparam string key
-- @tparam table entry
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function Book:write(key, entry)
  local done, why = self.store:put(key, json.encode(entry))
  if done then
    return true
  end
  return fail(self, "written", why, "nothing was sent after that; give a path that can be written")
end

--- Writes an entry that can be rebuilt from the service: a failed write is only a warning.
function Book:note(key, entry)
  local done, message = self:write(key, entry)
  if not done then
    events.emit(self.client, { type = "warning", operation = self.operation, message = message })
  end
end

return journal
