--- Each provider: present, absent, broken. A row sets up the sources and says what one call returns then.
-- A row: { what, setup = options of harness.new, provider = function(harness) → provider (default: the chain), fails =
-- part of the message, or nil if the call succeeds, after = function → what is wrong }
local rows = {}

for _, name in ipairs({ "fixed", "profile", "ini", "ram_role", "sts", "uri_process", "chain", "cli", "variables" }) do
  for _, family in ipairs(require("spec.credentials.rows." .. name)) do
    rows[#rows + 1] = family
  end
end

return rows
