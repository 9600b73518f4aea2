---@meta ecs_pipeline
-- Types for editors (LuaCATS). Made by `make types`; do not edit.

---@class ecs_pipeline.error
---@field kind string
---@field code? string
---@field message string
---@field status? integer
---@field request_id? string
---@field operation string
---@field attempts? integer
---@field retryable? boolean
---@field param? string
---@field failures? table[]
---@field hint? string
---@field execution_id? string
---@field partial? any
---@field plan? table

---@class ecs_pipeline.call_options.retry
---@field attempts? number
---@field base? number
---@field cap? number
---@field deadline? number

---@class ecs_pipeline.call_options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.call_options
---@field client_token? string with the same token the service carries a write out once; default a new one for each call
---@field deadline? number seconds for the call with all its retries, default that of `retry`
---@field dry_run? boolean true checks the arguments and renders the request; sends only what reads
---@field keep_raw? boolean as `ecs.new`
---@field region? string of this call, default that of the client
---@field retry? ecs_pipeline.call_options.retry|boolean as `ecs.new`
---@field timeout? number|ecs_pipeline.call_options.timeout seconds for each attempt, or `{ connect = 5, total = 30 }`; functions that wait have a `timeout` of their own
---@field validate? string as `ecs.new`

---@class ecs_pipeline.account
local account = {}

---@class ecs_pipeline.account.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.account.describe.result
---@field account_id? string|table
---@field arn? string
---@field identity_type? string
---@field principal_id? string
---@field request_id? string
---@field role_id? string
---@field user_id? string
---@field id string

--- The account of the client's credentials, as terraform's data source alicloud_account.
---@param options? ecs_pipeline.account.describe.options call options
---@return ecs_pipeline.account.describe.result? # `{ id, account_id, arn, identity_type ("Account", "RAMUser", "AssumedRoleUser"), principal_id, user_id, role_id, request_id }`; id is the account's, as a string
---@return string? message
---@return ecs_pipeline.error? err
function account.describe(options) end

---@class ecs_pipeline.build_content
local build_content = {}

--- A hash that is equal for contents that do the same: docs/build_content.md says which.
---@param content string|table text or builder
---@return string # "sha256:" and 64 digits
function build_content.hash(content) end

---@class ecs_pipeline.build_content.lint.options
---@field args? table the arguments of `pipeline.create` with which the text is used
---@field base_image? string name, id or family; default that of the arguments
---@field disable? table list of codes
---@field internet_max_bandwidth_out? number|string default that of the arguments
---@field platform? string default that of the arguments
---@field target? string "pipeline", default, or "component"

--- Checks a content: finds text that the service would refuse, or that will fail or do something unexpected later.
---@param content string|table text, builder, or the arguments of `pipeline.create` (its `build_content` and `test_content` are read) or of `component.create` (`content`)
---@param options? ecs_pipeline.build_content.lint.options
---@return table # list of `{ code, severity = "error", "warning" or "note", line, message, fix, param }`, by line; empty when there are no findings. A finding about arguments comes first and has no line. A finding never shows a secret
function build_content.lint(content, options) end

--- A builder: `build_content.new():run("apt-get update"):text()`.
---@return table # builder
function build_content.new() end

--- The commands of a content.
---@param content string|table text or builder
---@return table # list of `{ verb, argument (continued lines joined), known, line, last_line, raw }` and, by verb: ENV, LABEL `pairs = { { key, value, quoted, open } }`, ENV `form` ("pairs", "single"); COPY `source, sources, target, is_url, has_query`; COMPONENT `id` or `arn, region, account, name, separator, version`, and `parameters = { { name, value } }`; CMD, ENTRYPOINT `form` ("exec", "shell"), `words`; WORKDIR `path`, USER `user`, FROM `image`; RUN that the builder's `script` wrote `script = { program, text }`; `doubtful = true` if it could end at another line for another reader. Of YAML: `{ notation = "yaml", bytes }`
function build_content.parse(content) end

---@class ecs_pipeline.client
---@field account ecs_pipeline.account
---@field build_content ecs_pipeline.build_content
---@field component ecs_pipeline.component
---@field execution ecs_pipeline.execution
---@field image ecs_pipeline.image
---@field instance_type ecs_pipeline.instance_type
---@field pipeline ecs_pipeline.pipeline
---@field region ecs_pipeline.region
---@field resource_group ecs_pipeline.resource_group
---@field snapshot ecs_pipeline.snapshot
---@field tags ecs_pipeline.tags
---@field vpc ecs_pipeline.vpc
---@field vswitch ecs_pipeline.vswitch
---@field zone ecs_pipeline.zone
local client = {}

---@class ecs_pipeline.client.bake.args.advanced_options
---@field image_name_suffix? string
---@field retain_cloud_assistant? boolean

---@class ecs_pipeline.client.bake.args.image_options.image_features
---@field nvme_support? string

---@class ecs_pipeline.client.bake.args.image_options
---@field description? string
---@field image_family? string
---@field image_features? ecs_pipeline.client.bake.args.image_options.image_features
---@field image_name? string
---@field image_tags? table<string, string>|table[]

---@class ecs_pipeline.client.bake.args.import_image_options.disk_device_mappings
---@field disk_image_size? integer in GiB
---@field format? string
---@field oss_bucket? string
---@field oss_object? string

---@class ecs_pipeline.client.bake.args.import_image_options.features
---@field imds_support? string
---@field nvme_support? string

---@class ecs_pipeline.client.bake.args.import_image_options
---@field architecture? string
---@field boot_mode? string
---@field description? string
---@field disk_device_mappings? ecs_pipeline.client.bake.args.import_image_options.disk_device_mappings[]
---@field features? ecs_pipeline.client.bake.args.import_image_options.features
---@field image_name? string
---@field import_image_tags? table<string, string>|table[]
---@field license_type? string
---@field os_type? string
---@field platform? string
---@field retain_imported_image? boolean
---@field retention_strategy? string
---@field role_name? string

---@class ecs_pipeline.client.bake.args
---@field add_account? any[]|table
---@field advanced_options? ecs_pipeline.client.bake.args.advanced_options
---@field base_image? string|table
---@field base_image_type? string
---@field build_content? string|table
---@field client_token? string
---@field delete_instance_on_failure? boolean
---@field description? string
---@field image_family? string
---@field image_name? string
---@field image_options? ecs_pipeline.client.bake.args.image_options
---@field import_image_options? ecs_pipeline.client.bake.args.import_image_options
---@field instance_type? string|table
---@field internet_max_bandwidth_out? integer in Mbit/s
---@field name? string
---@field nvme_support? string
---@field region_id? string
---@field repair_item? any[]
---@field repair_mode? string
---@field resource_group_id? string|table
---@field system_disk_size? integer in GiB
---@field tags? table<string, string>|table[]
---@field tag? table<string, string>|table[]
---@field test_content? string|table
---@field to_region_id? any[]|table
---@field vswitch_id? string|table
---@field v_switch_id? string|table
---@field id? string|table

---@class ecs_pipeline.client.bake.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.client.bake.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.client.bake.options : ecs_pipeline.call_options
---@field accept? string|table
---@field archive? string|boolean with "retire", the path of a JSON file for the record of the old pipeline, or false for none; as `pipeline.ensure`
---@field client_token? string|function
---@field deadline_action? string
---@field force? boolean
---@field journal? string|table
---@field lint? table|boolean options of `build_content.lint`, or false. Its errors stop the job; its warnings are events, and are in `ecs.info(result).warnings`
---@field max_age? number
---@field on_progress? function as `execution.wait`; before and after the build with the phases "checking", "ensuring", "comparing" and "retiring"
---@field poll? number|ecs_pipeline.client.bake.options.poll
---@field replace? string "side_by_side" (default), "never", or "retire": the old pipeline is deleted after a good build of the new one
---@field stall? number
---@field timeout? number|ecs_pipeline.client.bake.options.timeout
---@field wait? boolean
---@field wait_timeout? number with "retire", seconds to wait for running executions of the old pipeline, default 4 h
---@field when_name_taken? string
---@field when_running? string

--- From arguments to an image in one call: check, lint, `pipeline.ensure`, `execution.build_if_changed`; with "retire" it also deletes the replaced pipeline.
---@param args ecs_pipeline.client.bake.args arguments of `pipeline.create` with a name, or with `id` as `pipeline.plan` takes it
---@param options? ecs_pipeline.client.bake.options call options, those of `execution.build_if_changed` (`timeout` is that of the whole), and
---@return table? # as `execution.build_if_changed`, and `pipeline` (as describe gives it), `created`, `plan`, `findings` (of the linter), `retired`, and for a failed build whose message quotes a command `build_line = { param, line, text }`. In a dry run: `{ ok = true, outcome = "dry_run", steps = { "create", "build", "retire" }, request, … }`
---@return string? message
---@return ecs_pipeline.error? err
function client.bake(args, options) end

---@class ecs_pipeline.client.call.options : ecs_pipeline.call_options

--- Calls any RPC action of any product, for actions that have no function here.
---@param product string "Ecs"
---@param version string "2014-05-26"
---@param action string "DescribeSnapshots"
---@param params? table as the service spells them; nested tables and lists are flattened
---@param options? ecs_pipeline.client.call.options call options
---@return table? # the reply as the service spells it; a number with more digits than a double holds is the string of its digits
---@return string? message
---@return ecs_pipeline.error? err
function client.call(product, version, action, params, options) end

--- Closes the connections that this client opened.
function client.close() end

---@class ecs_pipeline.client.doctor.options : ecs_pipeline.call_options
---@field online? boolean false sends nothing and asks no source of credentials over the network; default true

--- Checks what is installed, configured, reachable and allowed, with advice for each check that failed.
---@param options? ecs_pipeline.client.doctor.options call options, and
---@return table # `{ ok, passed, failed, skipped (numbers), checks = { { name, ok, detail, hint }, … } }`: `ok` is true, false with a `hint`, or nil if a check could not be made; `tostring` gives a readable table; neither contains secrets
function client.doctor(options) end

