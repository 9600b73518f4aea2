-- pipeline.import: which arguments come out. That planning them finds nothing is the matter of spec/roundtrip.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local function template(fields)
  local item = { ImagePipelineId = "ip-1", Name = "web", BaseImage = "m-1", BaseImageType = "IMAGE",
    CreationTime = "2026-11-24T00:00:00Z" }
  for name, value in pairs(fields or {}) do
    item[name] = value
  end
  return fake.reply(200, { RequestId = "R", TotalCount = 1, ImagePipeline = { ImagePipelineSet = { item } } })
end

describe("pipeline.import", function()
  it("gives what was created, with the service's defaults, without what can only be read", function()
    local client = virtual.client()
    local id = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web",
      add_account = { 1234567890123456 }, tags = { { key = "team", value = "web" } } })).id
    local args = assert(client.pipeline.import(id))
    assert.is_string(args.resource_group_id)
    args.resource_group_id = nil
    assert.same({ base_image = "m-1", base_image_type = "IMAGE", name = "web", system_disk_size = 40,
      internet_max_bandwidth_out = 0, delete_instance_on_failure = true, add_account = { "1234567890123456" },
      tags = { team = "web" } }, args)
    assert.is_true(client.pipeline.validate(args))
  end)

  it("keeps false, leaves out blank texts, empty lists and empty objects", function()
    local client = fake.client({ template({ DeleteInstanceOnFailure = false, Description = "",
      ToRegionIds = { ToRegionId = {} }, ImageOptions = { Description = "" } }) })
    assert.same({ base_image = "m-1", base_image_type = "IMAGE", name = "web", delete_instance_on_failure = false },
      client.pipeline.import("ip-1"))
  end)

  it("writes deprecated spellings in the one that replaced them", function()
    local client = fake.client({ template({ ImageName = "old", ImageFamily = "family", NvmeSupport = "auto" }) })
    local args = assert(client.pipeline.import("ip-1"))
    assert.is_nil(args.image_name or args.image_family or args.nvme_support)
    assert.same({ image_name = "old", image_family = "family", image_features = { nvme_support = "auto" } },
      args.image_options)
    client = fake.client({ template({ ImageName = "old", ImageOptions = { ImageName = "new" } }) })
    assert.same({ image_name = "new" }, assert(client.pipeline.import("ip-1")).image_options)
  end)

  it("keeps the one deprecated flag that no new value stands for", function()
    local client = fake.client({ template({ ImportImageOptions = { RetainImportedImage = true,
      RetentionStrategy = "RetainNever", OSType = "linux" } }) })
    assert.same({ retain_imported_image = true, os_type = "linux" },
      assert(client.pipeline.import("ip-1")).import_image_options)
  end)

  it("leaves tags of the service and of ensure aside, of images too", function()
    local pairs_ = { { TagKey = "acs:x", TagValue = "1" }, { TagKey = "ecs_pipeline:follows", TagValue = "ip-0" },
      { TagKey = "a", TagValue = "b" } }
    local client = fake.client({ template({ Tags = { Tag = pairs_ },
      ImageOptions = { ImageTags = { ImageTag = pairs_ } } }) })
    local args = assert(client.pipeline.import("ip-1"))
    assert.same({ { a = "b" }, { a = "b" } }, { args.tags, args.image_options.image_tags })
  end)

  it("names the region when one was asked for, so that the arguments say where they belong", function()
    local client, transport = fake.client({ template() })
    assert.equal("cn-qingdao", assert(client.pipeline.import({ id = "ip-1", region_id = "cn-qingdao" })).region_id)
    assert.equal("cn-qingdao", assert(client.pipeline.import("ip-1", { region = "cn-qingdao" })).region_id)
    assert.is_nil(assert(client.pipeline.import("ip-1")).region_id)
    assert.equal("cn-qingdao", fake.parameters(transport.requests[2]).RegionId)
  end)

  it("fails under its own name, and knows its request", function()
    local client = virtual.client()
    local _, message, err = client.pipeline.import("ip-nowhere")
    assert.equal("not_found", err.kind)
    assert.matches("^pipeline.import: not found: no image pipeline ip%-nowhere", message)
    client = fake.client({ template() })
    assert.equal("R", client.info(assert(client.pipeline.import("ip-1"))).request_id)
    _, _, err = client.pipeline.import({})
    assert.equal("validation", err.kind)
  end)
end)
