--- `ecs-pipeline completion`: the completion for bash, made from the table of commands, and the
-- words that it asks for while somebody types.
local commands = require("ecs_pipeline.command.commands")
local tables = require("ecs_pipeline.tables")

local completion = {}

-- Seconds for everything that is asked of the service: with the start of the process within 1 s.
local DEADLINE = 0.7

-- The part that no table changes. `words` are the words up to the cursor; bash splits them at "="
-- and ":", which is undone first. What is asked for comes from this command, with the options of
-- the line that say where the service is.
local SCRIPT = [==[
# Completion of ecs-pipeline for bash, written by `ecs-pipeline completion bash`.
_ecs_pipeline_option() { # the kind of the value of an option; none: it is a flag, or unknown
  kind='' choices=''
  case $command:$1 in
@OPTIONS@
  esac
}

_ecs_pipeline_argument() { # the kind of an argument, by its number
  kind='' choices=''
  case $command:$1 in
@ARGUMENTS@
  esac
}

_ecs_pipeline_names() { # the options of the command
  case $command in
@NAMES@
  esac
  echo '@GLOBAL@'
}

_ecs_pipeline_asked() { # ids and names; a name that is the only match becomes its id
  local id name first='' several=''
  while IFS=$'\t' read -r id name; do
    if [[ $id == "$cur"* ]]; then COMPREPLY+=("$id"); fi
    if [[ -n $name && $name == "$cur"* ]]; then COMPREPLY+=("$name"); fi
    if [[ $id == "$cur"* || -n $name && $name == "$cur"* ]]; then
      if [[ -n $first && $first != "$id" ]]; then several=1; fi
      first=$id
    fi
  done < <("$program" ${where[@]+"${where[@]}"} completion "$kind" 2>/dev/null </dev/null)
  if [[ -n $first && -z $several ]]; then COMPREPLY=("$first"); fi
}

_ecs_pipeline() {
  local program=$1 line=$COMP_LINE words=() where=() last=-1 i word option='' command='' number=0
  local cur kind choices
  COMPREPLY=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 0)) && [[ -n $word && $line == "$word"* ]]; then
      words[last]+=$word
    else
      line=${line#"${line%%[![:space:]]*}"}
      words[++last]=$word
    fi
    line=${line#"$word"}
  done
  for ((i = 1; i < last; i++)); do
    word=${words[i]}
    if [[ -n $option ]]; then
      case $option in --region | --profile | --endpoint) where+=("$option" "$word") ;; esac
      option=''
      continue
    fi
    case $word in
      --region=* | --profile=* | --endpoint=*) where+=("$word") ;;
      -*)
        _ecs_pipeline_option "$word"
        if [[ -n $kind ]]; then option=$word; fi
        ;;
      *) if [[ -z $command ]]; then command=$word; else number=$((number + 1)); fi ;;
    esac
  done
  cur=${words[last]}
  if [[ $cur == --*=* ]]; then
    option=${cur%%=*}
    cur=${cur#*=}
  fi
  if [[ -n $option ]]; then
    _ecs_pipeline_option "$option"
  elif [[ $cur == -* ]]; then
    kind='mode'
    choices=$(_ecs_pipeline_names)
  elif [[ -z $command ]]; then
    kind='command'
  else
    _ecs_pipeline_argument "$((number + 1))"
  fi
  if [[ $kind == command ]]; then choices='@COMMANDS@'; fi
  case $kind in
    command | mode)
      for word in $choices; do
        if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
      done
      ;;
    file)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
      ;;
    @ASKED@) _ecs_pipeline_asked ;;
  esac
}
complete -F _ecs_pipeline ecs-pipeline
]==]

-- Kind → what lists its words: a function from a client and the options of the call.
local ASKED = {
  component = function(client, given) return client.component.list({}, given) end,
  execution = function(client, given) return client.execution.list({}, given) end,
  image = function(client, given) return client.image.list({ owners = "self" }, given) end,
  operation = function()
    local list = {}
    for name in pairs(require("ecs_pipeline.core").operations()) do
      list[#list + 1] = { id = name }
    end
    return list
  end,
  pipeline = function(client, given) return client.pipeline.list({}, given) end,
  region = function(client, given) return client.region.list({}, given) end,
}

local function words(list, field)
  local out = {}
  for _, row in ipairs(list) do
    out[#out + 1] = row[field]
    out[#out + 1] = field == 1 and row.short or nil
  end
  return table.concat(out, " ")
end

-- Branches of a `case`: the patterns that have one value, in one branch.
local Branches = {}
Branches.__index = Branches

local function branches()
  return setmetatable({ values = {}, patterns = {} }, Branches)
end

function Branches:add(pattern, value)
  if not self.patterns[value] then
    self.values[#self.values + 1], self.patterns[value] = value, {}
  end
  table.insert(self.patterns[value], pattern)
end

function Branches:text()
  local out = {}
  for _, value in ipairs(self.values) do
    out[#out + 1] = ("    %s) %s ;;"):format(table.concat(self.patterns[value], " | "), value)
  end
  return table.concat(out, "\n")
end

local function value_of(row)
  return ("kind='%s'"):format(row.kind)
    .. (row.choices and (" choices='%s'"):format(table.concat(row.choices, " ")) or "")
end

local function add_options(to, name, list)
  for _, option in ipairs(list) do
    if option.kind ~= "flag" then
      to:add(name .. ":" .. option[1], value_of(option))
      if option.short then
        to:add(name .. ":" .. option.short, value_of(option))
      end
    end
  end
end

--- The script for bash.
-- @treturn string
function completion.bash()
  local options, arguments, names = branches(), branches(), branches()
  for _, row in ipairs(commands) do
    add_options(options, row.name, row.options)
    for number, argument in ipairs(row.arguments) do
      arguments:add(row.name .. ":" .. (argument.repeated and "*" or number), value_of(argument))
    end
    if row.options[1] then
      names:add(row.name, ("echo '%s'"):format(words(row.options, 1)))
    end
  end
  add_options(options, "*", commands.GLOBAL)
  local parts = { OPTIONS = options:text(), ARGUMENTS = arguments:text(), NAMES = names:text(),
    GLOBAL = words(commands.GLOBAL, 1), COMMANDS = words(commands, "name"),
    ASKED = table.concat(tables.sorted_keys(ASKED), " | ") }
  return (SCRIPT:gsub("@(%u+)@", parts))
end

-- "id" or "id<tab>name" lines. A name that a shell would split is left out.
local function lines(list)
  local out = {}
  for _, item in ipairs(list) do
    local name = item.name or item.image_component_name
    out[#out + 1] = item.id .. (name and not name:find("[%s%c:'\"\\$`]") and "\t" .. name or "")
  end
  table.sort(out)
  return out[1] and table.concat(out, "\n") .. "\n" or ""
end

--- `completion WHAT`: the script, or the words of a kind. Without an answer in time there are no
-- words, and no error.
function completion.completion(context, options)
  context.exit_code = 0
  if options.what == "bash" then
    return completion.bash()
  end
  options.timeout = DEADLINE
  local done, list = pcall(function()
    local client = options.what ~= "operation" and context.client
    return ASKED[options.what](client, { deadline = DEADLINE, retry = false })
  end)
  return lines(done and list or {})
end

return completion
