-- Status lines and headers that are wrong, too large, or too many.
local write = require("spec.support.raw_server_faults.write")

local heads = {}

-- What comes instead of HTTP.
local instead = {
  zeros = ("\0"):rep(500),
  text = "hello, this is no HTTP at all\r\n\r\n",
  json = '{"RequestId":"R","ImagePipelineId":"ip-bare"}',
  http2 = "\0\0\18\4\0\0\0\0\0\0\3\0\0\0\128\0\4\0\1\0\0\0\5\0\255\255\255",
  tls = "\21\3\3\0\2\2\40",
  newline = "\r\n\r\n\r\n",
}

--- `instead/text`
function heads.instead(connection, _, what)
  connection:send(assert(instead[what], what))
end

--- `status_line/HTTP-9.9 200`: the right reply under another status line ("-" for "/").
function heads.status_line(connection, good, line)
  local reply = write.reply(good):gsub("^[^\r]*", (line:gsub("-", "/", 1)))
  return connection:send(reply)
end

--- Only line feeds, no carriage returns.
function heads.bare_lf(connection, good)
  return connection:send((write.head(good):gsub("\r", "")) .. "\n" .. good.body)
end

local function with(line)
  return function(connection, good)
    return connection:send(write.reply(good, line))
  end
end

heads.no_colon = with("this is no header\r\n")
heads.space_in_name = with("X-Space : 1\r\n")
heads.nul_in_header = with("X-Nul: a\0b\r\n")
heads.control_in_header = with("X-Control: a\27[31mb\r\n")
heads.empty_name = with(": 1\r\n")
heads.folded = with("X-Folded: one\r\n\t two\r\n")
heads.bytes_in_header = with("X-Bytes: caf\195\169 \255\r\n")

function heads.long_header(connection, good, size)
  return connection:send(write.reply(good, "X-Long: " .. ("x"):rep(tonumber(size)) .. "\r\n"))
end

function heads.many_headers(connection, good, count)
  return connection:send(write.reply(good, ("X-Many: 1\r\n"):rep(tonumber(count))))
end

function heads.endless_headers(connection, good)
  connection:send(write.head(good))
  while connection:send(("X-Many: 1\r\n"):rep(100)) do
    connection:sleep(0)
  end
end

--- One header line that never ends.
function heads.endless_header(connection, good)
  connection:send(write.head(good) .. "X-Long: ")
  while connection:send(("x"):rep(10000)) do
    connection:sleep(0)
  end
end

local interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

function heads.interim(connection, good, count)
  return connection:send(interim:rep(tonumber(count)) .. write.reply(good))
end

function heads.endless_interim(connection)
  while connection:send(interim:rep(100)) do
    connection:sleep(0)
  end
end

--- Interim replies for ever, but slowly.
function heads.dripped_interim(connection)
  while connection:send(interim) do
    connection:sleep(0.02)
  end
end

function heads.switching(connection)
  connection:send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n")
  connection:hang()
end

return heads
