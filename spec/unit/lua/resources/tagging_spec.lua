-- tags.add, tags.remove, tags.list and resource_group.join: the service's calls.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local OK = fake.reply(200, '{"RequestId":"R","NextToken":"","TagResources":{"TagResource":[]}}')

local function many(count)
  local list = {}
  for index = 1, count do
    list[index] = "m-" .. index
  end
  return list
end

local function rows(list, token)
  local found = {}
  for index, row in ipairs(list) do
    found[index] = { ResourceId = row[1], ResourceType = "image", TagKey = row[2], TagValue = row[3] }
  end
  if #found == 0 then
    return OK
  end
  return fake.reply(200, { RequestId = "R", NextToken = token or "", TagResources = { TagResource = found } })
end

local IDS = { image = "m-1", imagecomponent = "ic-1", imagepipeline = "ip-1", imagepipelineexecution = "exec-1" }

-- Every call of the four with a type, and the arguments that it needs.
local CALLS = {
  ["tags.add"] = function(client, kind, given) return client.tags.add(kind, IDS[kind], { a = "1" }, given) end,
  ["tags.remove"] = function(client, kind, given) return client.tags.remove(kind, IDS[kind], "a", given) end,
  ["tags.list"] = function(client, kind, given) return client.tags.list(kind, { ids = IDS[kind] }, given) end,
  ["resource_group.join"] = function(client, kind, given)
    return client.resource_group.join({ resource_type = kind, id = IDS[kind], resource_group_id = "rg-1" }, given)
  end,
}

describe("tags of components", function()
  it("are added, listed and removed, and a component moves to a group", function()
    local client, emulator = virtual.client()
    local made = assert(client.component.create({ content = "RUN true", tags = { env = "test" } }))
    assert.same({ made.id }, assert(client.tags.add("imagecomponent", made, { env = "prod", team = "a" })).resource_ids)
    assert.same({ env = "prod", team = "a" }, client.component.describe(made).tags)
    local listed = assert(client.tags.list("imagecomponent", { tags = { team = "a" } }))
    assert.same({ { id = made.id, resource_id = made.id, resource_type = "imagecomponent",
      tags = { env = "prod", team = "a" } } }, listed)
    assert.equal(1, ecs.info(listed).attempts)
    assert(client.tags.remove("imagecomponent", made.id, "env"))
    assert.same({ team = "a" }, client.component.describe(made).tags)
    assert(client.tags.remove("imagecomponent", { made.id }, { all = true }))
    assert.same({}, client.component.describe(made).tags)
    assert(client.resource_group.join({ resource_type = "imagecomponent", id = made, resource_group_id = "rg-1" }))
    assert.equal("rg-1", client.component.describe(made).resource_group_id)
    assert.equal(1, emulator:state().count.JoinResourceGroup)
  end)

  it("outlast lost answers: the same said twice does no harm", function()
    local client = virtual.client(nil, { faults = { { action = "TagResources", kind = "lost_answer" },
      { action = "UntagResources", kind = "lost_answer" }, { action = "JoinResourceGroup", kind = "lost_answer" } } })
    local made = assert(client.component.create({ content = "RUN true" }))
    local added = assert(client.tags.add("imagecomponent", made, { a = "1" }))
    assert.equal(2, ecs.info(added).attempts)
    assert(client.tags.remove("imagecomponent", made, { "a" }))
    assert(client.resource_group.join({ resource_type = "imagecomponent", ids = { made }, resource_group_id = "rg-1" }))
  end)
end)

