--- RAM: which resources an action is about, and statements that allow it, as tables and as JSON.
-- Pure.
--
-- Sources: the RAM tables of the actions' pages (ECS 2014-05-26); for the role that the service
-- makes at the first pipeline or component, the page "Manage the service-linked role for Image
-- Builder".
local ram = {}

local ROLE_MAKER = "ram:CreateServiceLinkedRole"
local ROLE_SERVICE = "imagebuilder.ecs.aliyuncs.com"

-- Resources of an action, after "acs:ecs:<region>:<account>:". Any other action: "*".
local RESOURCES = {
  ["ecs:CreateImagePipeline"] = { "imagepipeline/*" },
  ["ecs:DescribeImagePipelines"] = { "imagepipeline/*" },
  ["ecs:DeleteImagePipeline"] = { "imagepipeline/*" },
  ["ecs:StartImagePipelineExecution"] = { "imagepipeline/*" },
  ["ecs:CancelImagePipelineExecution"] = { "imagepipeline/*" },
  ["ecs:DescribeImagePipelineExecutions"] = { "imagepipeline/*", "imagepipelineexecution/*" },
  ["ecs:CreateImageComponent"] = { "imagecomponent/*" },
  ["ecs:DeleteImageComponent"] = { "imagecomponent/*" },
  ["ecs:DeleteImage"] = { "image/*" },
}

-- Actions whose first use makes the service-linked role.
local MAKES_ROLE = { ["ecs:CreateImagePipeline"] = true, ["ecs:CreateImageComponent"] = true }

--- Does the first use of an action in an account make the service-linked role?
-- @tparam string action "ecs:CreateImagePipeline"
-- @treturn boolean
function ram.makes_role(action)
  return MAKES_ROLE[action] or false
end

--- The resources of an action.
-- @tparam string action
-- @tparam ?string region default: any
-- @tparam ?string account default: any
-- @treturn {string,...} sorted
function ram.resources(action, region, account)
  local list = {}
  for index, resource in ipairs(RESOURCES[action] or {}) do
    list[index] = ("acs:ecs:%s:%s:%s"):format(region or "*", account or "*", resource)
  end
  return #list > 0 and list or { "*" }
end

--- A statement that allows actions on resources.
-- @tparam {string,...} actions
-- @tparam {string,...} resources
-- @treturn table
function ram.allow(actions, resources)
  return { Effect = "Allow", Action = actions, Resource = resources }
end

--- The statement that allows an account's first pipeline or component.
-- @tparam ?string account default: any
-- @treturn table
function ram.allow_role(account)
  local statement = ram.allow({ ROLE_MAKER }, { "acs:ram:*:" .. (account or "*") .. ":role/*" })
  statement.Condition = { StringEquals = { ["ram:ServiceName"] = { ROLE_SERVICE } } }
  return statement
end

-- Names of a policy's elements in the order that people write them.
local ORDER = { "Version", "Effect", "Action", "Resource", "Condition", "Statement", "StringEquals",
  "ram:ServiceName" }

-- The texts of a policy are ASCII without quotes and control characters, and no list or map in it
-- is empty.
local function write(value, gap, indent)
  if type(value) == "string" then
    return '"' .. value .. '"'
  end
  local inner = indent .. (gap == "" and "" or "  ")
  local parts = {}
  for index, item in ipairs(value) do
    parts[index] = write(item, gap, inner)
  end
  if type(value[1]) == "string" then
    return "[" .. table.concat(parts, gap == "" and "," or ", ") .. "]"
  elseif not value[1] then
    for _, name in ipairs(ORDER) do
      if value[name] ~= nil then
        parts[#parts + 1] = '"' .. name .. '":' .. (gap == "" and "" or " ")
          .. write(value[name], gap, inner)
      end
    end
  end
  local text = table.concat(parts, "," .. gap .. inner)
  if value[1] then
    return "[" .. gap .. inner .. text .. gap .. indent .. "]"
  end
  return "{" .. gap .. inner .. text .. gap .. indent .. "}"
end

--- JSON of a policy or a statement, equal for equal ones.
-- @tparam table policy
-- @tparam ?boolean one_line
-- @treturn string
function ram.json(policy, one_line)
  return write(policy, one_line and "" or "\n", "")
end

return ram
