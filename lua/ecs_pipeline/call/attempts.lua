--- Carries out one call: attempts, each with current credentials, a new nonce, date and signature,
-- inside one deadline. retry.lua decides which attempts are repeated and when.
local core = require("ecs_pipeline.core")
local dates = require("ecs_pipeline.dates")
local endpoint = require("ecs_pipeline.call.endpoint")
local error_codes = require("ecs_pipeline.error_codes")
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local info = require("ecs_pipeline.call.info")
local current_task = require("ecs_pipeline.platform").current_task
local redact = require("ecs_pipeline.redact")
local ask = require("ecs_pipeline.credentials.result").ask
local retry = require("ecs_pipeline.call.retry")
local transports = require("ecs_pipeline.call.transports")

local attempts = {}

-- A value of a wrong type is not used here; the C module reports it, for it is in `args` too.
local function if_text(value)
  return type(value) == "string" and value or nil
end

--- The table that the C module needs for one attempt (`attempt` of `core.prepare`).
-- @tparam table call of `Client:open_call`
-- @tparam userdata credentials
-- @tparam number timeout seconds
-- @tparam table stamp of `client.service_clock`
-- @treturn table
function attempts.describe(call, credentials, timeout, stamp)
  return {
    credentials = credentials,
    endpoint = call.endpoint,
    region = if_text(call.region),
    now = stamp.now,
    client_token = if_text(call.token),
    timeout = timeout,
    validate = call.options.validate,
  }
end

-- With a transport in C the attempt is one C call. With any other, and inside a task of a
-- scheduler, its stages are separate calls, so that the transport can yield. A transport in C takes
-- the request without a table of it.
local function exchange(client, call, transport, attempt)
  local session, native = client:session(), transport.native
  if native and not current_task() then
    attempt.send = transport.send
    if type(call.operation) == "table" then
      return core.call(session, call.operation, call.args, attempt)
    end
    return core[call.spec.group][call.spec.verb](session, call.args, attempt)
  end
  local request, warnings = core.prepare(session, call.operation, call.args, attempt, native)
  if not request then
    return nil, warnings
  end
  local deadline = client.platform.clock() + attempt.timeout
  local reply, err = transports.send(transport, native and request.trace or request, deadline)
  if not reply then
    err.warnings, err.trace = err.warnings or warnings, err.trace or request.trace
    return nil, err
  end
  return core.finish(request, reply)
end

-- One attempt: result, info or nil, err.
local function once(client, call, state)
  local action = call.spec and call.spec.action or call.operation.action
  local err = client.limiter and require("ecs_pipeline.call.rate_limit").wait(client.limiter,
    client.platform, call.region, action, state.deadline)
  if err then
    return nil, err
  end
  local left = state.deadline - client.platform.clock()
  if left <= 0 then
    return nil, { kind = "timeout", code = "DEADLINE", sent = false,
      message = "the deadline passed before anything was sent" }
  end
  local credentials, _, refused = ask(client.provider, client:context(state.deadline))
  if not credentials then
    return nil, refused
  end
  state.credentials = credentials
  local timeout = call.options.timeout
  local transport, no_transport = client.transports:pick(call.endpoint, timeout.connect)
  if not transport then
    return nil, no_transport
  end
  -- Like the credentials: what is signed. Decisions after the reply compare with it.
  state.stamp = client.service_clock:stamp(state.offset)
  local attempt = attempts.describe(call, credentials, math.min(timeout.total, left), state.stamp)
  if state.number > 1 then
    attempt.headers = {
      ["x-acs-retry-attempts"] = ("%d"):format(state.number - 1),
      ["x-acs-retry-delay"] = ("%d"):format(math.floor(state.waited * 1000)),
    }
  end
  if events.heard(client) then
    events.emit(client, { type = "attempt", operation = call.name, attempt = state.number,
      region = call.region, endpoint = call.endpoint, timeout = attempt.timeout })
  end
  return exchange(client, call, transport, attempt)
end

-- Corrects the clock once per call: true when the time that was signed was wrong. The next attempt
-- uses the offset that this call has learnt, whatever another call learns meanwhile.
local function learn_clock_offset(client, call, state, err)
  if state.offset then
    return false
  end
  state.offset = client.service_clock:learn(client, call.name, state.stamp, err)
  return state.offset ~= nil
