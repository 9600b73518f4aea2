--- Parses the argument of each verb into fields. It reports no errors: that is the linter's task.
-- Source: the notes of ECS 2014-05-26 on the commands of build content. Pure; accepts any bytes.
local json = require("ecs_pipeline.json")
local lines = require("ecs_pipeline.build_content.lines")
local words = require("ecs_pipeline.build_content.words")

local arguments = {}

-- `k v`, or `k1="v1" k2="v2"`. The first word decides.
local function env(argument)
  local first = lines.bare_words(argument)[1]
  if first and not first:find("=", 1, true) then
    local rest = lines.lstrip(argument:sub(#first + 1))
    local list = rest ~= "" and { { key = first, value = rest, quoted = false, open = false } }
    return { form = "single", pairs = list or {} }
  end
  return { form = "pairs", pairs = words.pairs(argument) }
end

local function label(argument)
  return { pairs = words.pairs(argument) }
end

local function copy(argument)
  local list = lines.bare_words(argument)
  local target = #list > 1 and table.remove(list) or nil
  local source = list[1]
  local is_url = source ~= nil and source:find("^%a[%w+.-]*://") ~= nil
  return { source = source, sources = list, target = target, is_url = is_url,
    has_query = is_url and source:find("?", 1, true) ~= nil }
end

-- `--name value`, also `--name=value`. A missing value is nil; an extra word has the mark `stray`.
local function parameters(list, from)
  local found, at = {}, from
  while at <= #list do
    local name, value = list[at].raw:match("^%-%-([^=%s]+)=?(.*)$")
    local parameter = { open = list[at].open }
    if not name then
      parameter.stray = list[at].text
    else
      parameter.name = name
      parameter.value = value ~= "" and list[at].text:match("^[^=]*=(.*)$") or nil
      local after = list[at + 1]
      if not parameter.value and after and after.raw:sub(1, 2) ~= "--" then
        parameter.value, parameter.open = after.text, after.open
        at = at + 1
      end
    end
    found[#found + 1] = parameter
    at = at + 1
  end
  return found
end

local VERSION = "^[%d*]+%.[%d*]+%.[%d*]+$"

-- `acs:ecs:<region>:<account>:imagecomponent/<name>` and a version after ":" or "/" (the vendor's
-- pages show both) or, undocumented, after a blank.
local function component(argument)
  local list = words.split(argument)
  local first = list[1] and list[1].raw or ""
  local region, account, rest = first:match("^acs:ecs:([^:]*):([^:]*):imagecomponent/(.+)$")
  if not rest then
    local id = first:find("^ic%-%w") and first or nil
    return { id = id, parameters = parameters(list, 2) }
  end
  local name, separator, version = rest:match("^([^:/]*)([:/])(.*)$")
  local from = 2
  if not name and list[2] and list[2].text:find(VERSION) then
    separator, version, from = " ", list[2].text, 3
  end
  return { arn = first, region = region, account = account, name = name or rest,
    separator = separator, version = version, parameters = parameters(list, from) }
end

-- A JSON list of strings is the exec form; all other texts are the shell form.
local function program(argument)
  if argument:sub(1, 1) ~= "[" then
    return { form = "shell" }
  end
  local list = json.decode_table(argument)
  local good = list and #list > 0
  for _, item in pairs(good and list or {}) do
    good = good and type(item) == "string"
  end
  if not good then
    return { form = "shell", broken_exec = true }
  end
  return { form = "exec", words = list }
end

local function whole(field)
  return function(argument)
    return { [field] = argument ~= "" and argument or nil }
  end
end

local function nothing()
  return {}
end

local VERBS = {
  RUN = nothing, RESTART = nothing, ENV = env, LABEL = label, COPY = copy, COMPONENT = component,
  CMD = program, ENTRYPOINT = program, WORKDIR = whole("path"), USER = whole("user"),
  FROM = whole("image"),
}

--- Is the version of a component three numbers, each of which may be `*`?
function arguments.is_version(version)
  return version ~= nil and version:find(VERSION) ~= nil
end

--- Does the notation have this verb? Case matters.
function arguments.knows(verb)
  return VERBS[verb] ~= nil
end

--- The fields of a command besides verb and argument.
-- @tparam string verb
-- @tparam string argument
-- @treturn table fields; empty for an unknown verb
function arguments.of(verb, argument)
  return (VERBS[verb] or nothing)(argument)
end

return arguments
