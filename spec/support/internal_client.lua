--- The client that internal functions take, with answers in the place of the service.
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local tables = require("ecs_pipeline.tables")

--- @tparam table answers operation → result, error table (it has a `kind`), or function(args, n of this operation) →
--   either; a plain result is the answer to every call
-- @tparam ?string region default "cn-hangzhou"; false for none
-- @treturn table client; `client.calls` lists `{ operation =, args =, options = }`
return function(answers, region)
  local client = { calls = {}, options = {} }
  local count = {}

  function client.region()
    return region == nil and "cn-hangzhou" or region or nil
  end

  function client:invoke(operation, args, options)
    count[operation] = (count[operation] or 0) + 1
    self.calls[#self.calls + 1] = { operation = operation, args = args, options = options }
    local answer = answers[operation]
    if answer == nil then
      error("no answer to " .. operation)
    elseif type(answer) == "function" then
      answer = answer(args, count[operation])
    end
    if answer.kind then
      return errors.fail(operation, tables.copy(answer))
    end
    info.set(answer, { request_id = "R" .. #self.calls, request_ids = { "R" .. #self.calls }, attempts = 1, elapsed = 0,
      region = args.region_id or client.region() })
    return answer
  end

  return client
end
