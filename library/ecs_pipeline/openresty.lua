---@meta ecs_pipeline.openresty
-- Types for editors (LuaCATS). Made by `make types`; do not edit.

---@class ecs_pipeline.openresty
local openresty = {}

---@class ecs_pipeline.openresty.handler.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.openresty.handler.options
---@field accept_v1? boolean true accepts signatures "sha256=" too, which do not name the handler
---@field client? table of `ecs.new`, default the `ecs` face
---@field console? string address of the ECS console, to which the page links, default "https://ecs.console.aliyun.com"
---@field dict? string|table name of the lua_shared_dict, default "ecs_pipeline"
---@field forges? table webhooks of forges that start bakes: `{ github = { secret =, rules = { { pipeline = "web", repository = "owner/name", branch = "main", tag = "v*", paths = "images/**", event = "push", secret = } } }, gitea =, forgejo =, gitlab =, bitbucket =, standard = }`
---@field host? table the table `ngx`, for tests
---@field keep? number as `openresty.watch`, default 7 days
---@field max_body? number bytes, default 1048576
---@field name? string default the prefix. It is part of what is signed. Handlers with the same credentials have different names; those with the same secret too, unless they share a dictionary
---@field notify? table `{ url =, secret =, format = "json" (default) or "slack" }`, or a list of them: a message for each build that ended, signed as Standard Webhooks do, sent again after a failure
---@field on_change? function as `openresty.watch`; on_change(report, name)
---@field on_end? function on_end(manifest, name) for each build that ended; called in a timer, at least once; the manifest is that of manifest.json for a build of any outcome, and `message`
---@field pipelines table name → id, or `{ id =, region_id =, tags = … of executions }`, or `{ spec = arguments of `ecs.bake`, or a Lua file that returns them; build = "if_changed" (default) or "always"; replace =, archive =, lint = as `ecs.bake` }`; both also with `actions = { "start", "cancel", "show" }`, and `secret` instead of the handler's
---@field poll? number|ecs_pipeline.openresty.handler.options.poll as `execution.wait`
---@field prefix? string of the location, default "/bakes/"
---@field refusals? number messages without a valid signature that one address may send in a minute, default 30; further ones get 429 instead of 401
---@field secret? string|table at least 16 bytes, or a list of them, each accepted (to change one)
---@field title? string of the page, default "Bakes"
---@field window? number seconds that a time stamp may be old, default 300

--- A handler for a location: `content_by_lua_block { require("bakes")() }`, where `bakes.lua` returns it, and the same in `init_worker_by_lua_block`, so that new workers, also of a new nginx, continue to follow running executions.
---@param options ecs_pipeline.openresty.handler.options
---@return function # to be called in `content_by_lua*` and `init_worker_by_lua*`, without arguments
function openresty.handler(options) end

---@class ecs_pipeline.openresty.sign.options
---@field name? string of the handler, default "/bakes/", its default prefix
---@field timestamp? number unix seconds, default now

--- The headers of a webhook, for senders in Lua.
---@param secret string
---@param body string as it will be sent
---@param options? ecs_pipeline.openresty.sign.options|table|number a time stamp, or
---@return table? # `{ ["x-ecs-pipeline-timestamp"] = …, ["x-ecs-pipeline-signature"] = "v2=…" }`
---@return string? message
---@return ecs_pipeline.error? err
function openresty.sign(secret, body, options) end

---@class ecs_pipeline.openresty.single_flight.options
---@field client? table of `ecs.new`, default the default client
---@field dict? string|table name of a `lua_shared_dict`, default "ecs_pipeline"
---@field hold? number seconds for which "it runs" is answered without asking the service again, 2
---@field host? table the table `ngx`, for tests
---@field lease? number seconds after which another worker takes over from one that died, 5
---@field name? string single flights of different names in one dictionary are separate; default "default"

--- Starts builds, each once.
---@param options? ecs_pipeline.openresty.single_flight.options
---@return ecs_pipeline.single_flight # `start`, `forget`
function openresty.single_flight(options) end

---@class ecs_pipeline.openresty.token_bucket.options
---@field actions? table action → `{ per_second, burst }`, for those that differ, such as `StartImagePipelineExecution`
---@field burst? number requests that may go out at once, default per_second, at least 1
---@field dict? string|table name of a `lua_shared_dict`, default "ecs_pipeline"
---@field host? table the table `ngx`, for tests
---@field per_second number requests in a second

--- A limiter.
---@param options ecs_pipeline.openresty.token_bucket.options
---@return table # for the option `rate_limit` of a client
function openresty.token_bucket(options) end

---@class ecs_pipeline.openresty.watch.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.openresty.watch.options
---@field client? table of `ecs.new`, default the default client
---@field dict? string|table name of a `lua_shared_dict`, default "ecs_pipeline"
---@field host? table the table `ngx`, for tests
---@field keep? number seconds for which `state` and `list` still show an execution that ended, 3600
---@field lease? number seconds after which another worker takes over from one that died, 5
---@field name? string several watches with the same credentials in one dictionary have different names; default "default"
---@field on_change? function function(report), called in a timer of one worker, at least once for each change of state or message and for the end. It may yield; what it raises is logged
---@field poll? number|ecs_pipeline.openresty.watch.options.poll as `execution.wait`
---@field stall? number as `execution.wait`

--- Follows executions.
---@param options? ecs_pipeline.openresty.watch.options
---@return ecs_pipeline.watcher # `follow`, `state`, `list`, `stop`. A report is `{ execution_id, pipeline_id, region_id, status, phase, message, elapsed, estimate, stalled, outcome, ended, ok, image_id, images, error_code, error_info, hint, previous = { status, message }, followed_at, started_at, changed_at, ended_at, checked_at (unix seconds), failures (polls that failed since), error = { kind, code, message } }`; outcome as `execution.wait`, nil while it runs; `error` if the watch ended because the execution can no longer be read
function openresty.watch(options) end

---@class ecs_pipeline.single_flight
local single_flight = {}

--- Makes the next start ask the service, even if it comes very soon.
---@param pipeline any as start
function single_flight.forget(pipeline) end

---@class ecs_pipeline.single_flight.start.options
---@field key? string text that identifies the build, such as a commit: one execution for each key, also for calls after its end (as long as the service remembers its ClientToken)
---@field tags? table of the execution
---@field wait? number longest time until this function returns, in seconds, 60

--- Starts a build of a pipeline, or returns the execution that another request started.
---@param pipeline any id, or a table that has it, and `region_id`
---@param options? ecs_pipeline.single_flight.start.options
---@return table? # `{ id, execution_id, pipeline_id, adopted, client_token }`; adopted: another call started it
---@return string? message
---@return ecs_pipeline.error? err
function single_flight.start(pipeline, options) end

---@class ecs_pipeline.watcher
local watcher = {}

--- Follows an execution from now on.
---@param execution any id, or table with `execution_id` or `id`, and `region_id`
---@return boolean? # true
---@return string? message
---@return ecs_pipeline.error? err
function watcher.follow(execution) end

--- The last reports of all, the newest first.
---@return table # list
function watcher.list() end

--- The last report.
---@param execution any as follow
---@return table? # report; nil when it is not followed, or ended longer than `keep` ago
function watcher.state(execution) end

--- Stops polling in this worker.
function watcher.stop() end

return openresty
