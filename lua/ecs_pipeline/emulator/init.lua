--- The ECS service, offline: same wire, same rules, its own clock, and faults by script.
--
--     local client, service = require("ecs_pipeline.emulator").client{ faults = { … } }
--
-- Objects are used with a colon. Nothing here blocks, yields, or touches the network or the disk.
-- Signatures, nonces, dates, ClientTokens, limits, codes and statuses follow the published
-- behaviour of ECS 2014-05-26, VPC 2016-04-28, STS 2015-04-01 and ResourceManager 2020-03-31.

local access_log = require("ecs_pipeline.emulator.access_log")
local auth = require("ecs_pipeline.emulator.auth")
local builds = require("ecs_pipeline.emulator.builds")
local clock = require("ecs_pipeline.emulator.clock")
local components = require("ecs_pipeline.emulator.components")
local copies = require("ecs_pipeline.emulator.copies")
local core = require("ecs_pipeline.core")
local digest = require("ecs_pipeline.emulator.digest")
local errors = require("ecs_pipeline.emulator.errors")
local faults = require("ecs_pipeline.emulator.faults")
local images = require("ecs_pipeline.emulator.images")
local metadata = require("ecs_pipeline.emulator.metadata")
local networks = require("ecs_pipeline.emulator.networks")
local regions = require("ecs_pipeline.emulator.regions")
local record_rules = require("ecs_pipeline.emulator.record")
local registry = require("ecs_pipeline.emulator.registry")
local resource_groups = require("ecs_pipeline.emulator.resource_groups")
local service = require("ecs_pipeline.emulator.service")
local state = require("ecs_pipeline.emulator.state")
local tables = require("ecs_pipeline.tables")
local transport = require("ecs_pipeline.emulator.transport")
local wire = require("ecs_pipeline.emulator.wire")

local M = {}
local Emulator = {}
Emulator.__index = Emulator

--- Names of the options of `new`.
M.OPTIONS = {
  clock = true, now = true, faults = true, credentials = true, account_id = true, region = true,
  seed = true, known = true, limits = true, default_resource_group = true, builds = true,
  undocumented = true, copies = true, sts = true, metadata = true, networks = true, dates = true,
}

-- Terraform tags components, so that works; of the others nothing is known.
local function undocumented_types(given)
  given = given or {}
  local out = { imagepipeline = false, imagepipelineexecution = false, imagecomponent = true }
  for name in pairs(given) do
    if out[name] == nil then
      error("emulator: unknown type in undocumented: " .. tostring(name), 3)
    end
    out[name] = given[name]
  end
  return out
end

