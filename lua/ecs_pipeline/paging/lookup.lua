--- One resource out of a describe call that answers with a list.
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local relabel = require("ecs_pipeline.errors").relabel

--- Look it up. Terraform takes the first element without looking; another id than the one asked
-- for means that the filter was ignored.
-- @tparam table client internal client
-- @tparam table wanted `operation` ("pipeline.describe"), `args`, `field` of the result with the
--   list, `id`, `what` ("image pipeline"), `name` of the function that the user called, `note` for
--   the message when there is none
-- @tparam table call_options
-- @treturn[1] table the element with that id
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" on an empty list
return function(client, wanted, call_options)
  local result, _, err = client:invoke(wanted.operation, wanted.args, call_options)
  if not result then
    return nil, relabel(wanted.name, err)
  end
  local facts, list = info.get(result), result[wanted.field] or {}
  for _, one in ipairs(list) do
    if one.id == wanted.id then
      info.set(one, facts)
      return one
    end
  end
  return errors.fail(wanted.name, {
    kind = #list == 0 and "not_found" or "protocol",
    request_id = facts.request_id, attempts = facts.attempts, region = facts.region,
    message = #list == 0
      and ("no %s %s in %s%s"):format(wanted.what, wanted.id, tostring(facts.region),
        wanted.note or "")
      or ("asked for %s, the reply holds other %ss"):format(wanted.id, wanted.what),
  })
end
