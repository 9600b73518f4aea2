-- What a bake writes to disk or passes on: journals, archives, progress, results of failed builds.
local harness = require("spec.canary.harness")
local canaries = require("spec.canary.canaries")
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")
local virtual = require("spec.support.virtual")

local VALUES = canaries.VALUES
local KEYS = { [VALUES.key_id] = { secret = VALUES.secret, token = VALUES.token } }

local function text_of(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  os.remove(path)
  return text
end

local function emulated(see, script)
  local service = emulators.new({ now = 1795491843, credentials = KEYS })
  local options = harness.options(see, { transport = service:transport() })
  local log = options.platform.log
  options.platform = virtual.platform(service)
  options.platform.log = log
  if script then
    service:script_build(script)
  end
  return ecs.new(options)
end

-- The path of a file that does not exist: an empty journal is refused.
local function new_path()
  local path = os.tmpname()
  os.remove(path)
  return path
end

local function bake(see, client, more)
  local options = { journal = new_path(), lint = false, on_progress = function(report) see(report) end }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  local result, message, err = harness.try(see, client.bake, harness.arguments(), options)
  see(text_of(options.journal))
  return result, message, err
end

-- The template is the user's own, content and all; it is left out of what is looked through.
local function without_template(see)
  return function(...)
    local values = { ... }
    for index = 1, select("#", ...) do
      if type(values[index]) == "table" and values[index].pipeline then
        local copy = {}
        for name, value in pairs(values[index]) do
          copy[name] = name ~= "pipeline" and value or nil
        end
        values[index] = copy
      end
    end
    see((table.unpack or unpack)(values, 1, select("#", ...))) -- luacheck: ignore 113 143
  end
end

local rows = {}

local function row(what, says, run, shows)
  rows[#rows + 1] = { what, says = says, run = function(see) run(without_template(see)) end, shows = shows }
end

row("a bake: progress, journal, result", "success", function(see)
  bake(see, emulated(see))
end)

row("a bake that fails, its command quoted", "build_line", function(see)
  bake(see, emulated(see, { outcome = "FAILED", error_code = "CommandFailed",
    error_info = "command \"RUN curl -H 'Authorization: " .. VALUES.content .. "' https://host/\" failed" }))
end, { content = true }) -- the service's own words about the build are the result

row("a bake that is linted: findings, warnings", "secret", function(see)
  local client = emulated(see)
  local content = "FROM IMAGE:m-bp1example\nRUN export PASSWORD=" .. VALUES.password .. "\nRUN curl -u user:"
    .. VALUES.password .. " https://host/"
  harness.try(see, client.bake, harness.arguments({ build_content = content }), { journal = new_path() })
  see(client.build_content.lint(content))
end)

row("an archive of a replaced pipeline", "ip%-", function(see)
  local client = emulated(see)
  local path = new_path()
  harness.try(see, client.pipeline.create, harness.arguments({ build_content = "FROM IMAGE:m-1" }))
  harness.try(see, client.pipeline.ensure, harness.arguments({ build_content = "FROM IMAGE:m-2" }),
    { replace = "retire", archive = path })
  see(text_of(path))
end)

row("journals and archives that cannot be written", "storage failed", function(see)
  local client = emulated(see)
  harness.try(see, client.bake, harness.arguments(), { journal = "/nonexistent/" .. "journal", lint = false })
  harness.try(see, client.pipeline.create, harness.arguments({ build_content = "FROM IMAGE:m-1" }))
  harness.try(see, client.pipeline.ensure, harness.arguments(),
    { replace = "retire", archive = "/nonexistent/archive" })
end)

row("a journal of one's own that raises", "raises", function(see)
  local client = emulated(see)
  harness.try(see, client.bake, harness.arguments(), { lint = false, journal = {
    get = function() error("it raises") end, put = function() error("it raises") end } })
end)

return { name = "file", rows = rows }