describe("a type that nobody has shown to work", function()
  for name, run in pairs(CALLS) do
    for _, kind in ipairs({ "imagepipeline", "imagepipelineexecution" }) do
      it("is refused by " .. name .. " without a yes: " .. kind, function()
        local client, transport = fake.client({ OK })
        local result, message, err = run(client, kind)
        assert.is_nil(result)
        assert.same({ "validation", "resource_type", name, 0 },
          { err.kind, err.param, err.operation, #transport.requests })
        assert.matches("does not document this call", message)
        assert.matches("undocumented = true", message)
        run(client, kind, { undocumented = true })
        assert.equal(1, #transport.requests)
      end)
    end

    for _, code in ipairs({ "InvalidResourceType.NotFound", "InvalidResourceId.NotSupported" }) do
      it("may be refused by the service, which " .. name .. " explains: " .. code, function()
        local client = fake.client({ fake.refusal(404, code) })
        local result, _, err = run(client, "imagepipeline", { undocumented = true })
        assert.is_nil(result)
        assert.same({ "validation", code }, { err.kind, err.code })
        assert.matches("when the pipeline is created", err.hint)
        _, _, err = run(client, "image")
        assert.is_nil((err.hint or ""):match("pipeline"))
      end)
    end

    it("is not imagecomponent, for " .. name, function()
      local client, transport = fake.client({ OK })
      run(client, "imagecomponent")
      assert.equal("imagecomponent", fake.parameters(transport.requests[1]).ResourceType)
    end)
  end

  it("works where the service takes it", function()
    local client = virtual.client(nil, { undocumented = { imagepipeline = true } })
    local made = assert(client.pipeline.create(virtual.TEMPLATE))
    assert(client.tags.add("imagepipeline", made, { a = "1" }, { undocumented = true }))
    assert.same({ a = "1" }, client.pipeline.describe(made).tags)
    client = virtual.client()
    made = assert(client.pipeline.create(virtual.TEMPLATE))
    local _, _, err = client.tags.add("imagepipeline", made, { a = "1" }, { undocumented = true })
    assert.equal("InvalidResourceType.NotFound", err.code)
  end)
end)

describe("many ids", function()
  it("go out in batches of 50, each once", function()
    local client, transport = fake.client({ OK })
    local ids = many(120)
    ids[121] = { id = "m-1" }
    assert.equal(120, #assert(client.tags.add("image", ids, { a = "1" })).resource_ids)
    assert.equal(3, #transport.requests)
    local first, last = fake.parameters(transport.requests[1]), fake.parameters(transport.requests[3])
    assert.same({ "m-50", "m-101", "m-120" }, { first["ResourceId.50"], last["ResourceId.1"], last["ResourceId.20"] })
    assert.is_nil(first["ResourceId.51"])
    assert.is_nil(last["ResourceId.21"])
    assert(client.tags.remove("image", many(51), { "a", "b" }))
    assert.equal(5, #transport.requests)
    assert.equal("b", fake.parameters(transport.requests[5])["TagKey.2"])
  end)

  it("join a group one by one", function()
    local client, transport = fake.client({ OK })
    assert(client.resource_group.join({ resource_type = "image", ids = { "m-1", "m-2" }, resource_group_id = "rg-1",
      region_id = "cn-beijing" }))
    local sent = fake.parameters(transport.requests[2])
    assert.same({ "m-2", "rg-1", "cn-beijing" }, { sent.ResourceId, sent.ResourceGroupId, sent.RegionId })
  end)

  it("say what was done before a failure", function()
    for _, run in ipairs({
      function(client) return client.tags.add("image", many(51), { a = "1" }) end,
      function(client) return client.tags.remove("image", many(51), { all = true }) end,
    }) do
      local client = fake.client({ OK, fake.refusal(403, "NoPermission.Tag") })
      local result, _, err = run(client)
      assert.is_nil(result)
      assert.same({ "denied", 50, "m-50" }, { err.kind, #err.partial.resource_ids, err.partial.resource_ids[50] })
    end
    local client = fake.client({ OK, OK, fake.refusal(404, "InvalidResourceId.NotFound") })
    local _, _, err = client.resource_group.join({ resource_type = "image", ids = many(3), resource_group_id = "rg" })
    assert.same({ "m-1", "m-2" }, err.partial.resource_ids)
    client = fake.client({ fake.refusal(403, "NoPermission.Tag") })
    _, _, err = client.tags.add("image", "m-1", { a = "1" })
    assert.same({ resource_ids = {} }, err.partial)
  end)

  it("are rendered, all batches, in a dry run", function()
    local client, transport = fake.client({ OK })
    local rendered = assert(client.tags.add("image", many(51), { a = "1" }, { dry_run = true }))
    assert.same({ true, 2, "m-51", 0 }, { rendered.dry_run, #rendered.requests,
      rendered.requests[2].parameters["ResourceId.1"], #transport.requests })
  end)
end)

describe("what is refused before anything is sent", function()
  for title, row in pairs({
    ["no ids"] = { "resource_ids", function(c) return c.tags.add("image", {}, { a = "1" }) end },
    ["nil ids"] = { "resource_ids", function(c) return c.tags.add("image", nil, { a = "1" }) end },
    ["a blank id"] = { "resource_ids", function(c) return c.tags.add("image", { "" }, { a = "1" }) end },
    ["no tags"] = { "tags", function(c) return c.tags.add("image", "m-1", {}) end },
    ["nil tags"] = { "tags", function(c) return c.tags.add("image", "m-1") end },
    ["a key of the service's"] = { "tags.acs:x",
      function(c) return c.tags.add("image", "m-1", { ["acs:x"] = "" }) end },
    ["a type that is none"] = { "resource_type", function(c) return c.tags.add("images", "m-1", { a = "1" }) end },
    ["no type"] = { "resource_type", function(c) return c.tags.add(nil, "m-1", { a = "1" }) end },
    ["no keys"] = { "tag_keys", function(c) return c.tags.remove("image", "m-1", {}) end },
    ["nil keys"] = { "tag_keys", function(c) return c.tags.remove("image", "m-1") end },
    ["keys and all"] = { "tag_keys", function(c) return c.tags.remove("image", "m-1", { "a", all = true }) end },
    ["all that is not true"] = { "tag_keys", function(c) return c.tags.remove("image", "m-1", { all = "yes" }) end },
    ["21 keys"] = { "tag_keys", function(c) return c.tags.remove("image", "m-1", many(21)) end },
    ["a list of everything"] = { "ids", function(c) return c.tags.list("image", {}) end },
    ["a list without a filter"] = { "ids", function(c) return c.tags.list("image") end },
    ["a list of what has not a tag"] = { "tags",
      function(c) return c.tags.list("image", { tags = { a = false } }) end },
    ["a token"] = { "next_token", function(c) return c.tags.list("image", { ids = "m-1", next_token = "x" }) end },
    ["a blank id to list"] = { "resource_ids", function(c) return c.tags.list("image", { ids = "" }) end },
    ["no group"] = { "resource_group_id",
      function(c) return c.resource_group.join({ resource_type = "image", id = "m-1" }) end },
    ["nothing to move"] = { "resource_ids",
      function(c) return c.resource_group.join({ resource_type = "image", resource_group_id = "rg-1" }) end },
    ["a misspelt argument"] = { "resource_grup_id", function(c)
      return c.resource_group.join({ resource_type = "image", id = "m-1", resource_group_id = "rg",
        resource_grup_id = "rg" })
    end },
  }) do
    it(title, function()
      local client, transport = fake.client({ OK })
      local result, _, err = row[2](client)
      assert.is_nil(result)
      assert.same({ "validation", row[1], 0 }, { err.kind, err.param, #transport.requests })
    end)
  end

  it("raises for wrong types and unknown options", function()
    local client = fake.client({ OK })
    assert.has_error(function() client.tags.add("image", 7, { a = "1" }) end)
    assert.has_error(function() client.tags.list("image", "m-1") end)
    assert.has_error(function() client.resource_group.join("m-1") end)
    assert.has_error(function() client.tags.add("image", "m-1", { a = "1" }, { undocumented = "yes" }) end)
    assert.has_error(function() client.component.describe("ic-1", { undocumented = true }) end)
  end)
end)

describe("tags.list", function()
  it("gathers the rows of all pages by resource", function()
    local client, transport = fake.client({
      rows({ { "m-1", "a", "1" }, { "m-2", "a", "2" } }, "t1"),
      rows({ { "m-1", "b", "" }, { "m-1", "acs:rm:rgId", "rg-1" } }),
    })
    local list = assert(client.tags.list("image", { ids = { "m-1", "m-2" } }))
    assert.same({
      { id = "m-1", resource_id = "m-1", resource_type = "image", tags = { a = "1", b = "" },
        system_tags = { ["acs:rm:rgId"] = "rg-1" } },
      { id = "m-2", resource_id = "m-2", resource_type = "image", tags = { a = "2" } },
    }, list)
    assert.equal("t1", fake.parameters(transport.requests[2]).NextToken)
    assert.equal(2, ecs.info(list).attempts)
  end)

  it("filters again on our side, but not by resource group", function()
    local loose = rows({ { "m-1", "a", "1" }, { "m-2", "a", "2" }, { "m-3", "b", "1" } })
    local function ids(filter)
      local found = {}
      for index, item in ipairs(assert((fake.client({ loose })).tags.list("image", filter))) do
        found[index] = item.id
      end
      return table.concat(found, " ")
    end
    assert.equal("m-1", ids({ tags = { a = "1" } }))
    assert.equal("m-1 m-2", ids({ tags = { a = true } }))
    assert.equal("m-2", ids({ ids = { "m-2", "m-3" }, tags = { a = true } }))
    assert.equal("m-1 m-2 m-3", ids({ tags = { ["acs:rm:rgId"] = "rg-1" } }))
  end)

  it("asks for ids in batches of 50", function()
    local client, transport = fake.client({ rows({ { "m-1", "a", "1" } }), rows({ { "m-51", "a", "1" } }) })
    assert.equal(2, #assert(client.tags.list("image", { ids = many(51) })))
    assert.equal("m-51", fake.parameters(transport.requests[2])["ResourceId.1"])
  end)

  it("keeps what it found when a page fails", function()
    local client = fake.client({ rows({ { "m-1", "a", "1" } }, "t1"), fake.refusal(403, "Forbidden.RAM") })
    local list, message, err = client.tags.list("image", { tags = { a = true } })
    assert.is_nil(list)
    assert.same({ "denied", "m-1" }, { err.kind, err.partial[1].id })
    assert.matches("^tags.list: ", message)
    assert.same({}, assert((fake.client({ rows({}) })).tags.list("image", { ids = "m-1" })))
  end)
end)
