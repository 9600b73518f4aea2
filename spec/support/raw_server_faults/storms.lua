-- Refusals that a client is meant to come back from, with every kind of advice when.
local write = require("spec.support.raw_server_faults.write")

local storms = {}

--- `refuse/429 Throttling.User; x-acs-retry-after: 1500; date: …`; a Code "-" means an HTML page.
function storms.refuse(connection, _, argument)
  local status, code, advice = argument:match("^(%d+) ([%w._-]+)(.*)$")
  local body = '{"Code":"' .. code .. '","Message":"told so","RequestId":"R-REFUSED"}'
  local headers = {}
  for name, value in advice:gmatch("; *([%w-]+): *([^;]*)") do
    headers[name] = value
  end
  return connection:send(write.reply({
    status = tonumber(status), headers = headers, body = code == "-" and "<html>busy</html>" or body,
  }))
end

return storms
