--- A host and a transport under a test's control: virtual clock, recorded sleeps and log lines,
-- scripted replies.
local cjson = require("cjson")

local fake = {}

--- Fields of platform.lua. `now` is both clocks, `slept` the sleeps, `lines` the log, `variables`
-- the environment.
function fake.platform(variables)
  local platform = { now = 1000, wall_offset = 1795491843 - 1000, slept = {}, lines = {}, tokens = 0,
    variables = variables or {} }
  platform.clock = function() return platform.now end
  platform.wall = function() return platform.now + platform.wall_offset end
  platform.sleep = function(seconds)
    platform.slept[#platform.slept + 1] = seconds
    platform.now = platform.now + seconds
  end
  platform.random = function() return 0.5 end
  platform.token = function()
    platform.tokens = platform.tokens + 1
    return ("%032x"):format(platform.tokens)
  end
  platform.env = function(name) return platform.variables[name] end
  platform.in_nginx = function() return false end
  platform.exiting = function() return platform.is_exiting == true end
  platform.log = function(level, text)
    platform.lines[#platform.lines + 1] = level .. " " .. text
  end
  return platform
end

local function decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- Decoded parameters of a request, query and form body together.
function fake.parameters(request)
  local found = {}
  local query = request.url:match("%?(.*)$") or ""
  for pair in (query .. "&" .. (request.body or "")):gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    found[decode(name)] = decode(value)
  end
  return found
end

--- A reply of the service. `body` is a table, or text as it is.
function fake.reply(status, body, headers)
  local all = { ["content-type"] = "application/json" }
  for name, value in pairs(headers or {}) do
    all[name] = value
  end
  if type(body) == "table" then
    body = cjson.encode(body)
  end
  return { status = status, headers = all, body = body }
end

--- A refusal of the service.
function fake.refusal(status, code, headers, message)
  local body = { Code = code, Message = message or "told so", RequestId = "R-" .. code }
  return fake.reply(status, body, headers)
end

--- An answer that got lost: the transport's error table.
function fake.lost(kind)
  return { failed = { kind = kind or "timeout", message = "no reply in time" } }
end

--- Nothing was sent.
function fake.unsent()
  return { failed = {
    kind = "transport", code = "CONNECT", message = "connection refused", sent = false,
  } }
end

--- A transport that plays a script: one entry per request, the last one again and again. An entry
-- is a reply, one of the above, or a function(request, deadline) giving such a value. `requests`
-- and `deadlines` record what came.
function fake.transport(script)
  local transport = { requests = {}, deadlines = {} }
  transport.send = function(request, deadline)
    local n = #transport.requests + 1
    transport.requests[n] = request
    transport.deadlines[n] = deadline
    local step = script[math.min(n, #script)]
    if type(step) == "function" then
      step = step(request, deadline)
    end
    if step.failed then
      -- a fresh table each time: the client completes what it gets
      local err = {}
      for name, value in pairs(step.failed) do
        err[name] = value
      end
      return nil, err
    end
    return step
  end
  return transport
end

fake.KEYS = { access_key_id = "LTAI5tFakeKey00wxyz", access_key_secret = "CANARY-secret" }

--- A client on such a host: client, transport, platform.
function fake.client(script, options)
  local ecs = require("ecs_pipeline")
  local transport = fake.transport(script)
  local all = { region = "cn-hangzhou", credentials = fake.KEYS, transport = transport,
    platform = fake.platform(), log = "off" }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return ecs.new(all), transport, all.platform
end

--- What `io.popen` returns, for the script of credentials/process.lua: the output of a command, and how it ended.
function fake.pipe(output, status)
  local left = output .. (status and "\0" .. status .. "\0" or "")
  return { close = function() return true end, read = function(_, count)
    local piece = left:sub(1, count)
    left = left:sub(count + 1)
    return piece ~= "" and piece or nil
  end }
end

return fake
