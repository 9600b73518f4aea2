--- Writes a pipeline and the records of its executions to a JSON file, before the service deletes
-- them. The text goes to a temporary file in the same folder, which is then renamed: so a reader
-- always finds a complete file.
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

local function temporary(path)
  return path .. ".new"
end

-- Is there a file at the path that is not the archive of this pipeline?
local function is_occupied(path, id)
  local file = io.open(path, "r")
  if not file then
    return false
  end
  local text = file:read("*a")
  file:close()
  local there = json.decode_table(text)
  return not (there and type(there.pipeline) == "table" and there.pipeline.id == id)
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
  if is_occupied(path, id) then
    return refuse(operation, path, id)
  end
  local file, why = io.open(temporary(path), "w")
  if not file then
    return fail(operation, "cannot write the archive: " .. tostring(why))
  end
  file:close()
  os.remove(temporary(path))
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

local function save(path, text)
  local file, why = io.open(path, "w")
  if not file then
    return nil, why
  end
  local ok
  ok, why = file:write(text)
  local closed, failure = file:close()
  if not ok or not closed then
    os.remove(path)
    return nil, why or failure
  end
  return true
end

--- Writes the archive. Replaces an earlier archive of the same pipeline.
-- @tparam string operation that the user called
-- @tparam string path of `archive.path`
-- @tparam table pipeline as describe gives it
-- @tparam table executions list, as execution.list gives them
-- @tparam number now unix seconds
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function archive.write(operation, path, pipeline, executions, now)
  if is_occupied(path, pipeline.id) then
    return refuse(operation, path, pipeline.id)
  end
  local done, why = save(temporary(path), text_of(pipeline, executions,
    os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(now))))
  if done then
    done, why = os.rename(temporary(path), path)
  end
  if not done then
    os.remove(temporary(path))
    return fail(operation, "cannot write the archive: " .. tostring(why))
  end
  return true
end

return archive
