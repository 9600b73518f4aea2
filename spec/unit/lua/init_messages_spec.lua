-- What the functions of the face say: the hint at the end of a message, and what was meant by a misspelt name.
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator")

local WEB = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE" }

local function with(more)
  local args = {}
  for _, from in ipairs({ WEB, more }) do
    for name, value in pairs(from) do
      args[name] = value
    end
  end
  return args
end

local function reads(owner, name)
  local ok, value = pcall(function() return owner[name] end)
  return ok, not ok and value:gsub("^.-:%d+: ", "") or value
end

describe("a name that is not there", function()
  local client = emulator.client()

  for _, row in ipairs({
    { ecs, "pipline", "there is no ecs.pipline (did you mean ecs.pipeline?)" },
    { ecs, "buildcontent", "there is no ecs.buildcontent (did you mean ecs.build_content?)" },
    { ecs, "configur", "there is no ecs.configur (did you mean ecs.configure?)" },
    { ecs.pipeline, "crate", "there is no ecs.pipeline.crate (did you mean ecs.pipeline.create?)" },
    { ecs.pipeline, "crte", "there is no ecs.pipeline.crte (did you mean ecs.pipeline.create?)" },
    { ecs.execution, "build_if_chagned", "there is no ecs.execution.build_if_chagned (did you mean "
      .. "ecs.execution.build_if_changed?)" },
    { ecs.credentials, "assume_rol",
      "there is no ecs.credentials.assume_rol (did you mean ecs.credentials.assume_role?)" },
    { client, "exeuction", "there is no client.exeuction (did you mean client.execution?)" },
    { client.with({ region = "cn-beijing" }).image, "lst",
      "there is no client.image.lst (did you mean client.image.list?)" },
  }) do
    it("raises if it is misspelt: " .. row[2], function()
      assert.same({ false, row[3] }, { reads(row[1], row[2]) })
    end)
  end

  it("raises with the line of the program", function()
    local _, raised = pcall(function() return ecs.pipline.create end)
    assert.matches("^[^\n]*init_messages_spec%.lua:%d+: ", raised)
  end)

  it("is nil if more than two letters, or more than half, are others", function()
    for _, name in ipairs({ "nothing", "pineapple", "pip", "x", "vm", "", "ls", "buld_if_chngd", 1, true }) do
      assert.same({ true, nil }, { reads(ecs, name) }, name)
      assert.same({ true, nil }, { reads(client.pipeline, name) }, name)
      assert.same({ true, nil }, { reads(ecs.execution, name) }, name)
    end
  end)
end)

