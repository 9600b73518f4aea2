--- Findings about a content in YAML. None is an error: the vendor's page says what is required, but
-- not what is refused.
local actions = require("ecs_pipeline.build_content.yaml_actions")
local core = require("ecs_pipeline.core")
local lint_scripts = require("ecs_pipeline.build_content.lint_scripts")
local secrets = require("ecs_pipeline.build_content.secrets")
local tables = require("ecs_pipeline.tables")
local yaml = require("ecs_pipeline.build_content.yaml")

local lint_yaml = {}

local REFERENCE = "{{%s*([%a_][%w_.-]*)%s*}}"

-- `{{ name }}` is replaced before the text is read, as the vendor's page writes it without quotes,
-- which YAML reads as a mapping. The length stays.
local function without_references(text)
  return (text:gsub("{{(%s*[%a_][%w_.-]*%s*)}}", "__%1__"))
end

local function is_reference(text)
  return text:find("^__%s*[%a_][%w_.-]*%s*__$") ~= nil
end

-- A key as it is shown; it could be anything.
local function shown(text)
  return text:find("^%a[%w_-]*$") and #text <= 24 and "\"" .. text .. "\"" or "a key"
end

local function meant(text, known)
  local near = #text <= 64 and core.nearest(text, tables.sorted_keys(known))
  return near and "did you mean " .. near .. "?" or nil, near
end

-- What YAML 1.1 takes a plain scalar for, if not for the text that it is.
local WORDS = { yes = true, no = true, on = true, off = true, ["true"] = true, ["false"] = true,
  y = true, n = true }

local function misread(node)
  local text = node.text
  if not node.plain then
    return nil
  elseif WORDS[text:lower()] then
    return "true or false"
  elseif text == "~" or text:lower() == "null" then
    return "no value"
  elseif text:find("^[+-]?0[%d_]+$") then
    return "an octal number"
  elseif text:find("^[+-]?%d[%d_]*%.%d*$") or text:find("^[+-]?[%d.]+[eE][+-]?%d+$") then
    return "a number, and its last zeros are lost"
  elseif text:find("^%d+:[0-5]%d$") or text:find("^%d%d%d%d%-%d%d?%-%d%d?$") then
    return "a time or a date"
  end
  return nil
end

local Checker = {}
Checker.__index = Checker

function Checker:tell(code, node, message, fix)
  self.report(code, type(node) == "table" and node.line or node, message, fix)
end

-- The values of a mapping by their keys; unknown keys, keys that come twice and required keys that
-- are missing are reported. → table, empty if it is no mapping
function Checker:map(node, known, what, code)
  local by_key = {}
  if node.kind == "alias" then
    return by_key
  elseif node.kind ~= "map" then
    self:tell(code, node, what .. " must be a mapping (key: value)", "write its keys below it")
    return by_key
  end
  local merged, misspelt = false, {}
  for _, pair in ipairs(node) do
    local key = pair.key.text or ""
    if by_key[key] then
      self:tell("yaml_syntax", pair.key, shown(key) .. " stands twice in " .. what,
        "remove one of them")
    elseif key == "<<" then
      merged = true
    elseif known and not known[key] then
      local fix, near = meant(key, known)
      misspelt[near or ""] = true
      self:tell("yaml_unknown_key", pair.key, shown(key) .. " is not known in " .. what,
        fix or "known are: " .. table.concat(tables.sorted_keys(known), ", "))
    end
    by_key[key] = pair.value
  end
  for _, key in ipairs(known and not merged and tables.sorted_keys(known) or {}) do
    if known[key].required and not by_key[key] and not misspelt[key] then
      self:tell(code, node, what .. " has no " .. key, "write " .. key .. ": …")
    end
  end
  return by_key
end

-- Is the value of the kind that the page gives for it?
function Checker:kind(node, name, kind, code)
  local text = node.text
  if node.kind == "alias" or kind == "Any" or kind == "List" or text and is_reference(text) then
    return
  elseif kind == "Map" then
    self:map(node, nil, name, code)
  elseif not text then
    self:tell(code, node, name .. " must be a " .. kind .. ", not a list or mapping",
      "write one value")
  elseif kind == "String" then
    local read_as = misread(node)
    if text == "" then
      self:tell(code, node, name .. " is empty", "write its value behind it")
    elseif read_as then
      self:tell("yaml_value", node, name .. " without quotes is read as " .. read_as,
        "put the value into quotes")
    end
  elseif kind == "Number" and not text:find("^[+-]?%d+%.?%d*$")
    or kind == "Boolean" and not WORDS[text:lower()] then
    self:tell(code, node, name .. " must be a " .. kind, kind == "Boolean" and "write true or false"
      or "write digits")
  end
end

