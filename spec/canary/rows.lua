--- All rows, by family; harness.lua says what a row is. Rows that start processes and servers run only in the table of
-- `make canary`, not as specs.
local families = {}

for _, name in ipairs({ "self", "echoes", "names", "sources", "views", "files", "webhooks", "notify", "network",
  "processes", "nginx" }) do
  local family = require("spec.canary.rows." .. name)
  family.alone = name == "network" or name == "processes" or name == "nginx"
  families[#families + 1] = family
end

return families
