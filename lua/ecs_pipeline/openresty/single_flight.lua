--- `openresty.single_flight`: one of many requests starts the build, all others get the same
-- execution. Inside one nginx a lease in a store ensures this. Between machines the service does:
-- it runs one execution of a pipeline at a time, which is adopted; and two simultaneous starts have
-- the same ClientToken, derived from the newest execution.
--
-- nginx drops the work of a timer if too many timers run (`lua_max_running_timers`), and without a
-- word to the code that created it. So a start that is promised is first written down: until it has
-- an answer, a worker whose timers run, or the next request, carries it out.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local flight_start = require("ecs_pipeline.openresty.flight_start")
local lease = require("ecs_pipeline.openresty.lease")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")

local single_flight = {}

local OPERATION = "single_flight.start"

-- Seconds for which an answer is stored for the requests that wait for it.
local KEEP = 60

-- Seconds for which the answer "it runs" is used without asking the service again.
single_flight.HOLD = 2

-- Seconds between two reads of the store.
local FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1

-- Seconds after which the request itself does what its timer has not begun, at most half of the
-- lease.
local PATIENCE = 0.25

-- Seconds for which a request of a worker that ends still waits.
local LEAVING = 3

-- Seconds between two looks for starts that were promised and are not carried out.
local TICK = 5

-- Phases in which nginx lets Lua sleep.
local MAY_WAIT = { rewrite = true, access = true, content = true, timer = true, ssl_cert = true }

local ROWS = {
  dict = store_file.ROWS.dict, client = store_file.ROWS.client, host = store_file.ROWS.host,
  name = { "string" }, hold = options.SECONDS, lease = options.SECONDS,
}

local START_ROWS = { wait = options.SECONDS, key = { "string" }, tags = { "table" } }

local key_of = flight_start.key_of

-- --- the start ---

local function store_answer(self, job, answer)
  local text = store_file.encode(answer)
  local kept, message = self.store:put(key_of(self, "answer", job.found), text, KEEP)
  if kept then
    kept, message = self.store:put(key_of(self, "runs", job.found), answer.running and text or nil,
      self.seconds_held)
  end
  if not kept then
    self.ngx.log(self.ngx.ERR, message, "; waiting requests will not get the result of the start")
  end
end

-- Did the call end only because this worker does? Then another one carries out the promise.
local function is_ours(self, err)
  return err and self.ngx.worker.exiting() and (err.retryable or err.code == "HOST_EXITING")
end

-- Starts the build, while the lease is ours.
local function start_once(self, held, job)
  job.begun = true
  held:hold(function()
    local ok, answer = pcall(self.run or flight_start.run, self.client, job)
    if not ok then
      answer = { raised = tostring(answer) }
    elseif is_ours(self, answer.err) then
      return
    end
    answer.key, answer.owner, answer.number = job.key, held.owner, core.token(8)
    job.answer = answer -- for this request, even when the dictionary is full
    store_answer(self, job, answer)
    local told = flight_start.keep_promises(self, job, answer)
    if self.on_answer then
      self.on_answer(job, answer, told)
    end
  end)
end

-- In a timer, because the request may be aborted, or need its reply sooner.
local function start_in_timer(self, held, job)
  job.since, job.held, job.begun = self.ngx.clock(), held, false
  local function begin(premature)
    if premature then
      held:release() -- this worker ends; another one takes over
    elseif not job.begun and held:held() then
      start_once(self, held, job)
    end
  end
  if not self.ngx.timer.at(0, begin) then
    job.since = -math.huge -- no timer is available
  end
end

-- If nginx has no timer, or has dropped it, a thread of this request does the work. It ends with
-- the request if the client hangs up; then the promise remains.
local function do_without_timer(self, job)
  local late = job.since and not job.begun
    and self.ngx.clock() - job.since >= math.min(PATIENCE, self.lease / 2)
  if late and job.held:held() then
    job.begun = true
    self.ngx.thread.spawn(function() start_once(self, job.held, job) end)
  elseif late then
    job.since = nil
  end
end

-- --- answers ---

-- May this stored answer serve a request? Yes while the build runs and the answer is younger than
-- `hold`: those are stored under "runs". Yes if it was stored while the request waited, unless it
-- is about a build with another key that has ended.
local function may_serve(answer, job)
  return answer.number ~= job.seen and flight_start.serves(answer, job)
end

local function answer_for(self, job)
  local runs = store_file.decode(self.store:get(key_of(self, "runs", job.found)))
  if runs then
    return runs
  end
  local answer = store_file.decode(self.store:get(key_of(self, "answer", job.found)))
  return answer and may_serve(answer, job) and answer or nil
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

-- The request leaves before there is an answer, and its start is promised.
local function not_yet(self, job, seconds, owner)
  local kept, message, err = flight_start.promise(self, job, true)
  local answer = job.answer or answer_for(self, job) -- it may have come before we promised
  if answer then
    flight_start.keep_promises(self, job, answer)
    return outcome_of(answer, owner)
  elseif not kept then
    return nil, message, err
  end
  return errors.fail(OPERATION, { kind = "timeout", code = "STARTING", retryable = true,
    pipeline_id = job.found.id,
    message = ("after %g s the start has no result yet; it continues"):format(seconds),
    hint = "ask again with the same arguments: no other execution is started" })
end

