-- The catalogue of instance types: what is derived of a family holds for each.
local instance_types = require("ecs_pipeline.emulator.instance_types")

describe("an instance type of the emulator", function()
  it("has a size that says its processors", function()
    local function of(id)
      local reply = instance_types.by_id[id].reply
      return { reply.CpuCoreCount, reply.MemorySize, reply.CpuArchitecture, reply.InstanceTypeFamily }
    end
    assert.same({ 1, 4, "ARM", "ecs.g8y" }, of("ecs.g8y.small"))
    assert.same({ 2, 8, "X86", "ecs.g6" }, of("ecs.g6.large"))
    assert.same({ 4, 8, "X86", "ecs.c7" }, of("ecs.c7.xlarge"))
    assert.same({ 12, 48, "X86", "ecs.g6" }, of("ecs.g6.3xlarge"))
    assert.same({ 2, 0.5, "X86", "ecs.t6" }, of("ecs.t6-c4m1.large"))
  end)

  it("is there once, more of them than a page of a hundred, and not in the order of size", function()
    local seen, rising, before = {}, true, 0
    for number, entry in ipairs(instance_types.list) do
      assert.is_nil(seen[entry.id], entry.id)
      seen[entry.id] = true
      assert.same({ number, entry.reply.InstanceTypeId }, { entry.number, entry.id })
      rising, before = rising and entry.reply.CpuCoreCount >= before, entry.reply.CpuCoreCount
    end
    assert.is_true(#instance_types.list > 100)
    assert.is_false(rising)
  end)

  it("has a GPU only in a GPU family, and UEFI alone on ARM", function()
    for _, entry in ipairs(instance_types.list) do
      assert.equal(entry.family:find("^gn") and 1 or 0, entry.reply.GPUAmount, entry.id)
      assert.equal(entry.architecture == "arm64" and 1 or 2, #entry.reply.SupportedBootModes.SupportedBootMode)
    end
  end)
end)
