--- `ecs-pipeline emulator`: the service offline, for any client in any language, until Ctrl-C.
local emulators = require("ecs_pipeline.emulator")
local errors = require("ecs_pipeline.errors")
local files = require("ecs_pipeline.command.files")
local interrupt = require("ecs_pipeline.interrupt")
local platform = require("ecs_pipeline.platform")
local server = require("ecs_pipeline.emulator.nginx.server")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local emulator = {}

local REGION = "cn-hangzhou"
local KEY_ID, KEY_SECRET = "emulator-key", "emulator-secret"
local POLL = 0.25 -- seconds between two looks at nginx and at the parent

local FIELDS = { "endpoint", "control", "ca_file", "access_key_id", "access_key_secret",
  "region_id" }

-- Reads a list of faults or builds; one without a list is a list of one.
local function read_list(context, path, options_of)
  if not path then
    return nil
  end
  local list, message, err = files.data(context.host, path)
  if not list then
    return nil, message, err
  elseif list[1] == nil and next(list) ~= nil then
    list = { list }
  end
  for index, item in ipairs(list) do
    local ok, why = pcall(emulators.new, options_of({ item }))
    if not ok then
      return errors.fail(("%s: item %d"):format(path, index), { kind = "validation", file = path,
        message = tostring(why):gsub("^.*emulator: ", "") })
    end
  end
  return list
end

local function with_faults(list)
  return { faults = list }
end

local function with_builds(list)
  return { builds = { script = list } }
end

-- → options of the emulator; or nil, message, err
local function emulator_options(context, options)
  local faults, message, err = read_list(context, options.faults, with_faults)
  if err then
    return nil, message, err
  end
  local builds
  builds, message, err = read_list(context, options.builds, with_builds)
  if err then
    return nil, message, err
  end
  return { clock = options.clock or "real", dates = "host", faults = faults,
    builds = builds and { script = builds } or nil,
    credentials = { [KEY_ID] = { secret = KEY_SECRET } } }
end

-- What a client needs to know.
local function facts(running)
  return {
    endpoint = running.https_port and ("https://localhost:%d"):format(running.https_port)
      or ("http://127.0.0.1:%d"):format(running.http_port),
    control = ("http://127.0.0.1:%d/_emulator/"):format(running.http_port),
    ca_file = running.ca_file, access_key_id = KEY_ID, access_key_secret = KEY_SECRET,
    region_id = REGION,
  }
end

local function announce(context, found)
  local output = context.output
  if output.format == "json" then
    output:result(context, found)
  elseif output.format == "id" then
    output:text(found.endpoint .. "\n")
  elseif not output.silent then
    for _, name in ipairs(FIELDS) do
      if found[name] then
        output:text(("%-18s %s\n"):format(name, found[name]))
      end
    end
  end
  context.host.stdout:flush() -- whatever reads this waits for it
  output:note(("For this command and the library:\n"
    .. "for product in ECS VPC STS RESOURCEMANAGER; do\n"
    .. "  export ALIBABA_CLOUD_ENDPOINT_$product=%s\ndone\n"
    .. "export ALIBABA_CLOUD_ACCESS_KEY_ID=%s ALIBABA_CLOUD_ACCESS_KEY_SECRET=%s "
    .. "ALIBABA_CLOUD_REGION_ID=%s%s\nA build takes 40 minutes. To let an hour pass at once:\n"
    .. "curl -X POST '%sadvance?seconds=3600'\n"
    .. "Ctrl-C ends the emulator and removes its files.\n"):format(found.endpoint, KEY_ID,
    KEY_SECRET, REGION,
    found.ca_file and " ECS_PIPELINE_CA_FILE=" .. shell.quote(found.ca_file) or "", found.control))
end

-- The parent of this process, where the kernel says so.
local function parent()
  return (shell.read("/proc/self/stat") or ""):match("%) %a (%d+)")
end

-- Waits for the end: → nil after Ctrl-C or if the parent has ended, else why.
local function wait(running)
  local first = parent()
  while shell.alive(running.pid) do
    if parent() ~= first then
      return nil
    end
    platform.sleep(POLL)
  end
  return "nginx has ended, and the emulator with it"
end

-- LuaJIT raises no interrupt in compiled code.
local compiler = rawget(_G, "jit")
if compiler then
  compiler.off(wait)
  compiler.off(platform.sleep)
end

local function fail(why)
  return nil, "emulator: " .. why, { kind = "transport", operation = "emulator",
    message = "emulator: " .. why }
end

--- Runs the emulator until Ctrl-C, or until the process that started this one has ended.
-- @tparam table context of `command/init.lua`
-- @tparam table options `port`, `tls`, `clock`, `faults`, `builds`
-- @treturn[1] string ""
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function emulator.emulator(context, options)
  local port = options.port
  if port and (port < 1 or port > 65535 or port % 1 ~= 0) then
    errors.raise("--port wants a number from 1 to 65535")
  end
  local settings, message, err = emulator_options(context, options)
  if not settings then
    return nil, message, err
  end
  local running, why = server.start({ port = port, tls = options.tls == true, emulator = settings,
    nginx = context.host.env("ECS_PIPELINE_NGINX") })
  if not running then
    return fail(why)
  end
  local ok, ended = pcall(function()
    announce(context, facts(running))
    return wait(running)
  end)
  running.stop()
  if ok and ended then
    return fail(ended)
  elseif not ok and not pcall(interrupt.let_through, ended) then
    return "" -- Ctrl-C is how it ends
  elseif not ok then
    error(ended, 0)
  end
  return ""
end

return emulator
