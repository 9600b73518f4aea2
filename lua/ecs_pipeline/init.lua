--- Alibaba Cloud ECS image pipelines for Lua.
--
-- The face of the library: clients, and the default client behind `ecs.pipeline`, `ecs.execution`
-- and the other groups. A failure is `nil, message, err`; only a programmer's mistake raises.
--
-- `require` defines only the names: the first call that needs a module loads it. Inside nginx all
-- modules are loaded at once, because reading a file while a request waits blocks every other
-- request of the worker.
local errors = require("ecs_pipeline.errors")
local platform = require("ecs_pipeline.platform")
local tables = require("ecs_pipeline.tables")

local ecs = { _VERSION = require("ecs_pipeline.version") }

-- Group → its functions, as `bind(current)` of the group's file in resources/ gives them. Where a
-- function completes its arguments, that file has `arguments[verb](client, args)`, so that render
-- does so too.
local GROUPS = {
  account = { "describe" },
  build_content = { "hash", "lint", "new", "parse" },
  component = { "create", "delete", "describe", "each", "list", "resolve" },
  execution = { "build", "build_if_changed", "cancel", "describe", "each", "list", "start",
    "wait" },
  image = { "copy", "delete", "describe", "each", "latest", "list", "modify", "prune", "share",
    "wait_available" },
  instance_type = { "list" },
  pipeline = { "create", "delete", "describe", "each", "ensure", "import", "list", "plan",
    "validate" },
  region = { "list" },
  resource_group = { "join", "list" },
  snapshot = { "delete" },
  tags = { "add", "diff", "from_list", "list", "matches", "merge", "remove", "split", "to_list",
    "validate" },
  vpc = { "create", "delete", "describe", "each", "list" },
  vswitch = { "create", "delete", "describe", "each", "list" },
  zone = { "list" },
}

local function resource(group)
  return require("ecs_pipeline.resources." .. group)
end

-- Reading a name that is not there raises if it is a misspelt one: "attempt to call a nil value"
-- names no way out. Any other name is nil, so that programs can ask what there is.
local MISSPELT = 2 -- letters

local function explained(owner, path, class)
  class.__index = function(_, name)
    local known = type(name) == "string" and tables.sorted_keys(owner)
    local meant = known and require("ecs_pipeline.core").nearest(name, known, MISSPELT)
    if meant then
      errors.raise(("there is no %s%s (did you mean %s%s?)"):format(path, name, path, meant))
    end
    return nil
  end
  return setmetatable(owner, class)
end

-- `owner:name(…)` passes the owner as the first argument. The error says so, instead of complaining
-- about that argument.
local function dotted(owner, path, functions)
  for name in pairs(functions) do
    owner[name] = function(...)
      if rawequal((...), owner) then
        errors.raise(path .. name .. ": use a dot, not a colon")
      end
      return errors.shown(functions[name](...))
    end
  end
end

-- The functions of a group. The first call of one of them loads the group's file and replaces all
-- of them by the functions of that file.
local function loaded_when_called(group, current)
  local functions = {}
  for _, name in ipairs(GROUPS[group]) do
    functions[name] = function(...)
      for verb, fn in pairs(resource(group).bind(current)) do
        functions[verb] = fn
      end
      return functions[name](...)
    end
  end
  return functions
end

local function new_client(where, given, parent)
  return require("ecs_pipeline.call.client").new(where, given, parent)
end

local function operation_call(self, product, version, action, params, given)
  if type(product) ~= "string" or type(version) ~= "string" or type(action) ~= "string" then
    errors.raise("call: wants product, version and action, as in "
      .. "call(\"Ecs\", \"2014-05-26\", \"DescribeRegions\", {})")
  elseif params ~= nil and type(params) ~= "table" then
    errors.raise("call: parameters must be a table, not a " .. type(params))
  end
  local call_options = self:call_options(product .. "." .. action, given)
  local operation = { product = product, version = version, action = action }
  return self:invoke(operation, params or {}, call_options)
end

