--- The rows of a table in a Markdown text.
-- @tparam string text
-- @tparam string section title of the section that has the table
-- @tparam string first what stands in the first cell of its head
-- @treturn table list of rows, each a list of cells without the blanks around them
return function(text, section, first)
  local _, from = text:find("\n#+ " .. section .. "\n")
  local rows, inside = {}, false
  assert(from, section)
  for line in (text:sub(from) .. "\n"):gmatch("([^\n]*)\n") do
    local cells = {}
    for cell in line:gmatch("|([^|]*)") do
      cells[#cells + 1] = cell:match("^%s*(.-)%s*$")
    end
    if not inside then
      inside = cells[1] == first
    elseif line:sub(1, 1) ~= "|" then
      break
    elseif not line:find("^|%-") then
      cells[#cells] = nil -- behind the last bar
      rows[#rows + 1] = cells
    end
  end
  assert(rows[1], "no table " .. first .. " in " .. section)
  return rows
end
