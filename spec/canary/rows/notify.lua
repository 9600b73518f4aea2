-- Receivers of `notify` whose address holds a secret, as Slack's do: what the handler shows and logs, whatever the
-- receiver or the transport answers.
local canaries = require("spec.canary.canaries")
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")

local VALUES = canaries.VALUES
local URL = ("https://hooks.example/services/%s?t=%s"):format(VALUES.userinfo, VALUES.query)

local function deliver(see, answer)
  local host, handler, emulator = handler_harness.open({ secret = VALUES.secret,
    notify = { url = URL, secret = VALUES.password }, on_end = see })
  host.cosocket = function()
    return { send = answer }
  end
  handler_harness.ask(host, handler, "start", { secret = VALUES.secret })
  emulator:advance(86400)
  host.run_timers(120)
  for _, uri in ipairs({ "/bakes/", "/bakes/status.json", "/bakes/manifest.json", "/bakes/metrics" }) do
    see(fake_request.serve(host, handler, { uri = uri }).body)
  end
  see(handler_harness.logged(host))
end

-- What is answered: says, function(request) → reply | nil, err.
local ANSWERS = {
  ["takes it"] = { "delivered", function() return { status = 204, headers = {} } end },
  ["quotes the request"] = { "HTTP status 500", function(request)
    return { status = 500, headers = { location = request.url }, body = request.url .. request.body }
  end },
  ["sends it elsewhere"] = { "HTTP status 302", function(request)
    return { status = 302, headers = { location = request.url } }
  end },
  ["cannot be reached"] = { "no route to it", function(request)
    return nil, { kind = "transport", message = "no route to it: " .. request.url }
  end },
  ["a transport that raises"] = { "broken", function(request) error("broken: POST " .. request.url, 0) end },
}

local rows = {}
for name, answer in pairs(ANSWERS) do
  rows[#rows + 1] = { "receiver: " .. name, says = answer[1], run = function(see) deliver(see, answer[2]) end }
end
table.sort(rows, function(a, b) return a[1] < b[1] end)

return { name = "notify", rows = rows }
