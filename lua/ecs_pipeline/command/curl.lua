--- `call … --dry-run --curl`: the signed request as a command line. Sends nothing.
local errors = require("ecs_pipeline.errors")
local quote = require("ecs_pipeline.command.quote")
local tables = require("ecs_pipeline.tables")

local curl = {}

-- A command that sends the request. The service takes it for 15 minutes, and once.
local function command(request)
  local words = { "curl", "-sS", "-X", request.method }
  for _, name in ipairs(tables.sorted_keys(request.headers)) do
    words[#words + 1] = "-H"
    words[#words + 1] = quote(name .. ": " .. request.headers[name])
  end
  if request.body and request.body ~= "" then
    words[#words + 1] = "--data-raw"
    words[#words + 1] = quote(request.body)
  end
  words[#words + 1] = quote(request.url)
  return table.concat(words, " ") .. "\n"
end

--- @tparam table context
-- @tparam table options of the command line
-- @tparam table params of the action
-- @treturn[1] string the command line
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function curl.line(context, options, params)
  if not options.dry_run then
    errors.raise("call: --curl sends nothing, so it wants --dry-run too")
  end
  local seen
  local function send(request)
    seen = request
    return nil, { code = "CANCELLED" }
  end
  local client = context.client.with({ retry = false, log = "off", transport = { send = send } })
  local _, message, err = client.call(options.product, options.version, options.action, params)
  if not seen then
    return nil, message, err
  end
  context.output:note("# signed: it holds for 15 minutes, and can be sent once\n")
  return command(seen)
end

return curl
