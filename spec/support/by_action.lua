--- A fake service that answers by action: `by_action{ DescribeZones = body or function(params, n) → reply, … }`
--- gives a client and what was asked, in order, as a list of `{ action, params }`.
local fake = require("spec.support.fake")

--- @tparam table answers action → table (the body of a 200), reply, or function(params, n of this action) → either
-- @tparam ?table options of the client
-- @treturn table client
-- @treturn table list of `{ action =, params = }`
-- @treturn table platform
return function(answers, options)
  local asked, count = {}, {}
  local function send(request)
    local params = fake.parameters(request)
    local action = request.headers["x-acs-action"] or params.Action
    count[action] = (count[action] or 0) + 1
    asked[#asked + 1] = { action = action, params = params, url = request.url }
    local answer = answers[action]
    if answer == nil then
      error("nobody answers " .. action)
    end
    if type(answer) == "function" then
      answer = answer(params, count[action])
    end
    return (answer.status or answer.failed) and answer or fake.reply(200, answer)
  end
  local client, _, platform = fake.client({ send }, options)
  return client, asked, platform
end
