-- Faults after the service has carried out the request: the emulator's own faults, behind libcurl. And a wrong clock on
-- this machine.
local rows, row = require("spec.faults.row_list")()

local once, always = { modes = { "once" } }, { modes = { "always" } }
row("the answer is lost", "emulator/lost_answer", "lost", "transport", "RESET")
row("the request is lost", "emulator/lost_request", "lost", "transport", "RESET")
row("done, then no answer in time", "emulator/timeout,commit", "lost", "transport", "RESET")
row("done, then 503", "emulator/status,commit", "lost", "api", "ServiceUnavailable")
row("done, then an internal error", "emulator/error,commit", "lost", "api", "InternalError")
row("done, then SignatureNonceUsed", "emulator/nonce_used,commit", "lost", "api", "SignatureNonceUsed")
row("throttled, nothing done", "emulator/throttle", "throttled", "throttled", "Throttling")
row("expired token", "emulator/expired_token", "final", "credentials", "InvalidSecurityToken.Expired")
row("lost, throttled, lost, then well", { "emulator/lost_answer", "emulator/throttle", "close/in_body" }, "lost",
  "transport", "RESET", { modes = { "once" }, attempts = 5, tries = 4 })
row("lost, then throttled for good", { "emulator/lost_answer", "emulator/throttle" }, "lost", "throttled",
  "Throttling", always)
row("five ways to lose it", { "close/before", "reset/in_headers", "html/502", "gzip_short", "emulator/lost_answer" },
  "lost", "transport", "RESET", { modes = { "once" }, attempts = 6, tries = 6 })

-- The first refusal's Date says how far off we are.
for _, off in ipairs({ -7200, 7200, -1e9 }) do
  row(("our clock is %g s off"):format(off), {}, "busy", nil, nil, { wall = off, modes = once.modes, waits = { 0, 0 } })
end
row("our clock is off, no Date", "refuse/400 InvalidTimeStamp.Expired; date: never", "final", "api",
  "InvalidTimeStamp.Expired", { wall = 7200, next_tries = 2 })
row("refused for its date again and again",
  "refuse/400 InvalidTimeStamp.Expired; date: Tue, 24 Nov 2020 04:00:04 GMT", "final", "api",
  "InvalidTimeStamp.Expired", { modes = always.modes, tries = 2, waits = { 0, 0 }, next_tries = 2 })

return rows
