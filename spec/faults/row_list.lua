-- A list of faults and the function that adds one to it:
--   row(fault, play, class, kind, code, more): the name in the table, what the server plays, the class of retry.lua
--   that handles it, the error's kind and code, and any other field.
return function()
  local rows = {}
  return rows, function(fault, play, class, kind, code, more)
    local new = { fault = fault, play = play, class = class, kind = kind, code = code }
    for name, value in pairs(more or {}) do
      new[name] = value
    end
    rows[#rows + 1] = new
  end
end