--- An exit code for scripts, from the values that a call returned: `os.exit(ecs.exit_code(ecs.bake(args)))`.
---@param result any table of any call, error table, or nil
---@param message? string
---@param err? table
---@return integer # 
function client.exit_code(result, message, err) end

--- With whose credentials and where this client works, for state that several clients share: a digest of the id of fixed keys, otherwise source, role ARN or name of the role, and the endpoint.
---@return string # without secrets
---@return string? # region of calls that give none
function client.identity() end

--- Facts about a result of this library that its table does not have.
---@param result table
---@return table? # `{ request_id, request_ids, attempts, elapsed (seconds), region, endpoint, client_token, clock_offset (seconds that the service's clock is ahead), warnings, total_count, raw (see the option `keep_raw`) }`, a new table; nil if the table is not a result of this library
function client.info(result) end

--- Calls a function with each event of this client, as well as `on_event` and the log: for counters.
---@param listener function function(event), as `on_event` of `ecs.new`
function client.listen(listener) end

---@class ecs_pipeline.client.policy.options
---@field account_id? string digits; default any account
---@field operations? table names such as "pipeline.create", "execution.wait", or "ecs.bake" for all that a bake calls
---@field region? string default any

--- The smallest RAM policy for some operations.
---@param options ecs_pipeline.client.policy.options
---@return table # `{ Version, Statement }`; `tostring` of it is its JSON, the same for the same operations in any order. For an operation that creates the service-linked role of an account it includes the statement that allows this
function client.policy(options) end

---@class ecs_pipeline.client.render.options : ecs_pipeline.call_options

--- The request that a call would send, secrets masked.
---@param operation string "pipeline.create"
---@param args table of the operation
---@param options? ecs_pipeline.client.render.options call options
---@return table? # `{ method, url, headers, body, parameters, region, endpoint, client_token, warnings, note }`
---@return string? message
---@return ecs_pipeline.error? err
function client.render(operation, args, options) end

---@class ecs_pipeline.client.with.options.rate_limit
---@field burst? number
---@field per_second number

---@class ecs_pipeline.client.with.options.retry
---@field attempts? number
---@field base? number
---@field cap? number
---@field deadline? number

---@class ecs_pipeline.client.with.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.client.with.options
---@field ca_file? string
---@field credentials? table|userdata
---@field default_tags? table
---@field endpoint? string|table
---@field endpoint_type? string
---@field insecure? string
---@field keep_raw? boolean
---@field log? string|function
---@field on_event? function
---@field placement? string
---@field platform? table
---@field proxy? string|boolean
---@field rate_limit? ecs_pipeline.client.with.options.rate_limit
---@field region? string
---@field retry? ecs_pipeline.client.with.options.retry|boolean
---@field signature_version? string
---@field timeout? number|ecs_pipeline.client.with.options.timeout
---@field transport? string|table
---@field user_agent? string
---@field validate? string
---@field verify? boolean

--- A client with other options.
---@param options? ecs_pipeline.client.with.options those of `ecs.new`; what is not given stays
---@return ecs_pipeline.client # client
function client.with(options) end

---@class ecs_pipeline.component
local component = {}

---@class ecs_pipeline.component.create.args
---@field client_token? string
---@field component_type? string
---@field component_version? string
---@field content? string|table
---@field description? string
---@field image_component_name? string
---@field name? string
---@field region_id? string
---@field resource_group_id? string|table
---@field system_type? string
---@field tags? table<string, string>|table[]
---@field tag? table<string, string>|table[]

---@class ecs_pipeline.component.create.options : ecs_pipeline.call_options

---@class ecs_pipeline.component.create.result
---@field image_component_id? string|table
---@field request_id? string
---@field id string

--- Creates a component.
---@param args ecs_pipeline.component.create.args
---@param options? ecs_pipeline.component.create.options call options; `dry_run = true` returns the rendered request instead, and `findings` of the linter
---@return ecs_pipeline.component.create.result? # `{ id, image_component_id, request_id }`
---@return string? message
---@return ecs_pipeline.error? err
function component.create(args, options) end

---@class ecs_pipeline.component.delete.options : ecs_pipeline.call_options
---@field missing? string "ok" (default: it is a success if there is no such component) or "error"

--- Deletes a component.
---@param wanted any component
---@param options? ecs_pipeline.component.delete.options call options, and
---@return table? # `{ deleted, request_id }`: true if this call deleted it (also if that was an attempt whose reply was lost), false if it did not exist
---@return string? message
---@return ecs_pipeline.error? err
function component.delete(wanted, options) end

---@class ecs_pipeline.component.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.component.describe.result.parameters
---@field default_value? string
---@field name? string
---@field type? string

---@class ecs_pipeline.component.describe.result
---@field component_type? string
---@field component_version? string
---@field content? string|table
---@field creation_time? string
---@field description? string
---@field image_component_id? string|table
---@field image_component_name? string
---@field owner? string
---@field parameters? ecs_pipeline.component.describe.result.parameters[]
---@field resource_group_id? string
---@field system_type? string
---@field tags? table<string, string>|table[]
---@field id string

--- Reads one component, with its content.
---@param wanted any component
---@param options? ecs_pipeline.component.describe.options call options
---@return ecs_pipeline.component.describe.result? # `{ id, image_component_id, image_component_name, component_version, component_type, system_type, content, owner, parameters (list of `{ name, type, default_value }`), tags (map, without system tags), creation_time, resource_group_id, … }`
---@return string? message
---@return ecs_pipeline.error? err
function component.describe(wanted, options) end

---@class ecs_pipeline.component.each.options : ecs_pipeline.call_options

--- The same, one by one, with one page in memory.
---@param filter? table as `component.list`
---@param options? ecs_pipeline.component.each.options call options, for each page
---@return function # iterator: one component per step; after a failure `false, message, err` as the last step
function component.each(filter, options) end

---@class ecs_pipeline.component.list.filter
---@field ids? any list of ids, any number
---@field image_component_name? any the whole name
---@field name? any the whole name
---@field name_regex? any POSIX extended expression, found anywhere in the name
---@field component_version? any "1.2.0", "1.*.*"
---@field component_type? any as `component.create`
---@field system_type? any as `component.create`
---@field owner? any "SELF" or "ALIYUN"
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field resource_group_id? any only those of the group
---@field region_id? any default the region of the client
---@field max_results? any page size

---@class ecs_pipeline.component.list.options : ecs_pipeline.call_options

--- All components that match a filter, from all pages.
---@param filter? ecs_pipeline.component.list.filter
---@param options? ecs_pipeline.component.list.options call options, for each page
---@return table? # list, as describe gives them
---@return string? message
---@return ecs_pipeline.error? err
function component.list(filter, options) end

---@class ecs_pipeline.component.resolve.options : ecs_pipeline.call_options

--- Finds the component that a reference in build content means now.
---@param wanted any "ic-…", `acs:ecs:<region>:<account>:imagecomponent/<name>:<version>` with `*` for any part of the version (and no version: the newest), or a COMPONENT command of `build_content.parse`
---@param options? ecs_pipeline.component.resolve.options call options
---@return table? # `{ id, name, version }`; if several match, the newest
---@return string? message
---@return ecs_pipeline.error? err
function component.resolve(wanted, options) end

---@class ecs_pipeline.credentials
local credentials = {}

---@class ecs_pipeline.credentials.assume_role.options
---@field role_arn? any "acs:ram::…:role/…", default `ALIBABA_CLOUD_ROLE_ARN`
---@field role_session_name? any default one with the host and the process; terraform's `session_name` means the same
---@field duration_seconds? any from 900, default 3600; terraform's `session_expiration` means the same
---@field external_id? any text
---@field policy? any JSON text: what the session may do at most
---@field credentials? any those that sign, as of a client; default the chain
---@field sts_region? any region of the STS endpoint
---@field sts_endpoint? any host of STS
---@field sts_vpc? any true: the endpoint inside a VPC

--- A provider of sessions of a role, cached and renewed.
---@param options ecs_pipeline.credentials.assume_role.options
---@param keys_of function `credentials` option → provider
---@param fallback? function → context
---@return table # provider
function credentials.assume_role(options, keys_of, fallback) end

---@class ecs_pipeline.credentials.chain.options
---@field sources? any a list of providers that replaces these
---@field allow_imds_v1? any true allows the metadata service without a token, for the role of the instance

--- The default chain: environment, OIDC, CLI profile, ini profile, the CLI's short names, ECS RAM role, credentials URI.
---@param options? ecs_pipeline.credentials.chain.options
---@param fallback? function → context
---@return table # provider
function credentials.chain(options, fallback) end

---@class ecs_pipeline.credentials.ecs_ram_role.options
---@field role_name? any default `ALIBABA_CLOUD_ECS_METADATA`, else asked for
---@field allow_imds_v1? any default false; `ALIBABA_CLOUD_IMDSV1_DISABLED` forbids it in any case
---@field endpoint? any of the metadata service, for tests

--- A provider of the instance's role.
---@param options? ecs_pipeline.credentials.ecs_ram_role.options
---@param fallback? function → context
---@return table # provider
function credentials.ecs_ram_role(options, fallback) end

--- The environment as the default chain reads it: as terraform does, its keys may assume a role.
---@param fallback function → context
---@return table # provider
function credentials.env(fallback) end

---@class ecs_pipeline.credentials.ini.options
---@field name? any default the variables of docs/credentials.md, else "default"
---@field path? any default `ALIBABA_CLOUD_CREDENTIALS_FILE`, else `~/.alibabacloud/credentials`, else `~/.alibabacloud/credentials.ini`
---@field allow_imds_v1? any true allows the metadata service without a token, for a section of type ecs_ram_role