-- Tries to become the one that starts. → the answer, if one came meanwhile; nil, or nil, message,
-- err
local function try(self, job)
  if self.ngx.worker.exiting() then
    return nil -- its timers do no work any more
  end
  local held, message, err =
    lease.take(self.ngx, self.store, key_of(self, "lease", job.found), self.lease)
  if not held then
    return nil, held == nil and message or nil, err
  end
  local answer = answer_for(self, job)
  if answer then -- it was stored between our two reads
    held:release()
    return answer
  end
  local kept
  kept, message, err = flight_start.promise(self, job)
  if not kept then
    held:release()
    return nil, message, err
  end
  start_in_timer(self, held, job)
  return nil
end

local function wait_for_answer(self, job, seconds)
  local ends, pause = self.ngx.clock() + seconds, FIRST_PAUSE
  while true do
    local answer = job.answer or answer_for(self, job)
    local message, err
    if not answer then
      answer, message, err = try(self, job)
    end
    if answer then
      return outcome_of(answer, job.held and job.held.owner)
    elseif message then
      return nil, message, err
    end
    local now = self.ngx.clock()
    if self.ngx.worker.exiting() and not job.leaves then
      job.leaves, ends = true, math.min(ends, now + LEAVING)
    end
    if ends - now <= 0 or not MAY_WAIT[self.ngx.get_phase()] then
      return not_yet(self, job, seconds, job.held and job.held.owner)
    end
    do_without_timer(self, job)
    self.ngx.sleep(math.min(ends - now, pause))
    pause = math.min(LONGEST_PAUSE, pause * 1.5)
  end
end

-- --- starts that were promised and not carried out ---

-- Carries out what was promised, one after the other, except what another worker is at.
local function pick_up(self)
  for _, job in ipairs(flight_start.promised(self)) do
    if self.ngx.worker.exiting() then
      return
    end
    local held = lease.take(self.ngx, self.store, key_of(self, "lease", job.found), self.lease)
    if held then
      if self.on_resume then
        self.on_resume(job)
      end
      start_once(self, held, job)
    end
  end
end

-- The timer of this worker that looks for them. Where there are no timers yet, in `init_by_lua*`,
-- the first start of the worker creates it.
local function look_again(self)
  if not self.stop and not self.no_timer then
    self.stop = scope.every(self.ngx, self.store, self.keys, TICK, function() pick_up(self) end)
  end
end

--- Starts builds, each once. It may be created in `init_by_lua*`, or in `init_worker_by_lua*`, so
-- that new workers also carry out what was promised before they began; call its functions in phases
-- where calls can wait, see docs/openresty.md.
-- @function openresty.single_flight
-- @tparam ?table options
--
--   * `dict`: name of a `lua_shared_dict`, default "ecs_pipeline"
--   * `name`: single flights of different names in one dictionary are separate; default "default"
--   * `client`: of `ecs.new`, default the default client
--   * `hold`: seconds for which "it runs" is answered without asking the service again, 2
--   * `lease`: seconds after which another worker takes over from one that died, 5
--   * `host`: the table `ngx`, for tests
-- @treturn table `start`, `forget`
-- @raise wrong options, a dictionary that nginx.conf does not declare
function single_flight.new(given)
  given = given or {}
  local operation = "openresty.single_flight"
  options.check(operation, given, ROWS)
  local self = { client = given.client or require("ecs_pipeline"),
    seconds_held = given.hold or single_flight.HOLD, lease = given.lease or lease.SECONDS }
  self.ngx, self.store = store_file.open(operation, given)
  self.keys, self.region = scope.of("flight", given.name or "default", self.client)
  if self.ngx.get_phase() ~= "init" then
    look_again(self)
  end
  local flight = single_flight.around(self)
  return { start = flight.start, forget = flight.forget, pick_up = flight.pick_up }
end

--- The functions of a single flight around its state; the handler adds to that state.
-- @tparam table self `client`, `ngx`, `store`, `keys`, `region`, `seconds_held`, `lease`;
-- `on_answer`
--   (job, answer, told): called by the worker that started; `on_resume(job)`: called before it
--   starts what another worker did not; `no_timer`: the owner calls `pick_up`; `run`: starts
--   instead of `flight_start.run`
-- @treturn table `start`, `forget`, and for the owner `carry_out(job, seconds)`, `drop(found)`,
--   `pick_up`, `promised`
function single_flight.around(self)
  local flight = {}

  --- Starts a build of a pipeline, or returns the execution that another request started. API:
  -- DescribeImagePipelineExecutions, StartImagePipelineExecution. Yields. The work runs in a timer
  -- and continues after the request has been answered.
  -- @function single_flight.start
  -- @param pipeline id, or a table that has it, and `region_id`
  -- @tparam ?table options
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
    look_again(self)
    return flight.carry_out({ found = found, key = start_options.key, tags = start_options.tags },
      start_options.wait or KEEP)
  end

  function flight.carry_out(job, seconds)
    job.digest = flight_start.digest(job)
    job.seen = (store_file.decode(self.store:get(key_of(self, "answer", job.found))) or {}).number
    return errors.shown(wait_for_answer(self, job, seconds))
  end

  --- Makes the next start ask the service, even if it comes very soon. Call it after a cancel.
  -- @function single_flight.forget
  -- @param pipeline as start
  function flight.forget(pipeline)
    local found = reference.find(OPERATION, pipeline, reference.PIPELINE)
    if found then
      flight.drop(found)
    end
  end

  function flight.drop(found)
    self.store:put(key_of(self, "runs", found), nil)
    self.store:put(key_of(self, "answer", found), nil)
  end

  function flight.pick_up()
    pick_up(self)
  end

  function flight.promised()
    return flight_start.promised(self)
  end

  return flight
end

return single_flight
