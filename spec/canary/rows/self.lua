-- The check of the check: a path that leaks on purpose must be found, for each canary in each encoding.
local canaries = require("spec.canary.canaries")

local rows = {}

for _, name in ipairs(canaries.NAMES) do
  for encoding, encode in pairs(canaries.ENCODINGS) do
    rows[#rows + 1] = { ("%s, %s"):format(name, encoding), leaks = name, run = function(see)
      see({ deep = { ["in"] = { encode("before " .. canaries.VALUES[name] .. " after") } } })
    end }
  end
end

rows[#rows + 1] = { "a signature, in a message of an error", leaks = "signature", run = function(see, watch)
  watch("signature", "kQ+/q0123456789Zq")
  see(setmetatable({}, { __tostring = function() return "Signature: kQ+/q0123456789Zq=" end }))
end }

-- Half of one is as good as one where the other half can be had elsewhere.
rows[#rows + 1] = { "a token, cut short", leaks = "token", run = function(see)
  see(canaries.VALUES.token:sub(1, 26))
end }

table.sort(rows, function(a, b) return a[1] < b[1] end)

return { name = "self-test", rows = rows }