--- A service of its own. Nothing of it blocks.
-- @function emulator.new
-- @tparam ?table options
--
--   * `clock`: "virtual" (default, stands still until `advance`) or "real"
--   * `now`: unix seconds at first
--   * `dates`: what the dates of requests are compared with: "clock" (default), or "host": the
--     time of the host, so that clients need not know how far the emulator's clock was moved
--   * `credentials`: `{ [access_key_id] = { secret =, token =, expires = unix seconds, disabled =
--     true, deny = { "ecs:CreateImagePipeline" } } }`, default "emulator-key" with
--     "emulator-secret"
--   * `faults`: a list, see docs/emulator.md
--   * `seed`: the text that all ids derive from
--   * `account_id`: of the account whose keys those are
--   * `default_resource_group`: id of the group of what is created without one
--   * `region`: one more region id that exists
--   * `known`: `{ images = { ids }, instance_types =, vswitches =, resource_groups =, regions =
--     }`; a set left out accepts any id (regions: the real ones)
--   * `builds`: `{ durations = { BUILDING = 1800, … } in seconds, script = { see docs/emulator.md
--     }, image_id = "BUILDING" or "end" }`: from when on an execution shows its image; or only the
--     list that is the script
--   * `copies`: `{ seconds = 300, script = { … } }`: from CopyImage to the copy
--   * `limits`: `{ pipelines = 500, components = 500, vpcs = 10 }` in a region, `{ vswitches =
--     150 }` in a VPC, `{ commands = 127 }` in a content
--   * `networks`: `{ seconds = 2 }` from create to Available and from delete to gone
--   * `undocumented`: what TagResources and its kin make of types of resources that no page
--     names: `{ imagecomponent = true, imagepipeline = false, imagepipelineexecution = false }`;
--     true: taken, false: InvalidResourceType.NotFound, a string: refused with that code
--   * `sts`: `{ roles = { [arn] = { max_duration =, external_id = } }, oidc_tokens = { [token] =
--     true, or unix seconds of its end }, life = seconds whatever is asked }`; roles and tokens:
--     default any
--   * `metadata`: `{ role = "web", life = 21600, v1 = true, v2 = true }`: the metadata service of
--     an instance with that RAM role; v1: without a token too. Without a role it knows nothing
-- @treturn table service: its functions are called with a colon
-- @raise an unknown option, kind of fault or field of a scripted build
function M.new(options)
  options = options or {}
  for name in pairs(options) do
    if not M.OPTIONS[name] then
      local nearest = core.nearest(tostring(name), tables.sorted_keys(M.OPTIONS))
      error("emulator: unknown option: " .. tostring(name)
        .. (nearest and " (did you mean " .. nearest .. "?)" or ""), 2)
    end
  end
  local limits = options.limits or {}
  local self = setmetatable({
    clock = clock.new(options), dates = options.dates,
    keys = state.copy(options.credentials or { ["emulator-key"] = { secret = "emulator-secret" } }),
    faults = faults.new(options.faults),
    account_id = options.account_id or "1511928242963727",
    seed = options.seed or "ecs_pipeline",
    default_resource_group = options.default_resource_group or "rg-acfmxazb4ph6aiy",
    limits = {
      pipelines = limits.pipelines or 500, components = limits.components or 500,
      commands = limits.commands or 127, vpcs = limits.vpcs or 10,
      vswitches = limits.vswitches or 150,
    },
    undocumented = undocumented_types(options.undocumented),
    known = {},
    lost = {},
    sts = state.copy(options.sts or {}),
    metadata = metadata.new(options.metadata),
    issued = 0,
    nonces = { seen = {}, count = 0 },
    log = access_log.new(),
    ids = 0,
    networks = { seconds = (options.networks or {}).seconds or networks.SECONDS },
    store = { pipelines = {}, executions = {}, images = {}, components = {}, tokens = {}, vpcs = {},
      vswitches = {}, snapshots = {} },
  }, Emulator)
  self.store.resource_groups = resource_groups.new(self.default_resource_group)
  local why
  self.builds, why = builds.new(options.builds, self.clock, self.account_id)
  if not self.builds then
    error("emulator: " .. why, 2)
  end
  self.copies, why = copies.new(options.copies)
  if not self.copies then
    error("emulator: " .. why, 2)
  end
  for name, list in pairs(options.known or {}) do
    self.known[name] = tables.set(list)
  end
  self.known.regions = self.known.regions or tables.set(regions)
  if options.region then
    self.known.regions[options.region] = true
  end
  return self
end

-- A service of the options of `client`, and these. Raises with the position of that one's caller.
local function new_service(options)
  options = options or {}
  local ok, made = pcall(M.new, tables.without(options, { "client" }))
  if not ok then
    error((made:gsub("^[^\n:]*%.lua:%d+: ", "")), 3)
  end
  return made, options
end

--- A new service and a client of it, in process: `local client, service = emulator.client{ … }`.
-- With the virtual clock (default) the client's waits, pauses and deadlines are on that clock: they
-- move it, and take no time. The client reads no variables of the environment, and logs nothing
-- unless `client.log` is given.
-- @function emulator.client
-- @tparam ?table options those of `emulator.new`, and
--
--   * `client`: options of `ecs.new` for the client. Its default region is `region`, else
--     cn-hangzhou; its key the first of `credentials` in the order of their bytes
-- @treturn table client, as of `ecs.new`
-- @treturn table service, as of `emulator.new`
-- @raise as `new` and `ecs.new`
function M.client(options)
  local made, given = new_service(options)
  return require("ecs_pipeline.emulator.client").of(made, given.region, given.client), made
end

--- A new service, and the default client works on it: `ecs.pipeline`, `ecs.bake` and the others, as
-- of `emulator.client`.
-- @function emulator.configure
-- @tparam ?table options those of `emulator.client`
-- @treturn table service, as of `emulator.new`
-- @raise as `emulator.client`
function M.configure(options)
  local made, given = new_service(options)
  require("ecs_pipeline.emulator.client").configure(made, given.region, given.client)
  return made
