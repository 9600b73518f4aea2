--- The options of `openresty.handler`, checked and completed.
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")

local handler_options = {}

local ACTIONS = { "start", "cancel", "show" }

-- Bytes of the shortest secret that is accepted; a shorter one can be guessed from one message.
local SHORTEST = 16

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

local ROWS = {
  secret = { "string", "table" }, pipelines = { "table", required = true },
  client = store_file.ROWS.client, dict = store_file.ROWS.dict, host = store_file.ROWS.host,
  name = { "string", check = { string = name_row } }, accept_v1 = { "boolean" },
  prefix = { "string", check = { string = prefix } }, title = { "string" },
  console = { "string", check = { string = https } },
  window = options.SECONDS, max_body = options.COUNT, refusals = options.COUNT,
  poll = options.RANGE, keep = options.SECONDS, on_change = options.FUNCTION,
}

local PIPELINE = {
  id = { "string", required = true }, region_id = { "string" },
  actions = options.words("start", "cancel", "show"), tags = { "table" },
}

local function blank(text)
  return type(text) == "string" and not text:find("%S")
end

-- The secret may be nil or blank, from a variable that is not set: then the handler answers that
-- there is no secret.
local function secrets(operation, given)
  local list = {}
  for _, secret in ipairs(type(given) == "table" and given or { given }) do
    if type(secret) ~= "string" then
      errors.raise(operation .. ": option \"secret\" must be a string, or a list of them")
    elseif not blank(secret) and #secret < SHORTEST then
      errors.raise(("%s: option \"secret\" must have at least %d bytes: openssl rand -hex 32")
        :format(operation, SHORTEST))
    elseif not blank(secret) then
      list[#list + 1] = secret
    end
  end
  return list
end

local function pipeline(operation, name, given)
  local where = ("%s: pipelines[\"%s\"]"):format(operation, tostring(name))
  if type(name) ~= "string" or blank(name) or name:find("%c") then
    errors.raise(where .. ": a name must be a text without control characters")
  elseif type(given) == "string" then
    given = { id = given }
  end
  options.check(where, given, PIPELINE)
  local ref, message = reference.find(where, given, reference.PIPELINE)
  if not ref then
    errors.raise(message)
  end
  local allowed = {}
  for _, action in ipairs(type(given.actions) == "string" and { given.actions }
    or given.actions or ACTIONS) do
    allowed[action] = true
  end
  return { name = name, id = ref.id, region_id = ref.region_id, tags = given.tags,
    actions = allowed }
end

--- Raises if a handler with the same name and secret has another dictionary: neither would know the
-- messages that the other has accepted.
-- @tparam string operation
-- @tparam table hook
function handler_options.check_secrets(operation, hook)
  for _, other in ipairs(scope.elsewhere(operation, hook.store, hook.name, hook.own.host)) do
    for _, theirs in ipairs(secrets(operation, other.secret)) do
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
-- @treturn table `{ host, own, client, secrets, pipelines, names, prefix, name, keys,
--   region, title, console, window, max_body, refusals, accept_v1, ngx, wall, clock }`
-- @raise unknown options and wrong types
function handler_options.read(operation, own)
  options.check(operation, own, ROWS)
  local hook = { own = own, host = store_file.host(own.host),
    secrets = secrets(operation, own.secret), client = own.client or require("ecs_pipeline"),
    pipelines = {}, names = {},
    prefix = own.prefix or "/bakes/", title = own.title or "Bakes",
    console = own.console or "https://ecs.console.aliyun.com", window = own.window or 300,
    max_body = own.max_body or 65536, refusals = own.refusals or 30,
    accept_v1 = own.accept_v1 or false }
  if type(hook.host) ~= "table" then
    errors.raise(operation .. ": works inside nginx only (lua-nginx-module)")
  end
  hook.name, hook.ngx = own.name or hook.prefix, store_file.clocks(hook.host)
  hook.wall, hook.clock = hook.ngx.wall, hook.ngx.clock
  hook.keys, hook.region = scope.of("handler", hook.name, hook.client)
  for name, one in pairs(own.pipelines) do
    local row = pipeline(operation, name, one)
    row.key = ("%s/%s:%s"):format(row.region_id or hook.region or "", row.id, name)
    hook.pipelines[name] = row
    hook.names[#hook.names + 1] = name
  end
  if not hook.names[1] then
    errors.raise(operation .. ": option \"pipelines\" names none: write pipelines = { web = "
      .. "\"ip-…\" }")
  end
  table.sort(hook.names, tables.bytewise)
  return hook
end

return handler_options
