-- All rows, by family; harness.lua says what a row is.
local families = {}

for _, name in ipairs({ "broken", "framing", "heads", "coding", "content", "refusals", "storms", "commit", "tls" }) do
  families[#families + 1] = { name = name, rows = require("spec.faults.rows." .. name) }
end

return families