--- A provider of a section of the ini file.
---@param options? ecs_pipeline.credentials.ini.options
---@param fallback? function → context
---@return table # provider
function credentials.ini(options, fallback) end

---@class ecs_pipeline.credentials.oidc.options
---@field role_arn? any default `ALIBABA_CLOUD_ROLE_ARN`
---@field oidc_provider_arn? any default `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`
---@field oidc_token_file? any default `ALIBABA_CLOUD_OIDC_TOKEN_FILE`
---@field role_session_name? any default one with the host and the process; terraform's `session_name` means the same
---@field duration_seconds? any from 900, default 3600; terraform's `session_expiration` means the same
---@field policy? any JSON text: what the session may do at most
---@field sts_region? any region of the STS endpoint
---@field sts_endpoint? any host of STS
---@field sts_vpc? any true: the endpoint inside a VPC

--- A provider of sessions of a role for an OIDC token.
---@param options? ecs_pipeline.credentials.oidc.options
---@param fallback? function → context
---@return table # provider
function credentials.oidc(options, fallback) end

---@class ecs_pipeline.credentials.process.options
---@field command? any text, or list of words
---@field timeout? any seconds, default 60
---@field life? any seconds after which credentials without an expiration are asked for again, default 300

--- A provider of credentials that a command prints.
---@param options ecs_pipeline.credentials.process.options
---@param fallback? function → context
---@param printed function (profile) → provider of a profile that the command prints, or nil, message, err; see `modes.printed`
---@return table # provider
function credentials.process(options, fallback, printed) end

---@class ecs_pipeline.credentials.profile.options
---@field name? any default the variables of docs/credentials.md, else the file's `current`
---@field path? any default the variables of docs/credentials.md, else `~/.aliyun/config.json`
---@field allow_imds_v1? any true allows the metadata service without a token, for a profile of mode EcsRamRole

--- A provider of a CLI profile.
---@param options? ecs_pipeline.credentials.profile.options
---@param fallback? function → context
---@return table # provider
function credentials.profile(options, fallback) end

---@class ecs_pipeline.credentials.static.options
---@field access_key_id? any text
---@field access_key_secret? any text
---@field security_token? any of STS; nil = none

--- A provider of fixed credentials.
---@param options ecs_pipeline.credentials.static.options
---@return table # provider `{ get }`; a blank or a control character in a value is reported by `get`
function credentials.static(options) end

---@class ecs_pipeline.credentials.uri.options
---@field uri? any default `ALIBABA_CLOUD_CREDENTIALS_URI`, else `ALICLOUD_CREDENTIALS_URI`

--- A provider of credentials from a URL.
---@param options? ecs_pipeline.credentials.uri.options
---@param fallback? function → context
---@return table # provider
function credentials.uri(options, fallback) end

---@class ecs_pipeline : ecs_pipeline.client
---@field _VERSION string
---@field credentials ecs_pipeline.credentials
local ecs = {}

---@class ecs_pipeline.ecs.concurrently.options
---@field concurrency? number
---@field control? table
---@field stop_on_failure? boolean
---@field timeout? number

--- Runs several functions at the same time, without arguments.
---@param functions table list
---@param options? ecs_pipeline.ecs.concurrently.options those of `ecs.map`; `concurrency` is the number of functions by default
---@return table # list as `ecs.map`
function ecs.concurrently(functions, options) end

---@class ecs_pipeline.ecs.configure.options.rate_limit
---@field burst? number
---@field per_second number

---@class ecs_pipeline.ecs.configure.options.retry
---@field attempts? number
---@field base? number
---@field cap? number
---@field deadline? number

---@class ecs_pipeline.ecs.configure.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.ecs.configure.options
---@field ca_file? string
---@field credentials? table|userdata
---@field default_tags? table
---@field endpoint? string|table
---@field endpoint_type? string
---@field insecure? string
---@field keep_raw? boolean
---@field log? string|function
---@field on_event? function
---@field placement? string
---@field platform? table
---@field proxy? string|boolean
---@field rate_limit? ecs_pipeline.ecs.configure.options.rate_limit
---@field region? string
---@field retry? ecs_pipeline.ecs.configure.options.retry|boolean
---@field signature_version? string
---@field timeout? number|ecs_pipeline.ecs.configure.options.timeout
---@field transport? string|table
---@field user_agent? string
---@field validate? string
---@field verify? boolean

--- Sets options of the default client behind `ecs.pipeline` and the other groups.
---@param options ecs_pipeline.ecs.configure.options those of `ecs.new`
function ecs.configure(options) end

---@class ecs_pipeline.ecs.map.options
---@field concurrency? number items at a time, 16
---@field control? table your table; it gets `cancel(why)`, which does the same at any time, and `cancelled`, the reason, after that
---@field stop_on_failure? boolean do the same after the first item that fails; default false
---@field timeout? number seconds for all; after them no more items are started, and calls in flight fail with kind "cancelled" (under nginx they end by their own deadlines)

--- Calls a function for every item of a list, many at a time.
---@param items table list
---@param fn function called with an item, such as `ecs.pipeline.describe`
---@param options? ecs_pipeline.ecs.map.options
---@return table # list in the order of the items: `{ ok = true, value }`, or `{ ok = false, message, err }` if fn returned `nil, message, err`, was not started (kind "cancelled") or raised (`raised = true`, `err` = the error, `traceback`)
function ecs.map(items, fn, options) end

---@class ecs_pipeline.ecs.new.options.rate_limit
---@field burst? number
---@field per_second number

---@class ecs_pipeline.ecs.new.options.retry
---@field attempts? number
---@field base? number
---@field cap? number
---@field deadline? number

---@class ecs_pipeline.ecs.new.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.ecs.new.options
---@field ca_file? string file or folder of certificates; default the environment, then the system's
---@field credentials? table|userdata `{ access_key_id, access_key_secret, security_token }` or a provider of `ecs.credentials`; default `ecs.credentials.chain()`
---@field default_tags? table tags of everything that this client creates; tags of a call win
---@field endpoint? string|table string, or map of product in lower case to string; default `ALIBABA_CLOUD_ENDPOINT_<PRODUCT>`, else the rule for the region
---@field endpoint_type? string "public" (default) or "vpc"
---@field insecure? string the text "I understand", for `verify = false`
---@field keep_raw? boolean true: `ecs.info(result).raw` is the reply as the service spells it; false: it is nil; default: true, but false inside `ecs.map`, `ecs.concurrently` and tasks of a scheduler, and for pages and items of lists
---@field log? string|function "off", "warn" (default), "debug", function(level, text); default `ECS_PIPELINE_LOG`
---@field on_event? function function(event), called for attempts, retries, warnings and the other events of docs/options.md
---@field placement? string of the parameters: "auto" (default), "query", "form"
---@field platform? table for tests and unusual hosts: functions that replace those of the host: `clock`, `wall`, `sleep`, `random`, `env`
---@field proxy? string|boolean string; false = none; default the environment
---@field rate_limit? ecs_pipeline.ecs.new.options.rate_limit `{ per_second, burst }`, or an object with `take(self, now, region, action)` → seconds to wait, and `give_back(self, region, action)`
---@field region? string default `ALIBABA_CLOUD_REGION_ID`, `ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`, the region of the CLI's profile
---@field retry? ecs_pipeline.ecs.new.options.retry|boolean `{ attempts = 5, deadline = 120, base = 0.5, cap = 20 }`: attempts of one call, seconds for all of them, seconds before the first retry and the most seconds before a later one; false = never
---@field signature_version? string "auto" (default), "v3", "1.0"
---@field timeout? number|ecs_pipeline.ecs.new.options.timeout seconds per attempt, a number (total) or `{ connect = 5, total = 30 }`
---@field transport? string|table "auto" (default: cosockets inside nginx, libcurl elsewhere), "curl", "cosocket", or `{ send = function(request, deadline) }`; its `platform = { clock, wall, sleep }`, if it has that, is the client's time
---@field user_agent? string appended to ours
---@field validate? string "strict" (default): arguments are checked before they are sent; "warn", "off"
---@field verify? boolean default true; false needs `insecure` and warns at every call

--- Creates a client.
---@param options? ecs_pipeline.ecs.new.options
---@return ecs_pipeline.client # client: a group for each noun (`pipeline`, `execution`, `image`, `vpc` …), and `bake`, `call`, `render`, `with`, `close`, `info`, `policy`; dot calls; `<close>` closes it
function ecs.new(options) end

---@class ecs_pipeline.ecs.progress.options
---@field columns? function function(stream) → the width of a terminal in cells, or nil if the stream is none; for tests, and for terminals that are no files
---@field mode? string "bar" (one line of a terminal, written again and again), "lines" (a line for each change), "json" (a line of JSON for each report), "off", or "auto" (default: a bar on a terminal, unless NO_COLOR is set or TERM is "dumb"; otherwise lines)
---@field stream? userdata|table a file, or an object with `write(self, …)`; default `io.stderr`

--- Functions that show the progress of a call.
---@param options? ecs_pipeline.ecs.progress.options
---@return function # for the option `on_progress`
---@return function # to call after the call: it takes the bar away
function ecs.progress(options) end

--- Many calls at the same time under the event loop of the host: tasks of `spawn` run in `step`, which never blocks longer than its argument.
---@return table # functions: * `spawn(fn, done)`: starts a task, in which calls and waits let the other tasks continue; `done(true, results…)`, or `done(false, error, traceback)`, is called at its end * `step(seconds)`: continues the tasks; waits at most that long for a descriptor or a timer * `descriptors()`: list of `{ fd, read, write }` to watch * `timeout()`: seconds until `step` must be called even if no descriptor is ready; nil = only when one is ready * `pending()`: the number of tasks that have not ended
function ecs.scheduler() end

---@class ecs_pipeline.ecs.show.options
---@field color? any true writes the escape codes of a terminal's colours
---@field width? any cells to which lines of lists are cut; default: not cut
---@field file? any a name for findings

