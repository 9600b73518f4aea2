--- A hash that is equal for contents that do the same: `parser.canonical` says exactly which.
local core = require("ecs_pipeline.core")
local parser = require("ecs_pipeline.build_content.parser")

--- @tparam string text
-- @treturn string "sha256:" and 64 digits
return function(text)
  return "sha256:" .. core.sign.sha256_hex(parser.canonical(text))
end
