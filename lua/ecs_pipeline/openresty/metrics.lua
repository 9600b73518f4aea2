--- Counters of a handler in the store, and its metrics in Prometheus' text format
-- (version 0.0.4). Labels come from fixed sets and from the configuration, never from requests.
local metrics = {}

metrics.CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

local ACTIONS = { "start", "cancel", "show", "ignored", "none" }
local STATUSES = { 200, 202, 400, 401, 403, 404, 405, 409, 413, 429, 503 }
local OUTCOMES = { "success", "partial", "test_failed", "failed", "cancelled", "lost" }

local function webhook_key(hook, action, status)
  return ("%swebhooks:%s:%d"):format(hook.keys, action, status)
end

local function bake_key(hook, pipeline, outcome)
  return hook.keys .. "bakes:" .. outcome .. ":" .. pipeline.key
end

--- Counts a webhook that was answered. Without room for a counter nothing is counted.
-- @tparam table hook
-- @tparam ?string action nil if the message was refused before it was read
-- @tparam integer status
function metrics.webhook(hook, action, status)
  hook.store:count(webhook_key(hook, action or "none", status))
end

--- Counts a bake that has ended, once, however often it is reported.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table report of the watch
function metrics.ended(hook, pipeline, report)
  if hook.store:add(hook.keys .. "counted:" .. report.execution_id, "1", 30 * 86400) ~= true then
    return
  end
  hook.store:count(bake_key(hook, pipeline, report.outcome or "lost"))
  if report.outcome == "success" then
    hook.store:put(hook.keys .. "success:" .. pipeline.key, ("%.0f"):format(hook.wall()))
  end
end

--- Counts starts that were promised: "resumed" if the work of a timer that nginx dropped was done
-- by another, "lost" if the start failed.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string what
function metrics.promised(hook, pipeline, what)
  hook.store:count(hook.keys .. what .. "_starts:" .. pipeline.key)
end

local ESCAPES = { ["\\"] = "\\\\", ["\""] = "\\\"", ["\n"] = "\\n" }

local function line(lines, name, labels, value)
  local parts = {}
  for index, label in ipairs(labels) do
    parts[index] = ("%s=\"%s\""):format(label[1], (label[2]:gsub("[\\\"\n]", ESCAPES)))
  end
  local text = value == math.floor(value) and ("%.0f"):format(value) or ("%.3f"):format(value)
  lines[#lines + 1] = ("%s{%s} %s"):format(name, table.concat(parts, ","),
    (text:gsub("[^%d%-]+", "."))) -- a point in every locale
end

local function head(lines, name, kind, help)
  lines[#lines + 1] = ("# HELP %s %s"):format(name, help)
  lines[#lines + 1] = ("# TYPE %s %s"):format(name, kind)
end

local function counters(hook, lines)
  head(lines, "ecs_pipeline_webhooks_total", "counter",
    "Webhooks by action and HTTP status; ignored: of a forge, no rule took it; none: refused.")
  for _, action in ipairs(ACTIONS) do
    for _, status in ipairs(STATUSES) do
      local value = hook.store:counted(webhook_key(hook, action, status))
      if value then
        line(lines, "ecs_pipeline_webhooks_total",
          { { "action", action }, { "status", ("%d"):format(status) } }, value)
      end
    end
  end
  head(lines, "ecs_pipeline_bakes_total", "counter",
    "Bakes that were seen to end, by pipeline and outcome; lost: can no longer be read.")
  for _, name in ipairs(hook.names) do
    for _, outcome in ipairs(OUTCOMES) do
      line(lines, "ecs_pipeline_bakes_total", { { "pipeline", name }, { "outcome", outcome } },
        hook.store:counted(bake_key(hook, hook.pipelines[name], outcome)) or 0)
    end
  end
end

local PROMISED = {
  { "ecs_pipeline_starts_resumed_total", "resumed",
    "Promised starts that nginx had dropped, and that were carried out later." },
  { "ecs_pipeline_starts_lost_total", "lost", "Promised starts that failed." },
}

local function promised(hook, lines)
  for _, row in ipairs(PROMISED) do
    head(lines, row[1], "counter", row[3])
    for _, name in ipairs(hook.names) do
      line(lines, row[1], { { "pipeline", name } },
        hook.store:counted(hook.keys .. row[2] .. "_starts:" .. hook.pipelines[name].key) or 0)
    end
  end
end

local GAUGES = {
  { "ecs_pipeline_not_found", "Has the service no pipeline of that id.", function(bake)
    return bake.state == "not_found" and 1 or 0
  end },
  { "ecs_pipeline_starts_waiting", "Does a promised start wait.", function(bake)
    return bake.waiting and 1 or 0
  end },
  { "ecs_pipeline_bake_running", "Is a bake running.", function(bake)
    return bake.state == "running" and 1 or 0
  end },
  { "ecs_pipeline_bake_progress_ratio", "How far the latest bake is, 0 to 1.", function(bake)
    return bake.progress
  end },
  { "ecs_pipeline_bake_elapsed_seconds", "Seconds since the latest bake began, or that it took.",
    function(bake) return bake.elapsed end },
  { "ecs_pipeline_bake_left_seconds", "Seconds to the end of the running bake, from past ones.",
    function(bake) return bake.estimate end },
  { "ecs_pipeline_bake_stalled", "Has the running bake not changed for long.", function(bake)
    return bake.state == "running" and (bake.stalled and 1 or 0) or nil
  end },
}

--- The metrics.
-- @tparam table hook
-- @tparam table bakes of `bake_state.all`
-- @treturn string
function metrics.text(hook, bakes)
  local lines = {}
  counters(hook, lines)
  promised(hook, lines)
  for _, gauge in ipairs(GAUGES) do
    head(lines, gauge[1], "gauge", gauge[2])
    for _, bake in ipairs(bakes) do
      local value = gauge[3](bake)
      if value then
        line(lines, gauge[1], { { "pipeline", bake.pipeline } }, value)
      end
    end
  end
  head(lines, "ecs_pipeline_last_success_timestamp_seconds", "gauge",
    "When a bake was last seen to end in success, unix seconds.")
  for _, name in ipairs(hook.names) do
    local at = tonumber(hook.store:get(hook.keys .. "success:" .. hook.pipelines[name].key))
    if at then
      line(lines, "ecs_pipeline_last_success_timestamp_seconds", { { "pipeline", name } }, at)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return metrics
