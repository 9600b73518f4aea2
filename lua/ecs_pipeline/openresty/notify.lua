--- `notify` of `openresty.handler`: tells other programs that a build has ended. A message is
-- written into the store first; the workers' timers send it, again after a failure. It has the form
-- of Standard Webhooks (https://www.standardwebhooks.com), or is a text for Slack.
local base64 = require("ecs_pipeline.openresty.base64")
local addresses = require("ecs_pipeline.transport.http1.request")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local key = require("ecs_pipeline.openresty.scope").key
local lease = require("ecs_pipeline.openresty.lease")
local options = require("ecs_pipeline.call.options")
local platform = require("ecs_pipeline.platform")
local redact = require("ecs_pipeline.redact")
local retry = require("ecs_pipeline.call.retry")
local secrets = require("ecs_pipeline.openresty.secrets")
local sorted_json = require("ecs_pipeline.sorted_json")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")
local transports = require("ecs_pipeline.call.transports")
local version = require("ecs_pipeline.version")

local notify = {}

-- Seconds after each failed attempt. After the last one the message is given up, 10 hours later.
local PAUSES = { 5, 30, 120, 600, 3600, 10800, 21600 }

-- Longest pause that a receiver can ask for by Retry-After.
local LONGEST_PAUSE = 21600

-- Seconds for one attempt, and for its connection.
local TIMEOUT, CONNECT = 10, 5

-- Messages that wait at a time.
local MOST = 200

local function url(value)
  local _, why = addresses.url(value)
  return why and "cannot be used: " .. why
end

local ROWS = {
  url = { "string", required = true, check = { string = url } }, secret = { "string" },
  format = options.one_of("json", "slack"),
}

--- Checks the option `notify`.
-- @tparam string operation for messages
-- @tparam ?table given a target, or a list of targets
-- @treturn table list of `{ url, secret, format, id, host, path }`
-- @raise wrong options
function notify.read(operation, given)
  local list = {}
  for index, target in ipairs(given and (given[1] and given or { given }) or {}) do
    local where = operation .. ": notify" .. (given[1] and ("[%d]"):format(index) or "")
    options.check(where, target, ROWS)
    local secret = secrets.read(where, target.secret)[1]
    if secret and secret:find("^whsec_") and not secrets.standard_key(secret) then
      errors.raise(where .. ": option \"secret\" must be Base64 after \"whsec_\"")
    end
    local parts = addresses.url(target.url)
    list[index] = { url = target.url, secret = secret, format = target.format or "json",
      id = core.sign.sha256_hex(target.url):sub(1, 16), host = parts.authority,
      path = parts.target }
  end
  return list
end

-- --- what is sent ---

local SLACK = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

local function slack(entry, name)
  local parts = { ("*%s*: %s"):format(name, entry.outcome) }
  for _, region in ipairs(tables.sorted_keys(entry.images)) do
    parts[#parts + 1] = ("image %s in %s"):format(entry.images[region], region)
  end
  parts[#parts + 1] = entry.message
  local seconds = entry.times.build_seconds
  parts[#parts + 1] = entry.execution_id .. (seconds and (" took %d min"):format(
    math.floor(seconds / 60 + 0.5)) or "")
  return { text = (table.concat(parts, ", "):gsub("[&<>]", SLACK)) }
end

local function standard(entry, name)
  return { type = "bake.ended", timestamp = entry.times.ended,
    data = tables.merge({ name = name }, entry) }
end

local BODIES = { json = standard, slack = slack }

-- Headers of Standard Webhooks. The id stays the same when a message is sent again.
local function headers_of(target, job, now)
  local timestamp = ("%.0f"):format(math.floor(now))
  local headers = { ["content-type"] = "application/json", ["webhook-id"] = job.id,
    ["webhook-timestamp"] = timestamp, ["user-agent"] = "ecs_pipeline/" .. version }
  if target.secret then
    local digest = core.sign.hmac_sha256_hex(secrets.standard_key(target.secret) or target.secret,
      job.id .. "." .. timestamp .. "." .. job.body)
    headers["webhook-signature"] = "v1," .. base64.from_hex(digest)
  end
  return headers
end

-- --- the messages that wait ---

local function waiting(hook)
  return store_file.decode(hook.store:get(hook.keys .. "outbox")) or {}
end

-- `edit(jobs)` changes them. → true; or nil, message
local function change(hook, edit)
  local ok, message = hook.store:update(hook.keys .. "outbox", function(value)
    local jobs = store_file.decode(value) or {}
    edit(jobs)
    return next(jobs) and store_file.encode(jobs) or nil
  end)
  return ok and true, message
end

-- Stores the state of the last message of a pipeline to a target.
local function record(hook, target, job, row)
  if hook.pipelines[job.name] then
    row.to, row.execution_id, row.at = target.host, job.execution_id, hook.wall()
    hook.store:update(key(hook, "notified", hook.pipelines[job.name]), function(value)
      local rows = store_file.decode(value) or {}
      rows[target.id] = row
      return store_file.encode(rows)
    end)
  end
end

--- The last message of a pipeline to each target.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn table list of `{ to = host, execution_id, state = "waiting", "delivered" or "failed",
--   attempts, status (HTTP), message, at (unix seconds) }`
function notify.list(hook, pipeline)
  local list = {}
  local rows = store_file.decode(hook.store:get(key(hook, "notified", pipeline))) or {}
  for _, target in ipairs(hook.notify) do
    list[#list + 1] = rows[target.id]
  end
  return list
end

--- Writes down the messages about a build that has ended.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table entry of `manifests.of`, and `message`
function notify.add(hook, pipeline, entry)
  for _, target in ipairs(hook.notify) do
    local id = "msg_" .. core.sign.sha256_hex(("%s\n%s\n%s"):format(target.id, pipeline.name,
      entry.execution_id)):sub(1, 32)
    local job = { id = id, target = target.id, name = pipeline.name, attempts = 0,
      execution_id = entry.execution_id,
      body = sorted_json.encode(BODIES[target.format](entry, pipeline.name)) }
    local room = true
    local kept, why = change(hook, function(jobs)
      room = jobs[id] or #tables.sorted_keys(jobs) < MOST
      jobs[id] = room and job or nil
    end)
    local ok = kept and room
    record(hook, target, job, { state = ok and "waiting" or "failed", attempts = 0,
      message = not ok and (why or ("%d messages wait already"):format(MOST)) or nil })
  end
end

-- --- sending ---

local function target_of(hook, job)
  for _, target in ipairs(hook.notify) do
    if target.id == job.target then
      return target
    end
  end
end

local function send(hook, target, job)
  hook.transports = hook.transports or transports.new(hook, { transport = "cosocket" },
    platform.with({ cosocket = hook.host.cosocket }))
  local transport, err = hook.transports:pick(target.url, CONNECT)
  if not transport then
    return nil, err
  end
  return transports.send(transport, { method = "POST", url = target.url, body = job.body,
    headers = headers_of(target, job, hook.wall()) }, hook.clock() + TIMEOUT)
end

-- A message without the path of the address, which may be a secret.
local function without_path(message, path)
  local first, last = message:find(path, 1, true)
  if not first or path == "/" then
    return message
  end
  return message:sub(1, first - 1) .. "/…" .. without_path(message:sub(last + 1), path)
end

-- → the reply; or nil, message
local function try(hook, target, job)
  local ran, reply, err = pcall(send, hook, target, job)
  if ran and reply then
    return reply
  end
  local why = tostring(not ran and reply or err.message or err.kind)
  return nil, redact.text(without_path(why, target.path))
end

-- Sends one message, if it still waits. → seconds until the next attempt, nil: there is none
local function attempt(hook, id)
  local job = waiting(hook)[id]
  local target = job and target_of(hook, job)
  if not target then
    change(hook, function(jobs) jobs[id] = nil end) -- nginx.conf names it no longer
    return nil
  end
  local reply, why = try(hook, target, job)
  local status = reply and reply.status
  local row = { state = "delivered", attempts = job.attempts + 1, status = status, message = why }
  local pause
  if not status or status < 200 or status > 299 then
    pause = status ~= 410 and PAUSES[row.attempts] or nil -- 410: gone for ever
    row.state = pause and "waiting" or "failed"
    hook:log(("notify: %s did not take the end of %s (attempt %d%s): %s"):format(target.host,
      job.execution_id, row.attempts, pause and "" or ", the last",
      why or ("HTTP status %d"):format(status)), pause and hook.host.WARN or nil)
  end
  change(hook, function(jobs)
    if pause and jobs[id] then
      jobs[id].attempts = row.attempts
    else
      jobs[id] = nil
    end
  end)
  record(hook, target, job, row)
  return pause and math.max(pause, math.min(LONGEST_PAUSE, retry.minimum((reply or {}).headers)))
end

--- Sends what waits and is due, each message by one worker, in a thread of its own. After a failure
-- the lease of the message rests until the next attempt.
-- @tparam table hook
function notify.deliver(hook)
  for _, id in ipairs(tables.sorted_keys(waiting(hook))) do
    local held = lease.take(hook.ngx, hook.store, hook.keys .. "sending:" .. id, lease.SECONDS)
    if held then
      hook.ngx.thread.spawn(function()
        held:hold(function() return attempt(hook, id) end)
      end)
    end
  end
end

return notify
