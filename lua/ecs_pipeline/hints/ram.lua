--- RAM: which resources an action is about, and statements that allow it, as tables and as JSON.
-- Pure.
--
-- Sources: the RAM tables of the actions' pages (ECS 2014-05-26), the resource types on VPC's and
-- STS' pages about RAM; for the role that the service makes at the first pipeline or component, the
-- page "Manage the service-linked role for Image Builder".
local ram = {}

local ROLE_MAKER = "ram:CreateServiceLinkedRole"
local ROLE_SERVICE = "imagebuilder.ecs.aliyuncs.com"

-- Resources of an action: after "acs:<product>:<region>:<account>:", the product being the
-- action's; whole ones; or ANY where RAM's table ties it to none, or to some that we do not know.
local ANY = { "*" }
local PIPELINE, COMPONENT = { "imagepipeline/*" }, { "imagecomponent/*" }
local VPC, VSWITCH = { "vpc/*" }, { "vpc/*", "vswitch/*" }

local RESOURCES = {
  ["ecs:CreateImagePipeline"] = PIPELINE,
  ["ecs:DescribeImagePipelines"] = PIPELINE,
  ["ecs:DeleteImagePipeline"] = PIPELINE,
  ["ecs:StartImagePipelineExecution"] = PIPELINE,
  ["ecs:CancelImagePipelineExecution"] = PIPELINE,
  ["ecs:DescribeImagePipelineExecutions"] = { "imagepipeline/*", "imagepipelineexecution/*" },
  ["ecs:CreateImageComponent"] = COMPONENT,
  ["ecs:DescribeImageComponents"] = ANY,
  ["ecs:DeleteImageComponent"] = COMPONENT,
  ["ecs:DeleteImage"] = { "image/*" },
  ["ecs:DescribeImages"] = ANY,
  ["ecs:DescribeImageFromFamily"] = ANY,
  ["ecs:CopyImage"] = ANY,
  ["ecs:ModifyImageSharePermission"] = ANY,
  ["ecs:TagResources"] = ANY, -- by the type of what is tagged
  ["ecs:UntagResources"] = ANY,
  ["ecs:ListTagResources"] = ANY,
  ["ecs:JoinResourceGroup"] = ANY,
  ["ecs:DescribeRegions"] = ANY,
  ["ecs:DescribeZones"] = ANY,
  ["ecs:DescribeAvailableResource"] = ANY,
  ["ecs:DescribeInstanceTypes"] = ANY,
  ["ecs:DescribeImageSupportInstanceTypes"] = ANY,
  ["ram:ListResourceGroups"] = ANY,
  ["sts:GetCallerIdentity"] = ANY,
  ["sts:AssumeRole"] = { "acs:ram:*:%s:role/*" },
  ["vpc:CreateVpc"] = VPC,
  ["vpc:DeleteVpc"] = VPC,
  ["vpc:DescribeVpcAttribute"] = VPC,
  ["vpc:DescribeVpcs"] = VPC,
  ["vpc:CreateVSwitch"] = VSWITCH,
  ["vpc:DeleteVSwitch"] = VSWITCH,
  ["vpc:DescribeVSwitchAttributes"] = VSWITCH,
  ["vpc:DescribeVSwitches"] = VSWITCH,
}

-- Actions whose first use makes the service-linked role.
local MAKES_ROLE = { ["ecs:CreateImagePipeline"] = true, ["ecs:CreateImageComponent"] = true }

--- Does the first use of an action in an account make the service-linked role?
-- @tparam string action "ecs:CreateImagePipeline"
-- @treturn boolean
function ram.makes_role(action)
  return MAKES_ROLE[action] or false
end

--- Is this an action whose resources are listed here?
-- @tparam string action
-- @treturn boolean
function ram.knows(action)
  return RESOURCES[action] ~= nil
end

--- The resources of an action.
-- @tparam string action
-- @tparam ?string region default: any
-- @tparam ?string account default: any
-- @treturn {string,...} sorted; `{ "*" }` for an action that is not known here
function ram.resources(action, region, account)
  local list = {}
  local product = action:match("^[^:]*")
  for index, resource in ipairs(RESOURCES[action] or ANY) do
    if resource == "*" then
      list[index] = resource
    elseif resource:find("^acs:") then
      list[index] = resource:format(account or "*")
    else
      list[index] = ("acs:%s:%s:%s:%s"):format(product, region or "*", account or "*", resource)
    end
  end
  return list
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
