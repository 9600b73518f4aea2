-- create, describe and delete over a scripted transport; validate offline.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local TAGS = { Tag = {
  { TagKey = "a", TagValue = "1" }, { TagKey = "acs:rm:rgId", TagValue = "rg-1" },
} }

-- A DescribeImagePipelines reply that holds these pipelines.
local function set(...)
  local list = {}
  for index, id in ipairs({ ... }) do
    list[index] = { ImagePipelineId = id, Name = "name of " .. id, Tags = TAGS }
  end
  if #list == 0 then
    -- cjson 2.1.0 would write an object
    return fake.reply(200,
      '{"RequestId":"R-2","TotalCount":0,"ImagePipeline":{"ImagePipelineSet":[]}}')
  end
  return fake.reply(200, { RequestId = "R-2", TotalCount = #list,
    ImagePipeline = { ImagePipelineSet = list } })
end

local DELETED = fake.reply(200, { RequestId = "R-3" })
local GONE = fake.refusal(404, "InvalidImagePipeline.NotFound")

describe("pipeline.create", function()
  it("lints in a dry run, and sends nothing", function()
    local client, transport = fake.client({})
    local would = assert(client.pipeline.create({ base_image = "ubuntu_22_04_x64", base_image_type = "IMAGE",
      build_content = "RUN yum update -y" }, { dry_run = true }))
    assert.same({ true, 1, "package_manager", "build_content" },
      { would.dry_run, #would.findings, would.findings[1].code, would.findings[1].param })
    assert.equal(0, #transport.requests)
  end)

  it("merges default_tags, explicit ones win, and leaves the caller's table alone", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R",
      ImagePipelineId = "ip-1" }) },
      { default_tags = { team = "os", env = "test" } })
    local args = { base_image = "m-1", base_image_type = "IMAGE", tags = { { key = "env",
      value = "prod" } } }
    assert(client.pipeline.create(args))
    local sent = fake.parameters(transport.requests[1])
    assert.equal("env", sent["Tag.1.Key"])
    assert.equal("prod", sent["Tag.1.Value"])
    assert.equal("team", sent["Tag.2.Key"])
    assert.is_nil(sent["Tag.3.Key"])
    assert.same({ { key = "env", value = "prod" } }, args.tags)
  end)
end)

describe("default_tags", function()
  it("leave it to the check to say what is wrong with the tags given", function()
    local client = fake.client({}, { default_tags = { team = "os" } })
    for _, wrong in ipairs({ "a=1", { "a", "b" }, { { value = "no key" } } }) do
      local _, _, err = client.pipeline.create(
        { base_image = "m-1", base_image_type = "IMAGE", tags = wrong })
      assert.equal("validation", err.kind)
      assert.matches("^tags", err.param)
    end
  end)
end)

