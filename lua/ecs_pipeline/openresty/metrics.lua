--- Counters of a handler in the store, and its metrics in Prometheus' text format
-- (version 0.0.4). Labels come from fixed sets, from the configuration and, bounded, from codes of
-- the service; never from requests.
local builds = require("ecs_pipeline.openresty.builds")
local key = require("ecs_pipeline.openresty.scope").key
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")

local metrics = {}

metrics.CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

local ACTIONS = { "start", "cancel", "show", "ignored", "none" }
local STATUSES = { 200, 202, 400, 401, 403, 404, 405, 409, 413, 429, 503 }
local OUTCOMES = { "success", "partial", "test_failed", "failed", "cancelled", "lost" }

local function webhook_key(hook, action, status)
  return ("%swebhooks:%s:%d"):format(hook.keys, action, status)
end

-- Upper bounds of the histogram of durations, in seconds.
local BOUNDS = { 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 14400 }

-- Most codes of API calls that are counted apart, and the longest one.
local MOST_CODES, LONGEST_CODE = 60, 64

--- Counts a webhook that was answered. Without room for a counter nothing is counted.
-- @tparam table hook
-- @tparam ?string action nil if the message was refused before it was read
-- @tparam integer status
function metrics.webhook(hook, action, status)
  hook.store:count(webhook_key(hook, action or "none", status))
end

-- Stored are, for each outcome, the sum and how many are in each bucket; the last one has no bound.
local function observe(hook, pipeline, outcome, seconds)
  local bucket = 1
  while BOUNDS[bucket] and seconds > BOUNDS[bucket] do
    bucket = bucket + 1
  end
  hook.store:update(key(hook, "durations", pipeline), function(text)
    local durations = store_file.decode(text) or {}
    local one = durations[outcome] or { sum = 0, buckets = {} }
    for index = 1, #BOUNDS + 1 do
      one.buckets[index] = (one.buckets[index] or 0) + (index == bucket and 1 or 0)
    end
    one.sum, durations[outcome] = one.sum + seconds, one
    return store_file.encode(durations)
  end)
end

--- Says that a bake is not to be counted: it had ended before this nginx saw it. → as Store:add
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string execution_id
-- @treturn ?boolean true if it was not counted
function metrics.skip(hook, pipeline, execution_id)
  return hook.store:add(("%scounted:%s:%s"):format(hook.keys, pipeline.key, execution_id), "1",
    30 * 86400)
end

--- Counts a bake that has ended, once, however often it is reported.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table report of the watch
function metrics.ended(hook, pipeline, report)
  if metrics.skip(hook, pipeline, report.execution_id) == true then
    local outcome = report.outcome or "lost"
    hook.store:count(key(hook, "bakes:" .. outcome, pipeline))
    if report.elapsed then
      observe(hook, pipeline, outcome, report.elapsed)
    end
  end
end

-- Each attempt ends in one of these events.
local ENDS = { result = true, retry = true, error = true }

local function count_call(hook, event)
  if not ENDS[event.type] then
    return
  end
  local code = event.type == "result" and "OK" or tostring(event.code or event.kind)
  if #code > LONGEST_CODE or code:find("[^%w._-]") then
    code = "other"
  end
  hook.store:update(hook.keys .. "calls", function(text)
    local counts = store_file.decode(text) or {}
    if not counts[code] and #tables.sorted_keys(counts) >= MOST_CODES then
      code = "other"
    end
    counts[code] = (counts[code] or 0) + 1
    return store_file.encode(counts)
  end)
end

--- Counts the API calls of the client from now on.
-- @tparam table hook its `client` may be of other code, whose calls are not counted
function metrics.count_calls(hook)
  if type(hook.client.listen) == "function" then
    hook.client.listen(function(event) count_call(hook, event) end)
  end
end

--- Counts starts that were promised: "resumed" if the work of a timer that nginx dropped was done
-- by another, "lost" if the start failed.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string what
function metrics.promised(hook, pipeline, what)
  hook.store:count(key(hook, what .. "_starts", pipeline))
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
        hook.store:counted(key(hook, "bakes:" .. outcome, hook.pipelines[name])) or 0)
    end
  end
end

local function durations(hook, lines)
  head(lines, "ecs_pipeline_bake_duration_seconds", "histogram",
    "How long bakes took that were seen to end, by pipeline and outcome.")
  for _, name in ipairs(hook.names) do
    local text = hook.store:get(key(hook, "durations", hook.pipelines[name]))
    local stored = store_file.decode(text) or {}
    for _, outcome in ipairs(tables.sorted_keys(stored)) do
      local labels, total = { { "pipeline", name }, { "outcome", outcome } }, 0
      for index, count in ipairs(stored[outcome].buckets) do
        total = total + count
        labels[3] = { "le", BOUNDS[index] and ("%d"):format(BOUNDS[index]) or "+Inf" }
        line(lines, "ecs_pipeline_bake_duration_seconds_bucket", labels, total)
      end
      labels[3] = nil
      line(lines, "ecs_pipeline_bake_duration_seconds_sum", labels, stored[outcome].sum)
      line(lines, "ecs_pipeline_bake_duration_seconds_count", labels, total)
    end
  end
end

local function api_calls(hook, lines)
  head(lines, "ecs_pipeline_api_calls_total", "counter",
    "Attempts of API calls by code: OK, the service's, or why there is no answer.")
  local counts = store_file.decode(hook.store:get(hook.keys .. "calls")) or {}
  for _, code in ipairs(tables.sorted_keys(counts)) do
    line(lines, "ecs_pipeline_api_calls_total", { { "code", code } }, counts[code])
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
        hook.store:counted(key(hook, row[2] .. "_starts", hook.pipelines[name])) or 0)
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

local LAST_GOOD = {
  { "ecs_pipeline_last_success_timestamp_seconds", "When the last good bake ended, unix seconds.",
    function(good) return good.ended_at end },
  { "ecs_pipeline_last_good_image_age_seconds", "Seconds since the last good bake ended.",
    function(good, now) return math.max(0, now - good.ended_at) end },
}

local function last_good(hook, lines)
  for _, gauge in ipairs(LAST_GOOD) do
    head(lines, gauge[1], "gauge", gauge[2])
    for _, name in ipairs(hook.names) do
      local good = builds.good(hook, hook.pipelines[name])
      if good then
        line(lines, gauge[1], { { "pipeline", name } }, gauge[3](good, hook.wall()))
      end
    end
  end
end

--- The metrics.
-- @tparam table hook
-- @tparam table bakes of `bake_state.all`
-- @treturn string
function metrics.text(hook, bakes)
  local lines = {}
  counters(hook, lines)
  durations(hook, lines)
  api_calls(hook, lines)
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
  last_good(hook, lines)
  return table.concat(lines, "\n") .. "\n"
end

return metrics
