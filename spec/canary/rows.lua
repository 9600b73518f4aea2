--- All rows, by family; bench.lua says what a row is.
local families = {}

for _, name in ipairs({ "self", "echoes" }) do
  families[#families + 1] = require("spec.canary.rows." .. name)
end

return families
