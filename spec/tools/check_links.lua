--- Fails if a link of a folder of HTML leads nowhere: to a file that is not there, or to an anchor that its page lacks.
--- Links to other hosts are not followed, and must be to the manual of Lua.
---     lua spec/tools/check_links.lua build/docs
local repo = require("spec.support.repo")

local M = {}

-- "a/b/../c" → "a/c"
local function normal(path)
  local count
  repeat
    path, count = path:gsub("[^/]+/%.%./", "", 1)
  until count == 0
  return path
end

local function anchors_of(text)
  local found = {}
  for name in text:gmatch("<a%s+name%s*=%s*\"([^\"]*)\"") do
    found[name] = true
  end
  for name in text:gmatch("%sid=\"([^\"]*)\"") do
    found[name] = true
  end
  return found
end

--- The links of pages that lead nowhere.
-- @tparam table pages path → text
-- @treturn table list of "page: link"
-- @treturn integer number of links
function M.dead(pages)
  local dead, count, anchors = {}, 0, {}
  for path, text in pairs(pages) do
    anchors[path] = anchors_of(text)
  end
  for path, text in pairs(pages) do
    for link in text:gmatch("[%s]href=\"([^\"]*)\"") do
      count = count + 1
      local target, anchor = link:match("^([^#]*)#?(.*)$")
      local file = target == "" and path or normal((path:match("^(.*/)[^/]*$") or "") .. target)
      local outside = link:find("^https?://www%.lua%.org/") or link:find("^http://github%.com/%l+/LDoc$")
      if not outside and (not pages[file] or anchor ~= "" and not anchors[file][anchor]) then
        dead[#dead + 1] = path .. ": " .. link
      end
    end
  end
  table.sort(dead)
  return dead, count
end

if arg and (arg[0] or ""):find("check_links.lua", 1, true) then
  local pages = {}
  for _, path in ipairs(repo.files(arg[1], "%.%l+$")) do
    pages[path] = repo.read(path)
  end
  local dead, count = M.dead(pages)
  for _, line in ipairs(dead) do
    io.stderr:write(line, "\n")
  end
  print(("%s: %d pages, %d links, %d dead"):format(arg[1], #repo.files(arg[1], "%.html$"), count, #dead))
  os.exit(#dead == 0 and count > 0 and 0 or 1)
end

return M
