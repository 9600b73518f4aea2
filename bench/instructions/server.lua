-- Answers the two actions of the pieces, over one kept connection at a time: lua server.lua PORT_FILE
local socket = require("socket")
local replies = require("bench.replies")

local ANSWERS = { DescribeImagePipelines = replies.page(1), CreateImagePipeline = replies.CREATED }

local server = assert(socket.bind("127.0.0.1", 0))
local _, port = server:getsockname()
local file = assert(io.open(arg[1] .. ".new", "w"))
file:write(port)
file:close()
assert(os.rename(arg[1] .. ".new", arg[1]))

local function serve(client)
  local action, length = nil, 0
  for line in function() return client:receive("*l") end do
    action = line:lower():match("^x%-acs%-action:%s*(%S+)") and line:match("(%S+)$") or action
    length = tonumber(line:lower():match("^content%-length:%s*(%d+)")) or length
    if line == "" then
      if length > 0 then -- receive(0) waits
        client:receive(length)
      end
      local body = ANSWERS[action] or "{}"
      client:send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " .. #body
        .. "\r\nDate: Sun, 01 Nov 2026 00:00:00 GMT\r\n\r\n" .. body)
      action, length = nil, 0
    end
  end
  client:close()
end

while true do
  serve(assert(server:accept()))
end
