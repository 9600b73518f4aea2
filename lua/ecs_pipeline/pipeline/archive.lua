--- A template and the record of its executions in a JSON file, before the service forgets them. It
-- is written to a temporary name beside it, then renamed: whoever sees the file sees all of it.
local cjson = require("cjson").new()
local errors = require("ecs_pipeline.errors")

local archive = {}

--- Where the archive of a template goes.
-- @tparam string path as the user gave it; `{id}` stands for the id
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

-- Does the path name an existing file that is not an archive of this template?
local function in_the_way(path, id)
  local file = io.open(path, "r")
  if not file then
    return false
  end
  local text = file:read("*a")
  file:close()
  local ok, there = pcall(cjson.decode, text or "")
  return not (ok and type(there) == "table" and type(there.pipeline) == "table"
    and there.pipeline.id == id)
end

local function refuse(operation, path, id)
  return fail(operation, path .. " exists and is not the archive of " .. id,
    "give another path; {id} in it stands for the id of the pipeline")
end

--- Can the archive be written? To be called before anything is created or deleted.
-- @tparam string operation that the user called
-- @tparam string path of `archive.path`
-- @tparam string id of the template
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function archive.check(operation, path, id)
  if in_the_way(path, id) then
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

-- Lists and objects without entries look alike in Lua, so they are left out.
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

local function text_of(template, executions, now)
  local records = {}
  for index, execution in ipairs(executions) do
    records[index] = "\n    " .. cjson.encode(filled(execution))
  end
  return table.concat({ "{\n  \"format\": 1,\n  \"archived_at\": ", cjson.encode(now),
    ",\n  \"pipeline\": ", cjson.encode(filled(template)), ",\n  \"executions\": [",
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

--- Write it. An earlier archive of the same template is replaced.
-- @tparam string operation that the user called
-- @tparam string path of `archive.path`
-- @tparam table template as describe gives it
-- @tparam table executions list, as execution.list gives them
-- @tparam number now unix seconds
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function archive.write(operation, path, template, executions, now)
  if in_the_way(path, template.id) then
    return refuse(operation, path, template.id)
  end
  local done, why = save(temporary(path), text_of(template, executions,
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
