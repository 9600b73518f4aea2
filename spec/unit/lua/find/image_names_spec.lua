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

describe("image_names.regions", function()
  it("has the pipeline's own region first, and each region once", function()
    assert.same({ "cn-hangzhou" }, image_names.regions({}, "cn-hangzhou"))
    assert.same({ "cn-hangzhou", "cn-beijing", "cn-qingdao" }, image_names.regions({ to_region_id = { "cn-beijing",
      "cn-hangzhou", { id = "cn-qingdao" }, "cn-beijing" } }, "cn-hangzhou"))
    for _, one in ipairs({ "cn-beijing", { region_id = "cn-beijing" }, { { region_id = "cn-beijing" } } }) do
      assert.same({ "cn-hangzhou", "cn-beijing" }, image_names.regions({ to_region_id = one }, "cn-hangzhou"))
    end
  end)
end)

describe("image_names.taken", function()
  local BARE = { name = "web", to_region_id = { "cn-beijing" }, advanced_options = { image_name_suffix = "disable" } }

  local function taken(pipeline, answer, home)
    local client = internal_client({ ["image.describe"] = answer })
    client.log = "off"
    local ids, text = image_names.taken(client, "pipeline.plan", pipeline, home or "cn-hangzhou", { deadline = 9 })
    return ids, text, client.calls
  end

  it("asks each region for images of that name, in any state", function()
    local ids, text, calls = taken(BARE, function(args)
      local image = { id = "m-1", name = "web", image_owner_alias = "self" }
      return { images = args.region_id == "cn-beijing" and { image } or {} }
    end)
    assert.same({ ["cn-beijing"] = "m-1" }, ids)
    assert.matches("named web, and there is one already (m-1 in cn-beijing)", text, 1, true)
    assert.same({ "cn-hangzhou", "cn-beijing" }, { calls[1].args.region_id, calls[2].args.region_id })
    assert.same({ "web", 6 }, { calls[1].args.image_name, #calls[1].args.status })
  end)

  it("asks nothing of names that are not known or have a suffix", function()
    for _, pipeline in ipairs({ { name = "web" }, { advanced_options = { image_name_suffix = "disable" } },
      { name = "", image_options = { image_name = "" }, advanced_options = { image_name_suffix = "disable" } } }) do
      assert.same({ n = 0 }, { n = #select(3, taken(pipeline, {})) })
    end
  end)

  it("knows nothing after a failure", function()
    assert.is_nil((taken(BARE, { kind = "denied", message = "no" })))
    assert.is_nil((taken(BARE, { images = {} })))
  end)
end)
