--- Plain HTTP for the sources that are no API: the metadata service and a credentials URI. Through
-- the client's transport, so it blocks or yields as that does; never through a proxy.
local fetch = {}

local MAX_BYTES = 64 * 1024

--- One request without a body, not repeated.
-- @tparam table context
-- @tparam table request `method`, `url`, `headers`
-- @tparam table limits `connect`, `total` in seconds
-- @treturn[1] table reply `{ status, headers, body }`
-- @treturn[2] nil
-- @treturn[2] table err `{ kind, code, message }`
function fetch.send(context, request, limits)
  local clock = context.platform.clock
  local deadline = math.min(clock() + limits.total, context.deadline or math.huge)
  if deadline <= clock() then
    return nil, { kind = "timeout", code = "DEADLINE",
      message = "the deadline of the call came first" }
  end
  local headers = { host = request.url:match("^%a+://([^/?#]+)"), accept = "application/json" }
  for name, value in pairs(request.headers or {}) do
    headers[name] = value
  end
  local reply, err = context.send({ method = request.method, url = request.url, headers = headers,
    body = "" }, deadline, limits.connect, true)
  if not reply then
    return nil, err
  elseif type(reply.body) ~= "string" or #reply.body > MAX_BYTES then
    return nil, { kind = "protocol", message = "the answer is larger than 64 KiB" }
  end
  reply.headers = reply.headers or {}
  return reply
end

return fetch
