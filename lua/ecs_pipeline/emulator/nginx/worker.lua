--- Runs inside nginx: one HTTP request in, one answer of the emulator out. The worker owns the
-- emulator.

-- Before the emulator, which takes its digests from there.
package.preload["ecs_pipeline.core"] = function()
  return require("ecs_pipeline.emulator.nginx.core")
end

local clock = require("ecs_pipeline.emulator.clock")
local emulators = require("ecs_pipeline.emulator")
local late = require("ecs_pipeline.emulator.nginx.late")

local M = {}

--- Makes the emulator from the options that server.lua wrote; an error here keeps nginx from
-- starting.
function M.start(path)
  M.options_path = path
  M.emulator = emulators.new(dofile(path))
end

--- A new, empty emulator with the same options.
function M.reset()
  M.start(M.options_path)
end

--- The body of the current request, also when nginx put it into a file.
function M.body()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  local path = not body and ngx.req.get_body_file()
  if path then
    local file = assert(io.open(path, "rb"))
    body = file:read("*a")
    file:close()
  end
  return body or ""
end

-- With `follow`, a virtual clock runs along with those of the clients: no request is from its
-- future.
local function follow(headers)
  local date = M.follow and clock.parse_iso(headers["x-acs-date"] or "")
  if date and date > M.emulator:now() then
    M.emulator:advance(date - M.emulator:now())
  end
end

--- Answers the current request. $request_uri is the query as it was sent: $uri and $args are not.
function M.answer()
  local body, request_headers = M.body(), ngx.req.get_headers(0)
  local was_held = late.enter()
  follow(request_headers)
  local status, headers, text, fault = M.emulator:handle(ngx.req.get_method(), ngx.var.request_uri,
    request_headers, body)
  late.leave(was_held)
  if fault and (fault.delay or fault.kind == "timeout") then
    ngx.sleep(fault.delay or 30)
  end
  if not status then
    return ngx.exit(444)
  end
  ngx.status = status
  for name, value in pairs(headers) do
    ngx.header[name] = value
  end
  ngx.header["content-length"] = #text
  ngx.print(text)
  return ngx.exit(ngx.HTTP_OK)
end

return M
