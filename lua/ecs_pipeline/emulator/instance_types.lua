--- A catalogue of instance types, made of families: more than one page of DescribeInstanceTypes
-- (100), both architectures, and not in the order of size. Names, sizes and memory are of the form
-- in which the service sells its own.

local json = require("ecs_pipeline.sorted_json")

-- family, GiB for each vCPU, vCPUs of its types; level, GHz, turbo, processor
local families = {
  { "g6", 4, "2 4 8 12 16 24 32 52 104", 2.5, 3.2, "Intel Xeon(Cascade Lake) Platinum 8269CY" },
  { "c6", 2, "2 4 8 12 16 24 32 52 104", 2.5, 3.2, "Intel Xeon(Cascade Lake) Platinum 8269CY" },
  { "r6", 8, "2 4 8 12 16 24 32 52 104", 2.5, 3.2, "Intel Xeon(Cascade Lake) Platinum 8269CY" },
  { "g7", 4, "2 4 8 12 16 24 32 64 128", 2.7, 3.5, "Intel Xeon(Ice Lake) Platinum 8369B" },
  { "c7", 2, "2 4 8 12 16 24 32 64 128", 2.7, 3.5, "Intel Xeon(Ice Lake) Platinum 8369B" },
  { "r7", 8, "2 4 8 12 16 24 32 64 128", 2.7, 3.5, "Intel Xeon(Ice Lake) Platinum 8369B" },
  { "g8y", 4, "1 2 4 8 16 32 64 128", 2.75, 0, "YiTian 710" },
  { "c8y", 2, "1 2 4 8 16 32 64 128", 2.75, 0, "YiTian 710" },
  { "r8y", 8, "1 2 4 8 16 32 64 128", 2.75, 0, "YiTian 710" },
  { "g8a", 4, "2 4 8 16 24 32 48 64 96 192", 2.7, 3.7, "AMD Genoa 9T24" },
  { "c8a", 2, "2 4 8 16 24 32 48 64 96 192", 2.7, 3.7, "AMD Genoa 9T24" },
  { "r8a", 8, "2 4 8 16 24 32 48 64 96 192", 2.7, 3.7, "AMD Genoa 9T24" },
  { "g8i", 4, "2 4 8 16 24 32 48 96 192", 2.7, 3.2, "Intel Xeon(Sapphire Rapids) 8475B" },
  { "c8i", 2, "2 4 8 16 24 32 48 96 192", 2.7, 3.2, "Intel Xeon(Sapphire Rapids) 8475B" },
  { "r8i", 8, "2 4 8 16 24 32 48 96 192", 2.7, 3.2, "Intel Xeon(Sapphire Rapids) 8475B" },
}

-- Types that share their processors or have GPUs: family, rest of the name, vCPUs, GiB, GPU
local singles = {
  { "t6", "c1m2.large", 2, 4 }, { "t6", "c1m1.large", 2, 2 }, { "t6", "c1m4.large", 2, 8 },
  { "t6", "c2m1.large", 2, 1 }, { "t6", "c4m1.large", 2, 0.5 }, { "t6", "c1m4.xlarge", 4, 16 },
  { "gn6i", "c4g1.xlarge", 4, 15, "NVIDIA T4" }, { "gn6i", "c8g1.2xlarge", 8, 31, "NVIDIA T4" },
  { "gn7i", "c8g1.2xlarge", 8, 30, "NVIDIA A10" },
  { "gn7i", "c16g1.4xlarge", 16, 60, "NVIDIA A10" },
}

local categories = { g = "General-purpose", c = "Compute-optimized", r = "Memory-optimized",
  t = "Shared", gn = "GPU-accelerated" }

local M = { list = {}, by_id = {} }

local function size_of(cpus)
  return cpus == 1 and "small" or cpus == 2 and "large" or cpus == 4 and "xlarge"
    or ("%dxlarge"):format(cpus / 4)
end

