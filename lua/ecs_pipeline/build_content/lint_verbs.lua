--- Findings about single commands: verb, argument, order.
local arguments = require("ecs_pipeline.build_content.arguments")
local core = require("ecs_pipeline.core")
local lines = require("ecs_pipeline.build_content.lines")

local lint_verbs = {}

-- Verbs that Docker has.
local DOCKER = {
  ADD = "use COPY", ARG = "use ENV", MAINTAINER = "use LABEL", EXPOSE = "remove it",
  VOLUME = "remove it", SHELL = "remove it", HEALTHCHECK = "remove it",
  ONBUILD = "remove it", STOPSIGNAL = "remove it",
}

-- The word can be part of a secret, so only short words are shown.
local function shown(verb)
  return verb:find("^%a[%a_-]*$") and #verb <= 12 and "\"" .. verb .. "\""
    or "the word at the start of the line"
end

local SCRIPTS = {
  shell = { "a shell script", "build_content.new():script(text) makes a command of it" },
  windows = { "a script for Windows",
    "write the content in YAML, with the script as commandContent of a RunPowerShellCommand" },
}

-- The kind of script whose line this seems to be; nil if it is none.
local function kind_of(command, facts)
  local verb, upper = command.verb, command.verb:upper()
  if facts.is_script then
    return "shell"
  elseif verb:find("^%u%l+%-%u%a+$")
      or verb:find("^%$[%w:]+$") and command.argument:find("^=%s")
      or facts.system and not facts.system.manager and not (DOCKER[upper] or arguments.knows(upper))
  then
    return "windows"
  end
  return nil
end

-- A script has such a finding once; its lines are no commands at all.
local function script(command, report, facts, kind)
  if not facts.told_script then
    report("unknown_verb", command, "this is " .. SCRIPTS[kind][1] .. ", not a list of commands of "
      .. "the build notation (RUN, COPY, ENV …)", SCRIPTS[kind][2])
  end
  facts.told_script = true
end

local function unknown_verb(command, report)
  local verb = command.verb
  local upper = verb:upper()
  if command.line == 1 and verb:sub(1, 3) == "\239\187\191" then
    report("byte_order_mark", command,
      "the text begins with a byte order mark, which hides the command",
      "save it as UTF-8 without one")
  elseif arguments.knows(upper) then
    report("verb_case", command, "commands are written in upper case", "write " .. upper)
  elseif DOCKER[upper] then
    report("unknown_verb", command, upper .. " is a command of Docker, not of image pipelines",
      DOCKER[upper])
  else
    local letters = upper:match("^%a+") or ""
    local near = arguments.knows(letters) and letters
      or #letters >= 2 and core.nearest(letters, lines.VERBS)
    report("unknown_verb", command, shown(verb)
      .. " is not a command of the build notation (RUN, COPY, ENV …)",
      (near and "did you mean " .. near .. "? If not: " or "") .. "if the line continues the "
        .. "command above, that one needs a backslash at its end; if not, begin it with RUN")
  end
end

-- The service may count words between blanks, without a meaning of quotes.
local function one_word(command, report)
  local count = #lines.bare_words(command.argument)
  if count > 1 then
    report("several_words", command, command.verb .. " wants one word, but has " .. count,
      "write no blanks in it, not even in quotes")
  end
end

local function pairs_of(command, report)
  for _, pair in ipairs(command.pairs) do
    if pair.open then
      report("pair_form", command, "a quote is not closed", "close it")
    elseif not pair.value then
      report("pair_form", command, "a word without \"=\" among name=\"value\" pairs",
        "write name=\"value\"; a value with blanks needs quotes")
    elseif pair.key == "" or pair.key:find("[^%w_./-]")
      or (command.verb == "ENV" and not pair.key:find("^[%a_][%w_]*$")) then
      report("pair_form", command, "a name that is not valid for a variable or label",
        "use letters, digits and _")
    end
  end
end

local function env(command, report)
  if not command.argument:find("=", 1, true) and #command.pairs == 0 then
    report("bad_argument", command, "ENV wants a value", "write ENV name=\"value\"")
    return
  end
  pairs_of(command, report)
  for _, pair in ipairs(command.pairs) do
    if command.form == "pairs" and pair.value and not pair.quoted and not pair.open then
      report("unquoted_value", command, "values of name=value want quotes",
        "write name=\"value\"")
      return
    end
  end
