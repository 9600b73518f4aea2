--- Which file answers which action. A resource file returns
-- { version = "2014-05-26", regional = RegionId is required, ram = "ecs",
--   actions = { Name = function(store, call) }, anonymous = { Name = true }: sent unsigned };
-- an action returns its reply as the service spells it (without RequestId), or nil and a refusal
-- of errors.new.

local component = require("ecs_pipeline.emulator.actions.component")
local execution = require("ecs_pipeline.emulator.actions.execution")
local image = require("ecs_pipeline.emulator.actions.image")
local pipeline = require("ecs_pipeline.emulator.actions.pipeline")
local sts = require("ecs_pipeline.emulator.actions.sts")
local tags = require("ecs_pipeline.emulator.actions.tags")

local resources = { pipeline, execution, component, image, tags, sts }

local M = { by_name = {}, versions = {} }

for _, resource in ipairs(resources) do
  M.versions[resource.version] = true
  for name, run in pairs(resource.actions) do
    M.by_name[name .. "/" .. resource.version] = {
      name = name, run = run, regional = resource.regional, ram = resource.ram .. ":" .. name,
      anonymous = (resource.anonymous or {})[name],
    }
  end
end

--- The action, or nil.
function M.find(name, version)
  return M.by_name[(name or "") .. "/" .. (version or "")]
end

return M
