-- The emulator behind nginx, for shell scripts:
--   lua cli.lua start FOLDER OWNER     starts it below the empty FOLDER, prints EMULATOR_…=… lines for `eval`; the
--                                      server ends by itself when the process OWNER does
--   lua cli.lua requests PORT          a table of what arrived, from the plain HTTP port
--   lua cli.lua stop PID FOLDER        stops it and removes FOLDER; fails when something is left

local server = require("ecs_pipeline.emulator.nginx.server")

local commands = {}

function commands.start(folder, owner)
  local running, why = server.start({ prefix = folder, owner = owner, emulator = { seed = "examples" } })
  if not running then
    return nil, why
  end
  for _, name in ipairs({ "pid", "http_port", "https_port", "ca_file" }) do
    print(("EMULATOR_%s='%s'"):format(name:upper(), running[name]))
  end
  return true
end

local columns = {
  { "#", 2, "number" }, { "action", 33, "action" }, { "signature", 9, "scheme" }, { "parameters in", 13, "placement" },
  { "count", 5, "parameters" }, { "query", 7, "query_bytes" }, { "body", 7, "body_bytes" }, { "status", 6, "status" },
  { "code", 30, "code" },
}

local function row(value_of)
  local out = {}
  for i, column in ipairs(columns) do
    local value = value_of(column)
    out[i] = ("%-" .. column[2] .. "s"):format(value == nil and "" or tostring(value))
  end
  print("  " .. (table.concat(out, "  "):gsub("%s+$", "")))
end

function commands.requests(port)
  local cjson = require("cjson")
  local curl = require("ecs_pipeline.transport.curl").new()
  local reply, err = curl.send({
    method = "GET", url = "http://127.0.0.1:" .. port .. "/_emulator/state", headers = {}, body = "",
  })
  if not reply then
    return nil, err.message
  end
  row(function(column)
    return column[1]
  end)
  for _, request in ipairs(cjson.decode(reply.body).requests) do
    row(function(column)
      local value = request[column[3]]
      return type(value) == "number" and ("%d"):format(value) or value
    end)
  end
  return true
end

function commands.stop(pid, folder)
  if not server.stop(pid, folder) then
    return nil, "nginx " .. pid .. " or its folder " .. folder .. " is still there"
  end
  return true
end

local command = commands[arg[1]]
if not command then
  io.stderr:write("usage: cli.lua start FOLDER OWNER | requests PORT | stop PID FOLDER\n")
  os.exit(2)
end
local ok, why = command(arg[2], arg[3])
if not ok then
  io.stderr:write("emulator: " .. tostring(why) .. "\n")
  os.exit(1)
end
