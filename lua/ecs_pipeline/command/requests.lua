--- From options of the command line to arguments of the library.
local errors = require("ecs_pipeline.errors")
local json = require("ecs_pipeline.sorted_json")

local requests = {}

--- KEY=VALUE words as a table. KEY alone is `true`: any value.
-- @tparam ?table words
-- @treturn ?table nil without words
function requests.tags(words)
  local map
  for _, word in ipairs(words or {}) do
    local key, value = word:match("^([^=]*)=(.*)$")
    map = map or {}
    if key == "" or word == "" then
      errors.raise("--tag wants KEY=VALUE, or KEY")
    elseif value then
      map[key] = value
    else
      map[word] = true
    end
  end
  return map
end

--- A pipeline as the command line names it: by its id, or by its name.
-- @tparam ?string word
-- @return what the functions of the library accept
function requests.pipeline(word)
  local named = word and word ~= "" and not word:find("^ip%-")
  return named and { name = word } or word
end

-- Is nothing in the list, or in the list of any region?
local function is_empty(list)
  for _, item in pairs(list) do
    if type(item) ~= "table" or next(item) ~= nil then
      return false
    end
  end
  return true
end

--- A list, or a list for each region, that says of what it is empty.
-- @tparam table context
-- @tparam string what is in it: "pipelines"
-- @param list what a list function of the library returned
-- @return the same values
function requests.list(context, what, list, message, err)
  if type(list) == "table" and is_empty(list) then
    context.nothing = "no " .. what
    if next(list) == nil then
      json.array(list)
    end
  end
  return list, message, err
end

--- Options of a wait.
-- @tparam table context
-- @tparam table options
-- @treturn table
function requests.wait(context, options)
  return { timeout = options.timeout, poll = options.poll, accept = options.accept,
    on_progress = context.progress }
end

--- Options of a build.
-- @tparam table context
-- @tparam table options
-- @treturn table
function requests.build(context, options)
  local given = requests.wait(context, options)
  given.journal, given.when_running = options.journal, options.when_running
  given.force, given.max_age, given.dry_run = options.force, options.max_age, options.dry_run
  return given
end

return requests
