--- `openresty.handler`: a location of nginx that starts, cancels and shows bakes: a signed webhook,
-- JSON, metrics and a page.
local actions = require("ecs_pipeline.openresty.actions")
local after_bake = require("ecs_pipeline.openresty.after_bake")
local bake_state = require("ecs_pipeline.openresty.bake_state")
local core = require("ecs_pipeline.core")
local delivery = require("ecs_pipeline.openresty.delivery")
local errors = require("ecs_pipeline.errors")
local flight_start = require("ecs_pipeline.openresty.flight_start")
local handler_options = require("ecs_pipeline.openresty.handler_options")
local lease = require("ecs_pipeline.openresty.lease")
local manifests = require("ecs_pipeline.openresty.manifests")
local metrics = require("ecs_pipeline.openresty.metrics")
local notify = require("ecs_pipeline.openresty.notify")
local page = require("ecs_pipeline.openresty.page")
local redact = require("ecs_pipeline.redact")
local request = require("ecs_pipeline.openresty.request")
local scope = require("ecs_pipeline.openresty.scope")
local secrets = require("ecs_pipeline.openresty.secrets")
local signature = require("ecs_pipeline.openresty.signature")
local single_flight = require("ecs_pipeline.openresty.single_flight")
local sorted_json = require("ecs_pipeline.sorted_json")
local spec_bake = require("ecs_pipeline.openresty.spec_bake")
local store_file = require("ecs_pipeline.openresty.store")
local watch = require("ecs_pipeline.openresty.watch")
local webhook = require("ecs_pipeline.openresty.webhook")

local handler = {}

local OPERATION = "openresty.handler"

-- Seconds between two reads of the page by its script.
local EVERY = 2

local Hook = {}
Hook.__index = Hook

-- --- parts, created when first needed: in a worker, where timers exist ---

