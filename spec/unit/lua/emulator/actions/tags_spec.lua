-- TagResources, UntagResources, ListTagResources, JoinResourceGroup of the emulator.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client, id

local function fresh(options)
  emulator = emulators.new(options)
  client = caller.new(emulator)
  local _, reply = client:call("CreateImageComponent", { Content = "RUN true", Name = "web",
    ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "prod" })
  id = reply.ImageComponentId
end

before_each(function() fresh() end)

local function call(action, more)
  local params = { ResourceType = "imagecomponent", ["ResourceId.1"] = id }
  for name, value in pairs(more or {}) do
    params[name] = value
  end
  local status, reply = client:call(action, params)
  return status, reply.Code, reply
end

local function tags_now()
  local list = {}
  for i, tag in ipairs(emulator:state().components[1].Tags.Tag) do
    list[i] = tag.TagKey .. "=" .. tag.TagValue
  end
  return table.concat(list, " ")
end

local function numbered(prefix, count, suffix, first)
  local out = {}
  for i = 1, count do
    out[prefix .. "." .. i .. suffix] = (first or "x") .. i
  end
  return out
end

describe("TagResources", function()
  it("adds tags and replaces values", function()
    assert.are.equal(200, (call("TagResources", { ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "test",
      ["Tag.2.Key"] = "team", ["Tag.2.Value"] = "acs:images", ["Tag.3.Key"] = "empty" })))
    assert.are.equal("env=test team=acs:images empty=", tags_now())
    local _, reply = client:call("DescribeImageComponents", { ["Tag.1.Key"] = "team" })
    assert.are.equal(1, #reply.ImageComponent.ImageComponentSet)
  end)

  for _, row in ipairs({
    { 404, "MissingParameter.ResourceType", { ResourceType = false } },
    { 404, "InvalidResourceType.NotFound", { ResourceType = "ImageComponent" } },
    { 404, "InvalidResourceType.NotFound", { ResourceType = "imagepipeline" } },
    { 404, "MissingParameter.ResourceIds", { ["ResourceId.1"] = false } },
    { 404, "InvalidResourceId.NotFound", { ["ResourceId.2"] = "ic-none" } },
    { 404, "InvalidResourceId.NotFound", { ResourceType = "instance" } },
    { 400, "NumberExceed.ResourceIds", numbered("ResourceId", 51, "") },
    { 404, "MissingParameter.Tags", { ["Tag.1.Key"] = false } },
    { 400, "NumberExceed.Tags", numbered("Tag", 21, ".Key") },
    { 400, "Duplicate.TagKey", { ["Tag.2.Key"] = "A" } },
    { 400, "InvalidTagKey.Malformed", { ["Tag.1.Key"] = "aliyun" } },
    { 400, "InvalidTagValue.Malformed", { ["Tag.1.Value"] = "http://x" } },
    { 403, "TagKey.Duplication", { ["Tag.1.Key"] = "ENV" } },
    { 403, "QuotaExceed.Tags", numbered("Tag", 20, ".Key") },
  }) do
    it("refuses with " .. row[2] .. ", and tags nothing", function()
      local params = { ["Tag.1.Key"] = "a" }
      for name, value in pairs(row[3]) do
        params[name] = value
      end
      local status, code = call("TagResources", params)
      assert.same({ row[1], row[2] }, { status, code })
      assert.are.equal("env=prod", tags_now())
    end)
  end

  it("takes the undocumented types that it is told to take, with the refusal it is told", function()
    fresh({ undocumented = { imagepipeline = true, imagecomponent = false,
      imagepipelineexecution = "InvalidResourceId.NotSupported" } })
    local _, made = client:create()
    local status = call("TagResources", { ResourceType = "imagepipeline",
      ["ResourceId.1"] = made.ImagePipelineId, ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "b" })
    assert.are.equal(200, status)
    local _, found = client:describe({ ["Tag.1.Key"] = "a" })
    assert.same({ { TagKey = "a", TagValue = "b" } }, found.ImagePipeline.ImagePipelineSet[1].Tags.Tag)
    local _, code = call("TagResources", { ["Tag.1.Key"] = "a" })
    assert.are.equal("InvalidResourceType.NotFound", code)
    status, code = call("TagResources", { ResourceType = "imagepipelineexecution", ["Tag.1.Key"] = "a" })
    assert.same({ 403, "InvalidResourceId.NotSupported" }, { status, code })
    assert.has_error(function() emulators.new({ undocumented = { image = true } }) end)
  end)

  it("reaches executions and images", function()
    fresh({ undocumented = { imagepipelineexecution = true } })
    local _, made = client:create()
    local _, started = client:start(made.ImagePipelineId)
    emulator:advance(4 * 3600)
    local image = emulator:state().images[1].ImageId
    for kind, one in pairs({ imagepipelineexecution = started.ExecutionId, image = image }) do
      assert.are.equal(200, (call("TagResources", { ResourceType = kind, ["ResourceId.1"] = one,
        ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "b" })))
    end
    local want = { { TagKey = "a", TagValue = "b" } }
    assert.same(want, client:execution(started.ExecutionId).Tags.Tag)
    assert.same(want, emulator:state().images[1].Tags.Tag)
  end)

  it("does not reach components of the vendor, or other regions", function()
    local agent = emulator:put("components", { RegionId = "cn-hangzhou", Name = "agent" })
    for _, params in ipairs({ { ["ResourceId.1"] = agent.ImageComponentId }, { RegionId = "cn-beijing" } }) do
      params["Tag.1.Key"] = "a"
      local _, code = call("TagResources", params)
      assert.are.equal("InvalidResourceId.NotFound", code)
    end
  end)
end)

describe("UntagResources", function()
  before_each(function()
    call("TagResources", { ["Tag.1.Key"] = "a", ["Tag.2.Key"] = "b" })
  end)

  it("removes keys, or all", function()
    assert.are.equal(200, (call("UntagResources", { ["TagKey.1"] = "a", ["TagKey.2"] = "none" })))
    assert.are.equal("env=prod b=", tags_now())
    assert.are.equal(200, (call("UntagResources", { All = "true" })))
    assert.are.equal("", tags_now())
  end)

  for _, row in ipairs({
    { 403, "Param.Conflict", { All = "true", ["TagKey.1"] = "a" } }, { 404, "MissingParameter.Tags", {} },
    { 404, "MissingParameter.Tags", { All = "false" } },
    { 400, "NumberExceed.Tags", numbered("TagKey", 21, "") },
    { 404, "InvalidResourceId.NotFound", { ["ResourceId.1"] = "ic-none", All = "true" } },
  }) do
    it("refuses with " .. row[2] .. " " .. caller.query_of(row[3]):sub(1, 20), function()
      local status, code = call("UntagResources", row[3])
      assert.same({ row[1], row[2] }, { status, code })
      assert.are.equal("env=prod a= b=", tags_now())
    end)
  end
end)

describe("ListTagResources", function()
  local function rows(params)
    local _, code, reply = call("ListTagResources", params)
    assert.is_nil(code)
    local list = {}
    for i, row in ipairs(reply.TagResources.TagResource) do
      assert.are.equal("imagecomponent", row.ResourceType)
      list[i] = (row.ResourceId == id and "web " or "other ") .. row.TagKey .. "=" .. row.TagValue
    end
    return table.concat(list, ", "), reply.NextToken
  end

  it("finds by ids and by tags", function()
    client:call("CreateImageComponent", { Content = "RUN true", ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "test" })
    assert.are.equal("web env=prod", (rows()))
    assert.are.equal("web env=prod, other env=test", (rows({ ["ResourceId.1"] = false, ["Tag.1.Key"] = "env" })))
    assert.are.equal("other env=test",
      (rows({ ["ResourceId.1"] = false, ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "test" })))
    assert.are.equal("", (rows({ ["ResourceId.1"] = "ic-none" })))
  end)

  it("finds by a resource group that is not the default one", function()
    call("JoinResourceGroup", { ResourceId = id, ResourceGroupId = "rg-1" })
    assert.are.equal("web env=prod",
      (rows({ ["ResourceId.1"] = false, ["Tag.1.Key"] = "acs:rm:rgId", ["Tag.1.Value"] = "rg-1" })))
  end)

  it("gives 50 rows a page", function()
    for name = 1, 3 do
      local params = { Content = "RUN true", Name = "n" .. name }
      for i = 1, 20 do
        params["Tag." .. i .. ".Key"] = "k" .. i
      end
      client:call("CreateImageComponent", params)
    end
    local filter = { ["ResourceId.1"] = false, ["Tag.1.Key"] = "k1" }
    local first, token = rows(filter)
    filter.NextToken = token
    local second, none = rows(filter)
    local function count(text)
      return select(2, text:gsub("=", ""))
    end
    assert.same({ 50, 10, "" }, { count(first), count(second), none })
    local _, code = call("ListTagResources", { NextToken = token })
    assert.are.equal("Invalid.NextToken", code)
  end)

  for _, row in ipairs({
    { 403, "BothEmpty.TagsAndResources", { ["ResourceId.1"] = false } },
    { 400, "InvalidTags.MalFormed", { ["Tag.1.Key"] = "a", ["TagFilter.1.TagKey"] = "a" } },
    { 403, "PermissionDenied.TagsFuzzyQuery", { ["TagFilter.1.TagKey"] = "a*" } },
    { 400, "InvalidTagKey.Malformed", { ["Tag.1.Value"] = "a" } },
    { 400, "InvalidTag.NotSupported", { ["Tag.1.Key"] = "acs:rm:rgId", ["Tag.2.Key"] = "a" } },
    { 400, "InvalidDefaultResourceGroup.NotSupported",
      { ["Tag.1.Key"] = "acs:rm:rgId", ["Tag.1.Value"] = "rg-acfmxazb4ph6aiy" } },
    { 400, "NumberExceed.ResourceIds", numbered("ResourceId", 51, "") },
    { 400, "NumberExceed.Tags", numbered("Tag", 21, ".Key") },
    { 404, "InvalidResourceType.NotFound", { ResourceType = "imagepipeline" } },
  }) do
    it("refuses with " .. row[2], function()
      local status, code = call("ListTagResources", row[3])
      assert.same({ row[1], row[2] }, { status, code })
    end)
  end
end)

describe("JoinResourceGroup", function()
  it("moves a resource", function()
    assert.are.equal(200, (call("JoinResourceGroup", { ResourceId = id, ResourceGroupId = "rg-1" })))
    assert.are.equal("rg-1", emulator:state().components[1].ResourceGroupId)
  end)

  it("moves an execution, when it takes the type", function()
    fresh({ undocumented = { imagepipelineexecution = true } })
    local _, made = client:create()
    local _, started = client:start(made.ImagePipelineId)
    assert.are.equal(200, (call("JoinResourceGroup", { ResourceType = "imagepipelineexecution",
      ResourceId = started.ExecutionId, ResourceGroupId = "rg-1" })))
    assert.are.equal("rg-1", client:execution(started.ExecutionId).ResourceGroupId)
  end)

  for _, row in ipairs({
    { 404, "MissingParameter.ResourceId", { ResourceId = false } },
    { 404, "MissingParameter.ResourceGroupId", { ResourceGroupId = false } },
    { 404, "InvalidResourceGroup.NotFound", { ResourceGroupId = "rg-2" } },
    { 404, "InvalidResourceId.NotFound", { ResourceId = "ic-none" } },
    { 404, "InvalidResourceType.NotFound", { ResourceType = "volume" } },
  }) do
    it("refuses with " .. row[2], function()
      fresh({ known = { resource_groups = { "rg-1" } } })
      local params = { ResourceId = id, ResourceGroupId = "rg-1" }
      for name, value in pairs(row[3]) do
        params[name] = value
      end
      local status, code = call("JoinResourceGroup", params)
      assert.same({ row[1], row[2] }, { status, code })
    end)
  end
end)
