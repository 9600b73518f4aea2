--- The options of `openresty.handler`, checked and completed.
local errors = require("ecs_pipeline.errors")
local forge_rules = require("ecs_pipeline.openresty.forge_rules")
local notify = require("ecs_pipeline.openresty.notify")
local options = require("ecs_pipeline.call.options")
local pipeline_options = require("ecs_pipeline.openresty.pipeline_options")
local scope = require("ecs_pipeline.openresty.scope")
local secrets = require("ecs_pipeline.openresty.secrets")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")

local handler_options = {}

local function prefix(value)
  if not value:find("^/.*/$") and value ~= "/" then
    return "must begin and end with \"/\", as its location does"
  end
end

local function https(value)
  if not value:find("^https://[%w.:-]+$") then
    return "must be https:// and a host, such as \"https://ecs.console.alibabacloud.com\""
  end
end

local function name_row(value)
  if value == "" or value:find("%c") then
    return "must be a text without control characters"
  end
end

--- The options, for `options.check`. docs/webhooks.md has a table of them with their defaults.
handler_options.ROWS = {
  secret = { "string", "table" }, forges = { "table" }, pipelines = { "table", required = true },
  client = store_file.ROWS.client, dict = store_file.ROWS.dict, host = store_file.ROWS.host,
  name = { "string", check = { string = name_row } }, accept_v1 = { "boolean" },
  prefix = { "string", check = { string = prefix } }, title = { "string" },
  console = { "string", check = { string = https } },
  window = options.SECONDS, max_body = options.COUNT, refusals = options.COUNT,
  poll = options.RANGE, keep = options.SECONDS, on_change = options.FUNCTION,
  on_end = options.FUNCTION, notify = { "table" },
}

--- Values of options that are not given. An option that is not listed has none, or one that depends
-- on others.
handler_options.DEFAULTS = {
  prefix = "/bakes/", title = "Bakes", console = "https://ecs.console.aliyun.com", window = 300,
  max_body = 1048576, refusals = 30, accept_v1 = false, dict = store_file.NAME, keep = 7 * 86400,
}

--- Raises if a handler with the same name and secret has another dictionary: neither would know the
-- messages that the other has accepted.
-- @tparam string operation
-- @tparam table hook
function handler_options.check_secrets(operation, hook)
  for _, other in ipairs(scope.elsewhere(operation, hook.store, hook.name, hook.own.host)) do
    for _, theirs in ipairs(secrets.all(operation, other)) do
      for _, ours in ipairs(hook.secrets) do
        if ours == theirs then
          errors.raise(operation .. ": another handler has the same name and secret, and another "
            .. "dictionary, so both would accept one message: give one of them another name "
            .. "(option \"name\") or secret, or both the same dict")
        end
      end
    end
  end
end

--- Checks and completes the options.
-- @tparam string operation for messages
-- @param own options as the user wrote them
-- @treturn table `{ host, own, client, secrets, forges, notify (lists), pipelines, names, prefix,
--   name, keys, region, ngx, wall, clock }` and those of DEFAULTS
-- @raise unknown options and wrong types
function handler_options.read(operation, own)
  options.check(operation, own, handler_options.ROWS)
  local hook = { own = own, host = store_file.host(own.host),
    secrets = secrets.all(operation, own), client = own.client or require("ecs_pipeline"),
    pipelines = {}, names = {} }
  for name, default in pairs(handler_options.DEFAULTS) do
    hook[name] = default
    if own[name] ~= nil then
      hook[name] = own[name]
    end
  end
  if type(hook.host) ~= "table" then
    errors.raise(operation .. ": works inside nginx only (lua-nginx-module)")
  end
  hook.name, hook.ngx = own.name or hook.prefix, store_file.clocks(hook.host)
  hook.wall, hook.clock = hook.ngx.wall, hook.ngx.clock
  hook.keys, hook.region = scope.of("handler", hook.name, hook.client)
  for name, one in pairs(own.pipelines) do
    hook.pipelines[name] = pipeline_options.read(operation, name, one, hook)
    hook.names[#hook.names + 1] = name
  end
  if not hook.names[1] then
    errors.raise(operation .. ": option \"pipelines\" names none: write pipelines = { web = "
      .. "\"ip-…\" }")
  end
  table.sort(hook.names, tables.bytewise)
  hook.notify = notify.read(operation, own.notify)
  hook.forges = forge_rules.read(operation, own.forges, hook)
  return hook
end

return handler_options