function Checker:parameters(node)
  local parameters = self:map(node, nil, "Parameters", "yaml_tasks")
  for _, name in ipairs(tables.sorted_keys(parameters)) do
    self.names[name] = true
    local keys = self:map(parameters[name], actions.PARAMETER, "a parameter", "yaml_tasks")
    local kind = keys.Type and keys.Type.text
    if kind and not actions.TYPES[kind] then
      self:tell("yaml_property", keys.Type, "the Type of a parameter is String, Number or Boolean",
        meant(kind, actions.TYPES) or "write one of these")
    elseif kind and keys.DefaultValue then
      self:kind(keys.DefaultValue, "DefaultValue", kind, "yaml_property")
    end
  end
end

-- The shell text of a task has the checks of a RUN.
function Checker:shell(name, node)
  local system = self.system
  if system and (system.manager == nil) ~= (actions.ACTIONS[name].system == "Windows") then
    self:tell("yaml_action", node, name .. " is for " .. actions.ACTIONS[name].system
      .. ", and the base image is " .. system.name, "use " .. (system.manager
      and "RunShellCommand" or "RunPowerShellCommand"))
  elseif name == "RunShellCommand" and node.text then
    lint_scripts.check(node, node.text, self.report, self.facts)
  end
end

function Checker:task(node)
  local keys = self:map(node, actions.TASK, "a task", "yaml_tasks")
  local name = keys.Action and keys.Action.text
  local action = name and actions.ACTIONS[name]
  if keys.Name then
    self:kind(keys.Name, "Name", "String", "yaml_tasks")
    self.names[keys.Name.text or ""] = true
  end
  if not action then
    if name then
      self:tell("yaml_action", keys.Action, shown(name) .. " is not an action",
        meant(name, actions.ACTIONS) or "actions are: "
        .. table.concat(tables.sorted_keys(actions.ACTIONS), ", "))
    end
    return
  end
  local what = "Properties of " .. name
  local known = action[1]
  local properties = self:map(keys.Properties or { kind = "map", line = node.line }, known, what,
    "yaml_property")
  for _, key in ipairs(tables.sorted_keys(properties)) do
    if known[key] then
      self:kind(properties[key], key, known[key].kind, "yaml_property")
    end
  end
  if action.system then
    self:shell(name, properties.commandContent or keys.Action)
  end
end

-- Texts in double quotes hold line ends as `\n`: a secret behind one is not seen in the line.
function Checker:quoted(node)
  if node.kind == "scalar" and node.style == "DOUBLE_QUOTED" and node.text:find("\n", 1, true) then
    for line in node.text:gmatch("[^\n]+") do
      for _, found in ipairs(secrets.of_line(line)) do
        self.secret(found, node.line)
      end
    end
  end
  for _, item in ipairs(node) do
    self:quoted(item.value or item)
  end
end

function Checker:references(physical)
  for number, line in ipairs(physical) do
    for name in line:gmatch(REFERENCE) do
      if not self.names[name] and not self.names[name:match("^(.*)%.%a+$") or ""] then
        self:tell("yaml_reference", number, "{{ … }} names neither a parameter nor a task",
          meant(name, self.names) or "define it in Parameters")
      end
    end
  end
end

function Checker:root(root)
  local top = self:map(root, actions.TOP, "the content", "yaml_tasks")
  self.names = {}
  if top.Parameters then
    self:parameters(top.Parameters)
  end
  local tasks = top.Tasks
  if tasks and tasks.kind ~= "alias" and (tasks.kind ~= "list" or #tasks == 0) then
    self:tell("yaml_tasks", tasks, "Tasks must be a list with at least one task",
      "write - Name: …, and its other keys below it")
  end
  for _, task in ipairs(tasks and tasks.kind == "list" and tasks or {}) do
    self:task(task)
  end
end

--- Checks a content in YAML.
-- @tparam table content of the parser
-- @tparam function report (code, line, message, fix)
-- @tparam table facts of the linter; `yaml_parser`: of `yaml.parser`, or false
-- @tparam function secret (found, line) reports a secret
function lint_yaml.run(content, report, facts, secret)
  local parser = facts.yaml_parser
  if parser == nil then
    parser = yaml.parser()
  end
  if not parser then
    report("yaml_not_checked", 1, "the tasks were not checked: lyaml is not installed for this Lua",
      yaml.INSTALL)
    return
  end
  local text = table.concat(content.physical, "\n")
  if text:sub(1, 3) == "\239\187\191" then
    report("byte_order_mark", 1, "the text begins with a byte order mark",
      "save it as UTF-8 without one")
  end
  local root, why, line = yaml.read(without_references(text), parser)
  if not root then
    local tab = line and (content.physical[line] or ""):find("^ *[-? ]*\t")
    report("yaml_syntax", line or 1, "not YAML: " .. (why or "there is no document"), tab
      and "indent with blanks, not with tabs" or "correct it there, or in the line above")
    return
  end
  local checker = setmetatable({ report = report, facts = facts, secret = secret,
    system = facts.system }, Checker)
  checker:root(root)
  checker:references(content.physical)
  checker:quoted(root)
end

return lint_yaml
