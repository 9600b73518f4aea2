-- What the raw server can do, by the first part of the path; `/name/argument` passes an argument.
-- A script is function(connection, request) → true when the connection may carry another request.

local to_number = require("ecs_pipeline.sorted_json").to_number

local scripts = {}

local function reply(status, headers, body)
  local head = ("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n"):format(status, headers or "", #body)
  return head .. body
end

local function gzip(shell_source)
  local pipe = assert(io.popen(shell_source .. " | gzip -9 -n -c", "r"))
  local bytes = pipe:read("*a")
  pipe:close()
  return bytes
end

local small = "printf '{\"packed\":true}'"

local function packed(bytes)
  return reply("200 OK", "Content-Encoding: gzip\r\n", bytes)
end

-- --- good replies ------------------------------------------------------------------------------

--- 200 with `{}` or, `/ok/5000`, that many bytes.
function scripts.ok(connection, request)
  local size = to_number(request.argument)
  return connection:send(reply("200 OK", nil, size and ("x"):rep(size) or "{}"))
end

--- The request as it arrived, head and body.
function scripts.echo(connection, request)
  return connection:send(reply("200 OK", "Content-Type: application/octet-stream\r\n", request.raw))
end

--- `/status/503`
function scripts.status(connection, request)
  return connection:send(reply(request.argument .. " Some Reason", nil, '{"Code":"Scripted"}'))
end

--- "connections requests" since the start, this request included.
function scripts.count(connection)
  local stats = connection.stats
  return connection:send(reply("200 OK", nil, stats.connections .. " " .. stats.requests))
end

function scripts.chunked(connection)
  return connection:send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
    .. '4;note=1\r\n{"a"\r\n3\r\n:1}\r\n0\r\nX-Sum: 7\r\n\r\n')
end

--- No length: the end of the connection is the end of the body.
function scripts.close_delimited(connection)
  connection:send("HTTP/1.1 200 OK\r\n\r\nuntil the end")
end

--- Keeps the connection in the client's pool, then closes it.
function scripts.bye(connection)
  connection:send(reply("200 OK", nil, "{}"))
end

--- The first request of a connection is answered, every later one meets a closed door.
function scripts.stale(connection, request)
  if request.number == 1 then
    return connection:send(reply("200 OK", nil, "{}"))
  end
end

--- Answers, and a little later once more, unasked.
function scripts.unasked(connection)
  connection:send(reply("200 OK", nil, "{}"))
  connection:sleep(0.01)
  return connection:send(reply("200 OK", nil, "unasked"))
end

function scripts.headers(connection)
  return connection:send(reply("200 OK", "X-Case: MiXed  \r\nX-Twice: one\r\nx-twice:two\r\n"
    .. "X-Empty:\r\nX-Folded: first\r\n\t second\r\nX-Bytes: caf\195\169\r\n", "{}"))
end

function scripts.redirect(connection, request)
  local location = ("Location: http://%s/ok\r\n"):format(request.headers.host)
  return connection:send(reply("302 Found", location, "elsewhere"))
end

function scripts.interim(connection)
  return connection:send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n"
    .. "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    .. reply("200 OK", "X-Final: 1\r\n", "{}"))
end

function scripts.gzip(connection)
  return connection:send(packed(gzip(small)))
end

-- --- bodies that are wrong ---------------------------------------------------------------------

