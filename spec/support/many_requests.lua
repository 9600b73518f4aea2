--- Many HTTP requests at the same moment: all connections are made, then all requests sent, then all answers read.
local socket = require("socket")

local M = {}

-- select() knows descriptors below 1024.
local MOST = 1000

local function answer_of(text)
  local status, head_end = text:match("^HTTP/1%.1 (%d%d%d)"), select(2, text:find("\r\n\r\n", 1, true))
  if not status or not head_end then
    return { broken = "no answer: " .. text:sub(1, 80) }
  end
  local head, headers = text:sub(1, head_end):lower(), {}
  for name, value in head:gmatch("\r\n([^:\r\n]+):%s*([^\r\n]*)") do
    headers[name] = value
  end
  local body = text:sub(head_end + 1)
  if headers["content-length"] and tonumber(headers["content-length"]) ~= #body then
    return { broken = "an answer cut off after " .. #body .. " bytes" }
  end
  return { status = tonumber(status), headers = headers, body = body }
end

local function connect(port)
  local connection = assert(socket.connect("127.0.0.1", port))
  connection:setoption("tcp-nodelay", true)
  connection:settimeout(0)
  return connection
end

local function read(one, began)
  local text, why, part = one.connection:receive("*a")
  one.parts[#one.parts + 1] = text or part
  if text or why == "closed" then
    one.connection:close()
    one.answer = answer_of(table.concat(one.parts))
    one.answer.seconds = socket.gettime() - began
    return true
  end
  return false
end

--- @tparam table requests list of `{ port, text }`: whole requests, each with "Connection: close"
-- @tparam number seconds for all of them
-- @tparam ?function meanwhile called when all have been sent
-- @treturn table in the same order: `{ status, headers, body, seconds }`, or `{ broken = why }`
function M.run(requests, seconds, meanwhile)
  assert(#requests <= MOST, "more than select can watch")
  local waiting, by_connection, all = {}, {}, {}
  for index, request in ipairs(requests) do
    local one = { connection = connect(request.port), parts = {} }
    all[index], waiting[index], by_connection[one.connection] = one, one.connection, one
  end
  local began = socket.gettime()
  for index, request in ipairs(requests) do
    assert(all[index].connection:send(request.text) == #request.text, "a request was not taken at once")
  end
  if meanwhile then
    meanwhile()
  end
  while #waiting > 0 and socket.gettime() - began < seconds do
    local done = {}
    for _, connection in ipairs((socket.select(waiting, nil, 1))) do
      done[connection] = read(by_connection[connection], began) or nil
    end
    local left = {}
    for _, connection in ipairs(waiting) do
      left[#left + 1] = not done[connection] and connection or nil
    end
    waiting = left
  end
  local answers = {}
  for index, one in ipairs(all) do
    if not one.answer then
      one.connection:close()
    end
    answers[index] = one.answer or { broken = ("no answer within %g s"):format(seconds) }
  end
  return answers
end

return M
