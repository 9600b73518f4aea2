-- Connections that go wrong before a request is read: what an overloaded or a foreign server does.
local accept = {}

function accept.accept_close() end

function accept.accept_reset(connection)
  connection:sleep(0.02) -- else it may meet the client before connect() has returned
  connection:reset()
end

--- Takes the connection and whatever is sent, says nothing.
function accept.accept_hang(connection)
  connection:hang()
end

--- Reads something (a request, a ClientHello), then resets.
function accept.accept_read_reset(connection)
  connection:fill()
  connection:reset()
end

function accept.accept_read_close(connection)
  connection:fill()
end

--- Another protocol that speaks first.
function accept.accept_banner(connection)
  connection:send("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
  connection:hang()
end

--- Bytes that are no ServerHello.
function accept.accept_noise(connection)
  connection:fill()
  connection:send(("\0\255noise"):rep(20))
end

--- `/80`: a fatal alert of TLS; without a number: handshake_failure.
function accept.accept_alert(connection, _, number)
  connection:fill()
  connection:send("\21\3\3\0\2\2" .. string.char(tonumber(number) or 40))
end

-- What a SOCKS5 proxy answers, step by step (RFC 1928, RFC 1929).
local SOCKS = {
  no_method = { "\5\255" },
  rejected = { "\5\2", "\1\1" },
  ruleset = { "\5\0", "\5\2\0\1\0\0\0\0\0\0" },
  unreachable = { "\5\0", "\5\4\0\1\0\0\0\0\0\0" },
}

--- `/ruleset`: a SOCKS5 proxy that opens no tunnel.
function accept.accept_socks(connection, _, how)
  for _, answer in ipairs(SOCKS[how]) do
    connection:fill()
    connection:send(answer)
  end
end

--- `/20`: bytes of a ServerHello that never ends.
function accept.accept_endless_hello(connection)
  connection:fill()
  connection:send("\22\3\3\64\0\2\0\63\252")
  while connection:send(("\0"):rep(1000)) do
    connection:sleep(0.02)
  end
end

return accept
