--- `webhook` of `openresty.handler`: a message that is signed as `openresty.sign` does, or one of a
-- forge.
local actions = require("ecs_pipeline.openresty.actions")
local delivery = require("ecs_pipeline.openresty.delivery")
local forges = require("ecs_pipeline.openresty.forges")
local metrics = require("ecs_pipeline.openresty.metrics")
local request = require("ecs_pipeline.openresty.request")
local secrets = require("ecs_pipeline.openresty.secrets")
local signature = require("ecs_pipeline.openresty.signature")

local webhook = {}

-- Most addresses that are counted in a minute: senders without the secret must not fill the store.
local MOST_COUNTED = 1000

-- Number of refusals of this address within the minute, this one included.
local function refusals_of(hook)
  local key, store = hook.keys .. "refused:" .. tostring(hook.host.var.remote_addr), hook.store
  if store:counted(key) or (store:count(hook.keys .. "addresses", 60) or MOST_COUNTED)
      < MOST_COUNTED then
    return store:count(key, 60) or 1
  end
  return 1
end

-- Only refused messages count, so that senders without the secret cannot lock out those with it.
local function refused(hook, refusal)
  if refusal.status == 401 and refusals_of(hook) > hook.refusals then
    return { status = 429, code = "TOO_MANY_REFUSED", retry_after = 60, message = ("more than %d "
      .. "messages of this address were refused within a minute, this one because: %s")
      :format(hook.refusals, refusal.message) }
  end
  return refusal
end

-- The request of a signed message, or its refusal.
local function read_request(hook, headers)
  local claim, refusal = signature.claim(hook, headers)
  local body, ok, secret
  if claim then
    body, refusal = request.body(hook.host, headers, hook.max_body)
  end
  if body then
    ok, refusal, secret = signature.check(hook, claim, body)
  end
  if not ok then
    return nil, refused(hook, refusal)
  end
  local wanted
  wanted, refusal = request.parse(body:text())
  return wanted, refusal, secret
end

local function permitted(hook, wanted, secret)
  local pipeline = hook.pipelines[wanted.pipeline]
  if not pipeline then
    return request.refuse(404, "UNKNOWN_PIPELINE", ("there is no pipeline \"%s\" here: add it to "
      .. "pipelines = { [\"%s\"] = \"ip-…\" } of the handler, or name one of: %s")
      :format(wanted.pipeline, wanted.pipeline, table.concat(hook.names, ", ")))
  elseif not pipeline.accepts[secret] then
    return request.refuse(403, "OTHER_SECRET", ("the message is signed with a secret of another "
      .. "pipeline: sign it with that of \"%s\", or with the handler's if the pipeline has none of "
      .. "its own"):format(wanted.pipeline))
  elseif not pipeline.actions[wanted.action] then
    return request.refuse(403, "NOT_PERMITTED", ("%s of \"%s\" is not permitted here: add it to "
      .. "the actions of that pipeline"):format(wanted.action, wanted.pipeline))
  end
  return pipeline
end

-- A message of our own.
local function answer_own(hook, headers)
  if not hook.secrets[1] then -- only forges call
    return secrets.missing("openresty.handler")
  end
  local wanted, refusal, secret = read_request(hook, headers)
  local pipeline
  if wanted then
    pipeline, refusal = permitted(hook, wanted, secret)
  end
  local reply = pipeline and actions[wanted.action](hook, pipeline, wanted) or refusal
  if wanted then
    reply.action, reply.pipeline = wanted.action, wanted.pipeline
  end
  return reply
end

--- Answers a webhook.
-- @tparam table hook
function webhook.answer(hook)
  local headers = request.headers(hook.host)
  local forge = not headers[signature.SIGNATURE] and forges.find(headers)
  local reply
  if forge then
    reply = delivery.answer(hook, forge, headers, refused)
  else
    reply = answer_own(hook, headers)
  end
  local action = reply.action or reply.outcome and "ignored"
  metrics.webhook(hook, action, reply.status)
  return request.reply(hook.host, reply)
end

return webhook
