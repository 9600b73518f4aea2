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

--- TLS alert: handshake_failure.
function accept.accept_alert(connection)
  connection:fill()
  connection:send("\21\3\3\0\2\2\40")
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
