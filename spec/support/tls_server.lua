--- nginx with TLS and throw-away certificates, for what a transport must accept and refuse.
-- Ports: `good` (certificate of the CA, for localhost and 127.0.0.1), `other` (of the CA, for another
-- name), `stranger` (self-signed), `old` (TLS 1.1 at most). `/` answers and keeps the connection,
-- `/once` closes it, `/connection` names it.

local socket = require("socket")

local M = {}

local setup_script = [[
set -e
cd "$1"
request() {
  name=$1
  shift
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" \
    -keyout "$name.key" "$@"
}
issue() {
  request "$1" -out "$1.csr"
  echo "subjectAltName=$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
    -extfile "$1.ext" -out "$1.pem"
}
request ca -x509 -days 2 -out ca.pem
issue good DNS:localhost,IP:127.0.0.1
issue other DNS:other.example
request stranger -x509 -days 2 -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -out stranger.pem
cat /etc/ssl/certs/ca-certificates.crt ca.pem > bundle.pem 2>/dev/null || cat ca.pem > bundle.pem
]]

local server_block = [[
  server {
    listen 127.0.0.1:%d ssl;
    ssl_certificate %s.pem;
    ssl_certificate_key %s.key;
    %s
    location / { return 200 '{"tls":"$ssl_protocol"}'; }
    location /once { keepalive_timeout 0; return 200 '{"tls":"$ssl_protocol"}'; }
    location /connection { return 200 '$connection'; }
  }
]]

local function free_ports(count)
  local listeners, ports = {}, {}
  for i = 1, count do
    listeners[i] = assert(socket.bind("127.0.0.1", 0))
    ports[i] = select(2, listeners[i]:getsockname())
  end
  for _, listener in ipairs(listeners) do
    listener:close()
  end
  return ports
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function run(command)
  local status = os.execute(command)
  return status == 0 or status == true
end

local function wait_for(port)
  for _ = 1, 200 do
    local client = socket.connect("127.0.0.1", port)
    if client then
      client:close()
      return
    end
    socket.sleep(0.02)
  end
  error("nginx did not start listening")
end

--- @treturn table `{ ports, ca_file, bundle_file, url = function(name, path), stop = function() }`
function M.start()
  local folder = os.tmpname()
  os.remove(folder)
  assert(run(("mkdir -m 700 '%s'"):format(folder)))
  write(folder .. "/setup.sh", setup_script)
  local script = ("sh '%s/setup.sh' '%s' >'%s/setup.log' 2>&1"):format(folder, folder, folder)
  assert(run(script), "openssl failed, see setup.log in " .. folder)

  local numbers = free_ports(4)
  local ports = { good = numbers[1], other = numbers[2], stranger = numbers[3], old = numbers[4] }
  local config = {
    "daemon off; master_process off; pid nginx.pid; error_log error.log;",
    "events { worker_connections 256; }",
    "http { access_log off; client_max_body_size 1m; client_body_temp_path b; proxy_temp_path p;",
    "  fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;",
    server_block:format(ports.good, "good", "good", "ssl_protocols TLSv1.2 TLSv1.3;"),
    server_block:format(ports.other, "other", "other", ""),
    server_block:format(ports.stranger, "stranger", "stranger", ""),
    server_block:format(ports.old, "good", "good",
      'ssl_protocols TLSv1.1; ssl_ciphers "ALL:@SECLEVEL=0";'),
    "}",
  }
  write(folder .. "/nginx.conf", table.concat(config, "\n"))
  local command = "echo $$; exec nginx -p '%s' -c nginx.conf -e error.log 2>'%s/stderr.log'"
  local pipe = assert(io.popen(command:format(folder, folder), "r"))
  local pid = assert(tonumber(pipe:read("*l")))
  local server = { ports = ports }
  server.ca_file = folder .. "/ca.pem"
  server.bundle_file = folder .. "/bundle.pem" -- the system's CAs and ours

  function server.url(name, path)
    return ("https://127.0.0.1:%d%s"):format(ports[name], path or "/")
  end

  --- Ends nginx by its pid, waits for it, removes the certificates. May be called again.
  function server.stop()
    if pipe then
      run(("kill %d 2>/dev/null"):format(pid))
      pipe:close()
      pipe = nil
      run(("rm -rf '%s'"):format(folder))
    end
  end

  local ok, err = pcall(wait_for, ports.good)
  if not ok then
    server.stop()
    error(err)
  end
  return server
end

return M
