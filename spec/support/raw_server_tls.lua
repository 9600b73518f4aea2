--- The raw server over TLS: compiles raw_server_tls.c and runs it in front, with certificates of
-- tls_server.lua.

local child = require("spec.support.child_lua")

local M = {}

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local program

local function run(command)
  local status = os.execute(command)
  return status == 0 or status == true
end

-- Once per process; a sanitizer preloaded into the spec stays out of the compiler.
local function compile()
  if not program then
    local built = ("build/%s/spec/raw_server_tls"):format(child.interpreter)
    assert(run(("mkdir -p build/%s/spec && LD_PRELOAD= cc -std=c99 -O1 '%sraw_server_tls.c' -o %s.$$ -lssl -lcrypto "
      .. "-lpthread && mv %s.$$ %s"):format(child.interpreter, folder, built, built, built)),
      "cannot compile raw_server_tls.c (Debian: apt install libssl-dev)")
    program = built
  end
  return program
end

--- @tparam string certificates folder with NAME.pem and NAME.key
-- @tparam string name "good"
-- @tparam number port of the raw server
-- @tparam[opt] table options `delay` (seconds before the handshake), `rude` (no close_notify), `wants` (12 or 13: a
--   client certificate, under that version of TLS)
-- @treturn table `{ port, url, stop }`
function M.start(certificates, name, port, options)
  options = options or {}
  local pipe = assert(io.popen(("echo $$; LD_PRELOAD= exec %s '%s/%s.pem' '%s/%s.key' %d %d %d %d"):format(compile(),
    certificates, name, certificates, name, port, (options.delay or 0) * 1000, options.rude and 1 or 0,
    options.wants or 0), "r"))
  local pid = assert(tonumber(pipe:read("*l")))
  local front = { port = assert(tonumber(pipe:read("*l")), "the TLS front did not start") }
  front.url = ("https://127.0.0.1:%d"):format(front.port)

  function front.stop()
    if pipe then
      run(("kill %d 2>/dev/null"):format(pid))
      pipe:close()
      pipe = nil
    end
  end

  return front
end

return M
