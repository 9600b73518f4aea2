--- Fetches and decodes JSON documents with credentials. An error never repeats their text.
local tables = require("ecs_pipeline.tables")

local documents = {}

local MAX_BYTES = 256 * 1024
local MAX_REPLY_BYTES = 64 * 1024

--- One request without a body and without retries, for the metadata service and a credentials URI.
-- It uses the client's transport, so it blocks or yields as that does; never through a proxy.
-- @tparam table context
-- @tparam table request `method`, `url`, `headers`
-- @tparam table limits `connect`, `total` in seconds
-- @treturn[1] table reply `{ status, headers, body }`
-- @treturn[2] nil
-- @treturn[2] table err `{ kind, code, message }`
function documents.fetch(context, request, limits)
  local clock = context.platform.clock
  local deadline = math.min(clock() + limits.total, context.deadline or math.huge)
  if deadline <= clock() then
    return nil, { kind = "timeout", code = "DEADLINE",
      message = "the deadline of the call passed first" }
  end
  local headers = tables.merge({ host = request.url:match("^%a+://([^/?#]+)"),
    accept = "application/json" }, request.headers)
  local reply, err = context.send({ method = request.method, url = request.url, headers = headers,
    body = "" }, deadline, limits.connect, true)
  if not reply then
    return nil, err
  elseif type(reply.body) ~= "string" or #reply.body > MAX_REPLY_BYTES then
    return nil, { kind = "protocol", message = "the answer is larger than 64 KiB" }
  end
  reply.headers = reply.headers or {}
  return reply
end

--- Decodes an object.
-- @param text any value
-- @treturn ?table nil if it is not the text of a JSON object, or larger than 256 KiB
function documents.decode(text)
  if type(text) ~= "string" or #text > MAX_BYTES then
    return nil
  end
  return (require("ecs_pipeline.json").decode_table(text))
end

return documents
