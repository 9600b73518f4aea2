-- Everything that the network can do to a call on libcurl: every fault of `make faults`, every server of `make
-- test-tls`, and names, ports and proxies that do not exist. libcurl's own texts go into messages too.
local harness = require("spec.canary.harness")
local canaries = require("spec.canary.canaries")
local connect_proxy = require("spec.support.connect_proxy")
local ecs = require("ecs_pipeline")
local faults = require("spec.faults.harness")
local tls_rows = require("spec.tls.rows")
local tls_server = require("spec.support.tls_server")

local VALUES = canaries.VALUES

local rows = {}

-- The groups of a client with everything seen that they return.
local function watched(see, client)
  local face = { pipeline = {}, close = client.close }
  for name, call in pairs(client.pipeline) do
    face.pipeline[name] = function(...)
      local result, message, err = call(...)
      see(result, message, err, tostring(err), result and ecs.info(result))
      return result, message, err
    end
  end
  face.with = function(options) return watched(see, client.with(options)) end
  return face
end

local function fault_harness()
  local current
  local open = faults.open("curl", function(options, platform)
    options.credentials, options.log = harness.KEYS, "debug"
    options.on_event = function(event) current(event) end
    platform.log = function(level, text) current(level, text) end
    return watched(current, ecs.new(options))
  end)
  return { stop = function() open:close() end, run = function(see, row)
    current = see
    open:run(row, (row.calls or { "create" })[1], open:modes(row)[1])
  end }
end

for _, family in ipairs(require("spec.faults.rows")) do
  local what = ("faults: %s, %d of them"):format(family.name, #family.rows)
  rows[#rows + 1] = { what, says = "pipeline%.", run = function(see)
    local open = harness.helper("faults", fault_harness)
    for _, row in ipairs(family.rows) do
      -- a warm connection has been authenticated on, which the server of the faults does by other keys
      if not row.warm then
        open.run(see, row)
      end
    end
  end }
end

-- An endpoint without anybody: port 9, discard.
local NOBODY = "https://127.0.0.1:9"

local function call(see, more)
  local options = harness.options(see, { platform = {}, transport = "curl", retry = false, endpoint = NOBODY,
    log = function(level, text) see(level, text) end, timeout = { connect = 2, total = 5 } })
  for name, value in pairs(more) do
    options[name] = value
  end
  local client = ecs.new(options)
  harness.try(see, client.pipeline.create, harness.arguments())
  harness.try(see, client.doctor)
  client.close()
end

rows[#rows + 1] = { "TLS: every server and option", says = "certificate", run = function(see)
  local server = harness.helper("tls", tls_server.start)
  for _, row in ipairs(tls_rows) do
    local more = { proxy = false, retry = { attempts = 2, deadline = 20 },
      endpoint = (server.url(row.server, ""):gsub("127%.0%.0%.1", row.host or "127.0.0.1")) }
    for name, value in pairs(row.options) do
      more[name] = value == true and name == "ca_file" and server.ca_file or value
    end
    call(see, more)
  end
end }

local function row(what, says, more)
  rows[#rows + 1] = { what, says = says, run = function(see)
    call(see, type(more) == "function" and more() or more)
  end }
end

row("nobody listens", "CONNECT", { proxy = false })
row("a name that there is not", "DNS", { proxy = false, endpoint = "https://name.invalid" })

local function proxy_url(scheme, place)
  return ("%s://qUser:%s@%s"):format(scheme, VALUES.proxy:gsub("+", "%%2B"), place)
end

for _, scheme in ipairs({ "http", "https", "socks5", "socks5h", "socks4a", "ftp" }) do
  row("proxy: nobody listens, " .. scheme, "pipeline.create", { proxy = proxy_url(scheme, "127.0.0.1:9") })
end
row("proxy: a name that there is not", "PROXY", { proxy = proxy_url("http", "name.invalid:3128") })
row("proxy: a host that is none", "pipeline.create", { proxy = proxy_url("http", "[::::1]:x") })
row("proxy: a blank in the password", "pipeline.create", { proxy = "http://qUser:" .. VALUES.proxy .. " @127.0.0.1:9" })
row("proxy: not a URL", "pipeline.create", { proxy = "qUser:" .. VALUES.proxy .. "@" })
row("proxy: another password is wanted", "407", function()
  return { proxy = proxy_url("http", harness.helper("proxy", function()
    return connect_proxy.start("qUser:another")
  end).url:match("([%d.]+:%d+)")) }
end)
row("proxy: of the environment", "PROXY", { proxy = nil, platform = { env = function(name)
  return name == "HTTPS_PROXY" and proxy_url("http", "127.0.0.1:9") or nil
end } })
return { name = "network", rows = rows }
