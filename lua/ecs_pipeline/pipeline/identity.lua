--- Finds the pipeline that arguments mean: by `id`, otherwise by name. Several pipelines may have
-- one name: the service documents no rule against it, and no code for it (ECS 2014-05-26,
-- CreateImagePipeline). A replacement that `pipeline.ensure` created has a tag with the id of the
-- pipeline that it replaces.
local canonical = require("ecs_pipeline.pipeline.canonical")
local changes = require("ecs_pipeline.pipeline.changes")
local errors = require("ecs_pipeline.errors")
local paginator = require("ecs_pipeline.paging.paginator")
local pipelines = require("ecs_pipeline.find.pipelines")
local tables = require("ecs_pipeline.tables")

local identity = {}

--- Tags of a replacement. The value is the id of the pipeline that it replaces: that one will be
-- deleted (RETIRES), or is kept (FOLLOWS).
identity.RETIRES = canonical.MARK .. "retires"
identity.FOLLOWS = canonical.MARK .. "follows"

--- The pipeline that this one replaces.
-- @tparam table pipeline
-- @treturn ?string id
function identity.replaces(pipeline)
  local tags = pipeline.tags or {}
  return tags[identity.RETIRES] or tags[identity.FOLLOWS]
end

--- A pipeline by its id.
-- @tparam table job `client, operation, args, call_options`
-- @tparam string id
-- @treturn[1] table pipeline
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if there is none
function identity.describe(job, id)
  return pipelines.get(job.client, job.operation, { id = id, region_id = job.args.region_id },
    job.call_options)
end

-- Oldest first, so that the choice between equal ones is always the same.
local function list(job, filter)
  filter.region_id = job.args.region_id
  local matches, message, err = paginator.collect(pipelines.each(job.client, job.operation, filter,
    job.call_options))
  if not matches then
    return nil, message, err
  end
  table.sort(matches, function(a, b)
    local x, y = a.creation_time or "", b.creation_time or ""
    return tables.bytewise(x, y) or x == y and tables.bytewise(a.id, b.id)
  end)
  return matches
end

local function differences(job, pipeline)
  return changes.between(pipeline, job.args, job.region)
end

local function first_equal(job, matches)
  for _, pipeline in ipairs(matches) do
    if #differences(job, pipeline) == 0 then
      return pipeline
    end
  end
  return nil
end

-- The pipelines that no other pipeline in the list replaces.
local function not_replaced(matches)
  local replaced, left = {}, {}
  for _, pipeline in ipairs(matches) do
    for _, mark in ipairs({ identity.RETIRES, identity.FOLLOWS }) do
      replaced[(pipeline.tags or {})[mark] or ""] = true
    end
  end
  for _, pipeline in ipairs(matches) do
    if not replaced[pipeline.id] then
      left[#left + 1] = pipeline
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
  for index, pipeline in ipairs(left) do
    ids[index] = pipeline.id
  end
  return errors.fail(job.operation, { kind = "conflict", sent = false, param = "name", ids = ids,
    message = ("%d pipelines have the name %s, and none matches the arguments: %s"):format(#left,
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
  local pipeline, message, err = identity.describe(job, job.id)
  if not pipeline and err.kind ~= "not_found" then
    return nil, message, err
  end
  local differing = pipeline and differences(job, pipeline)
  if differing and #differing == 0 then
    return pipeline, differing
  end
  local equal, why, failure = successor(job, job.id)
  if equal then
    return equal, {}
  elseif failure then
    return nil, why, failure
  elseif not pipeline then
    return nil, message, err
  end
  return pipeline, differing
end

--- Finds the pipeline.
-- @tparam table job of `plan.open`
-- @treturn[1] table pipeline
-- @treturn[1] table changes, as `changes.between`
-- @treturn[2] nil without a message: there is no such pipeline
-- @treturn[3] nil
-- @treturn[3] string message
-- @treturn[3] table err; kind "conflict" if several have the name, "not_found" if none has the id
function identity.find(job)
  if job.id ~= nil then
    return by_id(job)
  elseif job.args.name == nil or job.args.name == "" then
    return nil
  end
  return by_name(job)
end

return identity
