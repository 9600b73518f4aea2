-- Connections that break, hang or are very slow.
local rows, row = require("spec.faults.row_list")()

row("no fault", {}, "ok")

for _, way in ipairs({ "reset", "close" }) do
  row(way .. " at once, nothing read", "accept_" .. way, "lost", "transport", "RESET")
  row(way .. " after reading a little", "accept_read_" .. way, "lost", "transport", "RESET")
  for _, where in ipairs({ "before", "in_status", "in_headers", "after_headers", "in_body", "in_chunk",
      "before_last_chunk" }) do
    row(way .. " " .. where:gsub("_", " "), way .. "/" .. where, "lost", "transport", "RESET")
  end
end
row("reset in a body without length", "reset/in_open_body", "lost", "transport", "RESET")
-- Nothing tells this from a body that is over, but the JSON.
row("closed in a body without length", "close/in_open_body", "lost", "protocol", "BAD_REPLY")

local short = { total = 0.2, attempts = 2, slow = true }
row("accepts, never answers", "accept_hang", "lost", "timeout", "TIMEOUT", short)
for _, where in ipairs({ "before", "in_status", "in_headers", "after_headers", "in_body", "in_chunk",
    "before_last_chunk" }) do
  row("hangs " .. where:gsub("_", " "), "hang/" .. where, "lost", "timeout", "TIMEOUT", short)
end
row("drips, past the deadline", "drip/0.05", "lost", "timeout", "TIMEOUT", short)
row("drips the body, past the deadline", "drip_body/0.05", "lost", "timeout", "TIMEOUT", short)
row("drips, below the deadline", "drip/0.0005", "ok", nil, nil, { total = 20, slow = true })
row("late, below the deadline", "late/0.3", "ok", nil, nil, { total = 20, slow = true })

row("another server speaks first", "accept_banner", "lost", "protocol", "PROTOCOL")
row("a stray reply right behind ours", "stray_at_once", "ok")
row("a stray reply on the idle connection", "stray_later", "ok", nil, nil, { pause = 0.3 })
row("408 on the idle connection", "stray_408", "ok", nil, nil, { pause = 0.3 })
row("the answer to another request", "foreign", "final", "protocol", "BAD_REPLY", { calls = { "describe" } })

-- libcurl sends it again by itself; the service calls that a replay.
row("a kept connection closes on our request", "close/before", "lost", "transport", "RESET",
  { warm = true, modes = { "once" } })

return rows
