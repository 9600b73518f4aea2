--- The internal client: the state that calls share (credentials, connections, limiter, clock
-- offset), and the start of a call. `init.lua` wraps it for users; `resources/` call
-- `Client:invoke`.
local core = require("ecs_pipeline.core")
local attempts = require("ecs_pipeline.call.attempts")
local context = require("ecs_pipeline.call.context")
local credentials = require("ecs_pipeline.credentials")
local endpoint = require("ecs_pipeline.call.endpoint")
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local options = require("ecs_pipeline.call.options")
local platform = require("ecs_pipeline.platform")
local service_clock = require("ecs_pipeline.call.service_clock")
local tables = require("ecs_pipeline.tables")
local transports = require("ecs_pipeline.call.transports")

local client = {}

-- Loaded when first used: a program may say everything by options.
local function names()
  return require("ecs_pipeline.credentials.names")
end

local Client = {}
Client.__index = Client

local NO_POLICY = {}

-- Operation → its flags, which never change.
local FLAGS = setmetatable({}, { __index = function(flags, operation)
  flags[operation] = core.operation_flags(operation)
  return rawget(flags, operation)
end })

--- A client. Does no I/O and opens nothing.
-- @tparam string where "ecs.new", for messages
-- @tparam ?table given options as the user wrote them
-- @tparam ?table parent client to derive from; the new client shares everything with it that
--   `given` does not set
-- @treturn Client
-- @raise wrong options
function client.new(where, given, parent)
  local merged = options.client(where, given, parent and parent.options)
  given = given or {}
  local self = setmetatable({ options = merged, parent = parent, closed = false }, Client)
  self.limits = options.limits(merged)
  -- A transport that is not of this world, such as an emulator, has a time of its own.
  local of_transport = type(merged.transport) == "table" and merged.transport.platform
  self.platform = platform.with(merged.platform or of_transport)
  self.on_event = merged.on_event
  self.log = events.log_setting(merged.log, self.platform.env)
  self.place = { endpoint = merged.endpoint, endpoint_type = merged.endpoint_type,
    env = self.platform.env,
    profile = function() return credentials.settings(self.provider, self:context()) end }
  self.endpoints = {}

  self.provider = parent and given.credentials == nil and parent.provider
    or credentials.provider(merged.credentials, function() return self:context() end)
  merged.credentials = nil -- the provider has them; a secret is kept in C memory only
  self.service_clock = parent and parent.platform == self.platform and parent.service_clock
    or service_clock.new(self.platform)
  self.transports = parent and transports.shareable(given) and parent.transports
    or transports.new(self, merged, self.platform)
  if parent and given.rate_limit == nil then
    self.limiter = parent.limiter
  elseif merged.rate_limit then
    self.limiter = require("ecs_pipeline.call.rate_limit").limiter(merged.rate_limit)
  end
  if self.limiter and self.limiter.for_client then -- it keeps the accounts of its clients apart
    self.limiter = self.limiter:for_client(self)
  end
  return self
end

--- Closes the connections that this client opened. Clients derived from it can no longer be used
-- either.
function Client:close()
  if self.closed then
    return
  end
  self.closed = true
  if self.transports.owner == self then
    self.transports:close()
  end
end

--- Raises if this client, or one it was derived from, has been closed.
-- @tparam string operation
function Client:check_open(operation)
  local at = self
  while at do
    if at.closed then
      errors.raise(operation .. ": the client has been closed")
    end
    at = at.parent
  end
end

--- Calls a function with each event, as well as `on_event`.
-- @tparam function listener
-- @raise what is no function, a closed client
function Client:listen(listener)
  self:check_open("listen")
  if type(listener) ~= "function" then
    errors.raise("client.listen: listener must be a function, not a " .. type(listener))
  end
  self.listeners = self.listeners or {}
  table.insert(self.listeners, listener)
end

--- The immutable part of signing and decoding, created at the first call.
-- @treturn userdata of `core.session`
function Client:session()
  if not self.created_session then
    -- A private instance: the host's settings are not changed.
    local cjson = require("cjson").new()
    local agent = "ecs_pipeline/" .. core._VERSION .. " " .. _VERSION
    if self.options.user_agent then
      agent = agent .. " " .. self.options.user_agent
    end
    self.created_session = core.session({
      decode = cjson.decode, user_agent = agent,
      signature_version = self.options.signature_version, placement = self.options.placement,
    })
  end
  return self.created_session
end

--- The context for a source of credentials.
-- @tparam ?number deadline of the call that needs the credentials
-- @treturn table of call/context.lua
function Client:context(deadline)
  self.whole_context = self.whole_context or context.new(self)
  return deadline and context.until_deadline(self.whole_context, deadline) or self.whole_context
end

--- The region of calls that give none: from the option, the environment, the CLI's profile (its
-- file is read once), or the CLI's short names in the environment.
-- @treturn[1] string
-- @treturn[1] string where it comes from, for people
-- @treturn[2] nil
-- @treturn[2] ?string why the CLI's file cannot be used
function Client:region()
  if self.options.region then
    return self.options.region, "the region option"
  end
  local region, name = names().first(self.platform.env, "region")
  if region then
    return require("ecs_pipeline.text").trim(region, " "), name
  end
  local why
  if self.profile_region == nil then
    region, why = credentials.region(self.provider, self:context())
    if not why then
      self.profile_region = region or false
    end
  end
  if self.profile_region then
    return self.profile_region, "the CLI's profile"
  end
  region, name = names().first(self.platform.env, "short_region")
  return region, region and name or why
