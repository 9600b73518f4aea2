-- How a copy is recognised: its tag, its name, its state.
local copies = require("ecs_pipeline.image.copies")
local internal_client = require("spec.support.internal_client")

local SOURCE = { id = "m-1", region_id = "cn-hangzhou" }
local MARK = "ecs_pipeline:copy_of"

local function find(list, args)
  local client = internal_client({ ["image.describe"] = { images = list, total_count = #list } })
  local found, other, err = copies.find(client, "image.copy",
    { source = SOURCE, args = args, region_id = "cn-beijing" }, {})
  return found and found.id, other and other.id, client.calls[1].args, err
end

local function image(id, value, more)
  local one = { id = id, name = "web", status = "Available", tags = { [MARK] = value },
    creation_time = "2026-01-01T00:00:00Z" }
  for name, field in pairs(more or {}) do
    one[name] = field
  end
  return one
end

describe("the tag of a copy", function()
  it("names region and image, and how it is encrypted", function()
    assert.equal("cn-hangzhou/m-1", copies.value(SOURCE))
    assert.equal("cn-hangzhou/m-1", copies.value(SOURCE, { encrypted = false, kms_key_id = "k" }))
    assert.equal("cn-hangzhou/m-1/encrypted", copies.value(SOURCE, { encrypted = true }))
    assert.equal("cn-hangzhou/m-1/k", copies.value(SOURCE, { encrypted = true, kms_key_id = "k" }))
  end)

  it("goes beside those of the caller, as a map or a list, if there is room", function()
    assert.same({ a = "b", [MARK] = "v" }, copies.marked({ tags = { a = "b" } }, "v").tags)
    assert.same({ a = "b", [MARK] = "v" }, copies.marked({ tags = { { key = "a", value = "b" } } }, "v").tags)
    assert.same({ [MARK] = "v" }, copies.marked({}, "v").tags)
    local many = {}
    for number = 1, 20 do
      many[number] = { key = "k" .. number, value = "v" }
    end
    assert.equal(many, copies.marked({ tags = many }, "v").tags)
    assert.equal("wrong", copies.marked({ tags = "wrong" }, "v").tags)
    assert.same({ tag = { a = "b", [MARK] = "v" } }, copies.marked({ tag = { a = "b" } }, "v"))
    assert.equal(many, copies.marked({ tag = many }, "v").tag)
  end)
end)

describe("copies.find", function()
  it("finds the newest of the source and the name, in any state that is not a failure", function()
    local list = { image("m-2", "cn-hangzhou/m-1"),
      image("m-3", "cn-hangzhou/m-1", { creation_time = "2026-02-01T00:00:00Z", status = "Creating" }),
      image("m-4", "cn-hangzhou/m-1", { creation_time = "2026-03-01T00:00:00Z", status = "CreateFailed" }),
      image("m-5", "cn-hangzhou/m-9", { creation_time = "2026-04-01T00:00:00Z" }),
      image("m-6", "cn-hangzhou/m-1", { creation_time = "2026-05-01T00:00:00Z", name = "web-2" }) }
    local found, _, sent = find(list, { name = "web" })
    assert.equal("m-3", found)
    assert.same({ "cn-beijing", "self", "web" }, { sent.region_id, sent.owners, sent.image_name })
    assert.is_nil(sent.tags)
    assert.equal("m-6", (find(list, { destination_image_name = "web-2" })))
  end)

  it("searches by the tag if no name is given", function()
    local found, _, sent = find({ image("m-2", "cn-hangzhou/m-1", { name = "any" }) }, {})
    assert.equal("m-2", found)
    assert.same({ { key = MARK } }, sent.tags)
  end)

  it("tells an encrypted copy from another, unless any will do", function()
    local list = { image("m-2", "cn-hangzhou/m-1/k"), image("m-3", "cn-hangzhou/m-12") }
    assert.is_nil((find(list, { name = "web" })))
    assert.equal("m-2", (find(list, { name = "web", encrypted = true, kms_key_id = "k" })))
    assert.equal("m-2", (find(list)))
  end)

  it("names what else has the name, and fails with the service", function()
    local found, other = find({ image("m-2") }, { name = "web" })
    assert.same({ nil, "m-2" }, { found, other })
    assert.same({}, { (find({}, { name = "web" })) })
    local client = internal_client({ ["image.describe"] = { kind = "denied", message = "no" } })
    local nothing, message, err = copies.find(client, "image.copy", { source = SOURCE, region_id = "cn-beijing" }, {})
    assert.is_nil(nothing)
    assert.same({ "denied", "image.copy" }, { err.kind, err.operation })
    assert.matches("^image%.copy: ", message)
  end)
end)
