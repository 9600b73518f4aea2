--- One call of STS for credentials: signed by the core or unsigned, retried a few times; its reply
-- becomes credentials of the C module.
local core = require("ecs_pipeline.core")
local dates = require("ecs_pipeline.dates")
local error_codes = require("ecs_pipeline.error_codes")
local errors = require("ecs_pipeline.errors")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")
local text = require("ecs_pipeline.text")

local sts = {}

local ATTEMPTS = 3
local CONNECT, TOTAL = 5, 10 -- seconds, of one attempt

--- Did STS refuse the signing keys because they have expired?
-- @tparam table err
-- @treturn boolean
function sts.is_expired(err)
  return err.cause ~= nil and error_codes.of(err.cause.code).class == "expired"
end

--- A name for the session, if none was given.
-- @tparam table context
-- @treturn string
function sts.session_name(context)
  return names.first(context.platform.env, "role_session_name")
    or ("ecs_pipeline-%.0f"):format(math.floor(context.platform.wall()))
end

-- The endpoint of STS: the given one, otherwise by region. Blanks around it and a slash at its end
-- do not matter, as in the CLI.
local function where(context, place)
  if place.sts_endpoint then
    local endpoint = text.trim(place.sts_endpoint, text.BLANKS, text.BLANKS .. "/")
    return endpoint:find("://", 1, true) and endpoint or "https://" .. endpoint
  end
  local env = context.platform.env
  local vpc = place.sts_vpc
  if vpc == nil then
    vpc = names.on(env, "sts_vpc") ~= nil
  end
  return context.endpoint("Sts", place.sts_region or names.first(env, "sts_region"),
    vpc and "vpc" or "public")
end

-- One attempt. → answer, headers of the reply; or nil, err
local function once(context, call, url, stamp)
  local clock = context.platform.clock
  local deadline = math.min(clock() + TOTAL, context.deadline or math.huge)
  if deadline <= clock() then
    return nil, { kind = "timeout", code = "DEADLINE",
      message = "the deadline of the call passed first" }
  end
  local request, err = core.prepare(context.session(), call.operation, call.args, {
    credentials = call.credentials, endpoint = url, now = stamp.now,
  })
  if not request then
    return nil, err
  end
  local reply, answer
  reply, err = context.send(request, deadline, CONNECT, false)
  if reply then
    answer, err = core.finish(request, reply)
  end
  if answer == nil then
    err.redact = function(shown)
      return core.redact(shown, request.trace, call.credentials)
    end
    return nil, err
  end
  return answer, reply.headers
end

-- Adds the facts that a hint needs.
local function add_facts(context, call, url, err)
  local signed = call.credentials
  if err.kind == "api" then
    err.kind = errors.kind_of(err.code)
  end
  err.endpoint, err.ram_action = url, core.operation_flags(call.operation).ram_action
  err.clock_offset = dates.clock_offset(err.headers, context.platform.wall())
  err.signer = signed and { key = signed:access_key_id(),
    temporary = tostring(signed):find("temporary", 1, true) ~= nil } or nil
  return err
end

--- Gets a session from STS.
-- @tparam table context
-- @tparam table call `operation` ("sts.assume_role"), `args`, `credentials` (nil for an unsigned
--   call), `place` = { sts_endpoint, sts_region, sts_vpc }
-- @treturn[1] table `{ credentials, expires, now }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err, `cause` = the error of STS or of the network
function sts.session(context, call)
  local url, why = where(context, call.place)
  if not url then
    return result.fail("STS: " .. why)
  end
  local platform = context.platform
  local answer, detail, offset
  for attempt = 1, ATTEMPTS do
    local stamp = context.stamp(offset)
    answer, detail = once(context, call, url, stamp)
    local learnt = answer == nil and not offset and context.learn(stamp, detail)
    offset = offset or learnt
    local pause = learnt and 0 or 0.5 * 2 ^ (attempt - 1) * (0.5 + platform.random())
    if answer or not (learnt or error_codes.passes(detail)) or attempt == ATTEMPTS
      or platform.clock() + pause >= (context.deadline or math.huge) then
      break
    end
    platform.sleep(pause)
  end
  if not answer then
    if detail.failures then
      return result.fail("STS: " .. detail.failures[1].message)
    end
    return result.failed("STS", add_facts(context, call, url, detail))
  elseif type(answer.credentials) ~= "table" then
    return result.fail("STS: the answer has no Credentials")
  end
  return result.session("STS", answer.credentials, { id = "access_key_id",
    secret = "access_key_secret", token = "security_token", expiration = "expiration" }, detail)
end

return sts
