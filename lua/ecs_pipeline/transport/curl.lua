--- The blocking transport: libcurl, in ecs_pipeline.curl.
-- `require` of this file does not load libcurl; the first `new` loads it, the first `send`
-- initialises it. All transports of one Lua state share their connections.
-- @module ecs_pipeline.transport.curl

local M = {}

local function load_module()
  local ok, curl = pcall(require, "ecs_pipeline.curl")
  if not ok then
    local root, why = io.open("/") -- Lua says "no file" also if it gets no descriptor
    if not root then
      error("the libcurl transport cannot be loaded: " .. tostring(why), 0)
    end
    root:close()
    error("the libcurl transport cannot be loaded (Debian: apt install libcurl4; or give "
      .. "the client another transport): " .. tostring(curl), 0)
  end
  return curl
end

--- Makes a transport. No I/O happens here.
-- @tparam[opt] table options `ca_file` (PEM bundle, default the system's), `verify` (true), `proxy`
--   (URL; "" = none, the default: the environment is the caller's to read), `connect_timeout`
--   (seconds, 5), `max_reply_bytes` (16 MiB after inflating), `max_header_bytes` (64 KiB)
-- @treturn table `{ send, close, name, version, native = true }`; `send(request, deadline)` is a C
--   function that blocks and returns `{ status, headers, body }`, or nil and `{ kind, code,
--   message, sent }`; native = a whole attempt can run in C
-- @raise unknown options, wrong types, libcurl missing
function M.new(options)
  local curl = load_module()
  local transport = curl.transport(options)
  transport.name = "curl"
  transport.version = curl.version()
  transport.native = true
  return transport
end

return M
