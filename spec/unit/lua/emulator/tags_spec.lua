-- The rules of tags.
local caller = require("spec.support.emulator_caller")
local emulators = require("ecs_pipeline.emulator")
local tags = require("ecs_pipeline.emulator.tags")

local function code(pairs_, later)
  return (tags.check(pairs_, later) or {}).code or "ok"
end

local function many(count)
  local list = {}
  for i = 1, count do list[i] = { key = "k" .. i } end
  return list
end

describe("tags for a resource", function()
  it("are at most twenty, with keys and values of 128 characters", function()
    assert.same({ "ok", "InvalidTagCount", "NumberExceed.Tags" },
      { code(many(20)), code(many(21)), code(many(21), true) })
    assert.equal("ok", code({ { key = ("镜"):rep(128), value = ("镜"):rep(128) } }))
    assert.equal("InvalidTagKey.Malformed", code({ { key = ("k"):rep(129) } }))
    assert.equal("InvalidTagValue.Malformed", code({ { key = "k", value = ("v"):rep(129) } }))
  end)

  it("have no reserved beginning, no web address, no empty or repeated key", function()
    for _, key in ipairs({ "", "aliyun", "acs:x", "a http://x", "\255" }) do
      assert.equal("InvalidTagKey.Malformed", code({ { key = key } }), key)
    end
    assert.equal("InvalidTagValue.Malformed", code({ { key = "k", value = "https://x" } }))
    assert.equal("Duplicate.TagKey", code({ { key = "Team" }, { key = "team" } }))
  end)

  it("may have a value that begins with acs: when they are added later", function()
    assert.same({ "InvalidTagValue.Malformed", "ok" },
      { code({ { key = "k", value = "acs:v" } }), code({ { key = "k", value = "acs:v" } }, true) })
  end)
end)

describe("matching by tag", function()
  it("wants every pair, any value where none is asked for", function()
    local owned = { { key = "a", value = "1" }, { key = "b" } }
    assert.is_true(tags.match(owned, {}))
    assert.is_true(tags.match(owned, { { key = "a", value = "1" }, { key = "b", value = "" } }))
    assert.is_true(tags.match(owned, { { key = "a" } }))
    assert.is_false(tags.match(owned, { { key = "a", value = "2" } }))
    assert.is_false(tags.match(owned, { { key = "a" }, { key = "c" } }))
  end)

  it("takes twenty tags of a filter, whatever is described", function()
    local client = caller.new(emulators.new())
    local filter = {}
    for i = 1, 21 do
      filter["Tag." .. i .. ".Key"] = "k" .. i
    end
    for _, action in ipairs({ "DescribeImagePipelines", "DescribeImages", "DescribeImagePipelineExecutions" }) do
      filter.ImagePipelineId = action == "DescribeImagePipelineExecutions" and "ip-1" or nil
      assert.equal("InvalidTagCount", select(2, client:call(action, filter)).Code)
    end
  end)
end)
