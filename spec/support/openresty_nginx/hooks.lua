-- luacheck: globals ngx
-- Runs inside nginx: the hooks as somebody would set them up, for spec/openresty/hooks_harness.lua.
local ecs = require("ecs_pipeline")
local literal = require("spec.support.openresty_nginx.literal")
local openresty = require("ecs_pipeline.openresty")

local M = {}

-- Notes which worker starts a build of a pipeline: it first lists the executions, which the watch does not.
local function note_starter(execution)
  local list = execution.list
  function execution.list(filter)
    ngx.shared.notes:set("starter of " .. filter.image_pipeline_id, ngx.worker.pid())
    return list(filter)
  end
end

--- In init_by_lua: `path` holds options of the client, and of the handler where there are pipelines.
function M.init(path)
  local file = assert(io.open(path, "rb"))
  local options = literal.read(file:read("*a"))
  file:close()
  M.client = ecs.new(options.client)
  note_starter(M.client.execution)
  M.flight = openresty.single_flight({ client = M.client, lease = 2 })
  if next(options.pipelines) then
    M.handler = openresty.handler({ client = M.client, secret = options.secret, pipelines = options.pipelines,
      poll = options.poll })
  end
end

-- What was told, a line each, in a dictionary of its own: reloads do not touch it.
local function tell(report)
  local notes = ngx.shared.notes
  notes:rpush("told", table.concat({ ngx.worker.pid(), report.status or report.error.kind, report.outcome or "" }, " "))
  if notes:get("raise") then
    error("on purpose")
  elseif notes:get("dwell") then
    notes:delete("dwell")
    notes:set("dwelling", ngx.worker.pid())
    ngx.sleep(60)
  end
end

--- In init_worker_by_lua.
function M.init_worker()
  M.watcher = openresty.watch({ client = M.client, on_change = tell, poll = 0.5, lease = 2 })
  if M.handler then
    M.handler()
  end
end

--- In log_by_lua, where nothing can wait: asks for a start of the pipeline that is noted, and notes the answer.
function M.ask_in_log()
  local notes = ngx.shared.notes
  local _, _, err = M.flight.start(notes:get("pipeline"))
  notes:set("said", err and err.code or "none")
end

--- Everything told so far, for `remote:run`.
function M.told()
  local notes, list = ngx.shared.notes, {}
  for _ = 1, notes:llen("told") do
    local line = notes:lpop("told")
    notes:rpush("told", line)
    list[#list + 1] = line
  end
  return list
end

return M