--- A value of this library as text for people: a plan as a line for each argument, with contents as a unified diff and what would be lost; findings as `file:line:column: severity: text [code]`; errors with their hint; results as a short report; lists as aligned columns; any other table by its fields.
---@param value any
---@param options? ecs_pipeline.ecs.show.options or the message of a call that failed
---@param err? table of that call
---@return string # one or more lines, without a line end at the end
function ecs.show(value, options, err) end

---@class ecs_pipeline.execution
local execution = {}

---@class ecs_pipeline.execution.build.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.execution.build.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.execution.build.options : ecs_pipeline.call_options
---@field accept? string|table
---@field client_token? string|function identifies the build: it is started once, and each call with the token returns its result, also without a journal. A function({ id, region_id } of the pipeline) → token, or nil, message, err, is called when the pipeline is known
---@field deadline_action? string
---@field journal? string|table path of a JSON file, or an object with `get(self, key)` → string, or nil, or nil and why; and `put(self, key, string)` → true, or nil and why. It holds token and id before they are used. A build whose result was not returned yet is resumed, or its result returned once; after that a call starts a new build. Processes that use one file at the same time get the same execution. An empty file is refused: let the first call create it
---@field on_progress? function
---@field poll? number|ecs_pipeline.execution.build.options.poll
---@field stall? number
---@field timeout? number|ecs_pipeline.execution.build.options.timeout
---@field wait? boolean false returns when the execution runs: `{ ok = true, outcome = "started", execution_id, pipeline_id, client_token, resumed, adopted }`. A later call waits for it
---@field when_running? string what to do when an execution is running that this call did not start: "fail" (default), "adopt" (use it as this build), or "wait" for its end and then build

--- Starts a build and waits for its end.
---@param pipeline any as `execution.start`
---@param options? ecs_pipeline.execution.build.options call options, those of `execution.wait` (`timeout` is that of the whole), and
---@return table? # as wait, and `client_token`, `resumed` (begun by an earlier call), `adopted`
---@return string? message
---@return ecs_pipeline.error? err
function execution.build(pipeline, options) end

---@class ecs_pipeline.execution.build_if_changed.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.execution.build_if_changed.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.execution.build_if_changed.options : ecs_pipeline.call_options
---@field accept? string|table builds with these outcomes count as good builds too
---@field client_token? string|function
---@field deadline_action? string
---@field force? boolean true builds in any case
---@field journal? string|table
---@field max_age? number seconds; a build that began earlier does not count
---@field on_progress? function
---@field poll? number|ecs_pipeline.execution.build_if_changed.options.poll
---@field stall? number
---@field timeout? number|ecs_pipeline.execution.build_if_changed.options.timeout
---@field wait? boolean
---@field when_name_taken? string if the names of the pipeline's images have no suffix, and an image has the name of the next one: "fail" (default) starts nothing, "build" only warns
---@field when_running? string if it is not given, an execution that another call started with the same inputs is adopted, and any other execution is a conflict

--- Builds, unless the last good build had the same inputs and its image still exists.
---@param pipeline any as `execution.start`
---@param options? ecs_pipeline.execution.build_if_changed.options those of `execution.build`, and
---@return table? # as build, and `reason` ("first", "changed", "too_old", "image_gone", "image_unusable", "replaced", "forced", "resumed", "unchanged"), `why` (a sentence), `changed` (list of "arguments", "base_image", "components", "content"), `base_image` (id), `components` (list of `{ id, name, version }`); when nothing changed `ok = true`, `outcome = "unchanged"`, execution and image of that build, `built_by` = its pipeline
---@return string? message
---@return ecs_pipeline.error? err
function execution.build_if_changed(pipeline, options) end

---@class ecs_pipeline.execution.cancel.options : ecs_pipeline.call_options

--- Cancels.
---@param wanted any execution
---@param options? ecs_pipeline.execution.cancel.options call options
---@return table? # `{ cancelled, status, execution_id }`: true if the service accepted it (the end comes later: wait for it), false and the final state if the execution had ended before
---@return string? message
---@return ecs_pipeline.error? err
function execution.cancel(wanted, options) end

---@class ecs_pipeline.execution.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.execution.describe.result
---@field creation_time? string
---@field error_code? string
---@field error_info? string
---@field execution_id? string|table
---@field image_id? string
---@field image_pipeline_id? string
---@field message? string
---@field modified_time? string
---@field resource_group_id? string
---@field status? string
---@field tags? table<string, string>|table[]
---@field id string

--- Reads one execution.
---@param wanted any execution
---@param options? ecs_pipeline.execution.describe.options call options
---@return ecs_pipeline.execution.describe.result? # `{ id, execution_id, image_pipeline_id, status, message, image_id, creation_time, modified_time, tags, error_code, error_info, … }`; an image_id means nothing before the end
---@return string? message
---@return ecs_pipeline.error? err
function execution.describe(wanted, options) end

---@class ecs_pipeline.execution.each.options : ecs_pipeline.call_options

--- The same, one by one, with one page in memory.
---@param filter any as `execution.list`
---@param options? ecs_pipeline.execution.each.options call options, for each page
---@return function # iterator: one execution per step; after a failure `false, message, err` as the last step
function execution.each(filter, options) end

---@class ecs_pipeline.execution.list.filter
---@field pipeline? any a pipeline as `pipeline.describe` takes it
---@field image_pipeline_id? any a pipeline as `pipeline.describe` takes it
---@field pipeline_id? any a pipeline as `pipeline.describe` takes it
---@field name? any of the pipeline
---@field execution_id? any only this one
---@field status? any "BUILDING", or a list of states
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field resource_group_id? any only those of the group
---@field region_id? any default the region of the client
---@field max_results? any page size

---@class ecs_pipeline.execution.list.options : ecs_pipeline.call_options

--- All executions that match a filter, from all pages.
---@param filter any nil, a pipeline, or a table
---@param options? ecs_pipeline.execution.list.options call options, for each page
---@return table? # list, as describe gives them
---@return string? message
---@return ecs_pipeline.error? err
function execution.list(filter, options) end

---@class ecs_pipeline.execution.start.options : ecs_pipeline.call_options

--- Starts a build.
---@param pipeline any id, a table that has it, such as the result of another call, or `{ image_pipeline_id = (or name =), tags =, region_id = }`; tags are the execution's, those of the image are `image_options.image_tags` of the pipeline
---@param options? ecs_pipeline.execution.start.options call options
---@return table? # `{ id, execution_id, request_id }`
---@return string? message
---@return ecs_pipeline.error? err
function execution.start(pipeline, options) end

---@class ecs_pipeline.execution.wait.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.execution.wait.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.execution.wait.options : ecs_pipeline.call_options
---@field accept? string|table "partial", "test_failed", or a list: outcomes that are `ok` besides success
---@field deadline_action? string "cancel" cancels when the time is up, default "none"
---@field on_progress? function function(`{ operation, phase, message, elapsed, estimate, region, execution_id, pipeline_id, image_id, status, stalled }`), after each poll; `estimate` = seconds left, from past builds, nil when unknown
---@field poll? number|ecs_pipeline.execution.wait.options.poll seconds between polls, or `{ min = 10, max = 30 }`: often after a change and near the end
---@field stall? number seconds without a change after which `stalled` is true, default 900
---@field timeout? number|ecs_pipeline.execution.wait.options.timeout seconds for the whole wait, default 4 h; as a table, of each attempt

--- Waits for the end.
---@param wanted any execution
---@param options? ecs_pipeline.execution.wait.options call options for each poll, and
---@return table? # `{ ok, outcome, execution_id, pipeline_id, status, image_id, images = { [region] = id }, images_missing, images_unusable (both `{ [region] = why }`), error_code, error_info, timeline, phase, hint, elapsed, waited, cancelled, … }`; outcome is "success", "partial", "test_failed", "failed", "cancelled", or "timeout"; phase is the last one before the clean-up
---@return string? message
---@return ecs_pipeline.error? err
function execution.wait(wanted, options) end

---@class ecs_pipeline.image
local image = {}

---@class ecs_pipeline.image.copy.args
---@field client_token? string
---@field description? string
---@field destination_description? string
---@field dry_run? boolean
---@field encrypt_algorithm? string
---@field encrypted? boolean
---@field image_id? string|table
---@field id? string|table
---@field kms_key_id? string|table
---@field name? string
---@field destination_image_name? string
---@field region_id? string
---@field resource_group_id? string|table
---@field tags? table<string, string>|table[]
---@field tag? table<string, string>|table[]
---@field to_region_id? string|table
---@field destination_region_id? string|table

---@class ecs_pipeline.image.copy.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.image.copy.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.image.copy.options : ecs_pipeline.call_options
---@field on_progress? function as `image.wait_available`
---@field poll? number|ecs_pipeline.image.copy.options.poll as `image.wait_available`
---@field timeout? number|ecs_pipeline.image.copy.options.timeout seconds for all of it, default 2 h (as a table, of each attempt); with several regions also for the end of one copy before the next, where the service wants that
---@field wait? boolean true waits until every copy can be used

--- Copy an image of the account to other regions.
---@param wanted any image; `region_id`, or the call option `region`, is where it is
---@param args ecs_pipeline.image.copy.args
---@param options? ecs_pipeline.image.copy.options call options, and
---@return table? # `{ id, image_id, request_id, images = { [region] = id }, adopted = { [region] = id } }`; id = the first; adopted = those that an earlier call made
---@return string? message
---@return ecs_pipeline.error? err
function image.copy(wanted, args, options) end

---@class ecs_pipeline.image.delete.options : ecs_pipeline.call_options
---@field force? boolean true deletes it although instances were created from it
---@field missing? string "ok" (default: an image that is gone is a success) or "error"

