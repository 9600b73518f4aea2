--- The nginx blocks of docs/openresty.md and docs/webhooks.md, for an nginx of this machine.
local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

local text = assert(shell.read("docs/openresty.md")) .. assert(shell.read("docs/webhooks.md"))

--- The block below a heading ("" = the first).
function M.block(heading)
  local from = heading == "" and 1 or assert(select(2, text:find("\n## " .. heading .. "\n", 1, true)), heading)
  return assert(text:match("\n```nginx\n(.-)\n```", from), heading)
end

--- What is between the braces of a block such as "http".
function M.inside(block, opening)
  local body = block:match(opening .. " {(\n.*\n)}")
  return assert(body, "no " .. opening .. " in " .. block)
end

--- The block with one place changed, which must be there.
function M.with(block, old, new)
  local from, to = block:find(old, 1, true)
  assert(from, "the documents have no: " .. old)
  return block:sub(1, from - 1) .. new .. block:sub(to + 1)
end

return M