local function operation_render(self, operation, args, given)
  if type(operation) ~= "string" or not require("ecs_pipeline.call.client").knows(operation) then
    errors.raise("render: unknown operation " .. tostring(operation)
      .. "; wants a name such as \"pipeline.create\"")
  elseif type(args) ~= "table" then
    errors.raise("render: arguments must be a table, not a " .. type(args))
  end
  local call_options = self:call_options("render", given)
  local group, verb = operation:match("^(.-)%.(.*)$")
  local completed = GROUPS[group] and resource(group).arguments
  local complete = completed and completed[verb]
  return self:render(operation, complete and complete(self, args) or args, call_options)
end

--- Calls any RPC action of any product, for actions that have no function here. Blocks as the
-- transport does. A write (an action that does not begin with Describe, List, Get, Query or Check)
-- is retried only if it was not sent, was throttled, or has a ClientToken.
-- @function client.call
-- @tparam string product "Ecs"
-- @tparam string version "2014-05-26"
-- @tparam string action "DescribeSnapshots"
-- @tparam ?table params as the service spells them; nested tables and lists are flattened
-- @tparam ?table options call options
-- @treturn[1] table the reply as the service spells it; a number with more digits than a double
--   holds is the string of its digits
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of any kind

--- From arguments to an image in one call: check, lint, `pipeline.ensure`,
-- `execution.build_if_changed`; with "retire" it also deletes the replaced pipeline. Safe to repeat
-- after an interruption at any point. API: as those. Blocks for as long as a build takes. With
-- `wait = false` it returns when the execution runs, and deletes nothing: a later call does.
-- @function client.bake
-- @tparam table args arguments of `pipeline.create` with a name, or with `id` as `pipeline.plan`
--   takes it
-- @tparam ?table options call options, those of `execution.build_if_changed` (`timeout` is that
--   of the whole), and
--
--   * `replace`: "side_by_side" (default), "never", or "retire": the old pipeline is deleted
--     after a good build of the new one
--   * `archive`: with "retire", the path of a JSON file for the record of the old pipeline, or
--     false for none; as `pipeline.ensure`
--   * `wait_timeout`: with "retire", seconds to wait for running executions of the old pipeline,
--     default 4 h
--   * `lint`: options of `build_content.lint`, or false. Its errors stop the job; its warnings
--     are events, and are in `ecs.info(result).warnings`
--   * `on_progress`: as `execution.wait`; before and after the build with the phases "checking",
--     "ensuring", "comparing" and "retiring"
--   * `dry_run`: checks, lints, plans, compares and renders; sends nothing that writes
-- @treturn[1] table as `execution.build_if_changed`, and `pipeline` (as describe gives it),
--   `created`, `plan`, `findings` (of the linter), `retired`, and for a failed build whose message
--   quotes a command `build_line = { param, line, text }`. In a dry run: `{ ok = true, outcome =
--   "dry_run", steps = { "create", "build", "retire" }, request, … }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err with `plan`, `findings`, `pipeline_id`, `execution_id` as far as known
-- @raise as `pipeline.ensure`

--- An exit code for scripts, from the values that a call returned:
-- `os.exit(ecs.exit_code(ecs.bake(args)))`.
-- 0 ok or unchanged, 1 other errors, 2 failed, 3 test failed, 4 partial, 5 cancelled, 6 not ended
-- in time, 7 arguments refused, 8 configuration (credentials, rights, certificates, proxy),
-- 9 conflict, 10 not found, 11 temporary (try again), 12 journal or archive, 13 sent, and perhaps
-- carried out (look before you repeat it).
-- @function client.exit_code
-- @param result table of any call, error table, or nil
-- @tparam ?string message
-- @tparam ?table err
-- @treturn integer

--- With whose credentials and where this client works, for state that several clients share: a
-- digest of the id of fixed keys, otherwise source, role ARN or name of the role, and the endpoint.
-- It does not change when temporary credentials are renewed. Sends nothing.
-- @function client.identity
-- @treturn string without secrets
-- @treturn ?string region of calls that give none

--- The request that a call would send, secrets masked. Sends nothing.
-- @function client.render
-- @tparam string operation "pipeline.create"
-- @tparam table args of the operation
-- @tparam ?table options call options
-- @treturn[1] table `{ method, url, headers, body, parameters, region, endpoint, client_token,
--   warnings, note }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise if the operation does not exist

--- Calls a function with each event of this client, as well as `on_event` and the log: for
-- counters. It stays as long as the client.
-- @function client.listen
-- @tparam function listener function(event), as `on_event` of `ecs.new`
-- @raise what is no function, a closed client

