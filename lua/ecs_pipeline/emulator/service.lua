--- Everything between a parsed request and its answer: who calls, is it allowed, which action,
-- which fault. `service` is the emulator object of init.lua.

local auth = require("ecs_pipeline.emulator.auth")
local errors = require("ecs_pipeline.emulator.errors")
local faults = require("ecs_pipeline.emulator.faults")
local images = require("ecs_pipeline.emulator.images")
local networks = require("ecs_pipeline.emulator.networks")
local registry = require("ecs_pipeline.emulator.registry")
local text = require("ecs_pipeline.emulator.text")

local M = {}

local function check_text(params)
  for _, value in pairs(params) do
    if not text.code_points(value) then
      return errors.new("InvalidParameter", "A parameter is not valid UTF-8.")
    end
  end
  return nil
end

local function check_permission(key, action)
  for _, denied in ipairs(key.deny or {}) do
    if denied == action.ram then
      local refusal = errors.new("Forbidden.RAM")
      refusal.denied = {
        AuthAction = action.ram, AuthPrincipalType = "SubUser", NoPermissionType = "ImplicitDeny",
      }
      return refusal
    end
  end
  return nil
end

local function check_region(service, action, region)
  if not action.regional then
    return nil
  elseif (region or "") == "" then
    return errors.new("MissingParameter.RegionId")
  elseif not service.known.regions[region] then
    return errors.new("InvalidRegionId.NotFound")
  end
  return nil
end

-- Does an id exist: one that was lost does not, one that was made here does, and a set that the
-- emulator was not told of holds every id.
local function exists(service, set, id)
  if (service.lost[set] or {})[id] then
    return false
  end
  return service.known[set] == nil or service.known[set][id] == true
    or set == "images" and images.exists(service.store, id)
    or set == "vswitches"
      and networks.find(service.store, "vswitches", service:now(), id) ~= nil
end

-- What an action may see and use. `now` is the service's clock with a skew fault on top; `builds`
-- has the clock without.
local function call_of(service, request, now, key)
  return {
    key = key, sts = service.sts,
    flat = request.params, region = request.params.RegionId, now = now,
    account_id = service.account_id, limits = service.limits, builds = service.builds,
    copies = service.copies, networks = service.networks, regions = service.known.regions,
    default_resource_group = service.default_resource_group, undocumented = service.undocumented,
    known = function(set, id)
      return exists(service, set, id)
    end,
    lost = function(set, id)
      return (service.lost[set] or {})[id] == true
    end,
    new_id = function(prefix)
      return service:new_id(prefix)
    end,
    issue = function(seconds, arn)
      return service:issue(seconds, arn)
    end,
  }
end

local function perform(service, claim, request, now)
  local action = registry.find(claim.action, claim.version)
  if not action then
    local known = registry.versions[claim.version]
    return nil, errors.new(known and "InvalidAction.NotFound" or "InvalidVersion")
  end
  local key = service.keys[claim.id or ""] or {} -- none of an unsigned action
  local refusal = check_permission(key, action) or check_text(request.params)
    or check_region(service, action, request.params.RegionId)
  if refusal then
    return nil, refusal
  end
  service.builds:settle(service.store)
  return action.run(service.store, call_of(service, request, now, key))
end

--- Authenticates and performs one request, under the next fault of the script if there is one:
-- → reply or nil, refusal or nil, fault or nil. Neither reply nor refusal: no answer goes out.
function M.answer(service, claim, request, now)
  local refusal
  if claim.scheme ~= "none" then
    local host_now = service.dates == "host" and os.time() + now - service:now() or now
    refusal = auth.verify(claim, request, service.keys, service.nonces, now, host_now)
  end
  if refusal then
    return nil, refusal
  end
  local fault = service.faults:next(claim.action)
  local faulty = fault and faults.refusal(fault)
  if fault and not faults.commits(fault) and (faulty or faults.silent(fault)) then
    return nil, faulty, fault
  end
  local reply
  reply, refusal = perform(service, claim, request, now)
  if fault and faults.silent(fault) then
    return nil, nil, fault
  elseif faulty then
    return nil, faulty, fault
  end
  return reply, refusal, fault
end

return M
