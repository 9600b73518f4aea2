-- Webhooks of forges: what the handler answers and logs, whether the sender knows the secret or not. GitLab sends its
-- token as it is.
local base64 = require("ecs_pipeline.openresty.base64")
local cjson = require("cjson").new()
local canaries = require("spec.canary.canaries")
local fake_request = require("spec.support.fake_request")
local forge_messages = require("spec.support.forge_messages")
local handler_harness = require("spec.support.handler_harness")

local VALUES = canaries.VALUES
local KEY = VALUES.token:sub(1, 24) -- whole groups of Base64

-- A handler that knows `secret`, and what a message says of itself that is signed with `theirs`.
local function deliver(see, name, secret, theirs, more)
  local host, handler = handler_harness.open({ forges = { [name] = { secret = secret,
    rules = { { repository = "acme/web", pipeline = "web" } } } } })
  more.now, more.secret = host.now(), theirs
  local body, headers = forge_messages.push(name, more)
  if more.token then
    headers["webhook-signature"], headers["x-gitlab-token"] = nil, theirs
  end
  for _ = 1, 2 do
    local answer = fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook", headers = headers,
      body = body })
    see(answer.body, cjson.encode(answer.headers))
  end
  for _, uri in ipairs({ "/bakes/", "/bakes/status.json", "/bakes/metrics" }) do
    see(fake_request.serve(host, handler, { uri = uri }).body)
  end
  see(handler_harness.logged(host))
end

local rows = {}

for _, name in ipairs(forge_messages.NAMES) do
  local signs = name == "gitlab" or name == "standard"
  local secret = signs and "whsec_" .. KEY or VALUES.secret
  for _, case in ipairs({ { "push", {} }, { "another repository", { repository = "acme/other" } },
    { "form", { body = "a=b" } } }) do
    rows[#rows + 1] = { ("webhook of %s: %s"):format(name, case[1]), says = "webhook of " .. name, run = function(see)
      deliver(see, name, secret, signs and base64.decode(KEY) or secret, case[2])
    end }
  end
  rows[#rows + 1] = { ("webhook of %s: a wrong secret"):format(name), says = "BAD_SIGNATURE", run = function(see)
    deliver(see, name, secret, VALUES.password, {})
  end }
end
for _, case in ipairs({ { "the token", VALUES.secret }, { "a wrong token", VALUES.password } }) do
  rows[#rows + 1] = { "webhook of gitlab: " .. case[1], says = "webhook of gitlab", run = function(see)
    deliver(see, "gitlab", case[2], VALUES.secret, { token = true })
  end }
end

return { name = "webhooks", rows = rows }