end

--- Unix seconds on the emulator's clock.
-- @function emulator:now
-- @treturn number
function Emulator:now()
  return self.clock:now()
end

--- Moves the clock on (or back, for a negative number of seconds).
-- @function emulator:advance
-- @tparam number seconds
function Emulator:advance(seconds)
  self.clock:advance(seconds)
end

--- Appends a fault to the script.
-- @function emulator:fault
-- @tparam table fault see docs/emulator.md
function Emulator:fault(fault)
  self.faults:add(fault)
end

--- Appends to the script how a build will go that starts later; one entry or a list of them, see
-- docs/emulator.md.
-- @function emulator:script_build
-- @tparam table entry
-- @raise unknown fields
function Emulator:script_build(entry)
  local ok, why = self.builds.script:add(entry)
  if not ok then
    error("emulator: " .. why, 2)
  end
end

--- Appends to the script how a copy of an image will go.
-- @function emulator:script_copy
-- @tparam table entry `{ outcome = "Available" (default), or a state in which the copy stays, as
--   "CreateFailed"; seconds }`, or a list of them
-- @raise unknown fields
function Emulator:script_copy(entry)
  local ok, why = self.copies:add(entry)
  if not ok then
    error("emulator: " .. why, 2)
  end
end

--- From now on an id of a set of `known` does not exist, for instance lose("images", "m-1").
-- @function emulator:lose
-- @tparam string set
-- @tparam string id
function Emulator:lose(set, id)
  self.lost[set] = self.lost[set] or {}
  self.lost[set][id] = true
end

local put = {}

function put.executions(self, kept)
  local id, number = self:new_id("exec")
  kept.ExecutionId = kept.ExecutionId or id
  local region
  for _, pipeline in ipairs(self.store.pipelines) do
    region = pipeline.id == kept.ImagePipelineId and pipeline.region or region
  end
  return self.builds:view(self.builds:adopt(self.store, kept, number, region))
end

function put.images(self, kept)
  local id, number = self:new_id("m")
  kept.ImageId = kept.ImageId or id
  self.builds:settle(self.store)
  local image = images.adopt(self.store, kept, { region = "cn-hangzhou", number = number,
    account_id = self.account_id, now = self:now() })
  return images.view(image, self:now())
end

function put.components(self, kept)
  local id, number = self:new_id("ic")
  return state.copy(components.adopt(self.store, kept, id, number, self:now()).reply)
end

