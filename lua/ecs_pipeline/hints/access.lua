--- Hints about permissions: which action is missing, and the statement that would allow it.
local core = require("ecs_pipeline.core")
local ram = require("ecs_pipeline.hints.ram")

local access = {}

-- What the service says about a denial (AccessDeniedDetail), if it says anything. Only values of
-- the expected form are used.
local function detail(err)
  local told = type(err.raw) == "table" and err.raw.AccessDeniedDetail
  told = type(told) == "table" and told or {}
  local function text(name, pattern)
    local value = told[name]
    return type(value) == "string" and value:match("^" .. pattern .. "$") or nil
  end
  return {
    action = text("AuthAction", "%a[%w-]*:%w+"), account = text("AuthPrincipalOwnerId", "%d+"),
    explicit = told.NoPermissionType == "ExplicitDeny",
  }
end

-- Regions are checked before a call; anything else stays out of the statement.
local function region_of(err)
  local region = err.region
  return type(region) == "string" and region:find("^[a-z0-9-]+$") and region or nil
end

local function role_hint(err)
  local service = core.operation_flags("pipeline.create").makes_role
  return "the first image pipeline or component of an account makes a role: allow "
    .. "ram:CreateServiceLinkedRole once, or let an administrator make the first one: "
    .. ram.json(ram.allow_role(service, detail(err).account), true)
end

-- Denials that a policy of RAM decides.
local BY_POLICY = {
  ["Forbidden.RAM"] = true, ["NoPermission"] = true, ["Forbidden.Unauthorized"] = true,
  ["Forbidden.SubUser"] = true, ["Forbbiden"] = true, ["Forbidden"] = true,
}

--- @tparam table err `kind`, `code`, `ram_action`, `region`, `raw`
-- @treturn ?string
function access.hint(err)
  if err.kind ~= "denied" then
    return nil
  elseif (err.code or ""):find("NoPermissionCreateServiceLinkedRole", 1, true) then
    return role_hint(err)
  end
  local told = detail(err)
  local action = told.action or err.ram_action
  if not action then
    return nil
  elseif told.explicit then
    return "a policy denies " .. action .. " explicitly: that statement must go, "
      .. "allowing it elsewhere does not help"
  elseif not BY_POLICY[err.code] then
    return "the caller needs the RAM action " .. action
  end
  local resources = ram.resources_of_action(action, region_of(err), told.account)
  return "the caller needs the RAM action " .. action .. ": "
    .. ram.json(ram.allow({ action }, resources), true)
end

return access
