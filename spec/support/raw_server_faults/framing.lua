-- Lengths that lie, chunks that are none, more bytes than anybody wants.
local write = require("spec.support.raw_server_faults.write")

local framing = {}

-- The right body under another head.
local function under(lines)
  return function(connection, good)
    return connection:send(write.head(good, lines:gsub("#", tostring(#good.body)), "content-length")
      .. "\r\n" .. good.body)
  end
end

framing.same_length_twice = under("Content-Length: #\r\nContent-Length: #\r\n")
framing.two_lengths = under("Content-Length: #\r\nContent-Length: 1\r\n")
framing.length_list = under("Content-Length: #, 1\r\n")
framing.length_hex = under("Content-Length: 0x#\r\n")
framing.length_sign = under("Content-Length: +#\r\n")
framing.length_negative = under("Content-Length: -#\r\n")
framing.length_empty = under("Content-Length:\r\n")
framing.length_huge = under("Content-Length: 99999999999999999999999999\r\n")
framing.length_17_mib = under("Content-Length: 17825792\r\n")
framing.length_and_chunked = under("Content-Length: #\r\nTransfer-Encoding: chunked\r\n")
framing.coding_gzip_chunked = under("Transfer-Encoding: gzip, chunked\r\n")
framing.coding_unknown = under("Transfer-Encoding: cow\r\n")
framing.coding_twice = under("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")

function framing.length_short(connection, good)
  return connection:send(write.head(good, ("Content-Length: %d\r\n"):format(#good.body - 5), "content-length")
    .. "\r\n" .. good.body)
end

local function chunked(connection, good, bytes)
  return connection:send(write.head(good, "Transfer-Encoding: chunked\r\n", "content-length")
    .. "\r\n" .. bytes)
end

function framing.chunked(connection, good)
  return chunked(connection, good, write.chunks(good.body) .. "0\r\n\r\n")
end

function framing.chunk_trailers(connection, good)
  return chunked(connection, good, write.chunks(good.body) .. "0\r\nX-Sum: 7\r\n\r\n")
end

-- `chunk_size/zz`: that instead of a size.
function framing.chunk_size(connection, good, size)
  return chunked(connection, good, size .. "\r\n" .. good.body .. "\r\n0\r\n\r\n")
end

--- The size is right, the line after the data is missing.
function framing.chunk_no_end(connection, good)
  return chunked(connection, good, ("%x\r\n%s0\r\n\r\n"):format(#good.body, good.body))
end

function framing.chunk_long_extension(connection, good)
  return chunked(connection, good, ("%x;%s\r\n%s\r\n0\r\n\r\n"):format(#good.body, ("x"):rep(100000), good.body))
end

function framing.chunk_endless_trailers(connection, good)
  chunked(connection, good, write.chunks(good.body) .. "0\r\n")
  while connection:send("X-Trailer: 1\r\n") do
    connection:sleep(0)
  end
end

-- `chunk_long_trailer/5000`: one trailer of that many bytes.
function framing.chunk_long_trailer(connection, good, bytes)
  return chunked(connection, good, write.chunks(good.body) .. "0\r\nX-Trailer: " .. ("x"):rep(tonumber(bytes))
    .. "\r\n\r\n")
end

-- Until the peer has had enough.
local function pour(connection, piece, mib)
  for _ = 1, math.ceil(mib * 1048576 / #piece) do
    if not connection:send(piece) then
      return false
    end
  end
  return true
end

function framing.big_chunked(connection, good)
  chunked(connection, good, "")
  return pour(connection, "10000\r\n" .. (" "):rep(65536) .. "\r\n", 17) and connection:send("0\r\n\r\n")
end

function framing.big_open(connection, good)
  connection:send(write.head(good, nil, "content-length") .. "\r\n")
  pour(connection, (" "):rep(65536), 17)
end

function framing.big_length(connection, good)
  connection:send(write.head(good, "Content-Length: 17825792\r\n", "content-length") .. "\r\n")
  return pour(connection, (" "):rep(65536), 17)
end

--- Large, but allowed: blanks, then the answer.
function framing.padded(connection, good, mib)
  local padding = (" "):rep(tonumber(mib) * 1048576)
  return connection:send(write.with(good, padding .. good.body))
end

function framing.close_delimited(connection, good)
  connection:send(write.head(good, nil, "content-length") .. "\r\n" .. good.body)
end

return framing