describe("pipeline.describe", function()
  for label, wanted in pairs({
    ["an id"] = "ip-2", ["a table with id"] = { id = "ip-2" },
    ["image_pipeline_id"] = { image_pipeline_id = "ip-2" }, ["ids"] = { ids = { "ip-2" } },
  }) do
    it("accepts " .. label .. " and finds it among the reply", function()
      local client, transport = fake.client({ set("ip-1", "ip-2") })
      local template = assert(client.pipeline.describe(wanted))
      assert.equal("ip-2", template.id)
      assert.equal("ip-2", fake.parameters(transport.requests[1])["ImagePipelineId.1"])
      assert.equal("R-2", ecs.info(template).request_id)
    end)
  end

  it("sets system tags aside", function()
    local client = fake.client({ set("ip-1") })
    assert.same({ a = "1" }, client.pipeline.describe("ip-1").tags)
  end)

  it("goes to the region of the table", function()
    local client, transport = fake.client({ set("ip-1") })
    assert(client.pipeline.describe({ id = "ip-1", region_id = "cn-qingdao" }))
    assert.matches("^https://ecs.cn%-qingdao", transport.requests[1].url)
    assert.equal("cn-qingdao", fake.parameters(transport.requests[1]).RegionId)
  end)

  it("is not_found on an empty set, and nothing else", function()
    local client = fake.client({ set() })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.equal("not_found", err.kind)
    assert.equal("pipeline.describe: not found: no image pipeline ip-1 in cn-hangzhou [R-2]",
      message)
    client = fake.client({ set("ip-9") })
    assert.equal("protocol", select(3, client.pipeline.describe("ip-1")).kind)
  end)

  it("refuses no id and several", function()
    local client, transport = fake.client({ set("ip-1") })
    for _, wanted in ipairs({ {}, "", { id = 7 }, { ids = { "ip-1", "ip-2" } }, { ids = {} } }) do
      assert.equal("validation", select(3, client.pipeline.describe(wanted)).kind)
    end
    assert.equal(0, #transport.requests)
  end)
end)

describe("pipeline.delete", function()
  local function delete(script, options)
    local client, transport = fake.client(script)
    local result, message, err = client.pipeline.delete("ip-1", options)
    return result, err, transport, message
  end

  it("deletes", function()
    local result, _, transport = delete({ DELETED })
    assert.is_true(result.deleted)
    assert.equal("ip-1", fake.parameters(transport.requests[1]).ImagePipelineId)
  end)

  it("takes gone for done", function()
    local result = delete({ GONE })
    assert.is_false(result.deleted)
    assert.equal("R-InvalidImagePipeline.NotFound", ecs.info(result).request_id)
  end)

  it("tells a handler of a result, not of an error, when gone is done", function()
    local types = {}
    local client = fake.client({ GONE },
      { on_event = function(event) types[#types + 1] = event.type end })
    assert(client.pipeline.delete("ip-1"))
    assert.same({ "attempt", "result" }, types)
  end)

  it("takes gone after a lost answer for deleted, even with missing = error", function()
    for _, lost in ipairs({ fake.lost(), fake.refusal(500, "InternalError"), fake.refusal(400,
      "SignatureNonceUsed") }) do
      assert.is_true(delete({ lost, GONE }).deleted)
      assert.is_true(delete({ lost, GONE }, { missing = "error" }).deleted)
    end
  end)

  it("does not claim a deletion when the earlier attempts did nothing", function()
    assert.is_false(delete({ fake.unsent(), GONE }).deleted)
    assert.is_false(delete({ fake.refusal(400, "Throttling"), GONE }).deleted)
  end)

  it("can insist that it was there", function()
    local result, err = delete({ GONE }, { missing = "error" })
    assert.is_nil(result)
    assert.equal("not_found", err.kind)
  end)

  it("does not mistake another 404 for gone", function()
    local result, err = delete({ fake.refusal(404, "MissingParameter.ImagePipelineId") })
    assert.is_nil(result)
    assert.equal("validation", err.kind)
  end)

  it("reports a running execution", function()
    local _, err = delete({ fake.refusal(403, "InvalidImagePipeline.HasRunningExecution") })
    assert.equal("conflict", err.kind)
    assert.is_string(err.hint)
  end)
end)

describe("pipeline.validate", function()
  it("is true or every failure, offline and without credentials", function()
    local client = ecs.new({ region = "cn-hangzhou", platform = fake.platform(), log = "off" })
    assert.is_true(client.pipeline.validate({ base_image = "m-1", base_image_type = "IMAGE" }))
    local none, message, err = client.pipeline.validate(
      { base_image_type = "DISK", system_disk_size = 7, tags = { ["acs:x"] = "1" } })
    assert.is_nil(none)
    assert.equal("validation", err.kind)
    assert.is_true(#err.failures >= 3)
    assert.matches("^pipeline.validate: arguments refused: ", message)
    assert.has_error(function() client.pipeline.validate("ip-1") end,
      "pipeline.validate: arguments must be a table, not a string")
  end)
end)