local function network(cpus, new)
  local interfaces = math.min(15, math.max(2, cpus / 2))
  return {
    EniQuantity = interfaces, EniTotalQuantity = interfaces, EniPrivateIpAddressQuantity = 10,
    EniIpv6AddressQuantity = 10, EriQuantity = 0, EniTrunkSupported = cpus > 2,
    QueuePairNumber = 0, InstanceBandwidthRx = cpus * 512000, InstanceBandwidthTx = cpus * 512000,
    InstancePpsRx = cpus * 150000, InstancePpsTx = cpus * 150000,
    PrimaryEniQueueNumber = math.min(cpus, 32), SecondaryEniQueueNumber = math.min(cpus, 16),
    MaximumQueueNumberPerEni = math.min(cpus, 32), TotalEniQueueQuantity = cpus * 2,
    JumboFrameSupport = new, NetworkEncryptionSupport = false, NetworkCardQuantity = 1,
    NetworkCards = { NetworkCardInfo = json.array({ { NetworkCardIndex = 0 } }) },
    NetworkInfo = { BandwidthWeighting = { WeightingInfos = { WeightingInfo =
      json.array({}) } } },
    EnhancedNetwork = { ExpressSupport = false, RssSupport = new, SriovSupport = false,
      VfQueueNumberPerEni = 0 },
  }
end

-- One as DescribeInstanceTypes answers it.
local function reply_of(facts)
  local cpus, kind = facts.cpus, facts.family:match("^%l+")
  local arm, shared = facts.processor == "YiTian 710", kind == "t"
  local new = facts.family:find("8") ~= nil
  local reply = network(cpus, new)
  for name, value in pairs({
    InstanceTypeId = facts.id, InstanceTypeFamily = "ecs." .. facts.family,
    InstanceCategory = categories[kind],
    InstanceFamilyLevel = shared and "CreditEntryLevel" or "EnterpriseLevel",
    BaselineCredit = shared and 20 or 0, InitialCredit = shared and 60 or 0,
    CpuArchitecture = arm and "ARM" or "X86", CpuCoreCount = cpus, MemorySize = facts.memory,
    CpuSpeedFrequency = facts.speed, CpuTurboFrequency = facts.turbo,
    PhysicalProcessorModel = facts.processor,
    CpuOptions = { Core = math.ceil(cpus / 2), CoreFactor = 1, ThreadsPerCore = arm and 1 or 2,
      HyperThreadingAdjustable = not arm, NestedVirtualizationSupport = "unsupported",
      SupportedTopologyTypes = { SupportedTopologyType =
        json.array({ "DiscreteCoreToHTMapping" }) } },
    GPUAmount = facts.gpu and 1 or 0, GPUSpec = facts.gpu or "",
    GPUMemorySize = facts.gpu and 16 or 0, LocalStorageCategory = "", LocalStorageAmount = 0,
    LocalStorageCapacity = 0, DiskQuantity = math.min(32, 8 + reply.EniQuantity),
    NvmeSupport = new and "required" or "unsupported", Clock = { PtpSupport = "unsupported" },
    SecurityOptions = { SecureBootSupport = "unsupported" },
    Attributes = { Attribute = json.array({}) }, SupportedBootModes = { SupportedBootMode =
      json.array(arm and { "UEFI" } or { "BIOS", "UEFI" }) },
  }) do
    reply[name] = value
  end
  return reply
end

local function add(facts)
  facts.id = "ecs." .. facts.family .. facts.size
  local entry = {
    number = #M.list + 1, id = facts.id, family = facts.family,
    architecture = facts.processor == "YiTian 710" and "arm64" or "x86_64",
    reply = reply_of(facts),
  }
  M.list[entry.number], M.by_id[entry.id] = entry, entry
end

for _, row in ipairs(singles) do
  add({ family = row[1], size = "-" .. row[2], cpus = row[3], memory = row[4], gpu = row[5],
    speed = 2.5, turbo = 3.2, processor = "Intel Xeon(Cascade Lake) Platinum 8269CY" })
end
for _, row in ipairs(families) do
  for digits in row[3]:gmatch("%d+") do
    local cpus = tonumber(digits)
    add({ family = row[1], size = "." .. size_of(cpus), cpus = cpus, memory = cpus * row[2],
      speed = row[4], turbo = row[5], processor = row[6] })
  end
end

return M
