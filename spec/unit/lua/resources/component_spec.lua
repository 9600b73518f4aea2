-- component.create, describe, delete, list, each and resolve.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local function page(items, token)
  local list = {}
  for index, item in ipairs(items) do
    list[index] = type(item) == "table" and item
      or { ImageComponentId = item, Name = "n-" .. item, ComponentVersion = "1.0.0" }
  end
  if #list == 0 then
    return fake.reply(200, '{"RequestId":"R","NextToken":"","ImageComponent":{"ImageComponentSet":[]}}')
  end
  return fake.reply(200, { RequestId = "R", TotalCount = #list, NextToken = token or "",
    ImageComponent = { ImageComponentSet = list } })
end

local function ids(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return table.concat(found, " ")
end

describe("component.create", function()
  it("keeps one ClientToken over all attempts, so that a lost answer makes no second one", function()
    local client, emulator = virtual.client(nil, { faults = {
      { action = "CreateImageComponent", kind = "lost_answer" }, { action = "CreateImageComponent", kind = "throttle" },
    } })
    local made = assert(client.component.create({ image_component_name = "probe", content = "RUN true" }))
    assert.equal(3, ecs.info(made).attempts)
    assert.equal(1, #emulator:state().components)
    assert.equal(made.id, made.image_component_id)
    assert.equal(made.id, emulator:state().components[1].ImageComponentId)
  end)

  it("adds the client's default tags, also when rendered", function()
    local client, emulator = virtual.client({ default_tags = { team = "images", env = "test" } })
    local args = { content = "RUN true", tags = { env = "prod" } }
    local rendered = client.render("component.create", args)
    assert(client.component.create(args))
    local tags = emulator:state().components[1].Tags.Tag
    assert.same({ { TagKey = "env", TagValue = "prod" }, { TagKey = "team", TagValue = "images" } }, tags)
    assert.equal("team", rendered.parameters["Tag.2.Key"])
    assert.same({ env = "prod" }, args.tags)
  end)

  it("sends nothing in a dry run, and nothing that is refused here", function()
    local client, emulator = virtual.client()
    local would = client.component.create({ content = "FROM x\nRUN true" }, { dry_run = true })
    assert.same({ true, 1, "content" }, { would.dry_run, #would.findings, would.findings[1].param })
    local made, message, err = client.component.create({ component_version = "1" })
    assert.is_nil(made)
    assert.same({ "validation", 2 }, { err.kind, #err.failures })
    assert.matches("content", message)
    assert.equal(0, #emulator:state().requests)
    assert.has_error(function() client.component.create("RUN true") end)
  end)

  it("says what to do about a version that is there already", function()
    local client = virtual.client()
    local args = { image_component_name = "probe", component_version = "1.0.0", content = "RUN true" }
    assert(client.component.create(args))
    local _, _, err = client.component.create(args)
    assert.same({ "conflict", "InvalidComponentVersion.Exist" }, { err.kind, err.code })
    assert.matches("give a higher component_version", err.hint)
  end)
end)

describe("component.describe", function()
  it("reads one, by id or table", function()
    local client = virtual.client()
    local made = assert(client.component.create({ image_component_name = "probe", content = "RUN true" }))
    for _, wanted in ipairs({ made.id, made, { image_component_id = made.id, region_id = "cn-hangzhou" } }) do
      local found = assert(client.component.describe(wanted))
      assert.same({ made.id, "probe", "1.0.0", "Build", "Linux", "SELF", "RUN true", {}, {} },
        { found.id, found.image_component_name, found.component_version, found.component_type, found.system_type,
          found.owner, found.content, found.tags, found.parameters })
    end
  end)

  it("fails with not_found on an empty set, also in another region", function()
    local client = virtual.client()
    local made = assert(client.component.create({ content = "RUN true" }))
    local found, message, err = client.component.describe({ id = made.id, region_id = "cn-beijing" })
    assert.is_nil(found)
    assert.equal("not_found", err.kind)
    assert.matches("no image component " .. made.id:gsub("%p", "%%%0") .. " in cn%-beijing", message)
    local _
    _, _, err = client.component.describe({})
    assert.same({ "validation", "image_component_id" }, { err.kind, err.param })
  end)
end)

describe("component.delete", function()
  it("deletes, and takes what is gone for a success unless told otherwise", function()
    local client = virtual.client()
    local made = assert(client.component.create({ content = "RUN true" }))
    assert.is_true(client.component.delete(made, { dry_run = true }).dry_run)
    assert.is_true(assert(client.component.delete(made)).deleted)
    assert.is_false(assert(client.component.delete(made.id)).deleted)
    assert.is_false(assert(client.component.delete(made.id, { missing = "ok" })).deleted)
    local result, _, err = client.component.delete(made.id, { missing = "error" })
    assert.is_nil(result)
    assert.equal("not_found", err.kind)
    assert.has_error(function() client.component.delete(made.id, { missing = "fine" }) end)
    _, _, err = client.component.delete("")
    assert.equal("image_component_id", err.param)
  end)

  it("knows that a lost attempt deleted it", function()
    local client = virtual.client(nil, { faults = { { action = "DeleteImageComponent", kind = "lost_answer" } } })
    local made = assert(client.component.create({ content = "RUN true" }))
    local result = assert(client.component.delete(made, { missing = "error" }))
    assert.same({ true, 2 }, { result.deleted, ecs.info(result).attempts })
  end)

  it("fails while a pipeline uses it", function()
    local client = virtual.client()
    local made = assert(client.component.create({ content = "RUN true" }))
    assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE",
      build_content = "COMPONENT " .. made.id }))
    local _, _, err = client.component.delete(made)
    assert.same({ "conflict", "InvalidImageComponent.InUse" }, { err.kind, err.code })
    assert.matches("delete the pipelines", err.hint)
  end)
end)

describe("component.list", function()
  local loose = {
    { ImageComponentId = "ic-1", Name = "web", ComponentVersion = "1.2.0", ComponentType = "Build",
      SystemType = "Linux", Owner = "SELF", ResourceGroupId = "rg-1",
      Tags = { Tag = { { TagKey = "env", TagValue = "prod" } } } },
    { ImageComponentId = "ic-2", Name = "web", ComponentVersion = "1.10.0", ComponentType = "Test",
      SystemType = "Linux", Owner = "ALIYUN", ResourceGroupId = "rg-2" },
    { ImageComponentId = "ic-3", Name = "db", ComponentVersion = "2.0.0", ComponentType = "Build",
      SystemType = "Windows", Owner = "1284387915995949", ResourceGroupId = "rg-1" },
  }
  local filters = { -- filter, what is left, what is sent: name, value (false: nothing)
    { {}, "ic-1 ic-2 ic-3" },
    { { image_component_name = "web" }, "ic-1 ic-2", "Name", "web" }, { { name = "db" }, "ic-3", "Name", "db" },
    { { name_regex = "^w.b$" }, "ic-1 ic-2", "Name", false },
    { { component_version = "1.2.0" }, "ic-1", "ComponentVersion", false },
    { { component_version = "1.*.*" }, "ic-1 ic-2", "ComponentVersion", false },
    { { component_version = "*.*.0" }, "ic-1 ic-2 ic-3" },
    { { name = "web", component_version = "1.*.0" }, "ic-1 ic-2", "ComponentVersion", "1.*.0" },
    { { name = "web", component_version = "*.*.0" }, "ic-1 ic-2", "ComponentVersion", false },
    { { component_type = "Test" }, "ic-2", "ComponentType", "Test" },
    { { system_type = "Windows" }, "ic-3", "SystemType", "Windows" },
    { { owner = "SELF" }, "ic-1 ic-3", "Owner", "SELF" }, { { owner = "ALIYUN" }, "ic-2 ic-3" },
    { { resource_group_id = "rg-1" }, "ic-1 ic-3", "ResourceGroupId", "rg-1" },
    { { tags = { env = "prod" } }, "ic-1", "Tag.1.Value", "prod" }, { { tags = { env = false } }, "ic-2 ic-3" },
    { { ids = { "ic-3", { id = "ic-1" } } }, "ic-1 ic-3", "ImageComponentId.2", "ic-1" },
    { { image_component_id = "ic-2" }, "ic-2", "ImageComponentId.1", "ic-2" },
  }
  for index, row in ipairs(filters) do
    it("filters again on our side, case " .. index, function()
      local client, transport = fake.client({ page(loose) })
      assert.equal(row[2], ids(assert(client.component.list(row[1]))))
      if row[3] then
        assert.equal(row[4] or nil, fake.parameters(transport.requests[1])[row[3]])
      end
    end)
  end

  it("follows all pages, and asks for ids in batches of 20", function()
    local client, transport = fake.client({ page({ "ic-1", "ic-2" }, "t1"), page({ "ic-3" }) })
    assert.equal("ic-1 ic-2 ic-3", ids(assert(client.component.list())))
    assert.equal("t1", fake.parameters(transport.requests[2]).NextToken)
    local wanted = {}
    for index = 1, 21 do
      wanted[index] = "ic-" .. index
    end
    client, transport = fake.client({ page({ "ic-1" }), page({ "ic-21" }) })
    assert.equal("ic-1 ic-21", ids(assert(client.component.list({ ids = wanted }))))
    assert.same({ 2, "ic-21" }, { #transport.requests, fake.parameters(transport.requests[2])["ImageComponentId.1"] })
  end)

  it("keeps what it found when a page fails", function()
    local client = fake.client({ page({ "ic-1" }, "t1"), fake.refusal(403, "Forbidden.RAM") })
    local list, message, err = client.component.list()
    assert.is_nil(list)
    assert.same({ "denied", "ic-1" }, { err.kind, ids(err.partial) })
    assert.matches("^component.list: ", message)
  end)

  it("refuses what is no filter", function()
    local client, transport = fake.client({ page({}) })
    for _, row in ipairs({ { { component_version = "1.x.0" }, "component_version" },
      { { component_version = 1 }, "component_version" }, { { component_version = "1.2" }, "component_version" },
      { { name_regex = "\\d" }, "name_regex" }, { { next_token = "x" }, "next_token" },
      { { ids = { "" } }, "image_component_id" }, { { owner = "self" }, "owner" }, { { nmae = "x" }, "nmae" } }) do
      local list, _, err = client.component.list(row[1])
      assert.is_nil(list)
      assert.same({ "validation", row[2] }, { err.kind, err.param })
    end
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.component.list("web") end)
  end)

  it("comes one by one from each, a failure last", function()
    local client = fake.client({ page({ "ic-1", "ic-2" }, "t1"), fake.refusal(403, "Forbidden.RAM") })
    local seen, failure = {}, nil
    for component, message, err in client.component.each() do
      if component then
        seen[#seen + 1] = component.id
      else
        failure = { message:match("^[%w.]+"), err.kind }
      end
    end
    assert.same({ { "ic-1", "ic-2" }, { "component.each", "denied" } }, { seen, failure })
  end)
end)

describe("component.resolve", function()
  local client, emulator, made

  before_each(function()
    client, emulator = virtual.client()
    made = {}
    for _, version in ipairs({ "1.9.9", "1.10.0", "1.10.2", "2.0.0" }) do
      made[version] = assert(client.component.create({ image_component_name = "web", component_version = version,
        content = "RUN true" })).id
    end
  end)

  local arn = "acs:ecs:cn-hangzhou:1284387915995949:imagecomponent/web"
  for reference, version in pairs({
    [arn .. ":1.10.0"] = "1.10.0", [arn .. "/1.9.9"] = "1.9.9", [arn .. ":1.*.*"] = "1.10.2",
    [arn .. ":1.9.*"] = "1.9.9", [arn .. ":*.*.*"] = "2.0.0", [arn .. " 1.10.*"] = "1.10.2", [arn] = "2.0.0",
    [arn .. ":*.10.*"] = "1.10.2", ["acs:ecs::1:imagecomponent/web:1.*.*"] = "1.10.2",
  }) do
    it("means " .. version .. " by " .. reference, function()
      assert.same({ id = made[version], name = "web", version = version }, client.component.resolve(reference))
    end)
  end

  it("takes ids, tables and parsed commands", function()
    local want = { id = made["1.9.9"], name = "web", version = "1.9.9" }
    local parsed = client.build_content.parse("COMPONENT " .. arn .. ":1.9.* --port 80")[1]
    for _, reference in ipairs({ made["1.9.9"], { id = made["1.9.9"] }, parsed }) do
      assert.same(want, client.component.resolve(reference))
    end
  end)

  it("changes its mind when a newer one is made", function()
    assert(client.component.create({ image_component_name = "web", component_version = "1.11.0",
      content = "RUN true" }))
    assert.equal("1.11.0", client.component.resolve(arn .. ":1.*.*").version)
  end)

  it("looks in the region of the ARN", function()
    local found, message, err = client.component.resolve((arn:gsub("hangzhou", "beijing")))
    assert.is_nil(found)
    assert.equal("not_found", err.kind)
    assert.matches("no image component web of version %*%.%*%.%* in cn%-beijing", message)
    assert.equal(5, #emulator:state().requests)
  end)

  it("prefers one's own of two with one version", function()
    emulator:put("components", { RegionId = "cn-hangzhou", Name = "web", ComponentVersion = "2.0.0" })
    assert.equal(made["2.0.0"], client.component.resolve(arn).id)
    emulator:put("components", { RegionId = "cn-hangzhou", Name = "agent", ComponentVersion = "1.0.0" })
    assert(client.component.create({ image_component_name = "agent", component_version = "1.0.0",
      content = "RUN true" }))
    local found = client.component.resolve((arn:gsub("web$", "agent")))
    assert.equal("SELF", client.component.describe(found.id).owner)
  end)

  it("fails with what the service says, and refuses what is no reference", function()
    local other = fake.client({ fake.refusal(403, "Forbidden.RAM") })
    local _, message, err = other.component.resolve(arn)
    assert.equal("denied", err.kind)
    assert.matches("^component.resolve: ", message)
    _, _, err = client.component.resolve("ic-none")
    assert.equal("not_found", err.kind)
    for _, reference in ipairs({ "web", "", arn .. ":latest", {}, { name = "web", version = "1" } }) do
      err = select(3, client.component.resolve(reference))
      assert.same({ "validation", "reference" }, { err.kind, err.param })
    end
    assert.has_error(function() client.component.resolve(7) end)
  end)
end)
