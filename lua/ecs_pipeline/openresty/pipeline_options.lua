--- The option `pipelines` of `openresty.handler`: each is the id of a pipeline, or the arguments
-- from which one is baked.
local core = require("ecs_pipeline.core")
local ensure = require("ecs_pipeline.pipeline.ensure")
local errors = require("ecs_pipeline.errors")
local is_blank = require("ecs_pipeline.text").is_blank
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local secrets = require("ecs_pipeline.openresty.secrets")
local tables = require("ecs_pipeline.tables")

local pipeline_options = {}

local ACTIONS = { "start", "cancel", "show" }

-- Only the check that a region is given depends on it.
local ANY_REGION = "cn-hangzhou"

-- Rows of both kinds.
local COMMON = {
  actions = options.words("start", "cancel", "show"), secret = { "string", "table" },
}

local FIXED = tables.merge({ id = { "string", required = true }, region_id = { "string" },
  tags = { "table" } }, COMMON)

local BAKED = tables.merge({ spec = { "table", "string", required = true },
  build = options.one_of("if_changed", "always"), replace = ensure.OPTIONS.replace,
  archive = ensure.OPTIONS.archive, lint = { "table", "boolean" } }, COMMON)

-- The table that a file returns. A relative path begins in the folder of nginx, as in nginx.conf.
local function from_file(where, host, path)
  local folder = path:sub(1, 1) ~= "/" and host.config and host.config.prefix() or ""
  local chunk, why = loadfile(folder .. path)
  local ran, spec = true, nil
  if chunk then
    ran, spec = pcall(chunk)
    why = not ran and tostring(spec) or "it must return a table of arguments"
  end
  if not ran or type(spec) ~= "table" then
    errors.raise(("%s.spec: the file cannot be used: %s"):format(where, why))
  end
  return spec
end

local function checked(where, spec)
  if spec.id == nil and (spec.name == nil or is_blank(spec.name)) then
    errors.raise(where .. ".spec: name is missing: without a name (or id) the pipeline could not "
      .. "be found again")
  end
  local args = tables.with_texts(tables.without(spec, { "id" }))
  local ok, detail = core.check("pipeline.create", args, { region = ANY_REGION })
  if not ok then
    local _, message = errors.fail(where .. ".spec", detail)
    errors.raise(message)
  end
  return spec
end

local function baked(where, name, host, given)
  options.check(where, given, BAKED)
  ensure.check_options(where, { replace = given.replace, archive = given.archive })
  local spec = type(given.spec) == "string" and from_file(where, host, given.spec) or given.spec
  checked(where, spec)
  return { spec = spec, build = given.build or "if_changed", replace = given.replace,
    archive = given.archive, lint = given.lint, region_id = spec.region_id,
    found = { id = "bake:" .. name, region_id = spec.region_id } }
end

local function fixed(where, given)
  options.check(where, given, FIXED)
  local ref, message = reference.find(where, given, reference.PIPELINE)
  if not ref then
    errors.raise(message)
  end
  return { id = ref.id, region_id = ref.region_id, tags = given.tags,
    found = { id = ref.id, region_id = ref.region_id } }
end

--- Checks and completes one entry.
-- @tparam string operation for messages
-- @tparam string name
-- @param given id, or table
-- @tparam table hook `host`, `region`, `own`
-- @treturn table `{ name, key (of its state), found = { id, region_id } (of its single flight),
--   region_id, actions = set, accepts = set of secrets }`, and `id, tags`; or `spec, build,
--   replace, archive, lint`, and later the `id` that bake_state.lua knows
-- @raise wrong options
function pipeline_options.read(operation, name, given, hook)
  local where = ("%s: pipelines[\"%s\"]"):format(operation, tostring(name))
  if type(name) ~= "string" or is_blank(name) or name:find("%c") then
    errors.raise(where .. ": a name must be a text without control characters")
  elseif type(given) == "string" then
    given = { id = given }
  end
  local by_spec = type(given) == "table" and given.spec ~= nil
  local row = by_spec and baked(where, name, hook.host, given) or fixed(where, given)
  row.name, row.actions = name, tables.set(given.actions or ACTIONS)
  row.accepts = tables.set(secrets.read(operation,
    given.secret == nil and hook.own.secret or given.secret))
  row.key = ("%s/%s:%s"):format(row.region_id or hook.region or "", row.id or "spec", name)
  return row
end

return pipeline_options
