--- provider × present, absent, broken: what is set up, and what one call then says.
-- A row: { what, setup = options of harness.new, provider = function(harness) → provider (none: the chain),
-- fails = part of the message, or nothing when the call succeeds, after = function → what is wrong }
local rows = {}

for _, name in ipairs({ "fixed", "profile", "ini", "ram_role", "sts", "uri_process", "chain" }) do
  for _, family in ipairs(require("spec.credentials.rows." .. name)) do
    rows[#rows + 1] = family
  end
end

return rows
