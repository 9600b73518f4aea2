--- The grammar of build_content, test_content and the content of a component, as far as
-- CreateImagePipeline and CreateImageComponent check it.
--   * From the page "Commands supported by Image Builder": one command per line, a backslash at the
--     end continues it; the list of verbs, in upper case, and of actions; YAML has `Tasks`.
--   * From the list of error codes of both actions: what is refused, with which code.
--   * From Docker's reference of the Dockerfile, whose format this is: "#" starts a comment line;
--     comment lines and blank lines inside a continued command are left out.
-- A here-document is on none of these pages: each of its lines is a command.

local errors = require("ecs_pipeline.emulator.errors")

local M = {}

local function words(text)
  local count = 0
  for _ in text:gmatch("%S+") do
    count = count + 1
  end
  return count
end

local function environment(argument)
  return argument:find("=", 1, true) ~= nil or words(argument) >= 2
end

local function two_or_more(argument)
  return words(argument) >= 2
end

local function one(argument)
  return words(argument) == 1
end

local function anything()
  return true
end

-- The two pages differ about what stands before the version in an ARN: ":" or "/"; both are taken.
-- → { id } or { name, version or nil }, nil when it is neither.
local function reference(argument)
  local first, second = argument:match("^(%S+)%s*(%S*)")
  if (first or ""):find("^ic%-%w") then
    return { id = first }
  end
  local rest = (first or ""):match("^acs:ecs:[^:]*:[^:]*:imagecomponent/(.+)$")
  if not rest then
    return nil
  end
  local name, version = rest:match("^([^:/]+)[:/](.+)$")
  if not name and second:find("^[%d*]+%.[%d*]+%.[%d*]+$") then
    version = second
  end
  return { name = name or rest, version = version }
end

-- The components that a content uses: list of references.
function M.references(content)
  local list = {}
  if M.is_yaml(content) then
    return list
  end
  for _, command in ipairs(M.split(content)) do
    local argument = command:match("^%s*COMPONENT%s+(.-)%s*$")
    list[#list + 1] = argument and reference(argument)
  end
  return list
end

local verbs = {
  RUN = anything, ENV = environment, WORKDIR = one, COPY = two_or_more, USER = one,
  LABEL = anything, CMD = anything, ENTRYPOINT = anything,
}

-- Joins continued lines: → list of commands, blank and comment lines left out.
local function split(content)
  local list, open = {}, nil
  for line in (content:gsub("\r\n", "\n") .. "\n"):gmatch("(.-)\n") do
    local text, continued = line, false
    local empty = not text:find("%S") or text:find("^%s*#")
    if text:find("\\%s*$") then
      text, continued = text:gsub("\\%s*$", ""), true
    end
    if open and empty then
      continued = true
    elseif open then
      open = open .. "\n" .. text
    elseif text:find("%S") and not empty then
      open = text
    end
    if open and not continued then
      list[#list + 1] = open
      open = nil
    end
  end
  if open then
    list[#list + 1] = open
  end
  return list
end
M.split = split

local actions = {
  RunShellCommand = true, RunPowerShellCommand = true, InvokeCommand = true, OSSDownload = true,
  OSSUpload = true, WebDownload = true, Reboot = true,
}

local function is_yaml(content)
  for line in (content .. "\n"):gmatch("(.-)\r?\n") do
    if line:find("%S") and not line:find("^%s*#") then
      return line:find("^%-%-%-") ~= nil or line:find("^%s*{") ~= nil
        or line:find("^%s*[\"']?Parameters[\"']?%s*:") ~= nil
        or line:find("^%s*[\"']?Tasks[\"']?%s*:") ~= nil
        or not line:find("^%s*%u+:")
        and (line .. " "):find("^%s*[\"']?[%w_.-]+[\"']?:%s") ~= nil
    end
  end
  return false
end
M.is_yaml = is_yaml

-- A YAML text without its block scalars (`key: |` and what is indented below), which may hold
-- anything.
local function without_blocks(content)
  local kept, inside = {}, nil
  for line in (content .. "\n"):gmatch("(.-)\r?\n") do
    local indent = #line:match("^[ %-]*")
    if inside and line:find("%S") and indent <= inside then
      inside = nil
    end
    if not inside then
      kept[#kept + 1] = line
      inside = line:find(":%s+[|>][%d+-]*%s*$") and indent or nil
    end
  end
  return "\n" .. table.concat(kept, "\n")
end

local function check_yaml(content, name)
  local count, text = 0, without_blocks(content)
  for action in text:gmatch("[\n{,%-][ \"']*Action[\"']?%s*:%s*[\"']?([%w_]+)") do
    count = count + 1
    if not actions[action] then
      return errors.new("InvalidParameter." .. name,
        "The action " .. action .. " is not supported.")
    end
  end
  if count == 0 or not text:find("[\n{,]%s*[\"']?Tasks[\"']?%s*:") then
    return errors.new("InvalidParameter." .. name)
  end
  return nil
end

local function check_command(command, index, state)
  local verb, argument = command:match("^%s*(%S+)%s*(.-)%s*$")
  if verb == "FROM" then
    if state.inside then
      return errors.new("NotSupportedCommand.FROM")
    elseif state.from then
      return errors.new("DuplicatedCommand.FROM")
    elseif index ~= 1 then
      return errors.new("InvalidCommandOrder.FROM")
    elseif not one(argument) then
      return errors.new("InvalidCommandContent.FROM")
    end
    state.from = true
  elseif verb == "RESTART" then
    if argument ~= "" then
      return errors.new("NotEmptyCommandContent.RESTART")
    end
  elseif verb == "COMPONENT" then
    if state.inside then
      return errors.new("InvalidCommand.Component")
    end
    local found = reference(argument)
    if not found then
      return errors.new("ImageComponent.NotFound")
    end
    return state.component and state.component(found, state.name)
  elseif not verbs[verb] then
    return errors.new("InvalidImageTemplateCommand.NotSupported",
      "The command \"" .. verb .. "\" is not supported.")
  elseif argument == "" then
    return errors.new("EmptyCommandContent." .. verb)
  elseif not verbs[verb](argument) then
    return errors.new("InvalidCommandContent." .. verb)
  end
  return nil
end

local too_long = {
  BuildContent = "InvalidBuildContent.LengthExceeded", Content = "InvalidContent.LengthExceeded",
}

--- Nil when the content would be accepted, else the refusal. `name` is "BuildContent",
-- "TestContent", or "Content" for that of a component. component(reference, name) → refusal or nil
-- judges what COMPONENT names; without it only the form is checked.
function M.check(content, name, max_commands, component)
  if #content > 16384 then
    return errors.new(too_long[name] or "InvalidParameter." .. name)
  end
  if is_yaml(content) then
    return check_yaml(content, name)
  end
  local list = split(content)
  if #list == 0 then
    return errors.new("InvalidParameter." .. name)
  elseif #list > max_commands then
    return errors.new("InvalidImageTemplateCommandSize.ExceededMaxNumber")
  end
  local state = { name = name, inside = name == "Content", component = component }
  for index, command in ipairs(list) do
    local refusal = check_command(command, index, state)
    if refusal then
      return refusal
    end
  end
  return nil
end

return M
