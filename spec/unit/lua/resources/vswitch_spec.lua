-- ecs.vswitch: every function, once, against the service from start to end.
local virtual = require("spec.support.virtual")

describe("ecs.vswitch", function()
  it("makes, reads, lists and deletes", function()
    local client = virtual.client()
    local vpc = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" }))
    local made = assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-k",
      cidr_block = "172.16.0.0/24", vswitch_name = "net" }))
    assert.same({ made.id, "Available", "net" }, { made.vswitch_id, made.status, made.vswitch_name })
    assert.equal(made.cidr_block, assert(client.vswitch.describe({ vswitch_id = made.id })).cidr_block)
    assert.equal(made.id, assert(client.vswitch.list({ vswitch_name = "net" }))[1].id)
    local seen = {}
    for one in client.vswitch.each({ ids = { made.id } }) do
      seen[#seen + 1] = one.id
    end
    assert.same({ made.id }, seen)
    assert.is_true(assert(client.vswitch.delete(made)).deleted)
    assert.same({}, assert(client.vswitch.list()))
  end)

  it("says which function failed", function()
    local client = virtual.client()
    local _, message, err = client.vswitch.describe("vsw-gone")
    assert.matches("^vswitch%.describe: not found: ", message)
    assert.equal("not_found", err.kind)
    _, message = client.vswitch.describe({})
    assert.matches("^vswitch%.describe: arguments refused: ", message)
    _, message = client.vswitch.list({ nmae = "net" })
    assert.matches("^vswitch%.list: arguments refused: ", message)
  end)
end)
