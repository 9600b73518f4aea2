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

local function fault()
  local faults = cjson.decode(worker.body())
  if faults[1] == nil then
    faults = { faults }
  end
  for _, item in ipairs(faults) do
    worker.emulator:fault(item)
  end
end

local function number()
  return assert(tonumber(ngx.var.arg_n), "n=… is missing")
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
    return worker.emulator:put("executions", cjson.decode(worker.body()))
  end,
  ["POST image"] = function()
    return worker.emulator:put("images", cjson.decode(worker.body()))
  end,
  ["POST build"] = function()
    worker.emulator:script_build(cjson.decode(worker.body()))
  end,
  ["POST advance"] = function()
    worker.emulator:advance(assert(tonumber(ngx.var.arg_seconds), "seconds=… is missing"))
  end,
  ["POST follow"] = function()
    worker.follow = true
  end,
  ["GET held"] = late.state,
  ["POST hold"] = function()
    late.hold(number())
  end,
  ["POST release"] = function()
    late.release(number())
  end,
  ["POST reset"] = worker.reset,
}

function M.answer()
  local name = ngx.req.get_method() .. " " .. ngx.var.uri:match("^/_emulator/(.*)$")
  local command = commands[name]
  local ok, reply = false, "no such command: " .. name
  if command then
    ok, reply = pcall(command)
  end
  ngx.status = ok and 200 or 400
  ngx.header["content-type"] = "application/json"
  ngx.print(json.encode(ok and (reply or {}) or { error = tostring(reply) }))
end

return M
