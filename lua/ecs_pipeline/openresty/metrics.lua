--- Counters of a handler in the shared dictionary, and its metrics in Prometheus' text format
-- (version 0.0.4). Labels come from fixed sets and from the configuration, never from requests.
local shared = require("ecs_pipeline.openresty.shared")

local metrics = {}

metrics.CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

local ACTIONS = { "start", "cancel", "show", "none" }
local STATUSES = { 200, 202, 400, 401, 403, 404, 405, 409, 413, 429, 503 }
local OUTCOMES = { "success", "partial", "test_failed", "failed", "cancelled", "lost" }

local function webhook_key(hook, action, status)
  return ("%swebhooks:%s:%d"):format(hook.keys, action, status)
end

local function bake_key(hook, name, outcome)
  return hook.keys .. "bakes:" .. outcome .. ":" .. name
end

-- If the dictionary has no room for a counter, that is not an error.
local function count(hook, key)
  if not hook.dict:incr(key, 1) then
    hook.dict:safe_add(key, 0)
    hook.dict:incr(key, 1)
  end
end

--- Counts a webhook that was answered.
-- @tparam table hook
-- @tparam ?string action nil if the message was refused before it was read
-- @tparam integer status
function metrics.webhook(hook, action, status)
  count(hook, webhook_key(hook, action or "none", status))
end

--- Counts a bake that has ended, once, however often it is reported.
-- @tparam table hook
-- @tparam string name of the pipeline
-- @tparam table report of the watch
function metrics.ended(hook, name, report)
  local once = hook.keys .. "counted:" .. report.execution_id
  if shared.keep("openresty.handler", hook.dict, "safe_add", once, 1, 30 * 86400) ~= true then
    return
  end
  count(hook, bake_key(hook, name, report.outcome or "lost"))
  if report.outcome == "success" then
    shared.keep("openresty.handler", hook.dict, "safe_set", hook.keys .. "success:" .. name,
      hook.host.now())
  end
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
    "Webhooks by action and HTTP status; action none: refused before it was read.")
  for _, action in ipairs(ACTIONS) do
    for _, status in ipairs(STATUSES) do
      local value = hook.dict:get(webhook_key(hook, action, status))
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
        hook.dict:get(bake_key(hook, name, outcome)) or 0)
    end
  end
end

local GAUGES = {
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
    local at = hook.dict:get(hook.keys .. "success:" .. name)
    if at then
      line(lines, "ecs_pipeline_last_success_timestamp_seconds", { { "pipeline", name } }, at)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return metrics
