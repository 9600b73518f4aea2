--- The last build of a template that went well and says what it was built from. A template that was
-- made in place of another has that one's history until it has its own.
local executions = require("ecs_pipeline.find.executions")
local fingerprint = require("ecs_pipeline.bake.fingerprint")
local identity = require("ecs_pipeline.pipeline.identity")
local marks = require("ecs_pipeline.bake.marks")
local pages = require("ecs_pipeline.paging.pages")
local pipelines = require("ecs_pipeline.find.pipelines")

local last_good = {}

-- So many templates back; a ring of tags must not keep us for ever.
local MOST = 10

local STATUS = { partial = "PARTITION_SUCCESS", test_failed = "TEST_FAILED" }

local function good(accept)
  local list = { "SUCCESS" }
  for _, outcome in ipairs(type(accept) == "string" and { accept } or accept or {}) do
    list[#list + 1] = STATUS[outcome]
  end
  return list
end

-- → found, nil when there is none, or false, message, err
local function newest(job, id)
  local all, message, err = pages.collect(executions.each(job.client, job.operation,
    { image_pipeline_id = id, region_id = job.found.region_id, status = good(job.own.accept) },
    job.call_options))
  if not all then
    if err.kind == "not_found" then
      return nil
    end
    return false, message, err
  end
  local found
  for _, one in ipairs(all) do
    local parts = one.image_id and fingerprint.read((one.tags or {})[marks.FINGERPRINT])
    if parts and (not found or (one.creation_time or "") > (found.execution.creation_time or ""))
    then
      found = { execution = one, parts = parts }
    end
  end
  return found
end

--- Find it.
-- @tparam table job of `build.open`
-- @tparam table template
-- @treturn[1] ?table `{ execution, parts }`, nil when there is none
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function last_good.find(job, template)
  local seen = {}
  for _ = 1, MOST do
    local found, message, err = newest(job, template.id)
    if found then
      return found
    elseif found == false then
      return nil, message, err
    end
    seen[template.id] = true
    local before = identity.replaces(template)
    if not before or seen[before] then
      return nil
    end
    template, message, err = pipelines.get(job.client, job.operation,
      { id = before, region_id = job.found.region_id }, job.call_options)
    if not template then
      if err.kind == "not_found" then
        return nil
      end
      return nil, message, err
    end
  end
  return nil
end

return last_good
