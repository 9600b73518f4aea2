--- `openresty.handler`: a location of nginx that starts, cancels and shows bakes: a signed webhook,
-- JSON, metrics and a page.
local actions = require("ecs_pipeline.openresty.actions")
local bake_state = require("ecs_pipeline.openresty.bake_state")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local handler_options = require("ecs_pipeline.openresty.handler_options")
local lease = require("ecs_pipeline.openresty.lease")
local metrics = require("ecs_pipeline.openresty.metrics")
local page = require("ecs_pipeline.openresty.page")
local redact = require("ecs_pipeline.redact")
local request = require("ecs_pipeline.openresty.request")
local scope = require("ecs_pipeline.openresty.scope")
local signature = require("ecs_pipeline.openresty.signature")
local single_flight = require("ecs_pipeline.openresty.single_flight")
local store_file = require("ecs_pipeline.openresty.store")
local watch = require("ecs_pipeline.openresty.watch")

local handler = {}

local OPERATION = "openresty.handler"

-- Seconds between two requests of the page for status.json.
local EVERY = 2

-- Seconds for which the page shows a bake that ended.
local KEEP = 7 * 86400

local Hook = {}
Hook.__index = Hook

-- --- parts, created when first needed: in a worker, where timers exist ---

function Hook:watcher()
  if not self.created_watcher then
    local own = self.own
    self.created_watcher = watch.start({ ngx = self.ngx, store = self.store, client = self.client,
      keys = self.keys .. "watch:", also = function() self:go_on() end },
      { poll = own.poll, keep = own.keep or KEEP, on_change = function(report)
        return self:changed(report)
      end })
  end
  return self.created_watcher
end

-- Each worker has a timer, from its first request on if it is not called when it starts. Where
-- nginx has no timer left, the next request tries again.
function Hook:begin()
  local begun, why = self:watcher().begin()
  if not begun then
    self:log("nginx cannot create a timer: " .. tostring(why))
  end
end

function Hook:flight()
  if not self.created_flight then
    self.created_flight = single_flight.around({ ngx = self.ngx, store = self.store,
      client = self.client, keys = self.keys .. "flight:", region = self.region,
      seconds_held = single_flight.HOLD, lease = lease.SECONDS, no_timer = true,
      on_answer = function(job, answer, told) self:started(job, answer, told) end,
      on_resume = function(job)
        for _, pipeline in ipairs(self:pipelines_of(job)) do
          metrics.promised(self, pipeline, "resumed")
        end
      end })
  end
  return self.created_flight
end

