--- Checks that ask the service: the connection, its clock, our signature, our identity, and our
-- permissions to read. Sends only requests that read, each once.
local dates = require("ecs_pipeline.dates")
local endpoint = require("ecs_pipeline.call.endpoint")
local errors = require("ecs_pipeline.errors")
local keys = require("ecs_pipeline.hints.keys")
local report = require("ecs_pipeline.doctor.report")
local retry = require("ecs_pipeline.call.retry")

local service = {}

local CLOCK_SECONDS = 60 -- the service refuses from 15 minutes on; a healthy clock is off by less

-- --- the connection ---

local function probe(state)
  local client = state.client
  local reply, err = client:context().send({ method = "GET", url = state.url .. "/", body = "",
    headers = { host = state.url:match("//(.*)$") } },
    client.platform.clock() + state.options.timeout.total, state.options.timeout.connect, false)
  if reply then
    return reply
  end
  err.endpoint, err.region = state.url, state.region
  err.suggestion = not endpoint.is_known(state.region) and endpoint.suggest(state.region) or nil
  errors.fail("doctor", err)
  return nil, err
end

local BROKEN = "something on the network path breaks connections: ask the people who run the "
  .. "network or the proxy, and try again"

-- The step of the connection that failed: 1 name, 2 connection, 3 TLS.
local function step_of(err)
  return err.code == "DNS" and 1 or err.code == "TLS" and 3 or 2
end

-- Codes after which the name must have been found.
local NAMED = { CONNECT = true, TLS = true, RESET = true }

local function hint_for(err)
  local said = err.code == "NO_TRANSPORT" or err.code == "TOO_MANY_OPEN_FILES"
  return err.hint or said and "do what the message says" or BROKEN
end

local function step_detail(state, step)
  if type(state.client.options.transport) == "table" then
    return "your transport reports no error"
  elseif step == 1 then
    return "found"
  elseif step == 2 then
    return state.proxied and "through the proxy" or "open"
  end
  return state.client.options.verify == false and "not checked"
    or "certificate and host name accepted"
end

--- Name, connection and TLS handshake, checked by one request that is not signed.
-- @treturn {table,...} rows
function service.way(state)
  local reply, err = probe(state)
  state.reply = reply
  local wrong = err and step_of(err) or 4
  local rows = {}
  for step, name in ipairs({ "name", "connection", "tls" }) do
    if step == 3 and not state.url:find("^https:") then
      rows[step] = report.skipped(name, "the endpoint is http://: calls can be read and changed")
    elseif step == 1 and state.proxied and wrong > 1 then
      rows[step] = report.skipped(name, "left to the proxy")
    elseif step == 1 and wrong > 1 and err and not NAMED[err.code] then
      rows[step] = report.skipped(name, "not known")
    elseif step < wrong then
      rows[step] = report.passed(name, step_detail(state, step))
    elseif step == wrong then
      rows[step] = report.failed(name, err.message, hint_for(err))
    else
      rows[step] = report.skipped(name, "not reached")
    end
  end
  return rows
end

--- Compares this machine's clock with the service's.
function service.clock(state)
  local offset = dates.clock_offset(state.reply.headers, state.client.platform.wall())
  if not offset then
    return report.skipped("clock", "the reply has no readable Date")
  end
  local detail = ("%.0f s off the service's"):format(math.abs(offset))
  local hint = keys.clock({ clock_offset = offset }, CLOCK_SECONDS)
  if hint then
    return report.failed("clock", detail, hint)
  end
  return report.passed("clock", detail)
end

-- --- signed calls ---

-- Does this failure leave it open whether the signature is right? A call that was refused before
-- the signature was checked does.
local UNDECIDED = { credentials = true, transport = true, timeout = true, protocol = true }

local function undecided(err)
  return UNDECIDED[err.kind] or retry.classify(err) ~= "final"
end

local function call(state, operation, args)
  local result, message, err = state.client:invoke(operation, args, state.options)
  return { result = result, message = message, err = err }
end

local AGAIN = "try again later; if it does not help, give the request id to the vendor's support"

local function hint_of(answer)
  return answer.err.hint or AGAIN
end

local function permission(name, answer)
  if answer.result then
    return report.passed(name, "allowed")
  end
  return report.failed(name, answer.message, hint_of(answer))
end

--- The signature, and the permissions to read.
-- @treturn {table,...} rows
function service.signed(state)
  local first = call(state, "pipeline.describe", { max_results = 1 })
  local rows = {}
  if first.err and undecided(first.err) then
    rows[1] = report.failed("signature", first.message, hint_of(first))
    state.refused = true
    return rows
  end
  rows[1] = report.passed("signature", "accepted")
  rows[2] = permission("permission: ecs:DescribeImagePipelines", first)
  local executions = "permission: ecs:DescribeImagePipelineExecutions"
  local pipeline = first.result and first.result.pipelines and first.result.pipelines[1]
  if pipeline then
    rows[3] = permission(executions, call(state, "execution.describe",
      { image_pipeline_id = pipeline.id, max_results = 1 }))
  else
    rows[3] = report.skipped(executions, "there is no pipeline to ask about")
  end
  rows[4] = permission("permission: ecs:DescribeImages",
    call(state, "image.describe", { page_size = 1 }))
  rows[5] = report.skipped("permission: to write", "not tried, because a try would write",
    "ecs.policy lists what operations need, such as ecs.bake")
  return rows
end

--- The owner of the key, according to STS.
function service.identity(state)
  local answer = call(state, "account.describe", {})
  if not answer.result then
    return report.failed("identity", answer.message, answer.err.hint
      or "calls work in spite of that; check the endpoint of STS (endpoint = { sts = … })")
  end
  local who = answer.result
  return report.passed("identity", ("%s of account %s"):format(tostring(who.arn),
    tostring(who.account_id)))
end

return service
