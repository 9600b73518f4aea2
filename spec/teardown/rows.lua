--- The failures in the rows of `make test-teardown`: { step, faults or interrupt = number of a wait }.
local rows = {}

local READS = { "GetCallerIdentity", "DescribeImages", "ListResourceGroups", "DescribeZones" }
local UNDO = { "DeleteVSwitch", "DeleteVpc" }

local function refused(action, skip)
  return { kind = "error", code = "Forbidden.RAM", action = action, skip = skip }
end

local function add(step, ...)
  rows[#rows + 1] = { step = step, faults = { ... } }
end

-- Each request of a run in which nothing goes wrong is refused once, and each that writes loses its answer: once, and
-- as often as it is repeated.
local function each(actions)
  local seen = {}
  for number, action in ipairs(actions) do
    local before = seen[action] or 0
    local name = ("%d %s"):format(number, action)
    add(name .. " refused", refused(action, before))
    if action:find("^Create") or action:find("^Delete") then
      add(name .. ", an answer lost", { kind = "lost_answer", action = action })
      add(name .. ", every answer lost", { kind = "lost_answer", action = action, times = 100 })
      add(name .. ", no request arrives", { kind = "lost_request", action = action, times = 100 })
    end
    seen[action] = before + 1
  end
end

-- A step fails and then a step of the undo does.
local function both()
  for _, action in ipairs(READS) do
    add(action .. " and DeleteVpc refused", refused(action), refused("DeleteVpc"))
  end
  for _, undo in ipairs(UNDO) do
    add("CreateImagePipeline and " .. undo .. " refused", refused("CreateImagePipeline"), refused(undo))
    add("reading the pipeline back and " .. undo .. " refused", refused("DescribeImagePipelines", 1), refused(undo))
  end
  add("reading the pipeline back and DeleteImagePipeline refused", refused("DescribeImagePipelines", 1),
    refused("DeleteImagePipeline"))
  add("every delete refused", refused("DeleteImagePipeline"), refused("DeleteVSwitch"), refused("DeleteVpc"))
end

local WAITS = { "for the VPC", "for the vSwitch", "until the vSwitch is gone", "until the VPC is gone" }

--- All rows.
-- @tparam table actions the requests of a run in which nothing goes wrong
-- @treturn table list
return function(actions)
  each(actions)
  both()
  for number, wait in ipairs(WAITS) do
    rows[#rows + 1] = { step = "Ctrl-C in the wait " .. wait, interrupt = number }
  end
  return rows
end
