--- nginx with TLS and throw-away certificates, for what a transport must accept and refuse.
-- Ports: `good` (certificate of the CA, for localhost and 127.0.0.1), `other` (of the CA, for another
-- name), `stranger` (self-signed), `chain` (good, and the CA's own certificate sent along),
-- `incomplete` (of an authority under the CA, whose certificate is not sent), `expired`, `future`,
-- `old` (TLS 1.1 at most), `cipher` (none that the certificate could be used with), `plain` (no TLS),
-- `ticketless` (good, but no session can be resumed).
-- `/` answers and keeps the connection,
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
# dated NAME FROM TO: good's certificate, valid for another time
dated() {
  : > "$1.index"
  printf '%s\n' '[ca]' 'default_ca=c' '[c]' "database=$1.index" 'rand_serial=yes' 'new_certs_dir=.' \
    'default_md=sha256' 'policy=p' '[p]' 'commonName=supplied' > "$1.cnf"
  openssl ca -batch -config "$1.cnf" -cert ca.pem -keyfile ca.key -in good.csr -extfile good.ext \
    -startdate "$2" -enddate "$3" -out "$1.pem"
  cp good.key "$1.key"
}
request ca -x509 -days 2 -out ca.pem
issue good DNS:localhost,IP:127.0.0.1
dated expired 20200101000000Z 20200102000000Z
dated future 20400101000000Z 20400102000000Z
cat good.pem ca.pem > chain.pem
cp good.key chain.key
request under -out under.csr
printf 'basicConstraints=critical,CA:TRUE\n' > under.ext
openssl x509 -req -in under.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile under.ext \
  -out under.pem
request incomplete -out incomplete.csr
openssl x509 -req -in incomplete.csr -CA under.pem -CAkey under.key -CAcreateserial -days 2 \
  -extfile good.ext -out incomplete.pem
issue other DNS:other.example
request stranger -x509 -days 2 -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -out stranger.pem
cat /etc/ssl/certs/ca-certificates.crt ca.pem > bundle.pem 2>/dev/null || cat ca.pem > bundle.pem
]]

local server_block = [[
  server {
    listen 127.0.0.1:%d%s
    location / { return 200 '{"tls":"$ssl_protocol"}'; }
    location /once { keepalive_timeout 0; return 200 '{"tls":"$ssl_protocol"}'; }
    location /connection { return 200 '$connection'; }
  }
]]

local tls_lines = [[ ssl;
    ssl_certificate %s.pem;
    ssl_certificate_key %s.key;
    %s]]

local servers = {
  { name = "good", more = "ssl_protocols TLSv1.2 TLSv1.3;" }, { name = "other" }, { name = "stranger" },
  { name = "chain" }, { name = "incomplete" }, { name = "expired" }, { name = "future" },
  { name = "old", certificate = "good", more = 'ssl_protocols TLSv1.1; ssl_ciphers "ALL:@SECLEVEL=0";' },
  { name = "cipher", certificate = "good", more = "ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA;" },
  { name = "plain" }, { name = "ticketless", certificate = "good", more = "ssl_conf_command NumTickets 0;" },
}

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

  local numbers, ports = free_ports(#servers), {}
  local config = {
    "daemon off; master_process off; pid nginx.pid; error_log error.log;",
    "events { worker_connections 256; }",
    "http { access_log off; client_max_body_size 1m; client_body_temp_path b; proxy_temp_path p;",
    "  fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;",
  }
  for i, about in ipairs(servers) do
    ports[about.name] = numbers[i]
    config[#config + 1] = server_block:format(numbers[i], about.name == "plain" and ";"
      or tls_lines:format(about.certificate or about.name, about.certificate or about.name, about.more or ""))
  end
  config[#config + 1] = "}"
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