--- A client with other options. It shares credentials, connections, rate limit and clock correction
-- with this one, except those that the options set.
-- @function client.with
-- @tparam ?table options those of `ecs.new`; what is not given stays
-- @treturn table client

--- Closes the connections that this client opened. Later use of it, and of clients derived from it,
-- raises. The default client is created anew instead.
-- @function client.close

--- Checks what is installed, configured, reachable and allowed, with advice for each check that
-- failed. Sends only requests that read; a failed check never raises. Blocks as calls do: about six
-- calls, each for at most 10 s.
-- @function client.doctor
-- @tparam ?table options call options, and
--
--   * `online`: false sends nothing and asks no source of credentials over the network; default
--     true
-- @treturn table `{ ok, passed, failed, skipped (numbers), checks = { { name, ok, detail, hint },
--   … } }`: `ok` is true, false with a `hint`, or nil if a check could not be made; `tostring`
--   gives a readable table; neither contains secrets
-- @raise wrong options, a closed client

-- Puts everything that a client offers on `face`. `current()` returns the internal client to use.
local function attach(face, path, current, make)
  for group in pairs(GROUPS) do
    face[group] = explained({}, path .. group .. ".", {})
    dotted(face[group], path .. group .. ".", loaded_when_called(group, current))
  end
  dotted(face, path, {
    call = function(...) return operation_call(current(), ...) end,
    render = function(...) return operation_render(current(), ...) end,
    with = function(given)
      local parent = current()
      parent:check_open("with")
      return make("with", given, parent)
    end,
    close = function() return current():close() end,
    bake = function(...) return require("ecs_pipeline.bake.bake").run(current(), ...) end,
    doctor = function(...)
      return require("ecs_pipeline.doctor").run(current(), ecs._VERSION, ...)
    end,
    exit_code = function(...) return require("ecs_pipeline.bake.exit_code").of(...) end,
    identity = function() return current():identity() end,
    listen = function(listener) return current():listen(listener) end,
    info = function(...) return require("ecs_pipeline.call.info").get(...) end,
    policy = function(...) return require("ecs_pipeline.policy").make(...) end,
  })
  return face
end

-- `local client <close> = ecs.new{ … }`, from Lua 5.4 on.
local function close(client)
  client.close()
end

local function make(where, given, parent)
  local internal = new_client(where, given, parent)
  local client = explained({}, "client.", { __close = close })
  return attach(client, "client.", function() return internal end, make)
end

--- Creates a client. Opens nothing, reads no file, sends nothing.
-- @function ecs.new
-- @tparam ?table options
--
--   * `region`: default `ALIBABA_CLOUD_REGION_ID`, `ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`, the
--     region of the CLI's profile
--   * `credentials`: `{ access_key_id, access_key_secret, security_token }` or a provider of
--     `ecs.credentials`; default `ecs.credentials.chain()`
--   * `endpoint`: string, or map of product in lower case to string; default
--     `ALIBABA_CLOUD_ENDPOINT_<PRODUCT>`, else the rule for the region
--   * `endpoint_type`: "public" (default) or "vpc"
--   * `transport`: "auto" (default: cosockets inside nginx, libcurl elsewhere), "curl",
--     "cosocket", or `{ send = function(request, deadline) }`; its `platform = { clock, wall, sleep
--     }`, if it has that, is the client's time
--   * `timeout`: seconds per attempt, a number (total) or `{ connect = 5, total = 30 }`
--   * `retry`: `{ attempts = 5, deadline = 120, base = 0.5, cap = 20 }`: attempts of one call,
--     seconds for all of them, seconds before the first retry and the most seconds before a later
--     one; false = never
--   * `proxy`: string; false = none; default the environment
--   * `ca_file`: file or folder of certificates; default the environment, then the system's
--   * `verify`: default true; false needs `insecure` and warns at every call
--   * `insecure`: the text "I understand", for `verify = false`
--   * `user_agent`: appended to ours
--   * `signature_version`: "auto" (default), "v3", "1.0"
--   * `placement`: of the parameters: "auto" (default), "query", "form"
--   * `rate_limit`: `{ per_second, burst }`, or an object with `take(self, now, region, action)`
--     → seconds to wait, and `give_back(self, region, action)`
--   * `default_tags`: tags of everything that this client creates; tags of a call win
--   * `validate`: "strict" (default): arguments are checked before they are sent; "warn", "off"
--   * `keep_raw`: true: `ecs.info(result).raw` is the reply as the service spells it; false: it is
--     nil; default: true, but false inside `ecs.map`, `ecs.concurrently` and tasks of a scheduler,
--     and for pages and items of lists
--   * `on_event`: function(event), called for attempts, retries, warnings and the other events of
--     docs/options.md
--   * `log`: "off", "warn" (default), "debug", function(level, text); default `ECS_PIPELINE_LOG`
--   * `platform`: for tests and unusual hosts: functions that replace those of the host: `clock`,
--     `wall`, `sleep`, `random`, `env`
-- @treturn table client: a group for each noun (`pipeline`, `execution`, `image`, `vpc` …), and
--   `bake`, `call`, `render`, `with`, `close`, `info`, `policy`; dot calls; `<close>` closes it
-- @raise unknown names, wrong types, values out of range
local function new(options)
  return make("ecs.new", options)
