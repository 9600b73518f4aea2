--- A webhook of a forge: checks its signature, selects the pipelines that it builds, and starts
-- them. Only what was accepted is remembered, so that "Redeliver" works after a failure.
--
-- Most forges sign neither a time stamp nor the id of the delivery. So the guard is a digest of
-- what is signed, for each pipeline; and the commit is the key of the build, with which the service
-- starts it once, also when the guard does not know any more.
local actions = require("ecs_pipeline.openresty.actions")
local forge_rules = require("ecs_pipeline.openresty.forge_rules")
local forge_signature = require("ecs_pipeline.openresty.forge_signature")
local forges = require("ecs_pipeline.openresty.forges")
local json = require("ecs_pipeline.json")
local request = require("ecs_pipeline.openresty.request")
local scope = require("ecs_pipeline.openresty.scope")
local secrets = require("ecs_pipeline.openresty.secrets")
local tables = require("ecs_pipeline.tables")

local delivery = {}

local refuse = request.refuse

-- Seconds for which an accepted delivery is remembered: longer than GitHub (3 days), GitLab and
-- Gitea (7 days) offer to send one again.
local REMEMBERED = 8 * 86400

-- --- reading it ---

local function configured(hook, forge)
  local own = hook.forges[forge.name] or hook.forges[forge.instead]
  if not own then
    return refuse(401, "UNKNOWN_FORGE", ("this handler accepts no webhooks of %s: give it the "
      .. "option forges = { %s = { secret = …, rules = { … } } }"):format(forge.name, forge.name))
  elseif not own.secrets[1] then
    return nil, secrets.missing("openresty.handler: forges." .. forge.name)
  end
  return own
end

-- Only a message whose sender is known is read whole.
local function receive(hook, forge, headers)
  local own, claimed, body, known, refusal
  own, refusal = configured(hook, forge)
  if own then
    claimed, refusal = forge_signature.claim(hook, forge, own, headers)
  end
  if claimed then
    body, refusal = request.body(hook.host, headers, hook.max_body)
  end
  if body then
    known, refusal = forge_signature.check(forge, own, claimed, body)
  end
  if not known then
    return nil, refusal
  end
  local payload = json.decode_table(body:text())
  if not payload then
    return refuse(400, "NOT_JSON", "the body must be a JSON object: choose the content type "
      .. "application/json in the webhook's settings at the forge")
  end
  return { own = own, known = known, event = forges.read(forge, headers, payload),
    guard = body:hmac("ecs_pipeline delivery", claimed.guard) }
end

-- --- starting ---

-- A build that was adopted may be of another commit, so the same delivery may come again after it.
local function remember(hook, pipeline, row, remembered, key)
  if row.state == "adopted" then
    row.message = "this build was started before, perhaps for another commit: then send this "
      .. "delivery again after its end"
    return
  end
  local stored, why = hook.store:put(remembered, "1", REMEMBERED)
  if row.state == "starting" then
    hook.store:put(scope.key(hook, "delivered:" .. key, pipeline), remembered, REMEMBERED)
  end
  if not stored then
    hook:log(why)
  end
end

-- One pipeline of a message. → what the answer lists; the reply of the action
local function start(hook, message, one, wait)
  local pipeline, commit = hook.pipelines[one.pipeline], one.change.commit
  local remembered = scope.key(hook, "delivery:" .. message.guard, pipeline)
  if hook.store:get(remembered) then
    return { pipeline = one.pipeline, state = "duplicate" }
  end
  local row = { pipeline = one.pipeline, note = one.note
    and "the path filter did not decide, so it builds: " .. one.note }
  local key = commit and (commit .. " " .. (message.event.repository or "")):sub(1, 256)
    or message.guard
  local reply = actions.start(hook, pipeline,
    { action = "start", pipeline = one.pipeline, key = key, wait = wait })
  if reply.status >= 400 then
    row.state, row.code, row.message = "failed", reply.code, reply.message
    return row, reply
  end
  row.state = reply.state or reply.adopted and "adopted" or "started"
  for _, name in ipairs({ "execution_id", "image_id", "why", "message" }) do
    row[name] = reply[name]
  end
  remember(hook, pipeline, row, remembered, key)
  return row, reply
end

--- A start that was promised failed in the end: the same delivery is worked on when it comes again.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam ?string key of the start
function delivery.lost(hook, pipeline, key)
  local promised = key and scope.key(hook, "delivered:" .. key, pipeline)
  local remembered = promised and hook.store:get(promised)
  if remembered then
    hook.store:put(remembered, nil)
    hook.store:put(promised, nil)
  end
end

local DUPLICATE = { status = 200, outcome = "duplicate", duplicate = true,
  message = "this delivery was accepted before" }

-- The answer is that of a pipeline that failed, else of one that was started.
local function start_all(hook, message, list)
  local worst, rows = DUPLICATE, {}
  for index, one in ipairs(list) do
    local reply
    rows[index], reply = start(hook, message, one, actions.BUDGET / #list)
    if reply and (worst == DUPLICATE or reply.status > worst.status) then
      worst = reply.status >= 400 and reply or { status = reply.status,
        outcome = reply.status == 202 and "started" or reply.state }
    end
  end
  return tables.merge({ action = "start", pipelines = rows }, worst)
end

local function work(hook, forge, message)
  local event = message.event
  if event.name and event.name == forge.ping then
    return { status = 200, outcome = "ping", message = "the webhook works" }
  end
  local list, why = forge_rules.select(message.own.rules, event, message.known)
  if list[1] then
    return start_all(hook, message, list)
  elseif why.status then
    return { status = why.status, code = why.code, message = ("no rule of forges.%s names this "
      .. "repository, or none with the secret of the message: add { repository = \"owner/name\", "
      .. "pipeline = … } to its rules"):format(forge.name) }
  end
  return { status = 200, outcome = "ignored", code = why.code, message = why.message }
end

-- --- the log ---

-- A name from a payload as a log shows it.
local function plain(value)
  return (tostring(value or "?"):sub(1, 100):gsub("[^\33-\126]", "?"))
end

local function log(hook, forge, headers, reply)
  local what = ("webhook of %s, delivery %s"):format(forge.name, plain(headers[forge.delivery]))
  for _, name in ipairs({ "event", "repository" }) do
    what = what .. (reply[name] and (", %s %s"):format(name, plain(reply[name])) or "")
  end
  local parts = { what .. ": " .. (reply.code or reply.outcome) }
  for _, row in ipairs(reply.pipelines or {}) do
    parts[#parts + 1] = ("%s %s%s"):format(row.pipeline, row.state,
      row.note and " (" .. row.note .. ")" or "")
  end
  local level = reply.status < 400 and hook.host.NOTICE or hook.host.WARN
  hook:log(table.concat(parts, " "), level)
end

--- Answers a webhook of a forge.
-- @tparam table hook
-- @tparam table forge row of `forges.find`
-- @tparam table headers
-- @tparam function refused of the webhook: counts refusals of an address
-- @treturn table reply for `request.reply`
function delivery.answer(hook, forge, headers, refused)
  local message, reply = receive(hook, forge, headers)
  reply = message and work(hook, forge, message) or refused(hook, reply)
  reply.forge = forge.name
  if message then
    reply.event, reply.repository = message.event.name, message.event.repository
  end
  if reply.status ~= 429 or message then
    log(hook, forge, headers, reply)
  end
  return reply
end

return delivery
