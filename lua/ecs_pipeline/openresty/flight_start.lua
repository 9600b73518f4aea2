--- The start of a single flight: adopts the running execution, otherwise starts one, with a
-- ClientToken that any other machine would derive too. And what was promised of it.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local states = require("ecs_pipeline.execution_states")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local flight_start = {}

-- Fields of an error that can be stored as data and are useful to requests that read it later.
local FIELDS = { "kind", "code", "message", "status", "request_id", "operation", "attempts",
  "retryable", "param", "hint", "pipeline_id", "execution_id", "outcome", "client_token", "region" }

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

--- An error as an answer, plain data.
-- @tparam table err
-- @treturn table `{ err }`
function flight_start.failed(err)
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

--- The ClientToken of the next execution of a pipeline: any other machine would derive it too.
-- @tparam table client
-- @tparam table job `{ key, tags }`
-- @tparam table found `{ id, region_id }` the pipeline
-- @treturn[1] string
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function flight_start.token(client, job, found)
  local executions, message, err = client.execution.list({ image_pipeline_id = found.id,
    region_id = found.region_id })
  if not executions then
    return nil, message, err
  end
  local _, newest = running_and_newest(executions)
  return flight_start.digest({ found = found, key = job.key, tags = job.tags },
    newest and newest.id)
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
    return flight_start.failed(err)
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
  return flight_start.failed(err)
end

-- --- promises ---

-- Most starts that are promised at a time.
local MOST = 200

--- A key of the store that belongs to a pipeline.
-- @tparam table self state of a single flight: `keys`, `region`
-- @tparam string what
-- @tparam table found `{ id, region_id }`
-- @treturn string
function flight_start.key_of(self, what, found)
  return ("%s%s:%s/%s"):format(self.keys, what, found.region_id or self.region or "", found.id)
end

local function jobs_of(text)
  return store_file.decode(text) or {}
end

local function change(self, edit)
  local refused
  local ok, message, err = self.store:update(self.keys .. "promised", function(text)
    local jobs = jobs_of(text)
    refused = edit(jobs)
    return next(jobs) and store_file.encode(jobs) or nil
  end)
  if ok and refused then
    return errors.fail("single_flight.start", { kind = "storage", code = "TOO_MANY_STARTS",
      sent = false, message = ("%d starts wait already"):format(MOST), hint = "ask again later" })
  end
  return ok, message, err
end

--- Writes down that a job is to be carried out.
-- @tparam table self state of a single flight: `store`, `keys`
-- @tparam table job with `digest`
-- @tparam ?boolean told its request ends without the answer
-- @treturn[1] string|boolean
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function flight_start.promise(self, job, told)
  return change(self, function(jobs)
    local before, count = jobs[job.digest], #tables.sorted_keys(jobs)
    if not before and count >= MOST then
      return true
    end
    jobs[job.digest] = { found = job.found, key = job.key, tags = job.tags, digest = job.digest,
      told = told or before and before.told or nil }
  end)
end

--- What was promised and has no answer yet.
-- @tparam table self state of a single flight
-- @treturn table list of jobs
function flight_start.promised(self)
  local list, jobs = {}, jobs_of(self.store:get(self.keys .. "promised"))
  for index, name in ipairs(tables.sorted_keys(jobs)) do
    list[index] = jobs[name]
  end
  return list
end

--- May an answer serve a job? Not if it is about a build with another key that has ended.
-- @tparam table given answer
-- @tparam table job
-- @treturn boolean
function flight_start.serves(given, job)
  return given.key == job.key or given.running or not given.result
end

--- An answer keeps the promises that it may serve.
-- @tparam table self state of a single flight
-- @tparam table job
-- @tparam table given answer
-- @treturn boolean did a request end without the answer?
function flight_start.keep_promises(self, job, given)
  local told = false
  if flight_start.promised(self)[1] then
    change(self, function(jobs)
      told = false
      for name, other in pairs(jobs) do
        if flight_start.key_of(self, "", other.found) == flight_start.key_of(self, "", job.found)
            and flight_start.serves(given, other) then
          jobs[name], told = nil, told or other.told or false
        end
      end
    end)
  end
  return told
end

return flight_start