function put.resource_groups(self, kept)
  if not kept.Name then
    error("emulator: a resource group to be put needs Name", 3)
  end
  local groups = self.store.resource_groups
  groups[#groups + 1] = resource_groups.of(kept)
  return { Id = groups[#groups].id, Name = kept.Name }
end

--- Puts a record into the store as if it had come about by itself, for instance
-- put("executions", { ImagePipelineId = id, Status = "BUILDING" }): it stays in that state until it
-- is cancelled.
-- @function emulator:put
-- @tparam string kind "executions"; "components" (with RegionId and Name; the vendor's, unless it
--   has another Owner); "images" (in cn-hangzhou unless it has another RegionId; an image of that
--   ImageId gets the new values); "resource_groups" (with Name)
-- @tparam table record as the API spells it
-- @treturn table the record as describe answers it, id included (of a group: id and name)
-- @raise another kind, a record without what it needs
function Emulator:put(kind, record)
  if not put[kind] then
    error("emulator: only executions, components, images and resource_groups can be put, not "
      .. tostring(kind), 2)
  end
  local why = record_rules.wrong(record)
  if why then
    error("emulator: " .. why, 2)
  elseif kind == "components" and not record.RegionId then
    error("emulator: a component to be put needs RegionId", 2)
  end
  return put[kind](self, state.copy(record))
end

--- The next id of a kind ("ip") and its number; the same seed gives the same ids.
function Emulator:new_id(prefix)
  self.ids = self.ids + 1
  return digest.resource_id(prefix, self.seed, self.ids), self.ids
end

--- New temporary keys, which are verified from now on and refused once their time is over.
-- @function emulator:issue
-- @tparam number seconds
-- @tparam ?string arn who they make the caller
-- @treturn table `{ id, secret, token, expires, principal }`
function Emulator:issue(seconds, arn)
  self.issued = self.issued + 1
  local name = ("%s/sts/%d"):format(self.seed, self.issued)
  local keys = {
    id = "STS." .. digest.sha256_hex(name .. "/id"):sub(1, 24),
    secret = digest.sha256_hex(name .. "/secret"):sub(1, 44),
    token = "CAIS" .. digest.sha256_hex(name .. "/token"), expires = self:now() + seconds,
    principal = "3" .. self.account_id:sub(1, 14),
  }
  self.keys[keys.id] = { secret = keys.secret, token = keys.token, expires = keys.expires,
    arn = arn, principal = keys.principal }
  return keys
end

--- A copy of everything, for assertions.
-- @function emulator:state
-- @treturn table `{ pipelines, executions, images, components, … }`, as docs/emulator.md lists it
function Emulator:state()
  return state.of(self)
end

--- The emulator as a client's transport, in process. With a virtual clock, the client works on it.
-- @function emulator:transport
-- @treturn table for the option `transport` of `ecs.new`
function Emulator:transport()
  return transport.new(self)
end

local function reply_headers(entry, content_type, now, fault)
  local headers = {
    ["content-type"] = content_type,
    ["date"] = clock.http_date(now),
    ["x-acs-request-id"] = entry.request_id,
  }
  for name, value in pairs(fault and fault.headers or {}) do
    headers[name:lower()] = tostring(value)
  end
  return headers
end

-- The answer in the form asked for: → content type, text.
local function encode(entry, request, reply, refusal)
  local format = wire.format_of(request, entry.scheme)
  if refusal then
    local body = errors.body(refusal, entry.request_id, request.headers.host or "")
    return wire.encode(format, "Error", body)
  end
  local shown = tables.merge({ RequestId = entry.request_id }, reply)
  return wire.encode(format, entry.action .. "Response", shown)
end

local function anonymous(name, version)
  local action = registry.find(name, version)
  return action ~= nil and action.anonymous == true
end

-- → request, claim, refusal: the claim is missing when the refusal is there.
local function read(method, uri, headers, body, entry)
  local request, why = wire.parse(method, uri, headers, body)
  if not request then
    request = wire.unreadable(method, headers)
    access_log.note(entry, request)
    why = "The request could not be read: " .. why .. "."
    return request, nil, errors.new("InvalidParameter", why)
  end
  local claim, refusal, partial = auth.read(request, anonymous)
  access_log.note(entry, request, claim or partial)
  if request.method ~= "POST" and request.method ~= "GET" then
    return request, nil, errors.new("UnsupportedHTTPMethod")
  end
  return request, claim, refusal
end

--- One HTTP request as it came in, for a server around this.
-- @function emulator:handle
-- @tparam string method
-- @tparam string uri raw path and query ("/?a=b")
-- @tparam table headers name → value or list of values
-- @tparam ?string body
-- @treturn ?integer status; nil when a fault closes the connection without an answer
-- @treturn ?table headers, names in lower case
-- @treturn ?string body
-- @treturn ?table fault: `kind` says which; `delay` is for the server: seconds to wait first
function Emulator:handle(method, uri, headers, body)
  if metadata.concerns(headers, uri) then
    return metadata.answer(self, method, uri, headers)
  end
  local entry = self.log:open()
  entry.request_id = digest.request_id(self.seed, entry.number)
  local request, claim, refusal = read(method, uri, headers, body, entry)
  local now = self.clock:now() + self.faults:skew(entry.action)
  entry.time = clock.iso(now)
  local reply, fault
  if claim then
    reply, refusal, fault = service.answer(self, claim, request, now)
  end
  entry.fault = fault and fault.kind
  if not reply and not refusal then
    entry.status = 0
    return nil, nil, nil, fault
  end
  entry.status, entry.code = refusal and refusal.status or 200, refusal and refusal.code
  local content_type, text = encode(entry, request, reply, refusal)
  if fault and fault.body then
    text = fault.body
  end
  return entry.status, reply_headers(entry, content_type, now, fault), text, fault
end

return M
