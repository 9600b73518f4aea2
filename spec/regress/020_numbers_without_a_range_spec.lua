--- Found when instance_type.list was written: a whole number for which the API gives no range was checked against "0 to
-- 0", so `minimum_cpu_core_count = 2` and page 2 of the VPCs were refused.

local fake = require("spec.support.fake")

describe("a whole number without a range", function()
  it("is sent, whatever it is", function()
    local client = fake.client({})
    for _, number in ipairs({ 0, 2, 100000 }) do
      local rendered = assert(client.render("instance_type.list", { minimum_cpu_core_count = number }))
      assert.equal(("%d"):format(number), rendered.parameters.MinimumCpuCoreCount)
    end
  end)

  it("is a page from 1 where it is one", function()
    local client = fake.client({})
    for _, operation in ipairs({ "vpc.list", "vswitch.list" }) do
      assert.equal("2", assert(client.render(operation, { page_number = 2 })).parameters.PageNumber)
      local _, _, err = client.render(operation, { page_number = 0 })
      assert.equal("page_number", err.param)
    end
  end)
end)
