-- ecs.vpc: every function, once, against the service from start to end.
local virtual = require("spec.support.virtual")

describe("ecs.vpc", function()
  it("makes, reads, lists and deletes", function()
    local client = virtual.client()
    local made = assert(client.vpc.create({ cidr_block = "172.16.0.0/12", vpc_name = "net" }))
    assert.same({ made.id, "Available", "net" }, { made.vpc_id, made.status, made.vpc_name })
    assert.equal(made.cidr_block, assert(client.vpc.describe({ vpc_id = made.id })).cidr_block)
    assert.equal(made.id, assert(client.vpc.list({ vpc_name = "net" }))[1].id)
    local seen = {}
    for one in client.vpc.each({ ids = { made.id } }) do
      seen[#seen + 1] = one.id
    end
    assert.same({ made.id }, seen)
    assert.is_true(assert(client.vpc.delete(made)).deleted)
    assert.same({}, assert(client.vpc.list()))
  end)

  it("says which function failed", function()
    local client = virtual.client()
    local _, message, err = client.vpc.describe("vpc-gone")
    assert.matches("^vpc%.describe: not found: ", message)
    assert.equal("not_found", err.kind)
    _, message = client.vpc.describe({})
    assert.matches("^vpc%.describe: arguments refused: ", message)
    _, message = client.vpc.list({ nmae = "net" })
    assert.matches("^vpc%.list: arguments refused: ", message)
  end)
end)
