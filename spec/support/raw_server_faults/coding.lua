-- Compressed bodies: right, corrupt, cut short, huge, of a kind that nobody asked for.
local write = require("spec.support.raw_server_faults.write")

local coding = {}

local function send(connection, good, bytes, name)
  return connection:send(write.with(good, bytes, ("Content-Encoding: %s\r\n"):format(name or "gzip")))
end

function coding.gzip(connection, good)
  return send(connection, good, write.gzip(good.body))
end

function coding.gzip_corrupt(connection, good)
  local bytes = write.gzip(good.body)
  return send(connection, good, bytes:sub(1, 10) .. ("\255"):rep(#bytes - 10))
end

function coding.gzip_wrong_sum(connection, good)
  return send(connection, good, write.gzip(good.body):sub(1, -9) .. ("\1"):rep(8))
end

--- Half of the stream, under a length that says half.
function coding.gzip_short(connection, good)
  local bytes = write.gzip(good.body)
  return send(connection, good, bytes:sub(1, math.floor(#bytes / 2)))
end

--- Cut by the end of the connection.
function coding.gzip_cut(connection, good)
  local bytes = write.gzip(good.body)
  connection:send(write.head({ status = good.status, headers = good.headers, body = bytes },
    "Content-Encoding: gzip\r\n") .. "\r\n" .. bytes:sub(1, 20))
end

function coding.gzip_empty(connection, good)
  return send(connection, good, "")
end

--- Says gzip, is plain.
function coding.gzip_plain(connection, good)
  return send(connection, good, good.body)
end

function coding.gzip_trailing(connection, good)
  return send(connection, good, write.gzip(good.body) .. ("junk"):rep(50))
end

function coding.gzip_twice(connection, good)
  return send(connection, good, write.gzip(write.gzip(good.body)), "gzip, gzip")
end

function coding.unknown_coding(connection, good, name)
  return send(connection, good, good.body, name)
end

local bombs = {}

--- `gzip_bomb/20`: 20 MiB of blanks, a thousandth of that on the wire.
function coding.gzip_bomb(connection, good, mib)
  return send(connection, good, bombs[mib])
end

--- Made before the request that it answers: some systems take seconds for that.
coding.prepare = {
  gzip_bomb = function(mib)
    bombs[mib] = bombs[mib] or write.gzip((" "):rep(tonumber(mib) * 1048576))
  end,
}

return coding
