--- Findings about the shell commands of RUN, and about the system that they run on.
local packages = require("ecs_pipeline.build_content.packages")
local shell = require("ecs_pipeline.build_content.shell")

local lint_scripts = {}

local function misfits(command, commands, report, system, image)
  for _, program in ipairs(packages.misfits(commands, system)) do
    report("package_manager", command.line, program .. " on " .. system.name .. " (base image "
      .. image .. "): the build will fail there", "use " .. system.manager)
  end
end

local function asking(command, commands, report)
  for _, call in ipairs(packages.asking(commands)) do
    report("interactive_install", command.line, call.program .. " " .. call.subcommand
      .. " asks for confirmation, which a build cannot give", "add " .. call.fix)
  end
end

-- The Dockerfile-like notation is for Linux, except COMPONENT and RESTART.
local function on_windows(commands, report)
  for _, command in ipairs(commands) do
    if command.known and command.verb ~= "COMPONENT" and command.verb ~= "RESTART"
      and command.verb ~= "FROM" then
      report("windows_notation", command.line, command.verb .. " is for Linux, and the base image "
        .. "is Windows", "write the content in YAML, or use components")
      return
    end
  end
end

--- The system of the base image, as far as names tell.
-- @tparam {string,...} images names that may tell the system
-- @treturn ?table of `packages.system`
-- @treturn ?string the name that tells it
function lint_scripts.system(images)
  for _, name in ipairs(images) do
    local system = packages.system(name)
    if system then
      return system, name
    end
  end
  return nil
end

--- Checks a shell text.
-- @tparam table command `{ line }`: where it stands
-- @tparam string text
-- @tparam function report (code, line, message, fix)
-- @tparam table facts `{ system, image }` of `lint_scripts.system`
function lint_scripts.check(command, text, report, facts)
  local called = shell.commands(text)
  if facts.system then
    misfits(command, called, report, facts.system, facts.image)
  end
  asking(command, called, report)
end

--- Checks every RUN.
-- @tparam table commands of the parser
-- @tparam function report (code, line, message, fix)
-- @tparam table facts
function lint_scripts.run(commands, report, facts)
  if facts.system and not facts.system.manager then
    on_windows(commands, report)
    return
  end
  for _, command in ipairs(commands) do
    if command.verb == "RUN" then
      lint_scripts.check(command, command.script and command.script.text or command.argument,
        report, facts)
    end
  end
end

return lint_scripts
