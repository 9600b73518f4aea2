--- `ecs.tags`: helpers for tag sets; see `tags.lua`.
local tags = require("ecs_pipeline.tags")

local group = {}

local PURE = { "merge", "diff", "matches", "validate", "from_list", "to_list", "split" }

--- The group's functions for a client; none needs it.
-- @treturn table group
function group.bind()
  local bound = {}
  for _, name in ipairs(PURE) do
    bound[name] = tags[name]
  end
  return bound
end

return group
