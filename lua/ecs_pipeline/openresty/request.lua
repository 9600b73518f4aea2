--- One request to nginx: reads its headers and body within limits, checks them, and sends the
-- answer.
local json = require("ecs_pipeline.json")
local tables = require("ecs_pipeline.tables")

local request = {}

local function refuse(status, code, message)
  return nil, { status = status, code = code, message = message }
end

--- The headers by lower-case name. A header that occurs twice is a list; callers refuse it.
-- @tparam table host
-- @treturn table
function request.headers(host)
  return host.req.get_headers(100)
end

local function too_large(most)
  return refuse(413, "TOO_LARGE", ("a message has at most %d bytes here"):format(most))
end

-- nginx writes a body larger than client_body_buffer_size to a file.
local function from_file(path, most)
  local file = path and io.open(path, "rb")
  if not file then
    return ""
  end
  local text = file:read(most + 1) or ""
  file:close()
  return text
end

--- The body. It is not read if its content-length is too large.
-- @tparam table host
-- @tparam table headers
-- @tparam integer most bytes
-- @treturn[1] string
-- @treturn[2] nil
-- @treturn[2] table refusal
function request.body(host, headers, most)
  if (tonumber(headers["content-length"]) or 0) > most then
    return too_large(most)
  end
  host.req.read_body()
  local text = host.req.get_body_data() or from_file(host.req.get_body_file(), most)
  if #text > most then
    return too_large(most)
  end
  return text
end

local ACTIONS = { start = true, cancel = true, show = true }

local TEXTS = { "action", "pipeline", "key", "execution_id", "nonce" }
local KNOWN = {}
for _, name in ipairs(TEXTS) do
  KNOWN[name] = true
end

--- The request in a signed body.
-- @tparam string body
-- @treturn[1] table `{ action, pipeline, key, execution_id }`
-- @treturn[2] nil
-- @treturn[2] table refusal
function request.parse(body)
  local wanted = json.decode_table(body)
  if not wanted then
    return refuse(400, "NOT_JSON", "the body must be a JSON object, such as "
      .. "{\"action\":\"start\",\"pipeline\":\"web\"}")
  end
  for name, value in pairs(wanted) do
    if not KNOWN[name] then
      return refuse(400, "UNKNOWN_FIELD", ("unknown field; known are: %s")
        :format(table.concat(TEXTS, ", ")))
    elseif type(value) ~= "string" or value == "" or #value > 256 then
      return refuse(400, "WRONG_FIELD", ("%s must be a text of 1 to 256 bytes"):format(name))
    end
  end
  if not ACTIONS[wanted.action] then
    return refuse(400, "UNKNOWN_ACTION", "action must be \"start\", \"cancel\" or \"show\"")
  elseif not wanted.pipeline then
    return refuse(400, "NO_PIPELINE", "pipeline is missing: one of the names in pipelines = { … } "
      .. "of the handler")
  end
  return wanted
end

--- Sends an answer.
-- @tparam table host
-- @tparam integer status
-- @tparam table headers
-- @tparam string text
function request.send(host, status, headers, text)
  host.status = status
  host.header["cache-control"] = "no-store"
  host.header["x-content-type-options"] = "nosniff"
  tables.merge(host.header, headers)
  host.header["content-length"] = #text
  host.print(text)
end

--- Sends an answer in JSON.
-- @tparam table host
-- @tparam integer status
-- @tparam table value
-- @tparam ?table headers
function request.json(host, status, value, headers)
  return request.send(host, status,
    tables.merge({ ["content-type"] = "application/json" }, headers), json.encode(value) .. "\n")
end

local WHY = { "code", "kind", "message", "hint", "execution_id", "request_id" }

--- Answers a webhook.
-- @tparam table host
-- @tparam table reply `{ status, … }`: from 400 on a refusal `{ code, message, kind, hint,
--   execution_id, request_id, retry_after, allow }`
function request.reply(host, reply)
  local headers = { ["retry-after"] = reply.retry_after and ("%d"):format(reply.retry_after),
    allow = reply.allow }
  if reply.status < 400 then
    return request.json(host, reply.status,
      tables.merge({ ok = true }, tables.without(reply, { "status" })), headers)
  end
  local answer = { ok = false, action = reply.action, pipeline = reply.pipeline, error = {} }
  for _, name in ipairs(WHY) do
    answer.error[name] = reply[name]
  end
  return request.json(host, reply.status, answer, headers)
end

return request
