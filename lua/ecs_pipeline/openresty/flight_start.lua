--- The start of a single flight: adopts the running execution, otherwise starts one, with a
-- ClientToken that any other machine would derive too.
local core = require("ecs_pipeline.core")
local states = require("ecs_pipeline.execution_states")
local tags = require("ecs_pipeline.tags")

local flight_start = {}

-- Fields of an error that can be stored as data and are useful to requests that read it later.
local FIELDS = { "kind", "code", "message", "status", "request_id", "operation", "attempts",
  "retryable", "param", "hint", "execution_id", "outcome", "client_token", "region" }

-- The running execution, and the newest one.
local function running_and_newest(executions)
  local running, newest
  for _, execution in ipairs(executions) do
    if not states.outcome(execution.status) then
      running = running or execution
    end
    local at, then_at = execution.creation_time or "", newest and newest.creation_time or ""
    if not newest or at > then_at or at == then_at and execution.id > newest.id then
      newest = execution
    end
  end
  return running, newest
end

-- Each part has its length in front, so that different lists never give the same text.
local function digest(parts)
  for index, part in ipairs(parts) do
    parts[index] = #part .. ":" .. part
  end
  return core.sign.sha256_hex(table.concat(parts))
end

--- What identifies a build: the caller's key, otherwise what it comes after. Tags are part of it:
-- the service rejects one ClientToken with different parameters.
-- @tparam table job
-- @tparam ?string after id of the newest execution
-- @treturn string hexadecimal
function flight_start.digest(job, after)
  local parts = { "ecs_pipeline single flight", job.found.region_id or "", job.found.id,
    job.key and "key" or "after", job.key or after or "" }
  for _, tag in ipairs(tags.to_list(job.tags or {})) do
    parts[#parts + 1] = tag.key
    parts[#parts + 1] = tostring(tag.value)
  end
  return digest(parts)
end

local function failed(err)
  local fields = {}
  for _, name in ipairs(FIELDS) do
    local value = err[name]
    if type(value) ~= "table" then
      fields[name] = value
    end
  end
  return { err = fields }
end

local function answer(job, id, started, running, token)
  return { started = started, running = running,
    result = { id = id, execution_id = id, pipeline_id = job.found.id, client_token = token } }
end

local function listed(executions, id)
  for _, execution in ipairs(executions) do
    if execution.id == id then
      return execution
    end
  end
end

--- Starts an execution, or finds the running one.
-- @tparam table client with the groups of `ecs.new`
-- @tparam table job `{ found = { id, region_id }, key, tags }`
-- @treturn table plain data: `{ result, started, running }`, or `{ err }`
function flight_start.run(client, job)
  local id, region = job.found.id, job.found.region_id
  local executions, _, err = client.execution.list({ image_pipeline_id = id, region_id = region })
  if not executions then
    return failed(err)
  end
  local running, newest = running_and_newest(executions)
  if running then
    return answer(job, running.id, false, true)
  end
  local token = flight_start.digest(job, newest and newest.id)
  local created
  created, _, err = client.execution.start(
    { image_pipeline_id = id, region_id = region, tags = job.tags }, { client_token = token })
  if created then
    -- the service returns the same execution again when it knows the token
    local before = listed(executions, created.id)
    return answer(job, created.id, not before, not before, token)
  elseif err.kind == "conflict" and err.execution_id then
    return answer(job, err.execution_id, false, true)
  end
  return failed(err)
end

return flight_start
