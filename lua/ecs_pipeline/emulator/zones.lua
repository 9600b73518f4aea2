--- The zones of a region and what is sold in them. cn-hangzhou has the difficult cases: its first
-- zone makes no vSwitches, its second is sold out, the first instance types of the catalogue are
-- not sold in its third. The other regions have three zones each.

local instance_types = require("ecs_pipeline.emulator.instance_types")

local everything = "t6 gn6i gn7i g6 c6 r6 g7 c7 r7 g8y c8y r8y g8a c8a r8a g8i c8i r8i"

-- letter, families sold, families sold out; other than usual: creates, sold_out
local hangzhou = {
  { "b", "t6 g6 c6 r6", "", creates = "Instance IoOptimized Disk DedicatedHost" },
  { "e", "", "t6 g6 c6 r6", sold_out = true },
  { "h", "g6 c6 r6 g7 c7 r7 g8a c8a r8a", "t6" },
  { "i", "t6 g6 c6 r6 g7 c7 r7 g8i c8i r8i gn6i", "gn7i" },
  { "k", everything, "" },
}
local elsewhere = {
  { "a", "t6 g6 c6 r6 g7 c7 r7 g8a c8a r8a", "gn6i" },
  { "b", everything, "" },
  { "c", "t6 g7 c7 r7 g8y c8y r8y g8i c8i r8i gn7i", "" },
}

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do
    list[#list + 1] = word
  end
  return list
end

local disks = words("cloud_efficiency cloud_ssd cloud_essd cloud_auto cloud_essd_entry")
local creates = "VSwitch Instance IoOptimized Disk DedicatedHost"

local M = {}

-- { { type, sold = true or false } … } in the order of the catalogue.
local function stock_of(row)
  local sold, list = {}, {}
  for i = 2, 3 do
    for _, family in ipairs(words(row[i])) do
      sold[family] = i == 2
    end
  end
  for _, entry in ipairs(instance_types.list) do
    if sold[entry.family] ~= nil then
      list[#list + 1] = { type = entry, sold = sold[entry.family] }
    end
  end
  return list
end

--- { { id, letter, sold_out, creates = { "VSwitch" … }, disks = { … }, stock = { { type = entry of
-- instance_types, sold = boolean } … } } … } of a region, by id.
function M.of(region)
  local list = {}
  for i, row in ipairs(region == "cn-hangzhou" and hangzhou or elsewhere) do
    list[i] = {
      id = region .. (region:find("%d$") and "" or "-") .. row[1], letter = row[1]:upper(),
      sold_out = row.sold_out or false, creates = words(row.creates or creates),
      disks = row.sold_out and {} or disks, stock = stock_of(row),
    }
  end
  return list
end

--- May a vSwitch be made there? True, false, or nil when the region has no such zone.
function M.makes_vswitches(region, id)
  for _, zone in ipairs(M.of(region)) do
    if zone.id == id then
      return zone.creates[1] == "VSwitch"
    end
  end
  return nil
end

return M
