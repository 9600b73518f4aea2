--- RAM: the resources of an action, and statements that allow it, as tables and as JSON. The
-- operations of the C module define the resources of each action.
local core = require("ecs_pipeline.core")

local ram = {}

--- The resources of an operation.
-- @tparam {string,...} templates `ram_resources` of `core.operation_flags`
-- @tparam ?string region default: any
-- @tparam ?string account default: any
-- @treturn {string,...} in the order of the templates
function ram.resources(templates, region, account)
  local list = {}
  local values = { region = region or "*", account = account or "*" }
  for index, template in ipairs(templates) do
    list[index] = template:gsub("{(%a+)}", values)
  end
  return list
end

--- The resources of an action.
-- @tparam string action "ecs:CreateImagePipeline"
-- @tparam ?string region default: any
-- @tparam ?string account default: any
-- @treturn {string,...} `{ "*" }` for an action that no operation needs
function ram.resources_of_action(action, region, account)
  for _, operation in pairs(core.operations()) do
    if operation.ram_action == action then
      return ram.resources(operation.ram_resources, region, account)
    end
  end
  return { "*" }
end

--- A statement that allows actions on resources.
-- @tparam {string,...} actions
-- @tparam {string,...} resources
-- @treturn table
function ram.allow(actions, resources)
  return { Effect = "Allow", Action = actions, Resource = resources }
end

--- The statement that allows an account's first pipeline or component.
-- @tparam string service whose service-linked role is created: `makes_role` of
--   `core.operation_flags`
-- @tparam ?string account default: any
-- @treturn table
function ram.allow_role(service, account)
  local statement = ram.allow({ "ram:CreateServiceLinkedRole" },
    { "acs:ram:*:" .. (account or "*") .. ":role/*" })
  statement.Condition = { StringEquals = { ["ram:ServiceName"] = { service } } }
  return statement
end

-- The elements of a policy in the usual order.
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