-- The entries of a pipeline: it may have several names here, or none any more.
function Hook:pipelines_of(job)
  local list = {}
  for _, name in ipairs(self.names) do
    local pipeline = self.pipelines[name]
    if pipeline.id == job.found.id and pipeline.region_id == job.found.region_id then
      list[#list + 1] = pipeline
    end
  end
  return list
end

function Hook:log(text)
  text = redact.text(text)
  local named = text:sub(1, #OPERATION) == OPERATION -- of this library, or of other code
  self.host.log(self.host.ERR, "ecs_pipeline: ", named and "" or OPERATION .. ": ", text)
end

local function note_failure(hook, pipeline, err, told)
  if err.kind == "not_found" then
    bake_state.found(hook, pipeline, err)
  end
  if told then
    metrics.promised(hook, pipeline, "lost")
    bake_state.lose(hook, pipeline, err)
    hook:log(("the start of %s that was promised failed: %s"):format(pipeline.name,
      tostring(err.message)))
  end
end

-- A start has an answer. `told`: a request was promised that it continues, and has ended.
function Hook:started(job, answer, told)
  for _, pipeline in ipairs(self:pipelines_of(job)) do
    if answer.result then
      bake_state.remember(self, pipeline, answer.result.execution_id)
    else
      note_failure(self, pipeline, answer.err or { message = answer.raised }, told)
    end
  end
end

function Hook:changed(report)
  local name = self.name_of[report.pipeline_id]
  local pipeline = self.pipelines[name]
  if report.ended and name then
    -- the stored answer "it runs" is no longer true
    self:flight().forget({ id = pipeline.id, region_id = pipeline.region_id })
    metrics.ended(self, pipeline, report)
  end
  if self.own.on_change then
    return self.own.on_change(report, name)
  end
end

-- --- work without a request ---

-- Ticks of the watch, which are seconds, between two looks for such work.
local EVERY_TICKS = 5

-- In each tick of the watch.
function Hook:go_on()
  self.ticks = (self.ticks or EVERY_TICKS - 1) + 1
  if self.ticks % EVERY_TICKS == 0 then
    self:flight().pick_up()
    actions.catch_up(self)
  end
end

-- --- the webhook ---

local function refuse(status, code, message)
  return nil, { status = status, code = code, message = message }
end

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

-- Only refused messages count, so that nobody can lock out senders who know the secret.
local function refused(hook, refusal)
  if refusal.status == 401 and refusals_of(hook) > hook.refusals then
    return { status = 429, code = "TOO_MANY_REFUSED", retry_after = 60, message = ("more than %d "
      .. "messages of this address were refused within a minute, this one because: %s")
      :format(hook.refusals, refusal.message) }
  end
  return refusal
end

-- The request of a signed message, or its refusal.
local function read_request(hook)
  local headers = request.headers(hook.host)
  local claim, refusal = signature.claim(hook, headers)
  local body, ok
  if claim then
    body, refusal = request.body(hook.host, headers, hook.max_body)
  end
  if body then
    ok, refusal = signature.check(hook, claim, body)
  end
  if not ok then
    return nil, refused(hook, refusal)
  end
  return request.parse(body)
end

local function permitted(hook, wanted)
  local pipeline = hook.pipelines[wanted.pipeline]
  if not pipeline then
    return refuse(404, "UNKNOWN_PIPELINE", ("there is no pipeline \"%s\" here: add it to pipelines "
      .. "= { [\"%s\"] = \"ip-…\" } of the handler, or name one of: %s"):format(wanted.pipeline,
      wanted.pipeline, table.concat(hook.names, ", ")))
  elseif not pipeline.actions[wanted.action] then
    return refuse(403, "NOT_PERMITTED", ("%s of \"%s\" is not permitted here: add it to the "
      .. "actions of that pipeline"):format(wanted.action, wanted.pipeline))
  end
  return pipeline
end

local function webhook(hook)
  local wanted, refusal = read_request(hook)
  local pipeline
  if wanted then
    pipeline, refusal = permitted(hook, wanted)
  end
  local reply = pipeline and actions[wanted.action](hook, pipeline, wanted) or refusal
  metrics.webhook(hook, wanted and wanted.action, reply.status)
  if wanted then
    reply.action, reply.pipeline = wanted.action, wanted.pipeline
  end
  return request.reply(hook.host, reply)
end

-- --- status, metrics, page ---

local function show_status(hook)
  return request.json(hook.host, 200, { bakes = bake_state.all(hook), now = hook.wall() })
end

local function show_metrics(hook)
  return request.send(hook.host, 200, { ["content-type"] = metrics.CONTENT_TYPE },
    metrics.text(hook, bake_state.all(hook)))
end

local function show_page(hook)
  local nonce = core.random(16):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
  return request.send(hook.host, 200, page.headers(nonce),
    page.html(hook.title, bake_state.all(hook), nonce, EVERY))
end

local ROUTES = {
  [""] = { GET = show_page, HEAD = show_page },
  ["status.json"] = { GET = show_status, HEAD = show_status },
  metrics = { GET = show_metrics, HEAD = show_metrics },
  webhook = { POST = webhook },
}

-- The part of the address below the prefix; nil if the address is outside it.
local function path_of(hook)
  local uri = hook.host.var.uri
  if uri:sub(1, #hook.prefix) == hook.prefix then
    return uri:sub(#hook.prefix + 1)
  end
  return nil
end

local function refusal_of(hook)
  local path, method = path_of(hook), hook.host.req.get_method()
  if not path then
    return { status = 503, code = "WRONG_PREFIX", message = ("this location is not below %s: write "
      .. "\"location %s { … }\" in nginx.conf, or give prefix = \"/…/\" to the handler")
      :format(hook.prefix, hook.prefix) }
  elseif not ROUTES[path] then
    return { status = 404, code = "NO_SUCH_PAGE",
      message = "there are " .. hook.prefix .. " and status.json, metrics and webhook below it" }
  elseif not ROUTES[path][method] then
    local allowed = ROUTES[path].POST and "POST" or "GET, HEAD"
    return { status = 405, code = "NO_SUCH_METHOD", allow = allowed,
      message = "this address accepts " .. allowed }
  end
end

-- The answer if nginx.conf lacks something that the handler needs; nil if it lacks nothing.
local function lacking(hook)
  if not hook.store then
    local store, message, err = store_file.find(OPERATION, hook.host, hook.own.dict)
    if not store then
      return { status = 503, code = err.code, message = message }
    end
    hook.store = store
    signature.begin(hook)
  end
  local able, err = core.can_sign(OPERATION)
  if not able then
    local _, message = errors.shown(errors.fail(OPERATION, err))
    return { status = 503, code = err.code, message = message }
  end
  if not hook.secrets[1] then
    return { status = 503, code = "NO_SECRET", message = OPERATION .. ": there is no secret; where "
      .. "it is secret = os.getenv(\"NAME\"), add \"env NAME;\" to the top of nginx.conf, which "
      .. "clears the environment of its workers" }
  end
end

-- Where nginx drops timers, a request carries out what was promised, after its own answer.
local function go_on_after(hook)
  if hook:flight().promised()[1] then
    hook.host.eof()
    local ran, why = pcall(hook:flight().pick_up)
    if not ran then
      hook:log(tostring(why))
    end
  end
end

local function answer(hook)
  local refusal = refusal_of(hook)
  if refusal then
    if refusal.status == 405 and path_of(hook) == "webhook" then
      metrics.webhook(hook, nil, 405)
    end
    return request.reply(hook.host, refusal)
  end
  return ROUTES[path_of(hook)][hook.host.req.get_method()](hook)
end

-- One call of the handler.
local function serve(hook)
  local lacks = lacking(hook)
  local starting = hook.host.get_phase() == "init_worker"
  if lacks then
    hook:log(lacks.message)
    return starting or request.reply(hook.host, lacks)
  elseif starting then
    return hook:begin() -- continues to follow the executions of the time before a reload
  end
  hook:begin()
  local ran, why = pcall(answer, hook)
  if not ran then
    hook:log(tostring(why))
    return request.reply(hook.host, { status = 503, code = "BROKEN",
      message = OPERATION .. ": failed; the error log of nginx says why" })
  end
  go_on_after(hook)
end

--- A handler for a location: `content_by_lua_block { require("bakes")() }`, where `bakes.lua`
-- returns it, and the same in `init_worker_by_lua_block`, so that new workers, also of a new nginx,
-- continue to follow running executions. The prefix is a page for people, `status.json` and
-- `metrics` below it are for programs; `webhook` accepts by POST a JSON object `{ action = "start",
-- "cancel" or "show", pipeline, key, execution_id, nonce }` signed as `openresty.sign` does. It
-- answers within 3 seconds; starts that take longer continue. All workers together start a bake
-- once. Never blocks the worker.
-- The same options again give the same handler.
-- Statuses: 200, 202 (started, adopted, cancelled, or still starting), 400, 401, 403 (time stamp,
-- not permitted), 404, 405, 409 (a repeated message, or nothing runs), 413, 429, 503 (the service
-- failed, or nginx.conf lacks a line: the message and the log say which one to add).
-- @function openresty.handler
-- @tparam table options
--
--   * `secret`: at least 16 bytes, or a list of them, each accepted (to change one)
--   * `pipelines`: name → id, or `{ id =, region_id =, actions = { "start", "cancel", "show" },
--     tags = … of executions }`
--   * `client`: of `ecs.new`, default the `ecs` face
--   * `prefix`: of the location, default "/bakes/"
--   * `name`: default the prefix. It is part of what is signed. Handlers with the same credentials
--     have different names; those with the same secret too, unless they share a dictionary
--   * `title`: of the page
--   * `dict`: name of the lua_shared_dict, default "ecs_pipeline"
--   * `window`: seconds that a time stamp may be old, default 300
--   * `accept_v1`: true accepts signatures "sha256=" too, which do not name the handler
--   * `max_body`: bytes, default 65536
--   * `refusals`: messages without a valid signature that one address may send in a minute, default
--     30; further ones get 429 instead of 401
--   * `poll`: as `execution.wait`
--   * `keep`: as `openresty.watch`, default 7 days
--   * `on_change`: as `openresty.watch`; on_change(report, name)
--   * `host`: the table `ngx`, for tests
-- @treturn function to be called in `content_by_lua*` and `init_worker_by_lua*`, without arguments
-- @raise unknown options and wrong types; another handler with the same name and credentials, and
--   other options
function handler.new(given)
  local hook = setmetatable(handler_options.read(OPERATION, given), Hook)
  local lacks = lacking(hook)
  if lacks then
    hook:log(lacks.message)
  end
  if not hook.store then
    return function() return serve(hook) end
  end
  handler_options.check_secrets(OPERATION, hook)
  return scope.once(OPERATION, hook.store, hook.keys, hook.name, given, function()
    return function() return serve(hook) end
  end)
end

return handler
