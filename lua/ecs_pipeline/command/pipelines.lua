--- The commands of pipelines. Each function takes the context and the options of the command line,
-- calls the library once, and returns what that returned.
local requests = require("ecs_pipeline.command.requests")

local pipelines = {}

-- Prefix of an id → group of the library.
local GROUP_OF = { ["exec-"] = "execution", ["ic-"] = "component", ["ip-"] = "pipeline",
  ["m-"] = "image" }

-- Arguments from --file, then `call(arguments)`.
local function with_file(context, options, call)
  local files = require("ecs_pipeline.command.files")
  local args, message, err = files.load(context.host, options.file,
    { set = options.set, address = options.address, format = options.format,
      keep = context.command.name ~= "create" and { id = true } or nil })
  if not args then
    return nil, message, err
  end
  for _, note in ipairs(message) do
    context.output:note("note: " .. note .. "\n")
  end
  context.file_region = args.region_id
  context.show = { file = options.file }
  return call(args)
end

local function ensure_options(context, options)
  return { replace = options.replace, archive = options.archive, dry_run = options.dry_run,
    on_progress = context.progress }
end

--- `list`
function pipelines.list(context, options)
  return requests.list(context, "pipelines", context.client.pipeline.list({
    name_regex = options.name_regex, resource_group_id = options.resource_group,
    tags = requests.tags(options.tag),
  }))
end

--- `show ID`
function pipelines.show(context, options)
  local group = GROUP_OF[options.id:match("^%l+%-") or ""]
  if not group then
    return context.client.pipeline.describe(requests.pipeline(options.id))
  end
  return context.client[group].describe(options.id)
end

--- `create -f FILE`
function pipelines.create(context, options)
  return with_file(context, options, function(args)
    return context.client.pipeline.create(args, { dry_run = options.dry_run })
  end)
end

--- `delete ID`
function pipelines.delete(context, options)
  return context.client.pipeline.delete(requests.pipeline(options.pipeline), {
    when_running = options.when_running, wait_timeout = options.timeout,
    on_progress = context.progress,
  })
end

--- `import ID`: JSON that `--file` reads, whatever `--output` says.
function pipelines.import(context, options)
  context.always_json = true
  return context.client.pipeline.import(requests.pipeline(options.pipeline))
end

--- `plan -f FILE`
function pipelines.plan(context, options)
  return with_file(context, options, function(args)
    local plan, message, err = context.client.pipeline.plan(args)
    if plan and options.detailed_exitcode and plan.action ~= "none" then
      context.exit_code = 2
    end
    return plan, message, err
  end)
end

--- `ensure -f FILE`
function pipelines.ensure(context, options)
  return with_file(context, options, function(args)
    local given = ensure_options(context, options)
    given.wait_timeout = options.timeout
    return context.client.pipeline.ensure(args, given)
  end)
end

--- `bake -f FILE`
function pipelines.bake(context, options)
  return with_file(context, options, function(args)
    return require("ecs_pipeline.command.manifest").around(context, args, function()
      local given = requests.build(context, options)
      for name, value in pairs(ensure_options(context, options)) do
        given[name] = value
      end
      return context.client.bake(args, given)
    end)
  end)
end

return pipelines
