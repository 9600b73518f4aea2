--- An error under the name of the function that the user called, where that one made other calls.

--- @tparam string operation "pipeline.list"
-- @tparam table err completed by `errors.fail`
-- @treturn string message
-- @treturn table err, the same one
return function(operation, err)
  local prefix = err.operation .. ": "
  if err.message:sub(1, #prefix) == prefix then
    err.message = operation .. ": " .. err.message:sub(#prefix + 1)
  end
  err.operation = operation
  return err.message, err
end
