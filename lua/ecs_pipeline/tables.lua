--- Copies of tables. Raw: metamethods of what is copied are not called.
local tables = {}

--- A shallow copy.
-- @tparam ?table from nil counts as empty
-- @treturn table
function tables.copy(from)
  local copy = {}
  if from then
    for key, value in next, from do
      copy[key] = value
    end
  end
  return copy
end

--- A shallow copy without some of its keys.
-- @tparam ?table from nil counts as empty
-- @tparam table left_out list of keys
-- @treturn table
function tables.without(from, left_out)
  local copy = tables.copy(from)
  for _, key in ipairs(left_out) do
    copy[key] = nil
  end
  return copy
end

return tables
