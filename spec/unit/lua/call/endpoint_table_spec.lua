-- The table of hosts by its form. What is made of it: endpoint_spec.lua.
local table_of = require("ecs_pipeline.call.endpoint_table")

describe("the table of endpoints", function()
  it("has for each product a rule inside and outside of VPCs, and hosts for those that do not follow it", function()
    for product, row in pairs(table_of.PRODUCTS) do
      assert.equal(product:lower(), product)
      for _, pattern in ipairs({ row.public, row.vpc }) do
        assert.matches("^[%w.-]+%.aliyuncs%.com$", (pattern:gsub("%%s", "cn-hangzhou")))
      end
      for _, special in ipairs({ row.special or {}, row.vpc_special or {} }) do
        for region, host in pairs(special) do
          assert.matches("^[a-z]+[a-z0-9-]+$", region)
          assert.is_true(host == false or host:find("^[%w.-]+%.aliyuncs%.com$") ~= nil, region)
        end
      end
    end
  end)

  it("has no exception that the rule gives as well", function()
    for _, row in pairs(table_of.PRODUCTS) do
      for region, host in pairs(row.special or {}) do
        assert.not_equal(host, row.public:format(region))
      end
    end
  end)

  it("lists the known regions in order, each once", function()
    for index = 2, #table_of.REGIONS do
      assert.is_true(table_of.REGIONS[index - 1] < table_of.REGIONS[index])
    end
    assert.is_true(#table_of.REGIONS > 30)
  end)

  it("knows the regions that the emulator knows, and no others", function()
    local emulated, known = {}, {}
    for _, region in ipairs(require("ecs_pipeline.emulator.regions")) do
      emulated[#emulated + 1] = region
    end
    for index, region in ipairs(table_of.REGIONS) do
      known[index] = region
    end
    table.sort(emulated)
    assert.same(known, emulated)
  end)
end)
