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

local Book, Object = {}, {}
Book.__index, Object.__index = Book, Object

-- An object of the user's: no other process is kept out between its get and its put.
function Object:get(key)
  return self.given:get(key)
end

function Object:put(key, text)
  return self.given:put(key, text)
end

function Object:update(key, change)
  local text, why = self.given:get(key)
  if text == nil and why ~= nil then
    return nil, why
  end
  local wanted, refusal = change(text)
  if wanted == nil and refusal then
    return nil, refusal
  elseif wanted == text then
    return true
  end
  return self.given:put(key, wanted)
end

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

local function store_of(client, given)
  if type(given) == "string" then
    return journal_file.new(given, client.platform)
  end
  return setmetatable({ given = given or NOTHING }, Object)
end

--- Opens a journal. Reads and writes nothing yet.
-- @tparam table client internal client, for warnings
-- @tparam string operation that the user called
-- @param given path, object, or nil: nothing is stored
-- @treturn table book
function journal.open(client, operation, given)
  return setmetatable({ client = client, operation = operation,
    store = store_of(client, given) }, Book)
end

local function fail(book, what, why, hint)
  return errors.fail(book.operation, { kind = "storage", param = "journal", sent = false,
    message = ("the journal cannot be %s: %s"):format(what, tostring(why or "no reason given")),
    hint = hint })
end

local function foreign(key)
  return "its entry \"" .. key .. "\" is not one of this library"
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
  return fail(self, "read", foreign(key),
    "check which execution was running, then remove the entry")
end

local function written(self, done, why)
  if done then
    return true
  end
  return fail(self, "written", why, "nothing was sent after that: correct it, then call again")
end

--- Writes an entry, before the request that it describes is sent.
-- @tparam string key
-- @tparam table entry
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function Book:write(key, entry)
  return written(self, self.store:put(key, json.encode(entry)))
end

--- Writes an entry, unless another call has meanwhile begun the same job: then this call joins it.
-- With a file, the decision and the write are one step.
-- @tparam string key
-- @tparam table entry
-- @tparam function joins (table entry in the journal) → boolean
-- @treturn[1] table|boolean the entry of the other call, which stays; false if ours is written
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function Book:claim(key, entry, joins)
  local other = false
  local done, message, err = written(self, self.store:update(key, function(text)
    local there = json.decode_table(text)
    if text ~= nil and not there then
      return nil, foreign(key)
    end
    other = there and joins(there) and there or false
    return other and text or json.encode(entry)
  end))
  if not done then
    return nil, message, err
  end
  return other
end

--- Writes an entry that can be rebuilt from the service: a failed write is only a warning. The
-- entry of a build that began later (with another token) stays.
function Book:note(key, entry)
  local done, message = self:claim(key, entry, function(there)
    return there.token ~= entry.token
  end)
  if done == nil then
    events.emit(self.client, { type = "warning", operation = self.operation, message = message })
  end
end

return journal