--- Delete an image of the account.
---@param wanted any image
---@param options? ecs_pipeline.image.delete.options call options, and
---@return table? # `{ deleted, request_id }`: false when it was gone before and the service says so (its documentation lets it answer as if there had been one)
---@return string? message
---@return ecs_pipeline.error? err
function image.delete(wanted, options) end

---@class ecs_pipeline.image.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.image.describe.result.detection_options.items
---@field name? string
---@field risk_code? string
---@field risk_level? string
---@field value? string

---@class ecs_pipeline.image.describe.result.detection_options
---@field items? ecs_pipeline.image.describe.result.detection_options.items[]
---@field status? string

---@class ecs_pipeline.image.describe.result.disk_device_mappings
---@field device? string
---@field encrypted? boolean
---@field format? string
---@field import_oss_bucket? string
---@field import_oss_object? string
---@field progress? string
---@field remain_time? integer
---@field size? integer
---@field snapshot_id? string
---@field type? string

---@class ecs_pipeline.image.describe.result.features
---@field cpu_online_downgrade? string
---@field cpu_online_upgrade? string
---@field imds_support? string
---@field memory_online_downgrade? string
---@field memory_online_upgrade? string
---@field nvme_support? string

---@class ecs_pipeline.image.describe.result.secure_boot_options
---@field secure_boot_support? string

---@class ecs_pipeline.image.describe.result
---@field architecture? string
---@field boot_mode? string
---@field creation_time? string
---@field description? string
---@field detection_options? ecs_pipeline.image.describe.result.detection_options
---@field disk_device_mappings? ecs_pipeline.image.describe.result.disk_device_mappings[]
---@field features? ecs_pipeline.image.describe.result.features
---@field image_family? string
---@field image_id? string|table
---@field image_owner_alias? string
---@field image_owner_id? string
---@field image_version? string
---@field is_copied? boolean
---@field is_public? boolean
---@field is_self_shared? string
---@field is_subscribed? boolean
---@field is_support_cloud_init? boolean
---@field is_support_io_optimized? boolean
---@field license_type? string
---@field login_as_non_root_supported? boolean
---@field name? string
---@field os_name? string
---@field os_name_en? string
---@field os_type? string
---@field platform? string
---@field product_code? string
---@field progress? string
---@field resource_group_id? string
---@field secure_boot_options? ecs_pipeline.image.describe.result.secure_boot_options
---@field size? integer
---@field status? string
---@field supplier_name? string
---@field tags? table<string, string>|table[]
---@field usable? boolean
---@field usage? string
---@field id string

--- Read one image, whatever its state.
---@param wanted any image
---@param options? ecs_pipeline.image.describe.options call options
---@return ecs_pipeline.image.describe.result? # `{ id, image_id, name, status, creation_time, image_family, size (GiB), image_owner_alias, image_owner_id, os_name, os_type, platform, architecture, usage, progress, is_copied, is_self_shared, tags (map), disk_device_mappings (list), features, … }`
---@return string? message
---@return ecs_pipeline.error? err
function image.describe(wanted, options) end

---@class ecs_pipeline.image.each.options : ecs_pipeline.call_options

--- The same, one by one, with one page in memory.
---@param filter? table as `image.list`, without `regions`
---@param options? ecs_pipeline.image.each.options call options, for each page
---@return function # iterator: one image per step; after a failure `false, message, err` as the last step
function image.each(filter, options) end

---@class ecs_pipeline.image.latest.filter
---@field image_family? any name of a family
---@field family? any name of a family

---@class ecs_pipeline.image.latest.options : ecs_pipeline.call_options

--- The newest image that can be used: Available, and not `usable = false`.
---@param filter any family, or a table as `image.list` without `regions`, with it
---@param options? ecs_pipeline.image.latest.options call options; `region` says where
---@return table? # image, as describe gives it
---@return string? message
---@return ecs_pipeline.error? err
function image.latest(filter, options) end

---@class ecs_pipeline.image.list.filter
---@field name_regex? any POSIX extended expression, found anywhere in the name
---@field name? any the whole name
---@field owners? any "system", "self", "others", "marketplace", or a list of them
---@field image_owner_alias? any "system", "self", "others", "marketplace", or a list of them
---@field most_recent? any true: only the newest that is usable
---@field usable? any true or false: an image can be Available and not usable
---@field regions? any a list: the result is `{ [region] = list }`
---@field image_family? any name of a family
---@field ids? any any number, one call each; then of any state
---@field status? any "Available" (default), another state, a list, or "ALL"
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field resource_group_id? any only those of the group
---@field architecture? any as the API has them
---@field os_type? any as the API has them
---@field usage? any as the API has them
---@field instance_type? any as the API has them
---@field region_id? any default the region of the client
---@field page_size? any images in a page

---@class ecs_pipeline.image.list.options : ecs_pipeline.call_options

--- All images that match a filter, from all pages.
---@param filter? ecs_pipeline.image.list.filter these, and the other parameters of DescribeImages
---@param options? ecs_pipeline.image.list.options call options, for each page
---@return table? # list, as describe gives them
---@return string? message
---@return ecs_pipeline.error? err
function image.list(filter, options) end

---@class ecs_pipeline.image.modify.args
---@field description? string
---@field dry_run? boolean
---@field image_family? string
---@field image_id? string|table
---@field id? string|table
---@field name? string
---@field image_name? string
---@field region_id? string

---@class ecs_pipeline.image.modify.options : ecs_pipeline.call_options

--- Change the name, description or family of an image of the account.
---@param wanted any image
---@param args ecs_pipeline.image.modify.args at least one of the first four
---@param options? ecs_pipeline.image.modify.options call options
---@return table? # `{ id, image_id, request_id }`
---@return string? message
---@return ecs_pipeline.error? err
function image.modify(wanted, args, options) end

---@class ecs_pipeline.image.prune.args
---@field pipeline? any images that this pipeline built, by their names
---@field name_regex? any as `image.list`
---@field image_family? any as `image.list`
---@field tags? any as `image.list`
---@field ids? any as `image.list`
---@field keep? any how many of the newest stay; default 1 with `older_than`
---@field older_than? any seconds; younger images stay
---@field in_use? any "keep" (default) or "delete": images from which instances were created
---@field keep_copied? any true keeps copies of images of other regions
---@field snapshots? any true deletes the snapshots of the deleted images too, but none that another image of the account needs. Each gets a tag before its image is deleted, so the next prune with `snapshots` finds what a call left that was interrupted
---@field regions? any a list; the result is `{ [region] = table }`
---@field apply? any true deletes

---@class ecs_pipeline.image.prune.options : ecs_pipeline.call_options

--- Delete old images of the account.
---@param args ecs_pipeline.image.prune.args which images: at least one of the first five, or another filter of `image.list`; and how many of them
---@param options? ecs_pipeline.image.prune.options call options; `dry_run = true` overrules `apply`
---@return table? # `{ delete = { image … }, keep = { { id, name, reason, why, image } … }, applied, deleted = { id … }, failed = {}, region }`; reason is "newest", "not_usable", "young", "base_image", "in_use", "shared", "public", "copied" or "being_made". With `snapshots` also `snapshots = { delete = { { id, image_id, left } … }, keep = { { id, image_id, used_by = { image id … } } … }, deleted = { id … } }`; left: by an earlier call
---@return string? message
---@return ecs_pipeline.error? err
function image.prune(args, options) end

---@class ecs_pipeline.image.share.args
---@field add_account? any[]|table
---@field dry_run? boolean
---@field image_id? string|table
---@field id? string|table
---@field is_public? boolean
---@field launch_permission? string
---@field region_id? string
---@field remove_account? any[]|table

---@class ecs_pipeline.image.share.options : ecs_pipeline.call_options

--- Share an image with other accounts, take that back, publish it.
---@param wanted any image; with `regions` also a table with `images = { [region] = id }`, such as the result of a copy, a wait or a bake. For an image alone the copies that `image.copy` made of it are looked up
---@param args ecs_pipeline.image.share.args
---@param options? ecs_pipeline.image.share.options call options
---@return table? # `{ added, removed, request_id }`, lists of accounts; with `regions` one for each: `{ [region] = { added, removed, request_id } }`
---@return string? message
---@return ecs_pipeline.error? err
function image.share(wanted, args, options) end

---@class ecs_pipeline.image.wait_available.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.image.wait_available.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.image.wait_available.options : ecs_pipeline.call_options
---@field on_progress? function function(`{ operation, phase, message, elapsed, progress (percent or nil), region, image_id, status }`)
---@field poll? number|ecs_pipeline.image.wait_available.options.poll seconds between polls, or `{ min = 10, max = 30 }`: often after a change
---@field timeout? number|ecs_pipeline.image.wait_available.options.timeout seconds for the whole wait, default 2 h; as a table, of each attempt

--- Wait until an image can be used: it is Available, and not `usable = false`.
---@param wanted any image
---@param options? ecs_pipeline.image.wait_available.options call options for each poll, and
---@return table? # image
---@return string? message
---@return ecs_pipeline.error? err
function image.wait_available(wanted, options) end

---@class ecs_pipeline.instance_type
local instance_type = {}

---@class ecs_pipeline.instance_type.list.filter
---@field image_id? any types that support this image
---@field zone_id? any types on sale there; give the zone of the vSwitch
---@field availability_zone? any types on sale there; give the zone of the vSwitch
---@field cpu_core_count? any the exact number
---@field memory_size? any GiB, the exact number
---@field gpu_amount? any the exact number
---@field eni_amount? any the least number of network interfaces
---@field sorted_by? any "CPU" or "Memory", the smallest first; default the service's order
---@field ids? any list of ids, any number
---@field instance_types? any list of ids, any number
---@field instance_type? any list of ids, any number
---@field instance_type_family? any as the API has them
---@field gpu_spec? any as the API has them
---@field cpu_architecture? any as the API has them
---@field instance_charge_type? any "PostPaid", default, or "PrePaid"
---@field spot_strategy? any conditions of the sale
---@field spot_duration? any conditions of the sale
---@field network_type? any conditions of the sale
---@field system_disk_category? any conditions of the sale
---@field data_disk_category? any conditions of the sale
---@field io_optimized? any conditions of the sale
---@field region_id? any default the region of the client

