--- Runs inside nginx: what a client asks of the emulator itself, on the plain loopback listener.
--   GET  /_emulator/state       the emulator's state() as JSON
--   POST /_emulator/fault       a fault or a list of faults as JSON (kinds: emulator/faults.lua)
--   POST /_emulator/calm        no fault is left of the script
--   POST /_emulator/execution   an execution as JSON, put into the store
--   POST /_emulator/image       an image as JSON, put into the store
--   POST /_emulator/build       how the next build goes, or a list of that, as JSON
--                               (emulator/build_script.lua)
--   POST /_emulator/advance?seconds=60   moves the clock
--   POST /_emulator/follow      from now on the clock runs along with those of the clients
--   POST /_emulator/hold?n=3    the third request from now on stays on its way until `release`
--   GET  /_emulator/held        has it come, and is it not taken yet
--   POST /_emulator/release?n=2 take it after two others
--   POST /_emulator/reset       a new emulator with the same options

local cjson = require("cjson").new()
local json = require("ecs_pipeline.sorted_json")
local late = require("ecs_pipeline.emulator.nginx.late")
local worker = require("ecs_pipeline.emulator.nginx.worker")

local M = {}

local MOST_SECONDS = 1000000000 -- of one step of the clock: thirty years

-- The body as a table.
local function body()
  local ok, value = pcall(cjson.decode, worker.body())
  if not ok or type(value) ~= "table" then
    error("the body must be JSON, an object or a list: "
      .. (ok and type(value) or tostring(value)), 0)
  end
  return value
end

local function fault()
  local faults = body()
  if faults[1] == nil then
    faults = { faults }
  end
  for _, item in ipairs(faults) do
    worker.emulator:fault(item)
  end
end

-- A number of the query: `rule` says which ones, `holds(number)` whether this is one.
local function number(name, example, rule, holds)
  local text = ngx.var["arg_" .. name] or ""
  local value = json.to_number(text)
  if not (value and holds(value)) then
    error(("%s must be a %s, as in %s?%s=%s; it is %s"):format(name, rule, ngx.var.uri, name,
      example, text == "" and "missing" or "\"" .. text .. "\""), 0)
  end
  return value
end

local function count(least, example)
  return number("n", example, "whole number from " .. least, function(value)
    return value >= least and value % 1 == 0
  end)
end

local commands = {
  ["GET state"] = function()
    return worker.emulator:state()
  end,
  ["POST fault"] = fault,
  ["POST calm"] = function()
    worker.emulator.faults.script = {}
  end,
  ["POST execution"] = function()
    return worker.emulator:put("executions", body())
  end,
  ["POST image"] = function()
    return worker.emulator:put("images", body())
  end,
  ["POST build"] = function()
    worker.emulator:script_build(body())
  end,
  ["POST advance"] = function()
    local rule = ("number from -%d to %d"):format(MOST_SECONDS, MOST_SECONDS)
    worker.emulator:advance(number("seconds", 60, rule, function(value)
      return math.abs(value) <= MOST_SECONDS
    end))
  end,
  ["POST follow"] = function()
    worker.follow = true
  end,
  ["GET held"] = late.state,
  ["POST hold"] = function()
    late.hold(count(1, 3))
  end,
  ["POST release"] = function()
    late.release(count(0, 2))
  end,
  ["POST reset"] = worker.reset,
}

-- The method or the command is wrong.
local function unknown(method, name)
  local known = {}
  for at in pairs(commands) do
    local wanted, path = at:match("^(%u+) (.*)$")
    if path == name then
      return ("%s is asked for by %s, not by %s"):format(ngx.var.uri, wanted, method)
    end
    known[#known + 1] = path
  end
  table.sort(known)
  return ("no command %s; there are %s"):format(name, table.concat(known, ", "))
end

function M.answer()
  local method, name = ngx.req.get_method(), ngx.var.uri:match("^/_emulator/(.*)$")
  local command = commands[method .. " " .. name]
  local ok, reply
  if command then
    ok, reply = pcall(command)
    if not ok then
      reply = tostring(reply):gsub("^[^\n:]*%.lua:%d+: ", "")
    end
  else
    reply = unknown(method, name)
  end
  ngx.status = ok and 200 or 400
  ngx.header["content-type"] = "application/json"
  ngx.print(json.encode(ok and (reply or {}) or { error = reply }))
end

return M
