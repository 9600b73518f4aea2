--- `bake --manifest FILE --on-end COMMAND`: what was built as a JSON file, and a command to run at
-- the end.
local core = require("ecs_pipeline.core")
local durable_file = require("ecs_pipeline.durable_file")
local errors = require("ecs_pipeline.errors")
local format = require("ecs_pipeline.bake.manifest")
local json = require("ecs_pipeline.sorted_json")
local quote = require("ecs_pipeline.text").quote
local tables = require("ecs_pipeline.tables")

local manifest = {}

local OPERATION = "bake"

-- The text of the manifest.
local function text_of(args, result, began)
  return json.encode(format.of(result, { name = (result.pipeline or args).name or args.name,
    build_content = args.build_content, began = began, ended = core.wall() }), true) .. "\n"
end

-- Runs the command with variables in its environment. They pass through a file that only this user
-- can read, and that is gone before the command begins: others can see a command line. → exit code
local function run(command, variables)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  for _, name in ipairs(tables.sorted_keys(variables)) do
    local value = tostring(variables[name]):gsub("%z", "")
    file:write("export ECS_PIPELINE_", name, "=", quote(value), "\n")
  end
  file:close()
  local script = (". %s && rm -f %s && {\n%s\n} >&2"):format(path, path, command)
  local status, _, code = os.execute(script)
  os.remove(path)
  -- Lua 5.1 has one number, as wait() gives it: the exit code times 256, or a signal.
  return code or (status >= 256 and math.floor(status / 256) or status)
end

local function variables_of(context, result, message, err)
  local facts = result or err or {}
  return { OUTCOME = result and result.outcome or "error", OK = tostring(result ~= nil
      and result.ok == true), EXIT_CODE = context.ecs.exit_code(result, message, err),
    MESSAGE = message or "", HINT = facts.hint or "", IMAGE_ID = facts.image_id or "",
    EXECUTION_ID = facts.execution_id or "", PIPELINE_ID = facts.pipeline_id or "",
    MANIFEST = context.options.manifest or "" }
end

local function write(context, args, result, began)
  local path = context.options.manifest
  local done, why = durable_file.update(nil, path, function()
    return text_of(args, result, began)
  end)
  if not done then
    return errors.fail(OPERATION, { kind = "storage", message = "the manifest: " .. why,
      execution_id = result.execution_id, image_id = result.image_id,
      pipeline_id = result.pipeline_id })
  end
  return result
end

--- Calls `job`, then writes the manifest and runs the command. A place where no manifest can be
-- written is an error before anything is sent. After an interrupt nothing is written or run: the
-- build goes on.
-- @tparam table context
-- @tparam table args arguments of the pipeline
-- @tparam function job → what `ecs.bake` returns
-- @return what the job returned; or an error of kind "storage"
function manifest.around(context, args, job)
  local options, began = context.options, core.wall()
  if options.manifest then
    local writable, why = durable_file.check(options.manifest)
    if not writable then
      return errors.fail(OPERATION, { kind = "storage", message = "the manifest: " .. why })
    end
  end
  local result, message, err = job()
  if options.dry_run then
    return result, message, err
  elseif result and options.manifest then
    result, message, err = write(context, args, result, began)
  end
  if options.on_end then
    local code = run(options.on_end, variables_of(context, result, message, err))
    if code ~= 0 then
      context.host.stderr:write("ecs-pipeline: the command of --on-end ended with ", code, "\n")
      context.exit_code = result and result.ok and 1 or nil
    end
  end
  return result, message, err
end

return manifest