describe("the message of a failure", function()
  local client, service

  before_each(function()
    client, service = emulator.client({ client = { retry = false } })
  end)

  it("ends with the hint, which is also in err", function()
    service:fault({ kind = "error", code = "Forbidden.RAM" })
    local _, message, err = client.pipeline.create(WEB)
    assert.equal("; hint: " .. err.hint, message:sub(-#err.hint - 8))
    assert.equal(message, tostring(err))
    assert.is_nil(err.message:find("hint:", 1, true))
  end)

  it("ends with a hint that a function gives later", function()
    local web = assert(client.pipeline.create(WEB))
    local started = assert(client.execution.start(web))
    local _, message, err = client.pipeline.delete(web)
    assert.matches("; hint: " .. started.id:gsub("%-", "%%-") .. " is running", message)
    assert.equal(message, tostring(err))
  end)

  it("has no hint where there is none", function()
    local _, message, err = client.pipeline.describe("ip-none")
    assert.same({ nil, message }, { err.hint, err.message })
    assert.is_nil(message:find("hint", 1, true))
  end)

  it("ends with it in the last step of an iterator, too", function()
    service:fault({ kind = "error", code = "Forbidden.RAM" })
    local seen
    for item, message, err in client.pipeline.each() do
      seen = { item, message:sub(-#err.hint) == err.hint }
    end
    assert.same({ false, true }, seen)
  end)

  for _, row in ipairs({
    { { to_region_id = { "cn-beijing", "cn-hangzou" } }, 'to_region_id[2] names a region that is not known: did you '
      .. 'mean "cn-hangzhou"?' },
    { { to_region_id = { "zz-top" } }, "to_region_id[1] names a region that is not known: region.list() "
      .. "shows those that exist" },
    { { region_id = "cn-bejing" }, 'region_id names a region that is not known: did you mean "cn-beijing"?' },
  }) do
    it("names the region that does not exist: " .. row[2], function()
      local _, message, err = client.pipeline.create(with(row[1]))
      assert.equal("InvalidRegionId.NotFound", err.code)
      assert.equal(row[2], err.hint)
      assert.equal(err.param, row[2]:match("^%S+"))
      assert.truthy(message:find(row[2], 1, true))
    end)
  end

  it("names the argument of a list of regions, or of a copy, that has the region", function()
    local rows = {
      { "to_region_id", client.image.copy("m-bp1example", { to_region_id = "cn-beijng" }) },
      { "to_region_id", client.image.copy("m-bp1example", { to_region_id = { "cn-beijng", "cn-qingdao" } }) },
      { "regions", client.image.list({ regions = { "cn-hangzhou", "cn-beijng" } }) },
      { "region", client.image.list({}, { region = "cn-beijng" }) },
    }
    for _, row in ipairs(rows) do
      local hint = row[1] .. ' names a region that is not known: did you mean "cn-beijing"?'
      assert.same({ row[1], hint }, { row[4].param, row[4].hint })
      assert.truthy(row[3]:find("; hint: " .. hint, 1, true), row[3])
    end
  end)

  for _, row in ipairs({
    { "<html>\n<body>a  captive portal", 200, "it begins: <html> <body>a captive portal [BAD_REPLY" },
    { "", 502, "it is empty [BAD_REPLY" }, { ("é"):rep(100), 200, ("é"):rep(40) .. "… [BAD_REPLY" },
    { "a" .. ("é"):rep(100), 200, "begins: a" .. ("é"):rep(39) .. "… [BAD_REPLY" },
  }) do
    it("of an answer that cannot be read has status, endpoint and first words: " .. row[2] .. row[3], function()
      service:fault({ kind = "status", status = row[2], body = row[1] })
      local _, message, err = client.pipeline.list()
      assert.same({ "protocol", "BAD_REPLY", row[2], "https://ecs.cn-hangzhou.aliyuncs.com" },
        { err.kind, err.code, err.status, err.endpoint })
      assert.truthy(message:find("(HTTP status " .. row[2] .. " from https://ecs.cn-hangzhou.aliyuncs.com); ", 1,
        true), message)
      assert.truthy(message:find(row[3], 1, true), message)
      assert.truthy(err.hint:find("check endpoint and proxy", 1, true))
      assert.is_nil(err.answer)
    end)
  end

  it("of such an answer to a write says first how to repeat it", function()
    service:fault({ kind = "status", status = 200, body = "captive portal" })
    local _, message, err = client.pipeline.create(WEB)
    assert.equal("unknown", err.outcome)
    assert.matches("it begins: captive portal .*; hint: it may have been carried out: repeat with", message)
  end)

  it("shows no secret of an answer that repeats the request", function()
    local keys = { access_key_id = "STS.abcdefghijk", access_key_secret = "s", security_token = ("t0ken"):rep(200) }
    client, service = emulator.client({ credentials = { [keys.access_key_id] = { secret = "s",
      token = keys.security_token } }, client = { retry = false } })
    service:fault({ kind = "status", status = 200, body = "you sent " .. keys.security_token .. " and more" })
    local _, message = client.pipeline.create(WEB)
    assert.truthy(message:find("it begins: you sent ", 1, true), message)
    assert.is_nil(message:find("t0ken", 1, true), message)
  end)

  for name, row in pairs({
    ["image_options.nvme_support"] = { { image_options = { nvme_support = "auto" } },
      "image_options.image_features.nvme_support" },
    ["image_options.tags"] = { { image_options = { taggs = "x" } }, "tags" },
    ["a field of a list"] = { { oss_buckt = "b" }, "import_image_options.disk_device_mappings[1].oss_bucket" },
  }) do
    it("says where a nested argument belongs: " .. name, function()
      local _, message = client.pipeline.create(with(row[1]))
      assert.truthy(message:find("; did you mean " .. row[2] .. "?", 1, true), message)
    end)
  end
end)

describe("a builder", function()
  local function builder()
    return ecs.build_content.new():run("echo a")
  end

  it("is taken where the text of a content is wanted, by every function", function()
    local client, service = emulator.client()
    local args = with({ build_content = builder(), test_content = builder() })
    assert.is_true(client.pipeline.validate(args))
    local made = assert(client.pipeline.create(args))
    assert.equal("RUN echo a", assert(client.pipeline.describe(made)).build_content)
    assert.equal("none", assert(client.pipeline.plan(args)).action)
    assert.equal(made.id, assert(client.pipeline.ensure(args)).id)
    assert.equal("success", assert(client.bake(args)).outcome)
    assert.equal("unchanged", assert(client.bake(args)).outcome)
    assert.same(client.render("pipeline.create", with({ build_content = "RUN echo a", test_content = "RUN echo a" }
      )).parameters.BuildContent, client.render("pipeline.create", args).parameters.BuildContent)
    assert(client.component.create({ name = "component", content = builder() }))
    assert.equal(1, #service:state().components)
    assert.is_true(getmetatable(args.build_content) ~= nil, "the caller's table was changed")
  end)
end)
