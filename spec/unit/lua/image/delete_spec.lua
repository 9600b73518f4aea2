-- image.delete: also of what is gone, after lost answers, and refusals.
local fake = require("spec.support.fake")

local NONE = fake.reply(200, '{"RequestId":"R","TotalCount":0,"PageSize":100,"Images":{"Image":[]}}')

describe("image.delete", function()
  local GONE = fake.refusal(404, "InvalidImageId.NotFound")
  local OK = fake.reply(200, { RequestId = "R" })

  it("deletes, also what is gone, unless told that it has to be there", function()
    local client, transport = fake.client({ OK, GONE })
    assert.is_true(assert(client.image.delete("m-1", { force = true })).deleted)
    assert.equal("true", fake.parameters(transport.requests[1]).Force)
    assert.is_false(assert(client.image.delete({ id = "m-1", region_id = "cn-beijing" })).deleted)
    assert.equal("cn-beijing", fake.parameters(transport.requests[2]).RegionId)
    client, transport = fake.client({ NONE, OK })
    local _, _, err = client.image.delete("m-1", { missing = "error" })
    assert.same({ "not_found", "image.delete", 1 }, { err.kind, err.operation, #transport.requests })
  end)

  it("takes a lost answer for the deletion when the image is gone then", function()
    local client = fake.client({ fake.lost(), GONE })
    assert.is_true(assert(client.image.delete("m-1")).deleted)
  end)

  local refusals = { "ImageUsingByInstance", "ImageUseShared", "ImageIsPublic", "OperationDenied.ImageCopying",
    "ImageIsImporting", "ImageIsExporting" }
  for _, code in ipairs(refusals) do
    it("is a conflict with " .. code, function()
      local client, transport = fake.client({ fake.refusal(403, code) })
      local _, _, err = client.image.delete("m-1")
      assert.same({ "conflict", code, 1 }, { err.kind, err.code, #transport.requests })
    end)
  end

  it("renders with dry_run", function()
    local client, transport = fake.client({ OK })
    local rendered = assert(client.image.delete("m-1", { dry_run = true, missing = "error" }))
    assert.equal("m-1", rendered.parameters.ImageId)
    assert.equal(0, #transport.requests)
  end)
end)
