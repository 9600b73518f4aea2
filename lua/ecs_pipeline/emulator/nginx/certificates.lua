--- A throw-away certification authority and a server certificate for localhost and 127.0.0.1, made
-- with the openssl command. The keys are worth nothing: they live as long as the server.

local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

local config = [[
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
]]

--- Writes ca.pem, server.pem and server.key into `dir`; → path of ca.pem, or nil and what openssl
-- said.
function M.make(dir)
  shell.write(dir .. "/openssl.cnf", config)
  local log = dir .. "/openssl.log"
  local function openssl(arguments)
    return shell.run(("cd %s && openssl %s >>%s 2>&1"):format(shell.quote(dir), arguments,
      shell.quote(log)))
  end
  local ok = openssl("ecparam -name prime256v1 -genkey -noout -out ca.key")
    and openssl("req -x509 -new -key ca.key -sha256 -days 2"
      .. " -subj '/CN=ecs_pipeline test CA'"
      .. " -config openssl.cnf -extensions ca -out ca.pem")
    and openssl("ecparam -name prime256v1 -genkey -noout -out server.key")
    and openssl("req -new -key server.key -subj '/CN=localhost' -config openssl.cnf"
      .. " -out server.csr")
    and openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 2 -sha256"
      .. " -days 2 -extfile openssl.cnf -extensions server -out server.pem")
  if not ok then
    return nil, "openssl failed: " .. (shell.read(log) or "no output")
  end
  return dir .. "/ca.pem"
end

return M