---@class ecs_pipeline.instance_type.list.options : ecs_pipeline.call_options

--- Instance types that are on sale in the region, or in one of its zones, and support an image, as in terraform's data source alicloud_instance_types.
---@param filter? ecs_pipeline.instance_type.list.filter these, and the other parameters of DescribeInstanceTypes, as `minimum_cpu_core_count`
---@param options? ecs_pipeline.instance_type.list.options call options, for each call
---@return table? # list of `{ id, instance_type_id, instance_type_family, cpu_core_count, memory_size (GiB), cpu_architecture, availability_zones (ids, sorted), eni_quantity, gpu_amount, … }`
---@return string? message
---@return ecs_pipeline.error? err
function instance_type.list(filter, options) end

---@class ecs_pipeline.pipeline
local pipeline = {}

---@class ecs_pipeline.pipeline.create.args.advanced_options
---@field image_name_suffix? string
---@field retain_cloud_assistant? boolean

---@class ecs_pipeline.pipeline.create.args.image_options.image_features
---@field nvme_support? string

---@class ecs_pipeline.pipeline.create.args.image_options
---@field description? string
---@field image_family? string
---@field image_features? ecs_pipeline.pipeline.create.args.image_options.image_features
---@field image_name? string
---@field image_tags? table<string, string>|table[]

---@class ecs_pipeline.pipeline.create.args.import_image_options.disk_device_mappings
---@field disk_image_size? integer in GiB
---@field format? string
---@field oss_bucket? string
---@field oss_object? string

---@class ecs_pipeline.pipeline.create.args.import_image_options.features
---@field imds_support? string
---@field nvme_support? string

---@class ecs_pipeline.pipeline.create.args.import_image_options
---@field architecture? string
---@field boot_mode? string
---@field description? string
---@field disk_device_mappings? ecs_pipeline.pipeline.create.args.import_image_options.disk_device_mappings[]
---@field features? ecs_pipeline.pipeline.create.args.import_image_options.features
---@field image_name? string
---@field import_image_tags? table<string, string>|table[]
---@field license_type? string
---@field os_type? string
---@field platform? string
---@field retain_imported_image? boolean
---@field retention_strategy? string
---@field role_name? string

---@class ecs_pipeline.pipeline.create.args
---@field add_account? any[]|table
---@field advanced_options? ecs_pipeline.pipeline.create.args.advanced_options
---@field base_image? string|table
---@field base_image_type? string
---@field build_content? string|table
---@field client_token? string
---@field delete_instance_on_failure? boolean
---@field description? string
---@field image_family? string
---@field image_name? string
---@field image_options? ecs_pipeline.pipeline.create.args.image_options
---@field import_image_options? ecs_pipeline.pipeline.create.args.import_image_options
---@field instance_type? string|table
---@field internet_max_bandwidth_out? integer in Mbit/s
---@field name? string
---@field nvme_support? string
---@field region_id? string
---@field repair_item? any[]
---@field repair_mode? string
---@field resource_group_id? string|table
---@field system_disk_size? integer in GiB
---@field tags? table<string, string>|table[]
---@field tag? table<string, string>|table[]
---@field test_content? string|table
---@field to_region_id? any[]|table
---@field vswitch_id? string|table
---@field v_switch_id? string|table

---@class ecs_pipeline.pipeline.create.options : ecs_pipeline.call_options

---@class ecs_pipeline.pipeline.create.result
---@field image_pipeline_id? string|table
---@field request_id? string
---@field id string

--- Creates a pipeline.
---@param args ecs_pipeline.pipeline.create.args `core.operation("pipeline.create").parameters` lists them with their limits:
---@param options? ecs_pipeline.pipeline.create.options call options; `dry_run = true` returns the rendered request instead, and `findings` of the linter
---@return ecs_pipeline.pipeline.create.result? # `{ id, image_pipeline_id, request_id }`
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.create(args, options) end

---@class ecs_pipeline.pipeline.delete.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.pipeline.delete.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.pipeline.delete.options : ecs_pipeline.call_options
---@field missing? string "ok" (default: it is a success if there is no pipeline with that id; a name that no pipeline has is always "not_found") or "error"
---@field on_progress? function as `execution.wait`
---@field poll? number|ecs_pipeline.pipeline.delete.options.poll as `execution.wait`
---@field timeout? number|ecs_pipeline.pipeline.delete.options.timeout with "wait" and "cancel" seconds for all of it, default 4 h; as a table, of each attempt
---@field wait_timeout? number another name of `timeout`
---@field when_running? string "fail" (default), "wait" for the end of running executions, or "cancel" them first

--- Deletes a pipeline, and with it the records of its executions.
---@param wanted any as describe
---@param options? ecs_pipeline.pipeline.delete.options call options, and
---@return table? # `{ deleted, waited_for, cancelled }`: deleted is true if this call deleted it (also if that was an attempt whose reply was lost), false if it did not exist; with "wait" and "cancel" the others are lists of execution ids
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.delete(wanted, options) end

---@class ecs_pipeline.pipeline.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.pipeline.describe.result.advanced_options
---@field image_name_suffix? string
---@field retain_cloud_assistant? boolean

---@class ecs_pipeline.pipeline.describe.result.image_options.image_features
---@field nvme_support? string

---@class ecs_pipeline.pipeline.describe.result.image_options
---@field description? string
---@field image_family? string
---@field image_features? ecs_pipeline.pipeline.describe.result.image_options.image_features
---@field image_name? string
---@field image_tags? table<string, string>|table[]

---@class ecs_pipeline.pipeline.describe.result.import_image_options.disk_device_mappings
---@field disk_image_size? integer
---@field format? string
---@field oss_bucket? string
---@field oss_object? string

---@class ecs_pipeline.pipeline.describe.result.import_image_options.features
---@field imds_support? string
---@field nvme_support? string

---@class ecs_pipeline.pipeline.describe.result.import_image_options
---@field architecture? string
---@field boot_mode? string
---@field description? string
---@field disk_device_mappings? ecs_pipeline.pipeline.describe.result.import_image_options.disk_device_mappings[]
---@field features? ecs_pipeline.pipeline.describe.result.import_image_options.features
---@field image_name? string
---@field import_image_tags? table<string, string>|table[]
---@field license_type? string
---@field os_type? string
---@field platform? string
---@field retain_imported_image? boolean
---@field retention_strategy? string
---@field role_name? string

---@class ecs_pipeline.pipeline.describe.result
---@field add_account? any[]
---@field advanced_options? ecs_pipeline.pipeline.describe.result.advanced_options
---@field base_image? string
---@field base_image_type? string
---@field build_content? string|table
---@field creation_time? string
---@field delete_instance_on_failure? boolean
---@field description? string
---@field image_family? string
---@field image_name? string
---@field image_options? ecs_pipeline.pipeline.describe.result.image_options
---@field image_pipeline_id? string|table
---@field import_image_options? ecs_pipeline.pipeline.describe.result.import_image_options
---@field instance_type? string
---@field internet_max_bandwidth_out? integer
---@field name? string
---@field nvme_support? string
---@field repair_item? any[]
---@field repair_mode? string
---@field resource_group_id? string
---@field system_disk_size? integer
---@field tags? table<string, string>|table[]
---@field test_content? string|table
---@field to_region_id? any[]
---@field vswitch_id? string
---@field id string

--- Reads one pipeline, with its `build_content`.
---@param wanted any id, a table that has it (`image_pipeline_id`, `pipeline_id`, last `id`; and `region_id`), or `{ name = "web" }` if one pipeline has the name; further fields are filters of list
---@param options? ecs_pipeline.pipeline.describe.options call options
---@return ecs_pipeline.pipeline.describe.result? # the pipeline: `id, image_pipeline_id, name, base_image, tags` (map, without system tags), …
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.describe(wanted, options) end

---@class ecs_pipeline.pipeline.each.options : ecs_pipeline.call_options

--- The same, one by one, with one page in memory.
---@param filter? table as `pipeline.list`
---@param options? ecs_pipeline.pipeline.each.options call options, for each page
---@return function # iterator: one pipeline per step; after a failure `false, message, err` as the last step
function pipeline.each(filter, options) end

---@class ecs_pipeline.pipeline.ensure.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.pipeline.ensure.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.pipeline.ensure.options : ecs_pipeline.call_options
---@field archive? string|boolean with "retire", the path of a JSON file for the old pipeline and its executions (`{id}` in it is replaced by its id), or false for none
---@field build? boolean|table with "retire": true builds the new pipeline before the old one is deleted, which stays if that build fails; a table are options of `execution.build_if_changed` for it
---@field on_progress? function as `execution.wait`
---@field poll? number|ecs_pipeline.pipeline.ensure.options.poll as `execution.wait`
---@field replace? string what to do if only a new one can match (a pipeline cannot be changed): "never" (default) fails; "side_by_side" creates it and keeps the old one, even under the same name; "retire" creates it, waits until nothing runs on the old one, archives that and deletes it. A replacement keeps the name and resource group that args leave open, and has one more tag, `ecs_pipeline:follows` or `ecs_pipeline:retires`, with the old id
---@field timeout? number|ecs_pipeline.pipeline.ensure.options.timeout with "retire" seconds for all of it; as a table, of each attempt
---@field wait_timeout? number seconds to wait for running executions, default 4 h

--- Finds the pipeline that matches the arguments, or creates it: at most once, however often and on whichever machine this is called, also after an interruption at any point.
---@param args table as `pipeline.plan`
---@param options? ecs_pipeline.pipeline.ensure.options call options (`dry_run = true` plans and renders what would be sent), and
---@return table? # the pipeline as describe gives it, with `plan`, `created`, and with "retire" `retired = { { id, executions, archive } … }`; in a dry run of what would write `{ dry_run, plan, created = false, request, findings (of build_content.lint) }`
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.ensure(args, options) end

