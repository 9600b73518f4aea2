--- Runs the command `ecs-pipeline` in this process, against the emulator in this process.
--     local run = require("spec.support.command_run").new()
--     local code, out, err = run({ "list", "-o", "json" })
--     run.emulator:advance(60); run.answer = "y\n"; run.terminal = true; run.shown (last value for `ecs.show`)
local command = require("ecs_pipeline.command")
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")
local virtual = require("spec.support.virtual")

local M = {}

local function sink()
  local file = { text = "" }
  function file:write(...)
    self.text = self.text .. table.concat({ ... })
    return self
  end
  function file:flush()
    if self.full then
      return nil, self.full
    end
    return self
  end
  return file
end

local function source(run)
  return { read = function(_, what)
    local text = run.answer
    run.answer = nil
    return text and (what == "*l" and text:gsub("\n$", "") or text) or nil
  end }
end

-- The library, with clients of the emulator. Sleeps move its clock.
local function library(run)
  local wrapped = { progress = function(options)
    run.progress_options = options
    return function(report)
      run.reports[#run.reports + 1] = report
      if run.on_progress then
        run.on_progress(report)
      end
    end, function() run.progress_ended = true end
  end, show = function(value, style)
    run.shown, run.style = value, style
    return "shown " .. tostring(value.action or value.name or value.message or value.outcome or #value)
  end }
  function wrapped.new(options)
    run.client_options = options
    local all = { transport = run.emulator:transport(), region = "cn-hangzhou", platform = run.platform,
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
    for name, value in pairs(options) do
      all[name] = value
    end
    return ecs.new(all)
  end
  return setmetatable(wrapped, { __index = ecs })
end

function M.new(options)
  local run = { emulator = emulators.new(options or { now = 1795491843 }), reports = {}, variables = {} }
  run.platform = virtual.platform(run.emulator)
  run.ecs = library(run)
  return setmetatable(run, { __call = function(self, arguments)
    local stdout, stderr = sink(), sink()
    stdout.full = self.full
    local code = command.main(arguments, { stdout = stdout, stderr = stderr, stdin = source(self), ecs = self.ecs,
      env = function(name) return self.variables[name] end,
      columns = function(stream) return self.terminal and stream ~= stdout and 80 or nil end })
    return code, stdout.text, stderr.text
  end })
end

--- The words of a command line, as a shell reads them.
function M.words(line)
  local pipe, list = assert(io.popen("set -- " .. line .. "; for word; do printf '%s\\n' \"$word\"; done")), {}
  for word in pipe:lines() do
    list[#list + 1] = word
  end
  pipe:close()
  return list
end

return M
