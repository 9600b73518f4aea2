--- Writes a pipeline and the records of its executions to a JSON file, before the service deletes
-- them.
local dates = require("ecs_pipeline.dates")
local durable_file = require("ecs_pipeline.durable_file")
local errors = require("ecs_pipeline.errors")
local json = require("ecs_pipeline.json")

local archive = {}

--- The path of the archive of a pipeline.
-- @tparam string path as the user gave it; `{id}` in it is replaced by the id
-- @tparam string id
-- @treturn string
function archive.path(path, id)
  return (path:gsub("{id}", (id:gsub("%%", "%%%%"))))
end

local function fail(operation, message, hint)
  return errors.fail(operation,
    { kind = "storage", param = "archive", message = message, hint = hint, sent = false })
end

-- Is it the text of a file that is not the archive of this pipeline?
local function is_other(text, id)
  local there = json.decode_table(text)
  return not (there and type(there.pipeline) == "table" and there.pipeline.id == id)
end

local function cannot_write(operation, why)
  return fail(operation, "cannot write the archive: " .. why)
end

local function refuse(operation, path, id)
  return fail(operation, path .. " exists and is not the archive of " .. id,
    "give another path; {id} in it stands for the id of the pipeline")
end

--- Checks that the archive can be written, before anything is created or deleted.
-- @tparam string operation that the user called
-- @tparam string path of `archive.path`
-- @tparam string id of the pipeline
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function archive.check(operation, path, id)
  local text, why = durable_file.read(path)
  if text and is_other(text, id) then
    return refuse(operation, path, id)
  end
  local done = text ~= nil
  if done then
    done, why = durable_file.check(path)
  end
  if not done then
    return cannot_write(operation, why)
  end
  return true
end

-- A copy without empty tables: Lua cannot distinguish an empty list from an empty object.
local function filled(value)
  if type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = filled(item)
  end
  return next(copy) ~= nil and copy or nil
end

local function text_of(pipeline, executions, now)
  local records = {}
  for index, execution in ipairs(executions) do
    records[index] = "\n    " .. json.encode(filled(execution))
  end
  return table.concat({ "{\n  \"format\": 1,\n  \"archived_at\": ", json.encode(now),
    ",\n  \"pipeline\": ", json.encode(filled(pipeline)), ",\n  \"executions\": [",
    table.concat(records, ","), records[1] and "\n  " or "", "]\n}\n" })
end

--- Writes the archive. Replaces an earlier archive of the same pipeline.
-- @tparam string operation that the user called
-- @tparam string path of `archive.path`
-- @tparam table pipeline as describe gives it
-- @tparam table executions list, as execution.list gives them
-- @tparam number now unix seconds
-- @tparam ?table host of platform.lua, to wait for a lock
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function archive.write(operation, path, pipeline, executions, now, host)
  local occupied = false
  local wanted = text_of(pipeline, executions, dates.text(now))
  local done, why = durable_file.update(host, path, function(text)
    occupied = text ~= nil and is_other(text, pipeline.id)
    return not occupied and wanted or text
  end)
  if occupied then
    return refuse(operation, path, pipeline.id)
  elseif not done then
    return cannot_write(operation, why)
  end
  return true
end

return archive
