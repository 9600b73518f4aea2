---@meta ecs_pipeline.emulator
-- Types for editors (LuaCATS). Made by `make types`; do not edit.

---@class ecs_pipeline.Emulator
local Emulator = {}

--- Moves the clock on (or back, for a negative number of seconds).
---@param seconds number
function Emulator:advance(seconds) end

--- Appends a fault to the script.
---@param fault table see docs/emulator.md
function Emulator:fault(fault) end

--- One HTTP request as it came in, for a server around this.
---@param method string
---@param uri string raw path and query ("/?a=b")
---@param headers table name → value or list of values
---@param body? string
---@return integer? # status; nil when a fault closes the connection without an answer
---@return table? # headers, names in lower case
---@return string? # body
---@return table? # fault: `kind` says which; `delay` is for the server: seconds to wait first
function Emulator:handle(method, uri, headers, body) end

--- New temporary keys, which are verified from now on and refused once their time is over.
---@param seconds number
---@param arn? string who they make the caller
---@return table # `{ id, secret, token, expires, principal }`
function Emulator:issue(seconds, arn) end

--- From now on an id of a set of `known` does not exist, for instance lose("images", "m-1").
---@param set string
---@param id string
function Emulator:lose(set, id) end

--- Unix seconds on the emulator's clock.
---@return number # 
function Emulator:now() end

--- Puts a record into the store as if it had come about by itself, for instance put("executions", { ImagePipelineId = id, Status = "BUILDING" }): it stays in that state until it is cancelled.
---@param kind string "executions"; "components" (with RegionId and Name; the vendor's, unless it has another Owner); "images" (in cn-hangzhou unless it has another RegionId; an image of that ImageId gets the new values); "resource_groups" (with Name)
---@param record table as the API spells it
---@return table # the record as describe answers it, id included (of a group: id and name)
function Emulator:put(kind, record) end

--- Appends to the script how a build will go that starts later; one entry or a list of them, see docs/emulator.md.
---@param entry table
function Emulator:script_build(entry) end

--- Appends to the script how a copy of an image will go.
---@param entry table `{ outcome = "Available" (default), or a state in which the copy stays, as "CreateFailed"; seconds }`, or a list of them
function Emulator:script_copy(entry) end

--- A copy of everything, for assertions.
---@return table # `{ pipelines, executions, images, components, … }`, as docs/emulator.md lists it
function Emulator:state() end

--- The emulator as a client's transport, in process.
---@return table # for the option `transport` of `ecs.new`
function Emulator:transport() end

---@class ecs_pipeline.emulator
local emulator = {}

---@class ecs_pipeline.emulator.client.options
---@field account_id? any
---@field builds? any
---@field client? any options of `ecs.new` for the client. Its default region is `region`, else cn-hangzhou; its key the first of `credentials` in the order of their bytes
---@field clock? any
---@field copies? any
---@field credentials? any
---@field dates? any
---@field default_resource_group? any
---@field faults? any
---@field known? any
---@field limits? any
---@field metadata? any
---@field networks? any
---@field now? any
---@field region? any
---@field seed? any
---@field sts? any
---@field undocumented? any

--- A new service and a client of it, in process: `local client, service = emulator.client{ … }`.
---@param options? ecs_pipeline.emulator.client.options those of `emulator.new`, and
---@return ecs_pipeline.client # client, as of `ecs.new`
---@return ecs_pipeline.Emulator # service, as of `emulator.new`
function emulator.client(options) end

---@class ecs_pipeline.emulator.configure.options
---@field account_id? any
---@field builds? any
---@field client? any
---@field clock? any
---@field copies? any
---@field credentials? any
---@field dates? any
---@field default_resource_group? any
---@field faults? any
---@field known? any
---@field limits? any
---@field metadata? any
---@field networks? any
---@field now? any
---@field region? any
---@field seed? any
---@field sts? any
---@field undocumented? any

--- A new service, and the default client works on it: `ecs.pipeline`, `ecs.bake` and the others, as of `emulator.client`.
---@param options? ecs_pipeline.emulator.configure.options those of `emulator.client`
---@return ecs_pipeline.Emulator # service, as of `emulator.new`
function emulator.configure(options) end

---@class ecs_pipeline.emulator.new.options
---@field account_id? any of the account whose keys those are
---@field builds? any `{ durations = { BUILDING = 1800, … } in seconds, script = { see docs/emulator.md }, image_id = "BUILDING" or "end" }`: from when on an execution shows its image; or only the list that is the script
---@field clock? any "virtual" (default, stands still until `advance`) or "real"
---@field copies? any `{ seconds = 300, script = { … } }`: from CopyImage to the copy
---@field credentials? any `{ [access_key_id] = { secret =, token =, expires = unix seconds, disabled = true, deny = { "ecs:CreateImagePipeline" } } }`, default "emulator-key" with "emulator-secret"
---@field dates? any what the dates of requests are compared with: "clock" (default), or "host": the time of the host, so that clients need not know how far the emulator's clock was moved
---@field default_resource_group? any id of the group of what is created without one
---@field faults? any a list, see docs/emulator.md
---@field known? any `{ images = { ids }, instance_types =, vswitches =, resource_groups =, regions = }`; a set left out accepts any id (regions: the real ones)
---@field limits? any `{ pipelines = 500, components = 500, vpcs = 10 }` in a region, `{ vswitches = 150 }` in a VPC, `{ commands = 127 }` in a content
---@field metadata? any `{ role = "web", life = 21600, v1 = true, v2 = true }`: the metadata service of an instance with that RAM role; v1: without a token too. Without a role it knows nothing
---@field networks? any `{ seconds = 2 }` from create to Available and from delete to gone
---@field now? any unix seconds at first
---@field region? any one more region id that exists
---@field seed? any the text that all ids derive from
---@field sts? any `{ roles = { [arn] = { max_duration =, external_id = } }, oidc_tokens = { [token] = true, or unix seconds of its end }, life = seconds whatever is asked }`; roles and tokens: default any
---@field undocumented? any what TagResources and its kin make of types of resources that no page names: `{ imagecomponent = true, imagepipeline = false, imagepipelineexecution = false }`; true: taken, false: InvalidResourceType.NotFound, a string: refused with that code

--- A service of its own.
---@param options? ecs_pipeline.emulator.new.options
---@return ecs_pipeline.Emulator # service: its functions are called with a colon
function emulator.new(options) end

return emulator
