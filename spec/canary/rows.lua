--- All rows, by family; harness.lua says what a row is. Those that start processes and servers are the table's alone.
local families = {}

for _, name in ipairs({ "self", "echoes", "sources", "views", "files", "network", "processes", "nginx" }) do
  local family = require("spec.canary.rows." .. name)
  family.alone = name == "network" or name == "processes" or name == "nginx"
  families[#families + 1] = family
end

return families
