-- Runs the rows: a whole client on libcurl against nginx with certificates that are created for the run.

local ecs = require("ecs_pipeline")
local tls_server = require("spec.support.tls_server")

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local Harness = {}
Harness.__index = Harness

local M = {}

-- A folder with the file, named as OpenSSL looks for it.
local function folder_with(path)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute(("mkdir %s %s.empty && cp %s %s/ca.pem && openssl rehash %s"):format(folder, folder, path, folder,
    folder)))
  return folder
end

function M.open()
  local server = tls_server.start()
  return setmetatable({ server = server, folder = folder_with(server.ca_file) }, Harness)
end

function Harness:close()
  self.server.stop()
  os.execute("rm -r " .. self.folder .. " " .. self.folder .. ".empty")
end

-- What stands for a file or a folder of authorities.
function Harness:authorities(value)
  return value == true and self.server.ca_file or value == "folder" and self.folder
    or value == "empty folder" and self.folder .. ".empty" or value
end

--- A client for a server; events go to `events` when there is such a list, log lines to `lines`.
function Harness:client(row, events, lines)
  local url = self.server.url(row.server, ""):gsub("127%.0%.0%.1", row.host or "127.0.0.1")
  local options = { region = "cn-hangzhou", endpoint = url, transport = "curl", proxy = false,
    credentials = { access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY" },
    retry = { deadline = 20 } }
  for name, value in pairs(row.options) do
    options[name] = name == "ca_file" and self:authorities(value) or value
  end
  options.platform = { env = function(name) return row.variables and self:authorities(row.variables[name]) end }
  options.on_event = events and function(event) events[#events + 1] = event end or nil
  options.log = lines and function(level, text) lines[#lines + 1] = level .. " " .. text end or "off"
  return ecs.new(options)
end

local function call(client)
  return client.call("Ecs", "2014-05-26", "DescribeRegions", {})
end

local function warnings_in(events)
  local count = 0
  for _, event in ipairs(events) do
    if event.type == "warning" and event.param == "verify" and event.message:find("not checked", 1, true) then
      count = count + 1
    end
  end
  return count
end

local function judge(say, row, result, message, err)
  if not row.reason then
    say(result and result.tls, "refused: %s", message)
    return
  end
  say(not result, "accepted")
  if result then
    return
  end
  say(err.kind == "transport" and err.code == "TLS", "%s %s", err.kind, err.code)
  say(err.reason == row.reason, "reason is %s: %s", err.reason, message)
  say(message:find(row.message, 1, true), "message: %s", message)
  say(err.hint and err.hint:find(row.hint), "hint: %s", err.hint)
  say(err.attempts == 1 and err.outcome == nil, "%s attempts", err.attempts)
  say(not (message .. err.hint):find("CANARY", 1, true), "a secret: %s", message)
end

--- → what came out, list of problems
function Harness:run(row)
  local problems, events, lines = {}, {}, {}
  local function say(good, text, ...)
    if not good then
      local values = { ... }
      for i = 1, select("#", ...) do
        values[i] = tostring(values[i])
      end
      problems[#problems + 1] = text:format(unpack(values))
    end
  end
  local client = self:client(row, events)
  local result, message, err = call(client)
  judge(say, row, result, message, err)
  say(warnings_in(events) == (row.warnings or 0), "%s warnings", warnings_in(events))
  call(client)
  say(warnings_in(events) == 2 * (row.warnings or 0), "%s warnings after two calls", warnings_in(events))
  client.close()
  local quiet = self:client(row, nil, lines)
  call(quiet)
  local warned = table.concat(lines, "\n"):find("warn ecs_pipeline: Ecs.DescribeRegions warning", 1, true) ~= nil
  say(warned == ((row.warnings or 0) > 0), "the log: %s", table.concat(lines, "; "))
  quiet.close()
  return result and "accepted" .. (row.warnings and ", warned" or "") or err.reason or err.code, problems
end

--- A connection that was made without checking is not lent to who checks, in one state.
function Harness:lending()
  local open = self:client({ server = "stranger", options = { verify = false, insecure = "I understand" } })
  local strict = self:client({ server = "stranger", options = { ca_file = true } })
  local first, second = (call(open)), (call(strict))
  open.close()
  strict.close()
  return first ~= nil and second == nil
end

--- Options that are refused: what they are, what the complaint must hold.
M.REFUSED = {
  { { verify = false }, "ca_file" },
  { { verify = false, insecure = "yes" }, "I understand" },
  { { verify = false, insecure = true }, "must be a string" },
  { { insecure = "" }, "I understand" },
}

--- Is the row refused, with those words? Not by `with` of a client either.
function M.refuses(row)
  local kinds = { function() return ecs.new(row[1]) end, function() return ecs.new({}).with(row[1]) end }
  for _, make in ipairs(kinds) do
    local made, thrown = pcall(make)
    if made or not tostring(thrown):find(row[2], 1, true) then
      return false
    end
  end
  return true
end

return M