end

-- Gets new credentials, once per call, if the service says that these have expired: true if there
-- are new ones. The next attempt has the same ClientToken.
local function renew(client, state, err)
  if state.renewed or retry.classify(err) ~= "expired" then
    return false
  end
  state.renewed = true
  local provider, old = client.provider, state.credentials
  if provider.expire then
    provider:expire(old)
  end
  local fresh = ask(provider, client:context(state.deadline))
  return fresh ~= nil and fresh ~= old
end

local function succeed(client, call, state, result, detail)
  local request_id = state.request_ids[#state.request_ids]
  local elapsed = client.platform.clock() - state.started
  events.warnings(client, call.name, detail.warnings)
  info.set(result, {
    request_id = request_id, request_ids = state.request_ids,
    attempts = state.number, elapsed = elapsed,
    region = call.region, endpoint = call.endpoint, client_token = call.token,
    date = detail.headers and detail.headers.date, received = client.platform.wall(),
    warnings = detail.warnings, total_count = result.total_count,
    raw = info.keeps_raw(call.options)
      and (detail.redact and redact.reply(detail.raw, detail.redact) or detail.raw) or nil,
  })
  if events.heard(client) then
    events.emit(client, { type = "result", operation = call.name,
      attempts = state.number, elapsed = elapsed, region = call.region,
      status = detail.status, request_id = request_id })
  end
  return result
end

local STOPPED = {
  attempts = function(state) return ("gave up after %d attempts"):format(state.number) end,
  exiting = function() return "not repeated, because this nginx worker is to end" end,
  unsafe = function() return "not repeated, because it may have been carried out" end,
  deadline = function(state, wait)
    local seconds = (wait < 1e6 and "%.1f" or "%.0e"):format(wait)
    return ("gave up after %d attempt%s: a wait of %s s would pass the deadline"):format(
      state.number, state.number == 1 and "" or "s", seconds)
  end,
}

local WORDS = 80 -- bytes of an answer that cannot be read, in the message

-- Says whose answer could not be read, and how it begins.
local function quote_answer(call, err)
  local words = redact.text(err.answer, err.redact):gsub("[%c%s]+", " ")
  if #words > WORDS then
    local size = WORDS
    while size > 0 and words:byte(size + 1) >= 0x80 and words:byte(size + 1) < 0xC0 do
      size = size - 1 -- not in the middle of a character
    end
    words = words:sub(1, size) .. "…"
  end
  err.message = ("%s (HTTP status %d from %s); it %s"):format(err.message, err.status,
    call.endpoint, words:find("%S") and "begins: " .. words or "is empty")
end

-- What the call says of a region that does not exist: the first one that is not known.
local function name_region(call, err)
  local wanted = call.args.to_region_id
  for index, region in ipairs(type(wanted) == "table" and wanted or { wanted }) do
    if not endpoint.is_known(region) then
      err.param = type(wanted) == "table" and ("to_region_id[%d]"):format(index) or "to_region_id"
      err.suggestion = endpoint.suggest(region)
      return
    end
  end
  if not endpoint.is_known(call.region) then
    err.param = err.param or call.args.region_id ~= nil and "region_id" or "region"
    err.suggestion = endpoint.suggest(call.region)
  end
end

-- Adds the facts that hints/ needs.
local function add_facts(client, call, state, err)
  local credentials = state.credentials
  err.ram_action = call.ram_action
  err.clock_offset = dates.clock_offset(err.headers, client.platform.wall())
  if err.code == "DNS" then
    err.suggestion = not endpoint.is_known(call.region) and endpoint.suggest(call.region) or nil
  elseif error_codes.names_region(err.code) then
    name_region(call, err)
  end
  if err.answer and err.status then
    quote_answer(call, err)
  end
  err.signer = credentials and { key = credentials:access_key_id(),
    temporary = tostring(credentials):find("temporary", 1, true) ~= nil } or nil
end

-- The error after the last attempt, with the facts that the caller needs to judge and repeat it.
local function fail(client, call, state, err, stopped, wait)
  local class = retry.classify(err)
  err.attempts = state.number
  err.elapsed = client.platform.clock() - state.started
  err.region, err.endpoint = call.region, call.endpoint
  err.request_ids = state.request_ids
  add_facts(client, call, state, err)
  err.outcome = state.uncertain and not call.reads and "unknown" or nil
  err.client_token = call.token
  err.stopped = STOPPED[stopped] and STOPPED[stopped](state, wait)
  -- `retryable` must be true for a plain repetition, which makes a new token unless the caller
  -- chose it.
  local certain = call.idempotent or call.callers_token or not state.uncertain
  err.retryable = class ~= "skew" and class ~= "expired" and retry.safe(class, true) and certain
  events.warnings(client, call.name, err.warnings)
  local none, message = errors.fail(call.name, err)
  events.emit(client, { type = "error", operation = call.name, kind = err.kind, code = err.code,
    status = err.status, request_id = err.request_id,
    attempts = state.number, elapsed = err.elapsed, message = message })
  return none, message, err
end

-- Any server that answers, also a gateway or a debugging proxy, may quote our own request.
local function redactor(state, err)
  return function(text)
    return core.redact(text, err.trace, state.credentials)
  end
end

-- Redacts the request id; the raw reply, which users may log, has it too.
local function note_request_id(state, result, detail)
  local id = result and (result.request_id or result.RequestId) or detail.request_id
  if not id then
    return
  end
  -- after a success the request has been freed, so its other secrets cannot be compared
  local shown = result and core.request_id(id, state.credentials)
    or redact.text(tostring(id), redactor(state, detail))
  state.request_ids[#state.request_ids + 1] = shown
  if shown == id then
    return
  end
  for _, at in ipairs({ result or detail, detail.raw }) do
    for _, name in ipairs({ "request_id", "RequestId", "requestId" }) do
      if at[name] == id then
        at[name] = shown
      end
    end
  end
end

-- A worker that is about to end still finishes its requests, but does not wait for a service that
-- does not answer: seconds since the call began, after which it is not repeated there.
local GRACE = 2

local function is_ending(client, state, wait)
  local platform = client.platform
  return platform.exiting() and platform.clock() - state.started + wait > GRACE
end

--- Carries out a call. Blocks (or yields, as the transport does) until it has succeeded, has failed
-- finally, or the deadline has passed.
-- @tparam table client internal client
-- @tparam table call of `Client:open_call`
-- @treturn[1] table result
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function attempts.run(client, call)
  local platform = client.platform
  events.unverified(client, call)
  local started = platform.clock()
  local state = { started = started, deadline = started + call.options.deadline,
    number = 0, waited = 0, request_ids = {}, uncertain = false }
  while true do
    state.number = state.number + 1
    local result, detail = once(client, call, state)
    note_request_id(state, result, detail)
    detail.redact = result == nil and redactor(state, detail) or nil
    if result ~= nil then
      return succeed(client, call, state, result, detail)
    end
    if detail.kind == "api" then
      detail.kind = errors.kind_of(detail.code)
    end
    local accepted = call.accept and call.accept(detail, state.uncertain)
    if accepted then
      return succeed(client, call, state, accepted, detail)
    end
    state.uncertain = state.uncertain or retry.uncertain(detail)
    local wait, stopped, too_long = retry.decide({
      err = detail, number = state.number, policy = call.options.retry,
      repeatable = call.repeatable, left = state.deadline - platform.clock(),
      random = platform.random,
      mended = learn_clock_offset(client, call, state, detail) or renew(client, state, detail),
    })
    if not wait then
      return fail(client, call, state, detail, stopped, too_long)
    end
    events.emit(client, { type = "retry", operation = call.name, attempt = state.number,
      wait = wait, kind = detail.kind, status = detail.status, message = detail.message,
      code = detail.code and redact.text(detail.code, detail.redact),
      request_id = state.request_ids[#state.request_ids] }, detail.redact)
    if is_ending(client, state, wait) or platform.sleep(wait) then
      return fail(client, call, state, detail, "exiting")
    end
    state.waited = wait
  end
end

return attempts
