--- The blocks of code in a document.
local repo = require("spec.support.repo")

local M = {}

--- @tparam string path of a Markdown file
-- @treturn table list of `{ language, flags = the whole line after the fence, line, text }`
function M.of(path)
  local found, current, line_number = {}, nil, 0
  for line in (repo.read(path) .. "\n"):gmatch("(.-)\n") do
    line_number = line_number + 1
    local fence = line:match("^%s*```(.*)$")
    if fence and current then
      found[#found + 1] = current
      current = nil
    elseif fence then
      current = { language = fence:match("^(%S*)"), flags = fence, line = line_number, text = "" }
    elseif current then
      current.text = current.text .. line .. "\n"
    end
  end
  assert(current == nil, path .. ": a fence is not closed")
  return found
end

return M
