--- The tables of component.*, tags.* and resource_group.join: what goes out, what is refused, what comes back.
local core = require("ecs_pipeline.core")
local cjson = require("cjson")
local fixture = require("spec.support.core_fixture")

local params, failures = fixture.params, fixture.failures

local function result(operation, args, reply)
  local request = assert(core.prepare(fixture.session(), operation, args, fixture.attempt()))
  return assert(core.finish(request, { status = 200, headers = {}, body = cjson.encode(reply) }))
end

describe("image components", function()
  it("go out with every argument, by terraform's names", function()
    assert.same({
      ClientToken = "token-1", ComponentType = "Test", ComponentVersion = "1.2.0", Content = "RUN true",
      Description = "checks", Name = "probe", RegionId = "cn-beijing", ResourceGroupId = "rg-1",
      SystemType = "Windows", ["Tag.1.Key"] = "team", ["Tag.1.Value"] = "images",
    }, (params("component.create", {
      client_token = "token-1", component_type = "Test", component_version = "1.2.0", content = "RUN true",
      description = "checks", image_component_name = "probe", region_id = "cn-beijing",
      resource_group_id = { id = "rg-1" }, system_type = "Windows", tags = { team = "images" },
    })))
  end)

  it("take the API's own spelling of the name, and the attempt's token", function()
    local got = params("component.create", { name = "probe", content = "RUN true" }, { client_token = "t" })
    assert.same({ "probe", "t" }, { got.Name, got.ClientToken })
    local found = failures("component.create", { name = "a1", image_component_name = "b1", content = "RUN a" })
    assert.equal("given twice", (found.name or found.image_component_name).rule)
  end)

  it("are refused with every broken rule named", function()
    local found = failures("component.create", {
      component_type = "build", component_version = "1.2", description = "http://x", image_component_name = "1st",
      system_type = "Solaris", tags = { ["acs:x"] = "1", y = "acs:y" },
    })
    assert.equal("required", found.content.rule)
    assert.equal("write Build (upper and lower case matter)", found.component_type.fix)
    assert.equal("major.minor.patch, each in digits", found.component_version.rule)
    assert.equal("write it like 1.2.0", found.component_version.fix)
    assert.equal("must not begin with http:// or https://", found.description.rule)
    assert.equal("must begin with a letter (A-Z, a-z or Chinese)", found.image_component_name.rule)
    assert.equal("one of Linux, Windows", found.system_type.rule)
    assert.equal("must not begin with aliyun or acs:", found["tags.acs:x"].rule)
    assert.equal("must not begin with acs:", found["tags.y"].rule)
  end)

  it("hold at most 16384 bytes; more than 127 commands are warned of", function()
    assert.is_true(core.check("component.create", { content = ("x"):rep(16384) }, { region = "cn-beijing" }))
    assert.equal("at most 16384 bytes", failures("component.create", { content = ("x"):rep(16385) }).content.rule)
    local ok, warnings = core.check("component.create", { content = ("RUN true\n"):rep(128) },
      { region = "cn-beijing" })
    assert.is_true(ok)
    assert.equal("content", warnings[1].param)
    local _, none = core.check("component.create", { content = ("RUN true\n"):rep(127) }, { region = "cn-beijing" })
    assert.is_true(none == nil or #none == 0)
  end)

  it("are asked for by every filter; a version only with a name", function()
    assert.same({
      ComponentType = "Build", ComponentVersion = "1.2.*", ["ImageComponentId.1"] = "ic-1",
      ["ImageComponentId.2"] = "ic-2", MaxResults = "7", Name = "probe", NextToken = "n", Owner = "ALIYUN",
      RegionId = "cn-hangzhou", ResourceGroupId = "rg-1", SystemType = "Linux", ["Tag.1.Key"] = "team",
      ["Tag.1.Value"] = "images",
    }, (params("component.describe", {
      component_type = "Build", component_version = "1.2.*", ids = { "ic-1", { id = "ic-2" } }, max_results = 7,
      image_component_name = "probe", next_token = "n", owner = "ALIYUN", resource_group_id = "rg-1",
      system_type = "Linux", tags = { team = "images" },
    })))
    local found = failures("component.describe", { component_version = "1.x.0", owner = "self" })
    assert.equal("required with component_version", found.image_component_name.rule)
    assert.equal("major.minor.patch, each in digits or one *", found.component_version.rule)
    assert.equal("write SELF (upper and lower case matter)", found.owner.fix)
    assert.equal("at most 20 items", failures("component.describe",
      { ids = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
        "18", "19", "20", "21" } }).ids.rule)
  end)

  it("come back flat: id, parameters as a list, tags as a map", function()
    local got = result("component.describe", {}, {
      RequestId = "R", TotalCount = 1, MaxResults = 50, NextToken = "",
      ImageComponent = { ImageComponentSet = { {
        ImageComponentId = "ic-1", Name = "probe", ComponentVersion = "1.2.0", ComponentType = "Build",
        SystemType = "Linux", Owner = "SELF", Content = "RUN true", CreationTime = "2026-01-02T03:04:05Z",
        Parameters = { Parameter = { { Name = "p", Type = "String", DefaultValue = "d" } } },
        Tags = { Tag = { { TagKey = "team", TagValue = "images" }, { TagKey = "acs:x", TagValue = "y" } } },
      } } },
    })
    assert.same({
      id = "ic-1", image_component_id = "ic-1", image_component_name = "probe", component_version = "1.2.0",
      component_type = "Build", system_type = "Linux", owner = "SELF", content = "RUN true",
      creation_time = "2026-01-02T03:04:05Z", parameters = { { name = "p", type = "String", default_value = "d" } },
      tags = { team = "images" }, system_tags = { ["acs:x"] = "y" },
    }, got.components[1])
    assert.equal(1, got.total_count)
    assert.same({ id = "ic-2", image_component_id = "ic-2", request_id = "R" },
      result("component.create", { content = "RUN a" }, { ImageComponentId = "ic-2", RequestId = "R" }))
  end)

  it("are deleted by id", function()
    assert.same({ ImageComponentId = "ic-1", RegionId = "cn-hangzhou" },
      (params("component.delete", { id = { id = "ic-1" } })))
    assert.equal("required", failures("component.delete", {}).image_component_id.rule)
  end)
end)

