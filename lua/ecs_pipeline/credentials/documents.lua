--- Fetches and decodes JSON documents with credentials. An error never repeats their text.
local tables = require("ecs_pipeline.tables")

local documents = {}

local MAX_BYTES = 256 * 1024
local MAX_REPLY_BYTES = 64 * 1024

--- One request without retries, for the metadata service, a credentials URI and the services at
-- which a user signs in. It uses the client's transport, so it blocks or yields as that does.
-- @tparam table context
-- @tparam table request `method`, `url`, `headers`, `body` (default ""), `proxied` (default false:
--   directly, never through a proxy)
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
    body = request.body or "" }, deadline, limits.connect, not request.proxied)
  if not reply then
    return nil, err
  elseif type(reply.body) ~= "string" or #reply.body > MAX_REPLY_BYTES then
    return nil, { kind = "protocol", message = "the answer is larger than 64 KiB" }
  end
  reply.headers = reply.headers or {}
  return reply
end

-- "line 3, column 14" of a position in a text.
local function place(text, at)
  local before = text:sub(1, at - 1)
  local _, lines = before:gsub("\n", "")
  return ("line %d, column %d"):format(lines + 1, #before:match("[^\n]*$") + 1)
end

--- Decodes an object.
-- @param text any value
-- @treturn[1] table
-- @treturn[2] nil if it is not the text of a JSON object, or larger than 256 KiB
-- @treturn[2] ?string where it is broken, "line 3, column 14"
function documents.decode(text)
  if type(text) ~= "string" or #text > MAX_BYTES then
    return nil
  end
  local value, _, at = require("ecs_pipeline.json").decode_table(text)
  return value, at and place(text, at)
end

return documents