---@class ecs_pipeline.pipeline.import.options : ecs_pipeline.call_options

--- The arguments that would create a pipeline again.
---@param wanted any as describe
---@param options? ecs_pipeline.pipeline.import.options call options
---@return table? # args of create: values that the service chose are kept, deprecated spellings become the new ones, the service's tags and read-only fields are left out; it has `region_id` if one was given
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.import(wanted, options) end

---@class ecs_pipeline.pipeline.list.filter
---@field ids? any list of ids, any number
---@field name? any the whole name
---@field name_regex? any POSIX extended expression, found anywhere in the name
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field resource_group_id? any only those of the group
---@field region_id? any default the region of the client
---@field max_results? any page size

---@class ecs_pipeline.pipeline.list.options : ecs_pipeline.call_options

--- All pipelines that match a filter, from all pages.
---@param filter? ecs_pipeline.pipeline.list.filter
---@param options? ecs_pipeline.pipeline.list.options call options, for each page
---@return table? # list, as describe gives them
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.list(filter, options) end

---@class ecs_pipeline.pipeline.plan.options : ecs_pipeline.call_options

--- Plans what has to be done so that a pipeline matches the arguments.
---@param args table as `pipeline.create`; `id` (or a table with it) if the name is not enough
---@param options? ecs_pipeline.pipeline.plan.options call options
---@return table? # `{ action = "create", "none" or "replace", id, changes = { { param = "system_disk_size", from, to, why } … sorted }, loses = { executions = 3, running = execution id or nil, text } }`; from or to is nil if that side has no value, a content is shown by size and hash; `not_compared = { "extra" }` if those were given; `name_taken = { [region] = image id }` (and a warning) if images have the name that the next one gets
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.plan(args, options) end

---@class ecs_pipeline.pipeline.validate.options : ecs_pipeline.call_options

--- Checks arguments of create.
---@param args table as `pipeline.create`
---@param options? ecs_pipeline.pipeline.validate.options call options
---@return boolean? # true
---@return string? message
---@return ecs_pipeline.error? err
function pipeline.validate(args, options) end

---@class ecs_pipeline.region
local region = {}

---@class ecs_pipeline.region.list.filter
---@field name? any the id of a region
---@field region_id? any the id of a region
---@field current? any true: only the client's region
---@field resource_type? any as the API has them
---@field instance_charge_type? any as the API has them
---@field accept_language? any of `local_name`; "zh-CN" by default

---@class ecs_pipeline.region.list.options : ecs_pipeline.call_options

--- The regions.
---@param filter? ecs_pipeline.region.list.filter
---@param options? ecs_pipeline.region.list.options call options; if no region is set, the endpoint in Hangzhou is used
---@return table? # list of `{ id, region_id, local_name, region_endpoint, status }`
---@return string? message
---@return ecs_pipeline.error? err
function region.list(filter, options) end

---@class ecs_pipeline.resource_group
local resource_group = {}

---@class ecs_pipeline.resource_group.join.args
---@field region_id? string
---@field resource_group_id? string|table
---@field resource_id? string|table
---@field id? string|table
---@field resource_type? string

---@class ecs_pipeline.resource_group.join.options : ecs_pipeline.call_options
---@field undocumented? boolean true allows "imagepipeline" and "imagepipelineexecution": no page of the service says whether they work

--- Moves resources to a group.
---@param args ecs_pipeline.resource_group.join.args
---@param options? ecs_pipeline.resource_group.join.options call options, and
---@return table? # `{ resource_ids, request_id }`; in a dry run the rendered request, all of them in `requests`
---@return string? message
---@return ecs_pipeline.error? err
function resource_group.join(args, options) end

---@class ecs_pipeline.resource_group.list.filter
---@field name_regex? any POSIX extended expression, found anywhere in the name
---@field name? any the whole name
---@field display_name? any the whole name
---@field status? any "OK", "Creating", "PendingDelete"
---@field ids? any list of ids, any number
---@field resource_group_ids? any list of ids, any number
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field page_size? any groups in a page

---@class ecs_pipeline.resource_group.list.options : ecs_pipeline.call_options

--- All resource groups that match a filter, from all pages.
---@param filter? ecs_pipeline.resource_group.list.filter
---@param options? ecs_pipeline.resource_group.list.options call options, for each page
---@return table? # list of `{ id, name, display_name, status, account_id, create_date, tags }`
---@return string? message
---@return ecs_pipeline.error? err
function resource_group.list(filter, options) end

---@class ecs_pipeline.snapshot
local snapshot = {}

---@class ecs_pipeline.snapshot.delete.options : ecs_pipeline.call_options
---@field force? boolean true deletes it also if disks were created from it; they can then not be reset
---@field missing? string "ok" (default: it is a success if there is no such snapshot) or "error". The service may also say nothing about a snapshot that is missing

--- Delete a snapshot.
---@param wanted any snapshot: its id, or a table with `id` or `snapshot_id`, and `region_id`. The API has no such parameter: the region chooses the endpoint
---@param options? ecs_pipeline.snapshot.delete.options call options, and
---@return table? # `{ deleted, request_id }`: false if it did not exist
---@return string? message
---@return ecs_pipeline.error? err
function snapshot.delete(wanted, options) end

---@class ecs_pipeline.tags
local tags = {}

---@class ecs_pipeline.tags.add.options : ecs_pipeline.call_options
---@field undocumented? boolean true allows "imagepipeline" and "imagepipelineexecution": no page of the service says whether they work

--- Adds tags to resources; an existing key gets the new value.
---@param resource_type string
---@param ids any an id, a table that has it, or a list of them
---@param set table map or list of up to 20; the rules are those of creation, but a value may begin with `acs:`
---@param options? ecs_pipeline.tags.add.options call options, and
---@return table? # `{ resource_ids, request_id }`; in a dry run the rendered request, all of them in `requests`
---@return string? message
---@return ecs_pipeline.error? err
function tags.add(resource_type, ids, set, options) end

--- The changes that turn one set into another.
---@param current? table
---@param wanted? table
---@return table # `{ add = map, change = { [key] = { from, to } }, remove = sorted list of keys, same = boolean }`
function tags.diff(current, wanted) end

--- A map from a list of pairs: `{ key, value }`, also as the API spells them (`Key`, `TagKey`).
---@param list table
---@return table # map
function tags.from_list(list) end

---@class ecs_pipeline.tags.list.filter
---@field ids? any list of ids, any number
---@field resource_id? any list of ids, any number
---@field tags? any map; `true` accepts any value
---@field region_id? any default the region of the client

---@class ecs_pipeline.tags.list.options : ecs_pipeline.call_options
---@field undocumented? boolean true allows "imagepipeline" and "imagepipelineexecution": no page of the service says whether they work

--- Lists the tags of resources, or the resources that have tags.
---@param resource_type string
---@param filter ecs_pipeline.tags.list.filter `ids`, or `tags`, or both
---@param options? ecs_pipeline.tags.list.options call options, for each page, and
---@return table? # list of `{ id, resource_type, tags = map, system_tags }`, without resources that have no tags
---@return string? message
---@return ecs_pipeline.error? err
function tags.list(resource_type, filter, options) end

--- Does a set have all the tags of a filter?
---@param set? table
---@param wanted? table `{ key = value }`; `true` accepts any value, a list any of its values, `false` requires that the key is absent
---@return boolean # 
function tags.matches(set, wanted) end

--- Merges tag sets; a later set overrides an earlier one.
---@param ... table tag sets; nil counts as empty
---@return table # map
function tags.merge(...) end

---@class ecs_pipeline.tags.remove.options : ecs_pipeline.call_options
---@field undocumented? boolean true allows "imagepipeline" and "imagepipelineexecution": no page of the service says whether they work

--- Removes tags from resources.
---@param resource_type string
---@param ids any as `tags.add`
---@param keys any a key, a list of up to 20, or `{ all = true }`
---@param options? ecs_pipeline.tags.remove.options call options, and
---@return table? # as add
---@return string? message
---@return ecs_pipeline.error? err
function tags.remove(resource_type, ids, keys, options) end

--- Separates the caller's tags from those of the service.
---@param set table
---@return table # map without system tags
---@return table # map of system tags
function tags.split(set) end

--- A list of `{ key, value }`, sorted by key.
---@param set table
---@return table # list
function tags.to_list(set) end

--- Checks a set against the rules for creating: at most 20, key 1 to 128 characters, value to 128, prefixes and `http://` forbidden, no two keys that differ only in case.
---@param set table
---@return boolean? # true
---@return string? message
---@return ecs_pipeline.error? err
function tags.validate(set) end

---@class ecs_pipeline.vpc
local vpc = {}

---@class ecs_pipeline.vpc.create.args
---@field cidr_block? string
---@field client_token? string
---@field description? string
---@field dry_run? boolean
---@field enable_dns_hostname? boolean
---@field enable_ipv6? boolean
---@field ipv4_cidr_mask? integer
---@field ipv4_ipam_pool_id? string|table
---@field ipv6_cidr_block? string
---@field ipv6_cidr_mask? integer
---@field ipv6_ipam_pool_id? string|table
---@field ipv6_isp? string
---@field region_id? string
---@field resource_group_id? string|table
---@field tags? table<string, string>|table[]
---@field tag? table<string, string>|table[]
---@field user_cidrs? any[]
---@field user_cidr? any[]
---@field vpc_name? string

