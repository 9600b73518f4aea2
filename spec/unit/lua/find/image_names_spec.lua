-- Names of the images that a pipeline makes.
local image_names = require("ecs_pipeline.find.image_names")
local internal_client = require("spec.support.internal_client")

describe("image_names.of_execution", function()
  it("is the prefix and the id of the execution", function()
    for prefix, pipeline in pairs({
      golden = { image_options = { image_name = "golden" }, image_name = "old", name = "web", id = "ip-1" },
      old = { image_name = "old", name = "web", id = "ip-1" },
      web = { name = "web", id = "ip-1", image_options = {} },
      ["ip-1"] = { id = "ip-1" },
    }) do
      assert.equal(prefix .. "_exec-1", image_names.of_execution(pipeline, "exec-1"))
      pipeline.advanced_options = { image_name_suffix = "disable" }
      assert.equal(prefix, image_names.of_execution(pipeline, "exec-1"))
    end
  end)
end)

describe("image_names.of_pipeline", function()
  local OPTIONS = { deadline = 9 }

  local function predicate(pipeline, wanted, region_id)
    local client = internal_client({ ["pipeline.describe"] = { pipelines = { pipeline } } })
    local is_own, message, err = image_names.of_pipeline(client, "image.prune", wanted or "ip-1", region_id, OPTIONS)
    return is_own, client.calls, err, message
  end

  it("knows images by prefix and execution", function()
    local is_own = predicate({ id = "ip-1", name = "web.1" })
    assert.is_true(is_own({ name = "web.1_exec-abc1" }))
    for _, name in ipairs({ "web.1", "web.1_exec-", "web.1_exec-a-b", "webx1_exec-a", "my-web.1_exec-a",
      "web.1-exec-a" }) do
      assert.is_false(is_own({ name = name }))
    end
    assert.is_false(is_own({}))
  end)

  it("knows images without a suffix by the whole name", function()
    local is_own = predicate({ id = "ip-1", name = "web", advanced_options = { image_name_suffix = "disable" } })
    assert.is_true(is_own({ name = "web" }))
    assert.is_true(is_own({ name = "web_exec-a" })) -- from before the suffix was disabled
    assert.is_false(is_own({ name = "web2" }))
  end)

  it("reads the pipeline in the region asked for", function()
    local _, calls = predicate({ id = "ip-1" }, { id = "ip-1", region_id = "cn-beijing" }, "cn-qingdao")
    assert.equal("cn-qingdao", calls[1].args.region_id)
    _, calls = predicate({ id = "ip-1" }, { id = "ip-1", region_id = "cn-beijing" })
    assert.equal("cn-beijing", calls[1].args.region_id)
  end)

  it("fails when there is no such pipeline, or no id", function()
    for wanted, kind in pairs({ ["ip-1"] = "not_found", [""] = "validation" }) do
      local is_own, _, err = predicate(nil, wanted)
      assert.is_nil(is_own)
      assert.same({ kind, "image.prune" }, { err.kind, err.operation })
    end
  end)
end)
