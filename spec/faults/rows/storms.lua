-- Series of throttling and 5xx replies, with every kind of advice about when to retry.
local rows = {}

local function row(fault, play, class, kind, code, more)
  local nothing_done = class == "throttled" or class == "busy"
  play = (nothing_done and "undone_refuse/" or "refuse/") .. play
  local new = { fault = fault, play = play, class = class, kind = kind, code = code }
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  rows[#rows + 1] = new
end

local function throttled(advice, text, waits, more)
  local new = { waits = waits, attempts = 4 }
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  row("throttled, " .. text, "429 Throttling.User" .. advice, "throttled", "throttled", "Throttling.User", new)
end

-- Without advice: half of base × 2^n, as random is 0.5 here.
local own = { 0.2, 2 }

row("503 ServiceUnavailable", "503 ServiceUnavailable", "lost", "api", "ServiceUnavailable", { attempts = 5 })
row("500 InternalError", "500 InternalError", "lost", "api", "InternalError", { attempts = 5 })
row("503, another Code", "503 SomethingElse", "lost", "api", "SomethingElse")
row("409 OperationConflict", "409 OperationConflict", "busy", "api", "OperationConflict")
row("400 SignatureNonceUsed", "400 SignatureNonceUsed", "lost", "api", "SignatureNonceUsed")
row("400 Throttling", "400 Throttling", "throttled", "throttled", "Throttling", { waits = own })
row("400 Throttling.DeepPageSkip", "400 Throttling.DeepPageSkip", "final", "validation", "Throttling.DeepPageSkip")
row("429 without JSON", "429 -; retry-after: 3", "throttled", "protocol", "BAD_REPLY", { waits = { 3, 4 } })
row("503 with retry-after: 7", "503 ServiceUnavailable; retry-after: 7", "lost", "api", "ServiceUnavailable",
  { waits = { 7, 8 } })

throttled("", "no advice", own)
throttled("; x-acs-retry-after: 1500", "x-acs-retry-after 1500 ms", { 1.5, 2 })
throttled("; retry-after: 4", "retry-after 4 s", { 4, 4.5 })
throttled("; x-acs-retry-after: 1500; retry-after: 4", "both advices: the longer", { 4, 4.5 })
for _, absurd in ipairs({ "-5", "-1e300", "0", "1e300", "nan", "-nan", "inf", "", "soon", "1,2", "0x7fffffff", "--",
    "Thu, 01 Jan 1970 00:00:00 GMT", "Tue, 99 Foo 2026 99:99:99 GMT" }) do
  throttled("; x-acs-retry-after: " .. absurd .. "; retry-after: " .. absurd,
    "advice " .. (absurd == "" and "empty" or absurd), own)
end
throttled("; retry-after: Tue, 24 Nov 2026 04:00:09 GMT; date: Tue, 24 Nov 2026 04:00:04 GMT",
  "a date in 5 s", { 5, 5.5 })
throttled("; retry-after: Tue, 24 Nov 2026 04:00:09 GMT", "a date, no Date", own)
-- Longer than the call may take: told at once instead of waited for.
for _, huge in ipairs({ "3600", "99999999999999999999", ("9"):rep(400), "Fri, 31 Dec 9999 23:59:59 GMT" }) do
  throttled("; retry-after: " .. huge .. "; date: Tue, 24 Nov 2026 04:00:04 GMT", "advice " .. huge:sub(1, 40), nil,
    { tries = 1, modes = { "always" }, message = "a wait of [%w.+]+ s would pass the deadline" })
end
throttled("; retry-after: 5", "until the deadline", { 5, 6 },
  { tries = 2, deadline = 9, modes = { "always" }, message = "would pass the deadline" })

return rows
