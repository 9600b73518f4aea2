--- One request to nginx: reads its headers and body within limits, checks them, and sends the
-- answer.
local core = require("ecs_pipeline.core")
local json = require("ecs_pipeline.json")
local tables = require("ecs_pipeline.tables")

local request = {}

--- A refusal, as a second result.
-- @tparam integer status
-- @tparam string code
-- @tparam string message
-- @treturn nil
-- @treturn table for `request.reply`
function request.refuse(status, code, message)
  return nil, { status = status, code = code, message = message }
end

local refuse = request.refuse

--- The headers by lower-case name. A header that occurs twice is a list; callers refuse it.
-- @tparam table host
-- @treturn table
function request.headers(host)
  return host.req.get_headers(100)
end

local function too_large(most)
  return refuse(413, "TOO_LARGE", ("a message has at most %d bytes here"):format(most))
end

local Body = {}
Body.__index = Body

local PIECE = 65536

-- Calls `use(piece)` for each piece of the body, one of them at a time in memory.
local function each_piece(body, use)
  if body.content then
    return use(body.content)
  end
  local file = assert(io.open(body.path, "rb"))
  local piece = file:read(PIECE)
  while piece do
    use(piece)
    piece = file:read(PIECE)
  end
  file:close()
end

--- The hexadecimal HMAC-SHA256 of a text and the body after it.
-- @tparam string key
-- @tparam string before
-- @treturn string
function Body:hmac(key, before)
  local hmac = core.sign.hmac_sha256(key):update(before)
  each_piece(self, function(piece) hmac:update(piece) end)
  return hmac:hex()
end

--- The whole body. Call it when the sender is known.
-- @treturn string
function Body:text()
  local pieces = {}
  each_piece(self, function(piece) pieces[#pieces + 1] = piece end)
  return table.concat(pieces)
end

local function size_of(path)
  local file = assert(io.open(path, "rb"))
  local size = file:seek("end")
  file:close()
  return size
end

--- The body. It is not read if its content-length is too large. nginx writes a body larger than
-- client_body_buffer_size to a file, which is read in pieces.
-- @tparam table host
-- @tparam table headers
-- @tparam integer most bytes
-- @treturn[1] Body
-- @treturn[2] nil
-- @treturn[2] table refusal
function request.body(host, headers, most)
  if (tonumber(headers["content-length"]) or 0) > most then
    return too_large(most)
  end
  host.req.read_body()
  local content, path = host.req.get_body_data(), nil
  if not content then
    path = host.req.get_body_file()
    content = not path and "" or nil
  end
  if (content and #content or size_of(path)) > most then
    return too_large(most)
  end
  return setmetatable({ content = content, path = path }, Body)
end

local ACTIONS = { start = true, cancel = true, show = true }

local TEXTS = { "action", "pipeline", "key", "execution_id", "nonce" }
local KNOWN = tables.set(TEXTS)

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
local WHAT = { "action", "pipeline", "forge", "event", "repository", "pipelines" }

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
  local answer = { ok = false, error = {} }
  for _, name in ipairs(WHAT) do
    answer[name] = reply[name]
  end
  for _, name in ipairs(WHY) do
    answer.error[name] = reply[name]
  end
  return request.json(host, reply.status, answer, headers)
end

return request
