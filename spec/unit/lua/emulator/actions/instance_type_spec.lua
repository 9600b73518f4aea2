-- DescribeInstanceTypes and DescribeImageSupportInstanceTypes of the emulator.
local virtual = require("spec.support.virtual")

describe("instance types in the emulator", function()
  local client, emulator

  before_each(function()
    client, emulator = virtual.client(nil, { region = "cn-somewhere-new" })
  end)

  local function ask(product, version, action, params)
    local reply, _, err = client.call(product, version, action, params or {}, { retry = false })
    return reply, err and err.code .. " " .. err.status
  end

  local function ecs(action, params)
    local all = { RegionId = "cn-hangzhou" }
    for name, value in pairs(params or {}) do all[name] = value end
    return ask("Ecs", "2014-05-26", action, all)
  end

  local function types(params)
    local list, token = {}, nil
    repeat
      local all = { NextToken = token }
      for name, value in pairs(params or {}) do all[name] = value end
      local reply, why = ask("Ecs", "2014-05-26", "DescribeInstanceTypes", all)
      if not reply then return why end
      for _, one in ipairs(reply.InstanceTypes.InstanceType) do list[#list + 1] = one.InstanceTypeId end
      token = reply.NextToken ~= "" and reply.NextToken or nil
    until not token
    return #list, table.concat(list, " ")
  end

  it("has more instance types than a page holds, each once", function()
    local count, text = types()
    assert.is_true(count > 100)
    assert.same({ count, text }, { types({ MaxResults = "7" }) })
    local seen = {}
    for id in text:gmatch("%S+") do
      assert.is_nil(seen[id], id)
      assert.matches("^ecs%.%l+%d?[%l%d]*[.-][%w.]+$", id)
      seen[id] = true
    end
    assert.equal("InvalidParameter 400", types({ MaxResults = "101" }))
    assert.equal("InvalidParameter 400", types({ MinimumCpuCoreCount = "two" }))
  end)

  it("finds instance types by what they have", function()
    assert.equal("ecs.g6.large ecs.g7.large", select(2, types({ ["InstanceTypeFamilies.1"] = "ecs.g6",
      ["InstanceTypeFamilies.2"] = "ecs.g7", MaximumCpuCoreCount = "2" })))
    assert.equal("ecs.c8y.small", select(2, types({ CpuArchitecture = "ARM", MaximumMemorySize = "2" })))
    assert.equal("ecs.gn7i-c16g1.4xlarge", select(2, types({ MinimumGPUAmount = "1", MinimumMemorySize = "59.5" })))
    assert.equal(0, types({ MinimumLocalStorageAmount = "1" }))
  end)

  it("binds a page token to what chose the types", function()
    local first = assert(ask("Ecs", "2014-05-26", "DescribeInstanceTypes", { MaxResults = "2" }))
    assert.equal("Invalid.NextToken 403", select(2, ask("Ecs", "2014-05-26", "DescribeInstanceTypes",
      { MaxResults = "2", NextToken = first.NextToken, CpuArchitecture = "ARM" })))
  end)

  it("knows which types an image runs on", function()
    local function supported(id, action)
      local reply, why = ecs("DescribeImageSupportInstanceTypes", { ImageId = id, ActionType = action })
      return reply and #reply.InstanceTypes.InstanceType or why
    end
    local arm = supported("aliyun_3_arm64_20G_alibase_20240819.vhd")
    local x86 = supported("debian_12_6_x64_20G_alibase_20240819.vhd")
    assert.is_true(arm > 0 and x86 > arm)
    assert.equal(arm + x86, supported())
    assert.equal(x86, supported(emulator:put("images", { ImageName = "own" }).ImageId))
    emulator:lose("images", "aliyun_3_arm64_20G_alibase_20240819.vhd")
    assert.equal("InvalidImageId.NotFound 404", supported("aliyun_3_arm64_20G_alibase_20240819.vhd"))
    assert.equal("InvalidParamter 400", supported(nil, "CreateOS"))
  end)
end)
