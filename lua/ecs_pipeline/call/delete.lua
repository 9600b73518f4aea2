--- One call that deletes. Such calls have no ClientToken, but they are safe to repeat, because "not
-- found" counts as deleted.

-- If "not found" follows an attempt that had no reply, that attempt deleted it. Otherwise it did
-- not exist before the call.
local function accept_gone(terms)
  return function(err, uncertain)
    uncertain = uncertain or terms.uncertain or false
    local gone = err.code == terms.not_found
      or type(terms.not_found) == "table" and terms.not_found[err.code]
    if gone and (uncertain or terms.missing ~= "error") then
      return { deleted = uncertain, request_id = err.request_id }
    end
    return nil
  end
end

--- Deletes.
-- @tparam table client internal client
-- @tparam string operation "pipeline.delete"
-- @tparam table args
-- @tparam table call_options
-- @tparam table terms `not_found`: the Code for "not found", or a set of them; `missing`: "error"
--   if it is a failure that it does not exist; `uncertain`: an earlier call may have deleted it
-- @treturn[1] table `{ deleted, request_id }`: false if it did not exist; or the rendered
--   request of a dry run
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
return function(client, operation, args, call_options, terms)
  local result, message, err = client:invoke(operation, args, call_options,
    { idempotent = true, accept = accept_gone(terms) })
  if not result then
    return nil, message, err
  elseif not result.dry_run and result.deleted == nil then
    result.deleted = true
  end
  return result
end
