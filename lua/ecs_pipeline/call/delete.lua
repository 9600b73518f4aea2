--- One call that deletes. Such calls have no ClientToken, but repeating them is safe once "not
-- found" is understood.

-- Gone after an attempt without an answer: that attempt deleted it. Otherwise it was gone before.
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

--- Delete.
-- @tparam table client internal client
-- @tparam string operation "pipeline.delete"
-- @tparam table args
-- @tparam table call_options
-- @tparam table terms `not_found`: the Code that says so, or a set of them; `missing`: "error" when
--   what is gone already is a failure; `uncertain`: an earlier call may have deleted it
-- @treturn[1] table `{ deleted, request_id }`: false when it was gone before; or the rendered
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
