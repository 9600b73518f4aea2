--- Which file answers which action. A resource file returns
-- { version = "2014-05-26", ram = "ecs", regional = RegionId is required (or { Name = true }),
--   actions = { Name = function(store, call) }, anonymous = { Name = true }: sent unsigned };
-- an action returns its reply as the service spells it (without RequestId), or nil and a refusal
-- of errors.new.

local component = require("ecs_pipeline.emulator.actions.component")
local execution = require("ecs_pipeline.emulator.actions.execution")
local image = require("ecs_pipeline.emulator.actions.image")
local instance_type = require("ecs_pipeline.emulator.actions.instance_type")
local pipeline = require("ecs_pipeline.emulator.actions.pipeline")
local resource_group = require("ecs_pipeline.emulator.actions.resource_group")
local snapshot = require("ecs_pipeline.emulator.actions.snapshot")
local sts = require("ecs_pipeline.emulator.actions.sts")
local tags = require("ecs_pipeline.emulator.actions.tags")
local vpc = require("ecs_pipeline.emulator.actions.vpc")
local vswitch = require("ecs_pipeline.emulator.actions.vswitch")
local zone = require("ecs_pipeline.emulator.actions.zone")

local resources = {
  pipeline, execution, component, image, snapshot, tags, sts, zone, instance_type,
  resource_group, vpc, vswitch,
}

local M = { by_name = {}, versions = {} }

for _, resource in ipairs(resources) do
  M.versions[resource.version] = true
  local regional = resource.regional
  for name, run in pairs(resource.actions) do
    M.by_name[name .. "/" .. resource.version] = {
      name = name, run = run, ram = resource.ram .. ":" .. name,
      regional = regional == true or regional and regional[name],
      anonymous = (resource.anonymous or {})[name],
    }
  end
end

--- The action, or nil.
function M.find(name, version)
  return M.by_name[(name or "") .. "/" .. (version or "")]
end

return M
