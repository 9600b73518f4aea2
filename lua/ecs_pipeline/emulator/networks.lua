--- VPCs and vSwitches. One is kept as { number, id, region, block (of cidr.lua), tags, ready_at,
-- gone_at = when it is gone, once deleted, reply }; a vSwitch has `vpc`, its VPC, beside. Both are
-- Pending for a while when they are made, and again when they are deleted, until they are gone.

local json = require("ecs_pipeline.sorted_json")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

--- Seconds from create to Available, and from delete to gone.
M.SECONDS = 2

--- What there is of a kind ("vpcs", "vswitches") now, oldest first; `wanted(record)` chooses.
function M.list(store, kind, now, wanted)
  local list = {}
  for _, record in ipairs(store[kind]) do
    if (not record.gone_at or now < record.gone_at) and (not wanted or wanted(record)) then
      list[#list + 1] = record
    end
  end
  return list
end

--- The one of this id, in the region if one is named; or nil.
function M.find(store, kind, now, id, region)
  return M.list(store, kind, now, function(record)
    return record.id == id and (not region or record.region == region)
  end)[1]
end

--- The vSwitches of a VPC.
function M.inside(store, vpc, now)
  return M.list(store, "vswitches", now, function(vswitch)
    return vswitch.vpc == vpc
  end)
end

function M.status(record, now)
  return (now < record.ready_at or record.gone_at) and "Pending" or "Available"
end

-- The parts that change; `own`: a copy that may be changed.
local function shown(record, now)
  local own = tables.copy(record.reply)
  own.Status = M.status(record, now)
  own.Tags = { Tag = tags.reply(record.tags, "Key", "Value") }
  return own
end

--- A VPC as both actions answer it.
function M.view_vpc(store, vpc, now)
  local reply, ids = shown(vpc, now), json.array({})
  for i, vswitch in ipairs(M.inside(store, vpc, now)) do
    ids[i] = vswitch.id
  end
  reply.VSwitchIds = { VSwitchId = ids }
  return reply
end

--- A vSwitch likewise.
function M.view_vswitch(vswitch, now)
  return shown(vswitch, now)
end

return M