describe("tags on the service", function()
  it("are added to several resources; a value may begin with acs: here, a key may not", function()
    assert.same({
      RegionId = "cn-hangzhou", ResourceType = "image", ["ResourceId.1"] = "m-1", ["ResourceId.2"] = "m-2",
      ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "acs:x", ["Tag.2.Key"] = "b", ["Tag.2.Value"] = "",
    }, (params("tags.add",
      { resource_type = "image", resource_ids = { "m-1", { id = "m-2" } }, tags = { b = "", a = "acs:x" } })))
    local found = failures("tags.add", { resource_type = "Image", tags = { ["aliyun1"] = "http://x" } })
    assert.equal("required", found.resource_ids.rule)
    assert.equal("write image (upper and lower case matter)", found.resource_type.fix)
    assert.is_truthy(found["tags.aliyun1"])
    assert.equal("required", failures("tags.add", { resource_type = "image", resource_ids = { "m-1" } }).tags.rule)
  end)

  it("are removed by key, or all", function()
    assert.same({
      RegionId = "cn-hangzhou", ResourceType = "imagecomponent", ["ResourceId.1"] = "ic-1", ["TagKey.1"] = "a",
      ["TagKey.2"] = "b",
    }, (params("tags.remove",
      { resource_type = "imagecomponent", resource_ids = "ic-1", tag_keys = { "a", "b" } })))
    assert.equal("true", params("tags.remove",
      { resource_type = "image", resource_id = "m-1", all = true }).All)
  end)

  it("are listed by ids, by tags or by filters, fifty ids and five filters at most", function()
    assert.same({
      NextToken = "n", RegionId = "cn-hangzhou", ResourceType = "imagepipeline", ["ResourceId.1"] = "ip-1",
      ["Tag.1.Key"] = "acs:rm:rgId", ["Tag.1.Value"] = "rg-1", ["TagFilter.1.TagKey"] = "env*",
      ["TagFilter.1.TagValues.1"] = "a", ["TagFilter.1.TagValues.2"] = "b",
    }, (params("tags.list", {
      next_token = "n", resource_type = "imagepipeline", resource_ids = { "ip-1" },
      tags = { ["acs:rm:rgId"] = "rg-1" }, tag_filters = { { tag_key = "env*", tag_values = { "a", "b" } } },
    })))
    local many = {}
    for i = 1, 51 do
      many[i] = "m-" .. i
    end
    assert.equal("at most 50 items",
      failures("tags.list", { resource_type = "image", resource_ids = many }).resource_ids.rule)
    assert.equal("at most 5 items",
      failures("tags.list", { resource_type = "image", tag_filters = { {}, {}, {}, {}, {}, {} } }).tag_filters.rule)
    assert.same({
      request_id = "R", tag_resources = { { id = "m-1", resource_id = "m-1", resource_type = "image",
        tag_key = "a", tag_value = "1" } },
    }, result("tags.list", { resource_type = "image" }, { RequestId = "R", TagResources = { TagResource = {
      { ResourceId = "m-1", ResourceType = "image", TagKey = "a", TagValue = "1" } } } }))
  end)

  it("and resources join a group", function()
    assert.same({
      RegionId = "cn-hangzhou", ResourceType = "imagecomponent", ResourceId = "ic-1", ResourceGroupId = "rg-1",
    }, (params("resource_group.join",
      { resource_type = "imagecomponent", id = { id = "ic-1" }, resource_group_id = "rg-1" })))
    local found = failures("resource_group.join", { resource_type = "volume" })
    assert.equal("required", found.resource_id.rule)
    assert.equal("required", found.resource_group_id.rule)
    assert.is_truthy(found.resource_type.rule:find("^one of instance"))
  end)
end)
