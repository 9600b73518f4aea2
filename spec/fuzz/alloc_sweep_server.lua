-- Runs a command beside the server that alloc_sweep_curl.lua wants, and ends as the command does:
--   lua5.4 spec/fuzz/alloc_sweep_server.lua COMMAND …
local server = require("spec.support.tls_server").start()

local command = ("SWEEP_PLAIN='http://127.0.0.1:%d/' SWEEP_TLS='%s' SWEEP_CA='%s' '%s'"):format(server.ports.plain,
  server.url("ticketless"), server.ca_file, table.concat(arg, "' '"))
local done = os.execute(command)
server.stop()
os.exit(done == true and 0 or 1)