end

-- The default client; it is created when it is first used, with the options of that moment.
local default_options, default_client = {}, nil

local function default()
  if not default_client or default_client.closed then
    default_client = new_client("ecs.configure", default_options)
  end
  return default_client
end

--- Sets options of the default client behind `ecs.pipeline` and the other groups. Options set
-- earlier stay unless they are given again. Groups that a program has stored see the new options.
-- @function ecs.configure
-- @tparam table options those of `ecs.new`
-- @raise as `ecs.new`
local function configure(options)
  if type(options) ~= "table" then
    errors.raise("ecs.configure: options must be a table, not a " .. type(options))
  end
  local merged = tables.merge(tables.copy(default_options), options)
  local listeners = default_client and default_client.listeners
  default_client = new_client("ecs.configure", merged)
  default_client.listeners = listeners
  if merged.credentials ~= nil then
    merged.credentials = default_client.provider -- the secret is not stored twice
  end
  default_options = merged
end

--- Many calls at the same time under the event loop of the host: tasks of `spawn` run in `step`,
-- which never blocks longer than its argument.
-- @function ecs.scheduler
-- @treturn table functions:
--
--   * `spawn(fn, done)`: starts a task, in which calls and waits let the other tasks continue;
--     `done(true, results…)`, or `done(false, error, traceback)`, is called at its end
--   * `step(seconds)`: continues the tasks; waits at most that long for a descriptor or a timer
--   * `descriptors()`: list of `{ fd, read, write }` to watch
--   * `timeout()`: seconds until `step` must be called even if no descriptor is ready; nil = only
--     when one is ready
--   * `pending()`: the number of tasks that have not ended
local function new_scheduler()
  local loop = require("ecs_pipeline.transport.scheduler").new()
  return {
    spawn = function(fn, done) loop:spawn(fn, done) end,
    step = function(seconds) loop:step(seconds or 0) end,
    descriptors = function() return loop:descriptors() end,
    timeout = function() return loop:timeout() end,
    pending = function() return loop.count end,
  }
end

attach(explained(ecs, "ecs.", {}), "ecs.", default, make)
dotted(ecs, "ecs.", {
  new = new, configure = configure, scheduler = new_scheduler,
  map = function(...) return require("ecs_pipeline.concurrency").map(...) end,
  concurrently = function(...) return require("ecs_pipeline.concurrency").concurrently(...) end,
})

-- See show/init.lua. Not one of the functions that
-- complain of a colon: `ecs` itself may be shown.
function ecs.show(...)
  return require("ecs_pipeline.show")(...)
end

-- See show/progress.lua.
function ecs.progress(...)
  return require("ecs_pipeline.show.progress")(...)
end

--- Sources of credentials, for the `credentials` option: `static`, `env`, `profile`, `ini`,
-- `ecs_ram_role`, `assume_role`, `oidc`, `uri`, `process`, `chain`; each accepts a table of options
-- and returns a provider. See docs/credentials.md.
ecs.credentials = explained(require("ecs_pipeline.credentials").constructors(function()
  return default():context()
end), "ecs.credentials.", {})

if platform.in_nginx() then
  require("ecs_pipeline.preload")
end

return ecs
