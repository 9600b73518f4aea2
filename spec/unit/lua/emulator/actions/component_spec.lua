-- CreateImageComponent, DescribeImageComponents, DeleteImageComponent of the emulator, and COMPONENT in templates.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

before_each(function()
  emulator = emulators.new({ now = 1795491843, known = { resource_groups = { "rg-1" } } })
  client = caller.new(emulator)
end)

local function create(more)
  local params = { Content = "RUN true" }
  for name, value in pairs(more or {}) do
    params[name] = value
  end
  return client:call("CreateImageComponent", params)
end

local function made(more)
  local status, reply = create(more)
  assert.are.equal(200, status, reply.Code)
  return reply.ImageComponentId
end

local function describe_components(params)
  local status, reply = client:call("DescribeImageComponents", params or {})
  assert.are.equal(200, status, reply.Code)
  return reply.ImageComponent.ImageComponentSet, reply
end

local function names(params)
  local list = {}
  for i, component in ipairs((describe_components(params))) do
    list[i] = component.Name .. " " .. component.ComponentVersion
  end
  return table.concat(list, ", ")
end

describe("CreateImageComponent", function()
  it("fills the service's defaults in", function()
    local id = made()
    assert.is_truthy(id:find("^ic%-"))
    local component = describe_components()[1]
    assert.same({
      ImageComponentId = id, Name = id, ComponentVersion = "1.0.0", ComponentType = "Build", SystemType = "Linux",
      Content = "RUN true", Owner = "SELF", CreationTime = "2026-11-24T03:44:03Z",
      ResourceGroupId = "rg-acfmxazb4ph6aiy", Parameters = { Parameter = {} }, Tags = { Tag = {} },
    }, component)
  end)

  it("keeps every parameter", function()
    made({ Name = "probe", ComponentVersion = "0.7.12", ComponentType = "Test", SystemType = "Windows",
      Description = "checks", ResourceGroupId = "rg-1", ["Tag.1.Key"] = "team", ["Tag.1.Value"] = "images",
      Content = "Parameters:\n  url:\n    Type: String\n    DefaultValue: \"http://x\"\n  count:\n    Type: Number\n"
        .. "Tasks:\n  - Name: one\n    Action: Reboot\n" })
    local component = describe_components()[1]
    assert.same({ "probe", "0.7.12", "Test", "Windows", "checks", "rg-1" },
      { component.Name, component.ComponentVersion, component.ComponentType, component.SystemType,
        component.Description, component.ResourceGroupId })
    assert.same({ { TagKey = "team", TagValue = "images" } }, component.Tags.Tag)
    assert.same({ { Name = "url", Type = "String", DefaultValue = "http://x" }, { Name = "count", Type = "Number" } },
      component.Parameters.Parameter)
  end)

  it("numbers versions of a name: one above the highest major, each once", function()
    made({ Name = "web", ComponentVersion = "3.2.1" })
    made({ Name = "web" })
    made({ Name = "other" })
    assert.are.equal("web 3.2.1, web 4.0.0, other 1.0.0", names())
    local status, reply = create({ Name = "web", ComponentVersion = "4.0.0" })
    assert.same({ 403, "InvalidComponentVersion.Exist" }, { status, reply.Code })
    made({ Name = "web", ComponentVersion = "4.0.1" })
  end)

  it("makes one for a token, and refuses the token with other parameters", function()
    local first = made({ ClientToken = "t1" })
    assert.are.equal(first, made({ ClientToken = "t1" }))
    assert.are.equal(1, #describe_components())
    local _, reply = create({ ClientToken = "t1", Name = "other" })
    assert.are.equal("IdempotentParameterMismatch", reply.Code)
  end)

  for _, row in ipairs({
    { "MissingParameter.Content", 400, { Content = false } },
    { "InvalidName.Malformed", 400, { Name = "1st" } },
    { "InvalidDescription.Malformed", 400, { Description = "https://x" } },
    { "InvalidSystemType.NotSupportedValue", 400, { SystemType = "linux" } },
    { "InvalidComponentType.NotSupportedValue", 400, { ComponentType = "build" } },
    { "InvalidParameter.ComponentVersion", 400, { ComponentVersion = "1.0" } },
    { "InvalidContent.LengthExceeded", 400, { Content = "RUN " .. ("x"):rep(16381) } },
    { "InvalidImageTemplateCommandSize.ExceededMaxNumber", 400, { Content = ("RUN true\n"):rep(128) } },
    { "InvalidImageTemplateCommand.NotSupported", 400, { Content = "KICKSTART" } },
    { "EmptyCommandContent.RUN", 400, { Content = "RUN" } },
    { "InvalidParameter.Content", 400, { Content = "# nothing" } },
    { "InvalidParameter.Content", 400, { Content = "Tasks:\n  - Action: Explode" } },
    { "NotSupportedCommand.FROM", 404, { Content = "FROM IMAGE:m-1" } },
    { "InvalidCommand.Component", 400, { Content = "COMPONENT ic-1" } },
    { "InvalidTagKey.Malformed", 400, { ["Tag.1.Key"] = "acs:x" } },
    { "InvalidResourceGroup.NotFound", 404, { ResourceGroupId = "rg-2" } },
  }) do
    it("refuses with " .. row[1] .. " as " .. row[2], function()
      local status, reply = create(row[3])
      assert.same({ row[2], row[1] }, { status, reply.Code })
      assert.are.equal(0, #emulator:state().components)
    end)
  end

  it("has a quota for each region", function()
    emulator = emulators.new({ limits = { components = 1 } })
    client = caller.new(emulator)
    made()
    local status, reply = create()
    assert.same({ 400, "QuotaExceed.ImageComponent" }, { status, reply.Code })
    made({ RegionId = "cn-beijing" })
  end)
end)

describe("DescribeImageComponents", function()
  local ids

  before_each(function()
    ids = {
      made({ Name = "web", ComponentVersion = "1.2.0", ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "prod" }),
      made({ Name = "web", ComponentVersion = "1.10.0", ComponentType = "Test" }),
      made({ Name = "db", SystemType = "Windows", ResourceGroupId = "rg-1" }),
    }
    emulator:put("components", { RegionId = "cn-hangzhou", Name = "agent", ComponentVersion = "2.0.0" })
  end)

  for _, row in ipairs({
    { {}, "web 1.2.0, web 1.10.0, db 1.0.0, agent 2.0.0" },
    { { Name = "web" }, "web 1.2.0, web 1.10.0" }, { { Name = "we" }, "" },
    { { Name = "web", ComponentVersion = "1.*.0" }, "web 1.2.0, web 1.10.0" },
    { { Name = "web", ComponentVersion = "1.2.*" }, "web 1.2.0" },
    { { ComponentVersion = "9.9.9" }, "web 1.2.0, web 1.10.0, db 1.0.0, agent 2.0.0" },
    { { Owner = "ALIYUN" }, "agent 2.0.0" }, { { Owner = "SELF", ComponentType = "Test" }, "web 1.10.0" },
    { { SystemType = "Windows" }, "db 1.0.0" }, { { ResourceGroupId = "rg-1" }, "db 1.0.0" },
    { { ["Tag.1.Key"] = "env" }, "web 1.2.0" }, { { ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "test" }, "" },
    { { RegionId = "cn-beijing" }, "" }, { { ["ImageComponentId.1"] = "ic-none" }, "" },
  }) do
    it("finds " .. (row[2] ~= "" and row[2] or "nothing") .. " by " .. caller.query_of(row[1]), function()
      assert.are.equal(row[2], names(row[1]))
    end)
  end

  it("finds by ids, and pages", function()
    assert.are.equal("web 1.2.0, db 1.0.0",
      names({ ["ImageComponentId.1"] = ids[1], ["ImageComponentId.2"] = ids[3] }))
    local set, reply = describe_components({ MaxResults = 3 })
    assert.same({ 3, 4, 3 }, { #set, reply.TotalCount, reply.MaxResults })
    set, reply = describe_components({ MaxResults = 3, NextToken = reply.NextToken })
    assert.same({ "agent", "" }, { set[1].Name, reply.NextToken })
  end)

  it("refuses what it cannot read, and tokens of other filters", function()
    local many = {}
    for i = 1, 21 do
      many["ImageComponentId." .. i] = "ic-" .. i
    end
    for _, row in ipairs({
      { "InvalidParameter.Owner", { Owner = "self" } }, { "InvalidSystemType.NotSupportedValue", { SystemType = "x" } },
      { "InvalidComponentType.NotSupportedValue", { ComponentType = "x" } },
      { "InvalidParameter.ComponentVersion", { Name = "web", ComponentVersion = "1.*.*" } },
      { "InvalidParameter.ComponentVersion", { Name = "web", ComponentVersion = "1.x.0" } },
      { "InvalidImageComponentIdSize.ExceededMaxNumber", many }, { "InvalidParameter", { MaxResults = 501 } },
    }) do
      local status, reply = client:call("DescribeImageComponents", row[2])
      assert.same({ 400, row[1] }, { status, reply.Code })
    end
    local _, first = describe_components({ MaxResults = 1 })
    local status, reply = client:call("DescribeImageComponents", { Name = "web", NextToken = first.NextToken })
    assert.same({ 403, "Invalid.NextToken" }, { status, reply.Code })
  end)
end)

describe("COMPONENT in a template", function()
  local function code(content, name)
    local _, reply = client:create({ [name or "BuildContent"] = content })
    return reply.Code
  end

  it("must name what is there, by id or by name and version", function()
    local id = made({ Name = "web", ComponentVersion = "1.2.0" })
    local arn = "COMPONENT acs:ecs:cn-hangzhou:123:imagecomponent/"
    for _, content in ipairs({ "COMPONENT " .. id, arn .. "web:1.2.0", arn .. "web/1.*.*", arn .. "web 1.2.*",
      arn .. "web", "RUN a\nCOMPONENT " .. id .. " --a b" }) do
      assert.is_nil(code(content), content)
    end
    for _, content in ipairs({ "COMPONENT ic-none", arn .. "web:2.*.*", arn .. "db:1.2.0", arn .. "web:latest" }) do
      assert.are.equal("ImageComponent.NotFound", code(content), content)
    end
  end)

  it("must be of the kind that the content takes", function()
    local build, test = made(), made({ ComponentType = "Test" })
    assert.is_nil(code("COMPONENT " .. test, "TestContent"))
    assert.are.equal("InvalidImageComponent.NotSupported", code("COMPONENT " .. test))
    assert.are.equal("InvalidImageComponent.NotSupported", code("COMPONENT " .. build, "TestContent"))
  end)

  it("keeps the component from being deleted, by id and by what an ARN means now", function()
    local old = made({ Name = "web", ComponentVersion = "1.2.0" })
    local newest = made({ Name = "web", ComponentVersion = "1.10.0" })
    local _, by_arn = client:create({ BuildContent = "COMPONENT acs:ecs:cn-hangzhou:1:imagecomponent/web:1.*.*" })
    local function delete(id)
      local status, reply = client:call("DeleteImageComponent", { ImageComponentId = id })
      return status, reply.Code
    end
    assert.same({ 403, "InvalidImageComponent.InUse" }, { delete(newest) })
    assert.same({ 200 }, { delete(old) })
    local _, by_id = client:create({ BuildContent = "COMPONENT " .. newest })
    client:delete(by_arn.ImagePipelineId)
    assert.same({ 403, "InvalidImageComponent.InUse" }, { delete(newest) })
    client:delete(by_id.ImagePipelineId)
    assert.same({ 200 }, { delete(newest) })
    assert.same({ 404, "InvalidImageComponent.NotFound" }, { delete(newest) })
  end)
end)

describe("components of the vendor", function()
  it("can be used but not deleted", function()
    local agent = emulator:put("components", { RegionId = "cn-hangzhou", Name = "agent",
      Tags = { Tag = { { TagKey = "a", TagValue = "b" } } } })
    assert.are.equal("ALIYUN", agent.Owner)
    assert.are.equal("agent 1.0.0", names({ ["Tag.1.Key"] = "a" }))
    local status = client:create({ BuildContent = "COMPONENT " .. agent.ImageComponentId })
    assert.are.equal(200, status)
    local refused, reply = client:call("DeleteImageComponent", { ImageComponentId = agent.ImageComponentId })
    assert.same({ 404, "InvalidImageComponent.NotFound" }, { refused, reply.Code })
    assert.are.equal("cn-hangzhou", emulator:state().components[1].RegionId)
    assert.has_error(function() emulator:put("components", { Name = "nowhere" }) end)
    status, reply = client:call("DeleteImageComponent", {})
    assert.same({ 404, "MissingParameter.ImageComponentId" }, { status, reply.Code })
  end)
end)

describe("a component", function()
  it("may be deleted while a template's content is YAML, which names none", function()
    local id = made()
    assert.equal(200, (client:create({ BuildContent = "---\nTasks:\n  - Action: RunShellCommand\n" })))
    assert.equal(200, (client:call("DeleteImageComponent", { ImageComponentId = id })))
  end)

  it("of two with the same name and version is the first", function()
    local id = made({ Name = "tools", ComponentVersion = "1.0.0" })
    emulator:put("components", { RegionId = "cn-hangzhou", Name = "tools", ComponentVersion = "1.0.0" })
    assert.equal(200, (client:create({ BuildContent = "COMPONENT acs:ecs:cn-hangzhou:1:imagecomponent/tools:*.*.*" })))
    local status, reply = client:call("DeleteImageComponent", { ImageComponentId = id })
    assert.same({ 403, "InvalidImageComponent.InUse" }, { status, reply.Code })
  end)
end)
