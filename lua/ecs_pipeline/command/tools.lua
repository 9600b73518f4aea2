--- The commands that are about no resource: see `pipelines.lua`.
local errors = require("ecs_pipeline.errors")

local tools = {}

local ARGUMENTS = { lua = true, json = true, yaml = true, yml = true, tfstate = true }
local MAX_SCRIPT = 1024 * 1024

local DATA = { json = true, yaml = true, yml = true }

-- Is this a content in YAML or JSON? Arguments of a pipeline have no Tasks at their top.
local function is_content(text)
  return text and (text:find("^%s*[\"']?Tasks[\"']?%s*:") or text:find("\n[\"']?Tasks[\"']?%s*:")
    or text:find("[{,]%s*\"Tasks\"%s*:")) ~= nil
end

-- The text of a content, or arguments of a pipeline: by the name of the file.
local function subject(context, options)
  local path = options.file
  local kind = (path:match("%.(%w+)$") or ""):lower()
  local text, why
  if path == "-" then
    require("ecs_pipeline.core").await_input(context.host.stdin)
    text = context.host.stdin:read("*a")
  else
    text, why = require("ecs_pipeline.platform").read_file(path, MAX_SCRIPT)
  end
  if ARGUMENTS[kind] and not (DATA[kind] and is_content(text)) then
    return require("ecs_pipeline.command.files").load(context.host, path,
      { set = options.set, address = options.address })
  elseif not text then
    return errors.fail(path, { kind = "storage", message = why })
  end
  return text
end

--- `lint FILE`
function tools.lint(context, options)
  local content, message, err = subject(context, options)
  if not content then
    return nil, message, err
  end
  context.show = { file = options.file }
  local findings = context.ecs.build_content.lint(content, { disable = options.disable,
    base_image = options.base_image, target = options.target })
  context.exit_code = 0
  for _, finding in ipairs(findings) do
    if finding.severity == "error" then
      context.exit_code, context.failed = 7, true
    end
  end
  require("ecs_pipeline.command.requests").list(context, "findings", findings)
  if context.nothing and options.file ~= "-" then
    context.nothing = options.file .. ": " .. context.nothing
  end
  return findings
end

--- `policy OPERATION...`
function tools.policy(context, options)
  return tostring(context.ecs.policy({ operations = options.operation,
    account_id = options.account, region = options.region })) .. "\n"
end

--- `doctor`
function tools.doctor(context, options)
  context.names_options = true
  return context.client.doctor({ online = not options.offline, timeout = options.timeout })
end

local function parameters(words)
  local params = {}
  for _, word in ipairs(words or {}) do
    local name, value = word:match("^([^=]+)=(.*)$")
    if not name then
      errors.raise("call: a parameter is KEY=VALUE, such as RegionId=cn-hangzhou")
    end
    params[name] = value
  end
  return params
end

--- `call PRODUCT VERSION ACTION KEY=VALUE...`: the reply as JSON, whatever `--output` says.
function tools.call(context, options)
  if options.curl then
    return require("ecs_pipeline.command.curl").line(context, options,
      parameters(options.parameter))
  end
  context.always_json = true
  return context.client.call(options.product, options.version, options.action,
    parameters(options.parameter), { dry_run = options.dry_run })
end

return tools