end

-- Inside the cloud, no bandwidth to the internet is needed.
local function is_internal(url)
  return url:find("%-internal%.aliyuncs%.com") ~= nil or url:find("mirrors%.cloud%.aliyuncs") ~= nil
    or url:find("://100%.100%.") ~= nil
end

local function copy(command, report, facts)
  if not command.target then
    report("bad_argument", command, "COPY wants a source and a target folder",
      "write COPY source folder")
    return
  end
  if command.has_query then
    report("copy_url_query", command, "the URL of COPY must have no query string",
      "use RUN with curl or wget for this one")
  end
  local bandwidth = tonumber(facts.bandwidth) or 0
  if command.is_url and facts.knows_bandwidth and bandwidth <= 0
    and not is_internal(command.source) then
    report("copy_without_bandwidth", command, "COPY of a URL needs a way to the internet, and "
      .. "internet_max_bandwidth_out is " .. (facts.bandwidth == nil and "not given" or "0"),
      "set internet_max_bandwidth_out above 0, or copy from an internal address")
  end
end

local function parameters_of(command, report)
  for _, parameter in ipairs(command.parameters) do
    if parameter.stray or not parameter.value or parameter.open then
      report("component_parameters", command, parameter.stray and "a word that belongs to no "
        .. "parameter" or parameter.open and "a quote is not closed"
        or "a parameter without a value", "write --name value; a value with blanks needs quotes")
      return
    end
  end
end

local function component(command, report, facts)
  if facts.target == "component" then
    report("component_in_component", command, "a component cannot use another one",
      "name both in build_content")
  elseif not command.id and not command.arn then
    report("component_form", command, "COMPONENT without a component", "write ic-…, or "
      .. "acs:ecs:<region>:<account>:imagecomponent/<name>:<major>.<minor>.<patch>")
  else
    if command.arn and not arguments.is_version(command.version) then
      report("component_version", command, command.version and "the version of the component "
        .. "is not major.minor.patch" or "the component has no version",
        "end the ARN with :1.0.0, or :1.*.* for the latest 1")
    elseif command.separator == " " then
      report("component_version", command, "a blank before the version",
        "write a colon there")
    end
    parameters_of(command, report)
  end
end

local function program(command, report)
  if command.broken_exec then
    report("exec_form", command, command.verb .. " begins with \"[\" and is not a JSON list "
      .. "of strings, so it counts as a shell command", "write [\"program\", \"argument\"]")
  end
end

local function from(command, report, facts, index)
  if facts.target == "component" then
    report("from_in_component", command, "a component has no FROM", "remove it")
  elseif facts.from then
    report("from_duplicate", command, "a second FROM", "remove both: base_image decides")
  elseif index > 1 then
    report("from_not_first", command, "FROM must be the first command",
      "remove it: base_image decides")
  else
    report("from_ignored", command, "FROM is ignored", "remove it: base_image decides")
  end
  facts.from = true
  one_word(command, report)
end

local CHECKS = {
  ENV = env, LABEL = pairs_of, COPY = copy, COMPONENT = component, CMD = program,
  ENTRYPOINT = program, WORKDIR = one_word, USER = one_word, FROM = from,
}

local function check(command, report, facts, index)
  local verb = command.verb
  local kind = not command.known and kind_of(command, facts)
  if kind then
    script(command, report, facts, kind)
  elseif not command.known then
    unknown_verb(command, report)
  elseif verb == "RESTART" then
    if command.argument ~= "" then
      report("superfluous_argument", command, "RESTART has no argument", "remove it")
    end
  elseif command.argument == "" and verb == "FROM" then
    report("bad_argument", command, "FROM has no argument", "remove it: base_image decides")
  elseif command.argument == "" and verb == "COMPONENT" then
    component(command, report, facts)
  elseif command.argument == "" then
    report("empty_argument", command, verb .. " has no argument", "write one, or remove it")
  elseif CHECKS[verb] then
    CHECKS[verb](command, report, facts, index)
  end
end

--- Checks every command.
-- @tparam table commands of the parser
-- @tparam function report (code, command, message, fix)
-- @tparam table facts `{ target, bandwidth, knows_bandwidth, is_script }`
function lint_verbs.run(commands, report, facts)
  for index, command in ipairs(commands) do
    check(command, report, facts, index)
  end
end

return lint_verbs
