--- The nginx blocks of docs/openresty.md, for an nginx of this machine.
local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

--- The block below a heading ("" = the first of the file).
function M.block(heading)
  local text = assert(shell.read("docs/openresty.md"))
  local from = heading == "" and 1 or assert(select(2, text:find("\n## " .. heading .. "\n", 1, true)), heading)
  return assert(text:match("\n```nginx\n(.-)\n```", from), heading)
end

--- What is between the braces of a block such as "http".
function M.inside(text, opening)
  local body = text:match(opening .. " {(\n.*\n)}")
  return assert(body, "no " .. opening .. " in " .. text)
end

--- The text with one place changed, which must be there.
function M.with(text, old, new)
  local from, to = text:find(old, 1, true)
  assert(from, "docs/openresty.md has no: " .. old)
  return text:sub(1, from - 1) .. new .. text:sub(to + 1)
end

return M