function Hook:watcher()
  if not self.created_watcher then
    local own = self.own
    self.created_watcher = watch.start({ ngx = self.ngx, store = self.store, client = self.client,
      keys = self.keys .. "watch:", also = function() self:go_on() end },
      { poll = own.poll, keep = self.keep, on_change = function(report)
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
      run = function(client, job) return self:start(client, job) end,
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
    local found = pipeline.found
    if found.id == job.found.id and found.region_id == job.found.region_id then
      list[#list + 1] = pipeline
    end
  end
  return list
end

-- `level`: of nginx, default ERR.
function Hook:log(text, level)
  text = redact.text(text)
  local named = text:sub(1, #OPERATION) == OPERATION -- of this library, or of other code
  self.host.log(level or self.host.ERR, "ecs_pipeline: ", named and "" or OPERATION .. ": ", text)
end

-- What a single flight does. A promise of the time before a reload may name what is gone.
function Hook:start(client, job)
  local pipeline = self:pipelines_of(job)[1]
  if pipeline and pipeline.spec then
    return spec_bake.run(client, job, pipeline)
  end
  return flight_start.run(client, job)
end

local function note_failure(hook, pipeline, job, err, told)
  if pipeline.spec then
    bake_state.identify(hook, pipeline, err.pipeline_id or pipeline.id)
  elseif err.kind == "not_found" then
    bake_state.found(hook, pipeline, err)
  end
  if told then
    metrics.promised(hook, pipeline, "lost")
    delivery.lost(hook, pipeline, job.key)
    bake_state.lose(hook, pipeline, err)
    hook:log(("the start of %s that was promised failed: %s"):format(pipeline.name,
      tostring(err.message)))
  end
end

-- A start has an answer. `told`: a request was promised that it continues, and has ended.
function Hook:started(job, answer, told)
  for _, pipeline in ipairs(self:pipelines_of(job)) do
    local result = answer.result
    if result then
      bake_state.identify(self, pipeline, result.pipeline_id)
      bake_state.remember(self, pipeline, result.execution_id)
      if answer.running then
        after_bake.await(self, pipeline, result.execution_id)
      end
      if result.outcome == "unchanged" then
        spec_bake.built(self, pipeline, result.pipeline_id)
      end
    else
      note_failure(self, pipeline, job, answer.err or { message = answer.raised }, told)
    end
  end
end

-- Does an execution belong to a pipeline? One that could never be read has told no pipeline's id,
-- and one of a pipeline that was replaced has another.
function Hook:belongs(report, pipeline)
  return pipeline.id and report.pipeline_id == pipeline.id
      and report.region_id == pipeline.region_id
    or bake_state.current(self, pipeline) == report.execution_id
    or after_bake.awaits(self, pipeline, report.execution_id)
end

function Hook:changed(report)
  bake_state.read_ids(self)
  local first
  for _, name in ipairs(self.names) do
    local pipeline = self.pipelines[name]
    if self:belongs(report, pipeline) then
      first = first or name
      if report.ended then
        -- the stored answer "it runs" is no longer true
        self:flight().drop(pipeline.found)
        after_bake.ended(self, pipeline, report)
      else
        after_bake.await(self, pipeline, report.execution_id)
      end
    end
  end
  if self.own.on_change then
    return self.own.on_change(report, first)
  end
end

-- --- work without a request ---

-- Ticks of the watch, which are seconds, between two looks for such work.
local EVERY_TICKS = 5

-- In each tick of the watch.
function Hook:go_on()
  bake_state.read_ids(self)
  notify.deliver(self)
  self.ticks = (self.ticks or EVERY_TICKS - 1) + 1
  if self.ticks % EVERY_TICKS == 0 then
    self:flight().pick_up()
    actions.catch_up(self)
  end
end

-- --- status, metrics, page ---

local function show_status(hook)
  return request.json(hook.host, 200, { bakes = bake_state.all(hook), now = hook.wall() })
end

local function show_manifest(hook)
  return request.send(hook.host, 200, { ["content-type"] = "application/json" },
    sorted_json.encode(manifests.all(hook), true) .. "\n")
end

local function show_metrics(hook)
  return request.send(hook.host, 200, { ["content-type"] = metrics.CONTENT_TYPE },
    metrics.text(hook, bake_state.all(hook)))
end

local function show_page(hook)
  local nonce = core.token(16)
  return request.send(hook.host, 200, page.headers(nonce),
    page.html({ title = hook.title, bakes = bake_state.all(hook), nonce = nonce, every = EVERY,
      now = hook.wall(), region = hook.region, console = hook.console }))
end

-- The prefix without its last "/": relative addresses of the page would lead elsewhere.
local function to_page(hook)
  return request.send(hook.host, 301, { location = hook.prefix }, "")
end

local ROUTES = {
  ["/"] = { GET = to_page, HEAD = to_page },
  [""] = { GET = show_page, HEAD = show_page },
  ["status.json"] = { GET = show_status, HEAD = show_status },
  ["manifest.json"] = { GET = show_manifest, HEAD = show_manifest },
  metrics = { GET = show_metrics, HEAD = show_metrics },
  webhook = { POST = webhook.answer },
}

-- The part of the address below the prefix, "/" for the prefix without its last "/"; nil if the
-- address is outside it.
local function path_of(hook)
  local uri = hook.host.var.uri
  if uri .. "/" == hook.prefix then
    return "/"
  elseif uri:sub(1, #hook.prefix) == hook.prefix then
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
      message = "there are " .. hook.prefix .. " and, below it, status.json, manifest.json, "
        .. "metrics and webhook" }
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
  if not hook.can_sign then -- OpenSSL's configuration is read once, so the answer stays
    local able, err = core.can_sign(OPERATION)
    if not able then
      local _, message = errors.shown(errors.fail(OPERATION, err))
      return { status = 503, code = err.code, message = message }
    end
    hook.can_sign = true
  end
  local known = hook.secrets[1] ~= nil
  for _, forge in pairs(hook.forges) do
    known = known or forge.secrets[1] ~= nil
  end
  return not known and secrets.missing(OPERATION) or nil
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
  bake_state.read_ids(hook)
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
-- Webhooks of forges (`forges`) come to the same address.
-- Statuses: 200, 202 (started, adopted, cancelled, or still starting), 400, 401, 403 (time stamp,
-- not permitted), 404, 405, 409 (a repeated message, or nothing runs), 413, 429, 503 (the service
-- failed, or nginx.conf lacks a line: the message and the log say which one to add).
-- @function openresty.handler
-- @tparam table options
--
--   * `secret`: at least 16 bytes, or a list of them, each accepted (to change one)
--   * `forges`: webhooks of forges that start bakes: `{ github = { secret =, rules = { { pipeline =
--     "web", repository = "owner/name", branch = "main", tag = "v*", paths = "images/**", event =
--     "push", secret = } } }, gitea =, forgejo =, gitlab =, bitbucket =, standard = }`
--   * `pipelines`: name → id, or `{ id =, region_id =, tags = … of executions }`, or `{ spec =
--     arguments of `ecs.bake`, or a Lua file that returns them; build = "if_changed" (default) or
--     "always"; replace =, archive =, lint = as `ecs.bake` }`; both also with `actions = { "start",
--     "cancel", "show" }`, and `secret` instead of the handler's
--   * `client`: of `ecs.new`, default the `ecs` face
--   * `prefix`: of the location, default "/bakes/"
--   * `name`: default the prefix. It is part of what is signed. Handlers with the same credentials
--     have different names; those with the same secret too, unless they share a dictionary
--   * `title`: of the page, default "Bakes"
--   * `console`: address of the ECS console, to which the page links, default
--     "https://ecs.console.aliyun.com"
--   * `dict`: name of the lua_shared_dict, default "ecs_pipeline"
--   * `window`: seconds that a time stamp may be old, default 300
--   * `accept_v1`: true accepts signatures "sha256=" too, which do not name the handler
--   * `max_body`: bytes, default 1048576
--   * `refusals`: messages without a valid signature that one address may send in a minute, default
--     30; further ones get 429 instead of 401
--   * `poll`: as `execution.wait`
--   * `keep`: as `openresty.watch`, default 7 days
--   * `on_change`: as `openresty.watch`; on_change(report, name)
--   * `on_end`: on_end(manifest, name) for each build that ended; called in a timer, at least once;
--     the manifest is that of manifest.json for a build of any outcome, and `message`
--   * `notify`: `{ url =, secret =, format = "json" (default) or "slack" }`, or a list of them: a
--     message for each build that ended, signed as Standard Webhooks do, sent again after a failure
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
    metrics.count_calls(hook)
    return function() return serve(hook) end
  end)
end

return handler