---@class ecs_pipeline.vpc.create.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.vpc.create.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.vpc.create.options : ecs_pipeline.call_options
---@field on_progress? function function(`{ operation, phase, message, elapsed, region, vpc_id, status }`)
---@field poll? number|ecs_pipeline.vpc.create.options.poll seconds between polls, or `{ min = 2, max = 10 }`
---@field timeout? number|ecs_pipeline.vpc.create.options.timeout seconds for all of it, default 600; as a table, of each attempt

---@class ecs_pipeline.vpc.create.result
---@field request_id? string
---@field resource_group_id? string
---@field route_table_id? string
---@field router_id? string
---@field vpc_id? string|table
---@field id string

--- Creates a VPC and waits until it is Available.
---@param args ecs_pipeline.vpc.create.args these, and the other parameters of CreateVpc
---@param options? ecs_pipeline.vpc.create.options call options, and
---@return ecs_pipeline.vpc.create.result? # as describe gives it, with the `request_id` of the create
---@return string? message
---@return ecs_pipeline.error? err
function vpc.create(args, options) end

---@class ecs_pipeline.vpc.delete.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.vpc.delete.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.vpc.delete.options : ecs_pipeline.call_options
---@field missing? string "ok" (default: it is a success if there is no such VPC) or "error"
---@field on_progress? function as `vpc.create`
---@field poll? number|ecs_pipeline.vpc.delete.options.poll as `vpc.create`
---@field timeout? number|ecs_pipeline.vpc.delete.options.timeout as `vpc.create`

--- Deletes a VPC and waits until it no longer exists.
---@param wanted any VPC
---@param options? ecs_pipeline.vpc.delete.options call options, and
---@return table? # `{ deleted, request_id }`: false if it did not exist
---@return string? message
---@return ecs_pipeline.error? err
function vpc.delete(wanted, options) end

---@class ecs_pipeline.vpc.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.vpc.describe.result
---@field cen_id? string
---@field cen_owner_id? string
---@field cen_status? string
---@field id string

--- Reads one VPC.
---@param wanted any VPC
---@param options? ecs_pipeline.vpc.describe.options call options
---@return ecs_pipeline.vpc.describe.result? # `{ id, vpc_id, vpc_name, cidr_block, status, vswitch_ids, router_id, route_table_id, resource_group_id, secondary_cidr_blocks, tags (map), creation_time, … }`
---@return string? message
---@return ecs_pipeline.error? err
function vpc.describe(wanted, options) end

---@class ecs_pipeline.vpc.each.options : ecs_pipeline.call_options

--- The same, one by one, with one page in memory.
---@param filter? table as `vpc.list`
---@param options? ecs_pipeline.vpc.each.options call options, for each page
---@return function # iterator: one per step; after a failure `false, message, err` as the last step
function vpc.each(filter, options) end

---@class ecs_pipeline.vpc.list.filter
---@field ids? any list of ids, any number
---@field name_regex? any POSIX extended expression, found anywhere in the name
---@field vpc_name? any the whole name
---@field cidr_block? any as the API has them
---@field status? any as the API has them
---@field is_default? any as the API has them
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field resource_group_id? any only those of the group
---@field region_id? any default the region of the client
---@field page_size? any VPCs in a page

---@class ecs_pipeline.vpc.list.options : ecs_pipeline.call_options

--- All VPCs that match a filter, from all pages.
---@param filter? ecs_pipeline.vpc.list.filter
---@param options? ecs_pipeline.vpc.list.options call options, for each page
---@return table? # list, as describe gives them
---@return string? message
---@return ecs_pipeline.error? err
function vpc.list(filter, options) end

---@class ecs_pipeline.vswitch
local vswitch = {}

---@class ecs_pipeline.vswitch.create.args
---@field cidr_block? string
---@field cidr_mask? integer
---@field client_token? string
---@field description? string
---@field ipv6_cidr_block_mask? integer
---@field ipv6_cidr_mask? integer
---@field region_id? string
---@field tags? table<string, string>|table[]
---@field tag? table<string, string>|table[]
---@field vpc_id? string|table
---@field vpc_ipv6_cidr_block? string
---@field vswitch_name? string
---@field v_switch_name? string
---@field zone_id? string|table
---@field availability_zone? string|table

---@class ecs_pipeline.vswitch.create.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.vswitch.create.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.vswitch.create.options : ecs_pipeline.call_options
---@field on_progress? function function(`{ operation, phase, message, elapsed, region, vswitch_id, status }`)
---@field poll? number|ecs_pipeline.vswitch.create.options.poll seconds between polls, or `{ min = 2, max = 10 }`
---@field timeout? number|ecs_pipeline.vswitch.create.options.timeout seconds for all of it, default 600; as a table, of each attempt

---@class ecs_pipeline.vswitch.create.result
---@field request_id? string
---@field vswitch_id? string|table
---@field id string

--- Creates a vSwitch and waits until it is Available.
---@param args ecs_pipeline.vswitch.create.args these, and the other parameters of CreateVSwitch
---@param options? ecs_pipeline.vswitch.create.options call options, and
---@return ecs_pipeline.vswitch.create.result? # as describe gives it, with the `request_id` of the create
---@return string? message
---@return ecs_pipeline.error? err
function vswitch.create(args, options) end

---@class ecs_pipeline.vswitch.delete.options.poll
---@field max? number
---@field min? number

---@class ecs_pipeline.vswitch.delete.options.timeout
---@field connect? number
---@field total? number

---@class ecs_pipeline.vswitch.delete.options : ecs_pipeline.call_options
---@field missing? string "ok" (default: it is a success if there is no such vSwitch) or "error"
---@field on_progress? function as `vswitch.create`
---@field poll? number|ecs_pipeline.vswitch.delete.options.poll as `vswitch.create`
---@field timeout? number|ecs_pipeline.vswitch.delete.options.timeout as `vswitch.create`

--- Deletes a vSwitch and waits until it no longer exists.
---@param wanted any vSwitch
---@param options? ecs_pipeline.vswitch.delete.options call options, and
---@return table? # `{ deleted, request_id }`: false if it did not exist
---@return string? message
---@return ecs_pipeline.error? err
function vswitch.delete(wanted, options) end

---@class ecs_pipeline.vswitch.describe.options : ecs_pipeline.call_options

---@class ecs_pipeline.vswitch.describe.result.route_table
---@field route_table_id? string
---@field route_table_type? string

---@class ecs_pipeline.vswitch.describe.result
---@field available_ip_address_count? integer
---@field cidr_block? string
---@field creation_time? string
---@field description? string
---@field enable_ipv6? boolean
---@field ipv6_cidr_block? string
---@field is_default? boolean
---@field network_acl_id? string
---@field owner_id? string
---@field request_id? string
---@field resource_group_id? string
---@field route_table? ecs_pipeline.vswitch.describe.result.route_table
---@field share_type? string
---@field status? string
---@field tags? table<string, string>|table[]
---@field vpc_id? string
---@field vswitch_id? string|table
---@field vswitch_name? string
---@field zone_id? string
---@field id string

--- Reads one vSwitch.
---@param wanted any vSwitch
---@param options? ecs_pipeline.vswitch.describe.options call options
---@return ecs_pipeline.vswitch.describe.result? # `{ id, vswitch_id, vswitch_name, vpc_id, zone_id, cidr_block, status, available_ip_address_count, route_table, tags (map), creation_time, … }`
---@return string? message
---@return ecs_pipeline.error? err
function vswitch.describe(wanted, options) end

---@class ecs_pipeline.vswitch.each.options : ecs_pipeline.call_options

--- The same, one by one, with one page in memory.
---@param filter? table as `vswitch.list`
---@param options? ecs_pipeline.vswitch.each.options call options, for each page
---@return function # iterator: one per step; after a failure `false, message, err` as the last step
function vswitch.each(filter, options) end

---@class ecs_pipeline.vswitch.list.filter
---@field vpc_id? any only those of the VPC
---@field zone_id? any only those of the zone
---@field availability_zone? any only those of the zone
---@field ids? any any number, one call each
---@field name_regex? any POSIX extended expression, found anywhere in the name
---@field vswitch_name? any the whole name
---@field cidr_block? any as the API has them
---@field status? any as the API has them
---@field is_default? any as the API has them
---@field tags? any map; `true` accepts any value, a list any of its values, `false` requires the key absent
---@field resource_group_id? any only those of the group
---@field region_id? any default the region of the client
---@field page_size? any vSwitches in a page

---@class ecs_pipeline.vswitch.list.options : ecs_pipeline.call_options

--- All vSwitches that match a filter, from all pages.
---@param filter? ecs_pipeline.vswitch.list.filter
---@param options? ecs_pipeline.vswitch.list.options call options, for each page
---@return table? # list, as describe gives them
---@return string? message
---@return ecs_pipeline.error? err
function vswitch.list(filter, options) end

---@class ecs_pipeline.zone
local zone = {}

---@class ecs_pipeline.zone.list.filter
---@field available_resource_creation? any "VSwitch", "Instance", "Disk", "IoOptimized", "DedicatedHost"
---@field available_instance_type? any an instance type that is on sale in the zone
---@field available_disk_category? any a category of disks
---@field ids? any list of ids
---@field instance_charge_type? any "PostPaid", default, or "PrePaid"
---@field spot_strategy? any as the API has them
---@field network_type? any as the API has them
---@field system_disk_category? any as the API has them
---@field accept_language? any as the API has them
---@field region_id? any default the region of the client

---@class ecs_pipeline.zone.list.options : ecs_pipeline.call_options

--- Zones that are not sold out and have an instance type and a disk category, in the order of their ids, as in terraform's data source alicloud_zones, which ignores `available_resource_creation`; here it filters.
---@param filter? ecs_pipeline.zone.list.filter
---@param options? ecs_pipeline.zone.list.options call options, for each call
---@return table? # list of `{ id, zone_id, local_name, zone_type, available_resource_creation, available_instance_types, available_disk_categories (lists of strings), available_resources, … }`
---@return string? message
---@return ecs_pipeline.error? err
function zone.list(filter, options) end

return ecs