function scripts.gzip_corrupt(connection)
  local bytes = gzip(small)
  return connection:send(packed(bytes:sub(1, 10) .. ("\255"):rep(#bytes - 10)))
end

--- `/gzip_bomb/20` inflates to 20 MiB of zeros.
function scripts.gzip_bomb(connection, request)
  local mib = to_number(request.argument)
  return connection:send(packed(gzip(("head -c %d /dev/zero"):format(mib * 1024 * 1024))))
end

function scripts.brotli(connection)
  return connection:send(reply("200 OK", "Content-Encoding: br\r\n", "\11\1\128{}\3"))
end

function scripts.truncated(connection)
  connection:send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly ten b")
end

function scripts.truncated_chunk(connection)
  connection:send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nonly ten b")
end

function scripts.bad_chunk(connection)
  connection:send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
end

--- `/unbounded/20`: that many MiB without a length announced.
function scripts.unbounded(connection, request)
  local chunk = ("10000\r\n" .. ("x"):rep(65536) .. "\r\n"):rep(16)
  connection:send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
  for _ = 1, to_number(request.argument) do
    if not connection:send(chunk) then
      return false
    end
  end
  return connection:send("0\r\n\r\n")
end

-- --- heads that are wrong ----------------------------------------------------------------------

local function wrong_head(head)
  return function(connection)
    connection:send("HTTP/1.1 200 OK\r\n" .. head .. "\r\n{}")
  end
end

scripts.two_lengths = wrong_head("Content-Length: 2\r\nContent-Length: 1\r\n")
scripts.length_and_chunked = wrong_head("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n")
scripts.bad_length = wrong_head("Content-Length: 2x\r\n")
scripts.negative_length = wrong_head("Content-Length: -2\r\n")
scripts.odd_transfer_encoding = wrong_head("Transfer-Encoding: gzip, chunked\r\n")
scripts.no_colon = wrong_head("Content-Length: 2\r\nthis is no header\r\n")
scripts.space_in_name = wrong_head("Content-Length : 2\r\n")
scripts.nul_in_header = wrong_head("X-Nul: a\0b\r\nContent-Length: 2\r\n")
scripts.control_in_header = wrong_head("X-Control: a\27[31mb\r\nContent-Length: 2\r\n")

--- `/long_header/100000`
function scripts.long_header(connection, request)
  local value = ("x"):rep(to_number(request.argument))
  connection:send(reply("200 OK", "X-Long: " .. value .. "\r\n", "{}"))
end

--- `/many_headers/5000`
function scripts.many_headers(connection, request)
  connection:send(reply("200 OK", ("X-Many: 1\r\n"):rep(to_number(request.argument)), "{}"))
end

function scripts.endless_interim(connection)
  while connection:send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n") do
    connection:sleep(0)
  end
end

function scripts.garbage(connection)
  connection:send("\0\1\2\3 this is not HTTP\r\n\r\n")
end

-- --- connections that break --------------------------------------------------------------------

function scripts.silent() -- closes without a word
end

function scripts.reset(connection)
  connection:reset()
end

function scripts.reset_in_body(connection)
  connection:send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly ten b")
  connection:sleep(0.05)
  connection:reset()
end

function scripts.hang(connection)
  connection:hang()
end

function scripts.hang_in_body(connection)
  connection:send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly ten b")
  connection:hang()
end

--- `/drip/0.05`: a body of 200 bytes, one per pause.
function scripts.drip(connection, request)
  connection:send("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n")
  for _ = 1, 200 do
    connection:sleep(to_number(request.argument))
    if not connection:send("x") then
      return false
    end
  end
  return true
end

--- `/slow/0.2`: a good reply after a while.
function scripts.slow(connection, request)
  connection:sleep(to_number(request.argument))
  return connection:send(reply("200 OK", nil, "{}"))
end

-- --- as a proxy --------------------------------------------------------------------------------

--- CONNECT: `hang.test` says nothing, `status-502.test` is refused with 502, any other host with 407.
function scripts.connect(connection, request)
  local status = request.target:match("^status%-(%d+)%.")
  if request.target:find("^hang%.") then
    return connection:hang()
  elseif status then
    return connection:send(reply(status .. " No Tunnel", nil, "no"))
  end
  return connection:send(reply("407 Proxy Authentication Required", "X-Proxy: 1\r\n", ""))
end

-- --- as the service itself -----------------------------------------------------------------------

local service -- needs the library, so it is loaded when a spec asks for it

--- Before the first request of a connection; true: go on.
scripts["on-accept"] = function(connection)
  return not service or service.on_accept(connection)
end

--- `POST /play`: the faults of the next answers, see raw_server_service.lua.
function scripts.play(connection, request)
  service = service or require("spec.support.raw_server_service")
  return connection:send(reply("200 OK", nil, service.play(connection, request)))
end

--- What the service has done since the last /play, as JSON.
function scripts.tally(connection, request)
  return connection:send(reply("200 OK", nil, service.tally(request)))
end

scripts[""] = function(connection, request)
  if service then
    return service.answer(connection, request)
  end
  return scripts.unknown(connection, request)
end

function scripts.unknown(connection, request)
  return connection:send(reply("404 Not Found", nil, "no script for " .. request.path))
end

return scripts
