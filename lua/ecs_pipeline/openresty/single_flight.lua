--- `openresty.single_flight`: one of many requests starts the build, all others get the same
-- execution. Inside one nginx a lease in a shared dictionary ensures this. Between machines the
-- service does: it runs one execution of a pipeline at a time, which is adopted; and two
-- simultaneous starts have the same ClientToken, derived from the newest execution.
local errors = require("ecs_pipeline.errors")
local flight_start = require("ecs_pipeline.openresty.flight_start")
local lease = require("ecs_pipeline.openresty.lease")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local shared = require("ecs_pipeline.openresty.shared")

local single_flight = {}

local OPERATION = "single_flight.start"

-- Seconds for which an answer is stored for the requests that wait for it.
local KEEP = 60

-- Seconds for which the answer "it runs" is used without asking the service again.
local HOLD = 2

-- Seconds between two reads of the dictionary.
local FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1

-- Phases in which nginx lets Lua sleep.
local MAY_WAIT = { rewrite = true, access = true, content = true, timer = true, ssl_cert = true }

local ROWS = {
  dict = shared.ROWS.dict, client = shared.ROWS.client, host = shared.ROWS.host,
  hold = options.SECONDS, lease = options.SECONDS,
}

local START_ROWS = { wait = options.SECONDS, key = { "string" }, tags = { "table" } }

local function key_of(what, found)
  return ("ecs:flight:%s:%s/%s"):format(what, found.region_id or "", found.id)
end

local function store_answer(self, found, answer)
  answer.at = self.ngx.clock()
  local kept, message = shared.set_json(OPERATION, self.dict, key_of("answer", found), answer, KEEP)
  if not kept then
    self.ngx.log(self.ngx.ERR, message, "; waiting requests will not get the result of the start")
  end
end

-- Starts the build, while the lease is ours.
local function start_once(self, held, job)
  held:hold(function()
    local ok, answer = pcall(flight_start, self.client, job)
    if not ok then
      answer = { raised = tostring(answer) }
    end
    answer.key, answer.owner = job.key, held.owner
    job.answer = answer -- for this request, even when the dictionary is full
    store_answer(self, job.found, answer)
  end)
end

-- In a timer, because the request may be aborted, or need its reply sooner.
local function start_in_timer(self, held, job)
  local function begin(premature)
    if premature then
      held:release() -- this worker ends; another one takes over
      return
    end
    start_once(self, held, job)
  end
  if not self.ngx.timer.at(0, begin) then
    start_once(self, held, job) -- no timer is available
  end
end

-- May this cached answer serve a request that arrived at `since`? Yes while the build runs and the
-- answer is younger than `hold`; yes if it was stored while the request waited, unless it is about
-- a build with another key that has ended.
local function may_serve(self, answer, job, since)
  local now = self.ngx.clock()
  if answer.running and now - answer.at <= self.seconds_held then
    return true
  end
  return answer.at >= since and (answer.key == job.key or answer.running or not answer.result)
end

-- What `start` returns for an answer.
local function outcome_of(answer, owner)
  if answer.raised then
    errors.raise(answer.raised)
  elseif not answer.result then
    return errors.again(answer.err)
  end
  answer.result.adopted = not (answer.started and answer.owner == owner)
  return answer.result
end

local function answer_for(self, job, since)
  local answer = shared.get_json(self.dict, key_of("answer", job.found))
  return answer and may_serve(self, answer, job, since) and answer or nil
end

local function not_yet(job, wait)
  return errors.fail(OPERATION, { kind = "timeout", code = "STARTING", retryable = true,
    pipeline_id = job.found.id,
    message = ("after %g s the start has no result yet; it continues"):format(wait),
    hint = "ask again with the same arguments: no other execution is started" })
end

local function wait_for_answer(self, job, seconds)
  local since = self.ngx.clock()
  local pause, owner = FIRST_PAUSE, nil
  while true do
    local answer = job.answer or answer_for(self, job, since)
    if answer then
      return outcome_of(answer, owner)
    end
    local held, message, err =
      lease.take(OPERATION, self.ngx, self.dict, key_of("lease", job.found), self.lease)
    if held then
      owner = held.owner
      answer = answer_for(self, job, since)
      if answer then -- it was stored between our two reads
        held:release()
        return outcome_of(answer)
      end
      start_in_timer(self, held, job)
    elseif held == nil then
      return nil, message, err
    end
    local left = since + seconds - self.ngx.clock()
    if left <= 0 or not MAY_WAIT[self.ngx.get_phase()] then
      return not_yet(job, seconds)
    end
    self.ngx.sleep(math.min(left, pause))
    pause = math.min(LONGEST_PAUSE, pause * 1.5)
  end
end

--- Starts builds, each once. It may be created in `init_by_lua*`; call its functions in phases
-- where calls can wait, see docs/openresty.md.
-- @function openresty.single_flight
-- @tparam ?table given
--
--   * `dict`: name of a `lua_shared_dict`, default "ecs_pipeline"
--   * `client`: of `ecs.new`, default the default client
--   * `hold`: seconds for which "it runs" is answered without asking the service again, 2
--   * `lease`: seconds after which another worker takes over from one that died, 5
-- @treturn table `start`, `forget`
-- @raise wrong options, a dictionary that nginx.conf does not declare
function single_flight.new(given)
  given = given or {}
  local operation = "openresty.single_flight"
  options.check(operation, given, ROWS)
  local self = { client = given.client or require("ecs_pipeline"),
    seconds_held = given.hold or HOLD, lease = given.lease or lease.SECONDS }
  self.ngx, self.dict = shared.open(operation, given)
  local flight = {}

  --- Starts a build of a pipeline, or returns the execution that another request started. API:
  -- DescribeImagePipelineExecutions, StartImagePipelineExecution. Yields. The work runs in a timer
  -- and continues after the request has been answered.
  -- @function single_flight.start
  -- @param pipeline id, or a table that has it, and `region_id`
  -- @tparam ?table given
  --
  --   * `wait`: longest time until this function returns, in seconds, 60
  --   * `key`: text that identifies the build, such as a commit: one execution for each key, also
  --     for calls after its end (as long as the service remembers its ClientToken)
  --   * `tags`: of the execution
  -- @treturn[1] table `{ id, execution_id, pipeline_id, adopted, client_token }`; adopted: another
  --   call started it
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err, the same for all waiting requests; kind "timeout" with code "STARTING"
  --   if `wait` was too short: call again
  function flight.start(pipeline, start_options)
    start_options = start_options or {}
    options.check(OPERATION, start_options, START_ROWS)
    local found, message, err = reference.find(OPERATION, pipeline, reference.PIPELINE)
    if not found then
      return nil, message, err
    end
    return wait_for_answer(self,
      { found = found, key = start_options.key, tags = start_options.tags },
      start_options.wait or KEEP)
  end

  --- Makes the next start ask the service, even if it comes very soon. Call it after a cancel.
  -- @function single_flight.forget
  -- @param pipeline as start
  function flight.forget(pipeline)
    local found = reference.find(OPERATION, pipeline, reference.PIPELINE)
    if found then
      self.dict:delete(key_of("answer", found))
    end
  end

  return flight
end

return single_flight
