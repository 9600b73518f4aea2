--- Which template do arguments mean? By `id`, else by name. Templates may share a name: the service
-- documents no rule against it, and no code for it (ECS 2014-05-26, CreateImagePipeline). A
-- replacement that `pipeline.ensure` created carries the id that it replaces in a tag.
local bytewise = require("ecs_pipeline.tables").bytewise
local canonical = require("ecs_pipeline.pipeline.canonical")
local changes = require("ecs_pipeline.pipeline.changes")
local errors = require("ecs_pipeline.errors")
local paginator = require("ecs_pipeline.paging.paginator")
local pipelines = require("ecs_pipeline.find.pipelines")
local reference = require("ecs_pipeline.paging.reference")

local identity = {}

--- Tags of a replacement, with the id of the template it replaces: that one is to be deleted, or
-- stays.
identity.RETIRES = canonical.MARK .. "retires"
identity.FOLLOWS = canonical.MARK .. "follows"

--- Which template does this one replace?
-- @tparam table template
-- @treturn ?string id
function identity.replaces(template)
  local tags = template.tags or {}
  return tags[identity.RETIRES] or tags[identity.FOLLOWS]
end

--- A template by its id.
-- @tparam table job `client, operation, args, call_options`
-- @tparam string id
-- @treturn[1] table template
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none
function identity.describe(job, id)
  return pipelines.get(job.client, job.operation, { id = id, region_id = job.args.region_id },
    job.call_options)
end

-- Oldest first, so that of two equal ones it is always the same.
local function list(job, filter)
  filter.region_id = job.args.region_id
  local matches, message, err = paginator.collect(pipelines.each(job.client, job.operation, filter,
    job.call_options))
  if not matches then
    return nil, message, err
  end
  table.sort(matches, function(a, b)
    local x, y = a.creation_time or "", b.creation_time or ""
    return bytewise(x, y) or x == y and bytewise(a.id, b.id)
  end)
  return matches
end

local function differences(job, template)
  return changes.between(template, job.args, job.region)
end

local function first_equal(job, templates)
  for _, template in ipairs(templates) do
    if #differences(job, template) == 0 then
      return template
    end
  end
  return nil
end

-- The pipelines that no other pipeline in the list replaces.
local function not_replaced(templates)
  local replaced, left = {}, {}
  for _, template in ipairs(templates) do
    for _, mark in ipairs({ identity.RETIRES, identity.FOLLOWS }) do
      replaced[(template.tags or {})[mark] or ""] = true
    end
  end
  for _, template in ipairs(templates) do
    if not replaced[template.id] then
      left[#left + 1] = template
    end
  end
  return left
end

local function by_name(job)
  local matches, message, err = list(job, { name = job.args.name })
  if not matches then
    return nil, message, err
  end
  local equal = first_equal(job, matches)
  if equal then
    return equal, {}
  end
  local left = not_replaced(matches)
  if #left <= 1 then
    return left[1], left[1] and differences(job, left[1])
  end
  local ids = {}
  for index, template in ipairs(left) do
    ids[index] = template.id
  end
  return errors.fail(job.operation, { kind = "conflict", sent = false, param = "name", ids = ids,
    message = ("%d pipelines have the name %s, and none is as wanted: %s"):format(#left,
      tostring(job.args.name), table.concat(ids, ", ")),
    hint = "say which one with id = …, or delete those that are not needed" })
end

-- The replacement of this pipeline, possibly created by an earlier, interrupted call.
local function successor(job, id)
  for _, mark in ipairs({ identity.RETIRES, identity.FOLLOWS }) do
    local matches, message, err = list(job, { tags = { [mark] = id } })
    if not matches then
      return nil, message, err
    end
    local equal = first_equal(job, matches)
    if equal then
      return equal
    end
  end
  return nil
end

local function by_id(job)
  local ref, message, err = reference.find(job.operation, job.id, reference.PIPELINE)
  if not ref then
    return nil, message, err
  end
  local template
  template, message, err = identity.describe(job, ref.id)
  if not template and err.kind ~= "not_found" then
    return nil, message, err
  end
  local differing = template and differences(job, template)
  if differing and #differing == 0 then
    return template, differing
  end
  local equal, why, failure = successor(job, ref.id)
  if equal then
    return equal, {}
  elseif failure then
    return nil, why, failure
  elseif not template then
    return nil, message, err
  end
  return template, differing
end

--- Find it.
-- @tparam table job `client, operation, args` (without id), `id`, `call_options`, `region`
-- @treturn[1] table template
-- @treturn[1] table changes, as `changes.between`
-- @treturn[2] nil without a message: there is none
-- @treturn[3] nil
-- @treturn[3] string message
-- @treturn[3] table err; kind "conflict" when several have the name, "not_found" when there is none
--   with the id
function identity.find(job)
  if job.id ~= nil then
    return by_id(job)
  elseif job.args.name == nil or job.args.name == "" then
    return nil
  end
  return by_name(job)
end

return identity