end

--- The URL of a product.
-- @tparam string product "Ecs", any case
-- @tparam ?string region
-- @tparam ?string network "public" or "vpc"; default: the option, the environment, the profile
-- @treturn[1] string
-- @treturn[1] string where it comes from, for people
-- @treturn[2] nil
-- @treturn[2] string why
-- @treturn[2] string the option that is wrong
function Client:url_of(product, region, network)
  local place = network and tables.merge(tables.copy(self.place), { endpoint_type = network })
  return endpoint.resolve(product, region, place or self.place, self.endpoints)
end

--- With whose credentials and where this client works, for state that several clients share. It
-- does not change when credentials are renewed, and has no secrets in it. Sends nothing.
-- @treturn string
-- @treturn ?string region of calls that give none
function Client:identity()
  local place = self.options.endpoint
  if type(place) == "table" then
    place = place.ecs
  end
  return credentials.identity(self.provider, self:context()) .. " at "
    .. (place or names().first(self.platform.env, "endpoint_ecs")
      or names().first(self.platform.env, "endpoint") or "the region's endpoint"),
    (self:region())
end

-- Does this action only read, by its name?
local READS = { "^Describe", "^List", "^Get", "^Query", "^Check" }

local function reads(action)
  for _, pattern in ipairs(READS) do
    if action:find(pattern) then
      return true
    end
  end
  return false
end

-- Sets token and repeatability of an operation that the C module knows.
local function plan_typed(self, call)
  if call.spec.client_token then
    local given = call.args.client_token or call.options.client_token
    call.callers_token = given ~= nil and given ~= ""
    call.token = given or self.platform.token()
  end
  call.ram_action = call.spec.ram_action
  call.reads = not call.spec.writes
  call.idempotent = call.idempotent or call.reads
  call.repeatable = call.idempotent or call.token ~= nil
end

-- The same for `client.call`: the caller's token, if any, is the only one.
local function plan_untyped(call)
  if call.options.client_token and call.args.ClientToken == nil then
    call.args = tables.merge(tables.copy(call.args),
      { ClientToken = call.options.client_token })
  end
  call.token = call.args.ClientToken
  call.callers_token = call.token ~= nil and call.token ~= ""
  call.reads = reads(call.operation.action)
  call.idempotent = call.reads
  call.repeatable = call.idempotent or call.callers_token
end

--- The part of a call that is the same for all its attempts.
-- @param operation "pipeline.create", or `{ product, version, action }`
-- @tparam table args
-- @tparam table call_options of `Client:call_options`
-- @tparam ?table policy `idempotent`: safe to repeat, although it writes and has no token;
--   `accept`: function(err, uncertain) → result, for a failure that counts as a success;
--   uncertain = an earlier attempt may have been carried out; `own_args`: no other code has `args`
-- @treturn[1] table call
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function Client:open_call(operation, args, call_options, policy)
  local typed = type(operation) == "string"
  policy = policy or NO_POLICY
  local call = {
    -- A copy: the caller may change the table between two attempts, which have one token.
    operation = operation, args = policy.own_args and args or tables.deep_copy(args),
    options = call_options,
    accept = policy.accept,
    name = typed and operation
      or (operation.product .. "." .. operation.action):gsub("%c", "?"),
    ram_action = not typed and operation.product:lower() .. ":" .. operation.action or nil,
    spec = typed and FLAGS[operation] or nil,
    idempotent = policy.idempotent or false,
    region = args[typed and "region_id" or "RegionId"] or call_options.region or self:region(),
  }
  local url, why, wrong = self:url_of(typed and call.spec.product or operation.product, call.region)
  if not url then
    if call.region == nil then
      local _, broken = self:region()
      why = why .. (broken and " (" .. broken .. ")" or "")
        .. self.platform.env_note(names().main("region"))
    end
    return errors.fail(call.name,
      { kind = "validation", param = wrong, message = why, sent = false, attempts = 0 })
  end
  call.endpoint = url
  if typed then
    plan_typed(self, call)
  else
    plan_untyped(call)
  end
  return call
end

--- Checks the call options of a function, its last argument.
-- @tparam string operation
-- @tparam ?table given
-- @tparam ?table extra rows of options that only this function has
-- @treturn table
function Client:call_options(operation, given, extra)
  self:check_open(operation)
  return options.call(operation, given, self.limits, extra)
end

--- Carries out one call, or with `dry_run` renders it if it would write.
-- Arguments as `open_call`.
-- @treturn[1] table result
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function Client:invoke(operation, args, call_options, policy)
  local call, message, err = self:open_call(operation, args, call_options, policy)
  if not call then
    return nil, message, err
  end
  if call_options.dry_run and not call.reads then
    return require("ecs_pipeline.call.render").request(self, call)
  end
  return attempts.run(self, call)
end

--- The request of a call, secrets masked; sends nothing. Arguments as `open_call`.
function Client:render(operation, args, call_options)
  local call, message, err = self:open_call(operation, args, call_options)
  if not call then
    return nil, message, err
  end
  return require("ecs_pipeline.call.render").request(self, call)
end

--- Does this name a known operation?
-- @tparam string operation
-- @treturn boolean
function client.knows(operation)
  return FLAGS[operation] ~= nil
end

return client
