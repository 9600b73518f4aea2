--- Hints about permissions: the missing RAM action, and the statement that would allow it.
local core = require("ecs_pipeline.core")
local ram = require("ecs_pipeline.hints.ram")

local access = {}

-- The details of a denial (AccessDeniedDetail), if the reply has them. Only values of the expected
-- form are used.
local function detail(err)
  local answer = type(err.raw) == "table" and err.raw.AccessDeniedDetail
  answer = type(answer) == "table" and answer or {}
  local function text(name, pattern)
    local value = answer[name]
    return type(value) == "string" and value:match("^" .. pattern .. "$") or nil
  end
  return {
    action = text("AuthAction", "%a[%w-]*:%w+"), account = text("AuthPrincipalOwnerId", "%d+"),
    explicit = answer.NoPermissionType == "ExplicitDeny",
  }
end

-- Regions are checked before a call; a text of another form is not put into the statement.
local function region_of(err)
  local region = err.region
  return type(region) == "string" and region:find("^[a-z0-9-]+$") and region or nil
end

local function role_hint(err)
  local service = core.operation_flags("pipeline.create").makes_role
  return "the first image pipeline or component of an account creates a role: allow "
    .. "ram:CreateServiceLinkedRole once, or let an administrator create the first one: "
    .. ram.json(ram.allow_role(service, detail(err).account), true)
end

-- Codes of denials that come from a RAM policy.
local BY_POLICY = {
  ["Forbidden.RAM"] = true, ["NoPermission"] = true, ["Forbidden.Unauthorized"] = true,
  ["Forbidden.SubUser"] = true, ["Forbbiden"] = true, ["Forbidden"] = true,
}

--- The hint for a denial.
-- @tparam table err `kind`, `code`, `ram_action`, `region`, `raw`
-- @treturn ?string
function access.hint(err)
  if err.kind ~= "denied" then
    return nil
  elseif (err.code or ""):find("NoPermissionCreateServiceLinkedRole", 1, true) then
    return role_hint(err)
  end
  local denial = detail(err)
  local action = denial.action or err.ram_action
  if not action then
    return nil
  elseif denial.explicit then
    return "a policy denies " .. action .. " explicitly: remove that statement; allowing the "
      .. "action in another one does not help"
  elseif not BY_POLICY[err.code] then
    return "the caller needs the RAM action " .. action
  end
  local resources = ram.resources_of_action(action, region_of(err), denial.account)
  return "the caller needs the RAM action " .. action .. ": "
    .. ram.json(ram.allow({ action }, resources), true)
end

return access
