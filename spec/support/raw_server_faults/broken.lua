-- Replies that end too early, never end, or come too slowly.
local to_number = require("ecs_pipeline.sorted_json").to_number
local write = require("spec.support.raw_server_faults.write")

local broken = {}

-- Where a reply is cut: name → how much of it goes out.
local cuts = {
  before = function() return "" end,
  in_status = function() return "HTTP/1.1 2" end,
  in_headers = function(good) return write.head(good):sub(1, 60) end,
  after_headers = function(good) return write.head(good) .. "\r\n" end,
  in_body = function(good) return write.reply(good):sub(1, -10) end,
  in_chunk = function(good)
    return write.head(good, "transfer-encoding: chunked\r\n", "content-length")
      .. "\r\n" .. write.chunks(good.body):sub(1, -10)
  end,
  before_last_chunk = function(good)
    return write.head(good, "transfer-encoding: chunked\r\n", "content-length")
      .. "\r\n" .. write.chunks(good.body)
  end,
  -- no length: only the end of the connection ends it
  in_open_body = function(good)
    return write.head(good, nil, "content-length") .. "\r\n" .. good.body:sub(1, -10)
  end,
}

local function cut(connection, good, where)
  connection:send(assert(cuts[where], where)(good))
end

function broken.close(connection, good, where)
  cut(connection, good, where)
end

function broken.reset(connection, good, where)
  cut(connection, good, where)
  connection:sleep(0.02) -- else the reset may overtake what was sent
  connection:reset()
end

function broken.hang(connection, good, where)
  cut(connection, good, where)
  connection:hang()
end

--- `drip/0.001`: the whole reply, a byte per pause.
function broken.drip(connection, good, pause)
  for byte in write.reply(good):gmatch(".") do
    if not connection:send(byte) then
      return false
    end
    connection:sleep(to_number(pause))
  end
  return true
end

--- The head at once, then the body a byte per pause.
function broken.drip_body(connection, good, pause)
  connection:send(write.head(good) .. "\r\n")
  for byte in good.body:gmatch(".") do
    connection:sleep(to_number(pause))
    if not connection:send(byte) then
      return false
    end
  end
  return true
end

--- `late/0.2`: the right answer after a while.
function broken.late(connection, good, seconds)
  connection:sleep(to_number(seconds))
  return connection:send(write.reply(good))
end

local function foreign(good)
  return write.with(good, '{"RequestId":"OF-SOMEBODY-ELSE","ImagePipelineId":"ip-ofsomebodyelse",'
    .. '"ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-ofsomebodyelse"}]}}')
end

--- The right answer, and in the same bytes one to another request.
function broken.stray_at_once(connection, good)
  return connection:send(write.reply(good) .. foreign(good))
end

--- The right answer, and a little later, on the idle connection, one to another request.
function broken.stray_later(connection, good)
  connection:send(write.reply(good))
  connection:sleep(0.03)
  return connection:send(foreign(good))
end

--- The right answer; then the server gives up the idle connection, as some do, with a reply.
function broken.stray_408(connection, good)
  connection:send(write.reply(good))
  connection:sleep(0.03)
  connection:send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
end

--- The answer to somebody else's request instead of ours.
function broken.foreign(connection, good)
  return connection:send(foreign(good))
end

return broken
