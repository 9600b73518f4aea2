-- image.prune: what would go and what stays and why; then that, and failures on the way.
local ecs = require("ecs_pipeline")
local virtual = require("spec.support.virtual")

local client, emulator

before_each(function()
  client, emulator = virtual.client() -- 2026-11-24
end)

local function put(name, more)
  local record = { ImageName = name, CreationTime = "2026-01-01T00:00:00Z" }
  for key, value in pairs(more or {}) do
    record[key] = value
  end
  return emulator:put("images", record).ImageId
end

-- Images web-1 … web-n, the last one the newest.
local function series(count, more)
  local list = {}
  for number = 1, count do
    local record = { CreationTime = ("2026-%02d-01T00:00:00Z"):format(number) }
    for key, value in pairs(more or {}) do
      record[key] = value
    end
    list[number] = put("web-" .. number, record)
  end
  return list
end

local function names(list)
  local out = {}
  for index, image in ipairs(list) do
    out[index] = image.name
  end
  return table.concat(out, " ")
end

-- "web-1 newest web-2 shared"
local function reasons(result)
  local out = {}
  for index, one in ipairs(result.keep) do
    out[index] = one.name .. " " .. one.reason
  end
  table.sort(out)
  return table.concat(out, ", ")
end

local function left()
  local out = {}
  for _, image in ipairs(emulator:state().images) do
    out[#out + 1] = image.ImageName
  end
  return table.concat(out, " ")
end

local function requests(action)
  return emulator:state().count[action] or 0
end

describe("image.prune", function()
  it("only says what it would delete", function()
    series(5)
    local result = assert(client.image.prune({ name_regex = "^web-", keep = 2 }))
    assert.same({ "web-3 web-2 web-1", "web-4 newest, web-5 newest", false, "cn-hangzhou" },
      { names(result.delete), reasons(result), result.applied, result.region })
    assert.same({ 0, 5 }, { requests("DeleteImage"), #emulator:state().images })
    result = assert(client.image.prune({ name_regex = "^web-", keep = 2, apply = true }, { dry_run = true }))
    assert.same({ false, 0 }, { result.applied, requests("DeleteImage") })
    assert.same({ {}, {} }, { result.deleted, result.failed })
  end)

  it("deletes when told to, and nothing the second time", function()
    local ids = series(5)
    local result = assert(client.image.prune({ name_regex = "^web-", keep = 2, apply = true }))
    assert.same({ true, { ids[3], ids[2], ids[1] }, {} }, { result.applied, result.deleted, result.failed })
    assert.equal("web-4 web-5", left())
    assert.same({}, assert(client.image.prune({ name_regex = "^web-", keep = 2, apply = true })).deleted)
  end)

  it("goes by age, and keeps the newest whatever its age", function()
    series(5)
    -- by 2026-11-24, web-5 is 207 days old, web-4 237, web-3 267
    local result = assert(client.image.prune({ name_regex = "^web-", older_than = 230 * 86400 }))
    assert.same({ "web-4 web-3 web-2 web-1", "web-5 newest" }, { names(result.delete), reasons(result) })
    result = assert(client.image.prune({ name_regex = "^web-", older_than = 250 * 86400, keep = 0 }))
    assert.same({ "web-3 web-2 web-1", "web-4 young, web-5 young" }, { names(result.delete), reasons(result) })
    assert.matches("^2[03]7 days old$", result.keep[1].why)
    assert.equal("web-5 web-4 web-3 web-2 web-1",
      names(assert(client.image.prune({ name_regex = "^web-", keep = 0 })).delete))
  end)

  it("keeps what has no readable age", function()
    put("web-x", { CreationTime = "yesterday" })
    assert.equal("web-x young", reasons(assert(client.image.prune({ name = "web-x", older_than = 1, keep = 0 }))))
  end)

  it("keeps base images, what is in use, shared, published or being made", function()
    local base, _, shared, public = put("web-base"), put("web-used", { Usage = "instance" }), put("web-shared"),
      put("web-public")
    put("web-making", { Status = "Creating" })
    put("web-failed", { Status = "CreateFailed" })
    put("web-copy", { IsCopied = true })
    put("other")
    assert(client.image.share(shared, { add_account = "12" }))
    assert(client.image.share(public, { is_public = true }))
    assert(client.pipeline.create({ base_image = base, base_image_type = "IMAGE", name = "app" }))
    local result = assert(client.image.prune({ name_regex = "^web-", keep = 0, keep_copied = true, apply = true }))
    assert.equal("web-base base_image, web-copy copied, web-making being_made, web-public public, web-shared shared, "
      .. "web-used in_use", reasons(result))
    assert.equal("web-failed", names(result.delete))
    for _, one in ipairs(result.keep) do
      assert.is_true(one.reason ~= "base_image" or one.why:find("^base of the pipeline app %(ip%-%w+%)$") ~= nil)
    end
    result = assert(client.image.prune({ name_regex = "^web-", keep = 0, in_use = "delete", apply = true }))
    assert.same({ "web-base base_image, web-making being_made, web-public public, web-shared shared", 2 },
      { reasons(result), #result.deleted })
    assert.equal("web-base web-shared web-public web-making other", left())
  end)

  it("keeps the image that a pipeline of its family would start from", function()
    series(3, { ImageFamily = "web" })
    assert(client.pipeline.create({ base_image = "web", base_image_type = "IMAGE_FAMILY" }))
    assert(client.pipeline.create({ base_image = "none", base_image_type = "IMAGE_FAMILY" }))
    local result = assert(client.image.prune({ image_family = "web", keep = 0 }))
    assert.same({ "web-3 base_image", "web-2 web-1" }, { reasons(result), names(result.delete) })
  end)

  it("does not count what cannot be used among the newest", function()
    put("web-good", { CreationTime = "2026-01-01T00:00:00Z" })
    put("web-bad", { CreationTime = "2026-02-01T00:00:00Z", Status = "CreateFailed" })
    put("web-old", { CreationTime = "2026-03-01T00:00:00Z", Status = "Deprecated" })
    local result = assert(client.image.prune({ name_regex = "^web-", keep = 1 }))
    assert.same({ "web-good newest", "web-old web-bad" }, { reasons(result), names(result.delete) })
  end)

  it("knows the images of a pipeline by their names", function()
    local pipeline = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web" }))
    for number = 1, 3 do
      put("web_exec-bp" .. number, { CreationTime = ("2026-0%d-01T00:00:00Z"):format(number) })
    end
    for _, name in ipairs({ "web", "web-other_exec-bp1", "web_exec-bp1-x", "aweb_exec-bp1", "web_execution" }) do
      put(name, { CreationTime = "2025-12-01T00:00:00Z" })
    end
    assert.equal("web_exec-bp2 web_exec-bp1",
      names(assert(client.image.prune({ pipeline = pipeline, keep = 1 })).delete))
    local bare = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "bare",
      image_options = { image_name = "web" }, advanced_options = { image_name_suffix = "disable" } }))
    assert.equal("web_exec-bp3 web_exec-bp2 web_exec-bp1 web",
      names(assert(client.image.prune({ pipeline = bare.id, keep = 0 })).delete))
    local _, message, err = client.image.prune({ pipeline = "ip-none", keep = 1 })
    assert.equal("not_found", err.kind)
    assert.matches("^image.prune: ", message)
  end)

  it("looks into the region it is told, and at its own images only", function()
    put("web-1", { RegionId = "cn-beijing" })
    put("web-2", { RegionId = "cn-beijing", ImageOwnerAlias = "others" })
    local result = assert(client.image.prune({ name_regex = ".", keep = 0, region_id = "cn-beijing", apply = true }))
    assert.same({ 1, "cn-beijing" }, { #result.deleted, result.region })
    assert.equal("cn-beijing", assert(client.image.prune({ name_regex = ".", keep = 0 },
      { region = "cn-beijing" })).region)
  end)
end)

describe("image.prune meets a failure", function()
  it("of one image, and goes on with the others", function()
    local ids = series(3)
    emulator:fault({ kind = "error", code = "ImageIsExporting", action = "DeleteImage" })
    local result, message, err = client.image.prune({ name_regex = "^web-", keep = 0, apply = true })
    assert.is_nil(result)
    assert.same({ "conflict", "ImageIsExporting", { ids[2], ids[1] }, 1, ids[3] }, { err.kind, err.code,
      err.partial.deleted, #err.partial.failed, err.partial.failed[1].id })
    assert.matches("^image.prune: in conflict with the present state: 2 of 3 images were deleted; " .. ids[3]:gsub("%-",
      "%%-") .. " was not: [^:]+ %[ImageIsExporting, [%w-]+%]; hint: wait until", message)
    assert.equal("web-3", left())
  end)

  it("that would meet all of them, and stops", function()
    series(3)
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DeleteImage", skip = 1 })
    local _, message, err = client.image.prune({ name_regex = "^web-", keep = 0, apply = true })
    assert.same({ "denied", 1, 1, 2 }, { err.kind, #err.partial.deleted, #err.partial.failed,
      requests("DeleteImage") })
    assert.matches("1 of 3 images were deleted", message)
  end)

  it("that leaves open whether the image was deleted, and says so", function()
    series(2)
    emulator:fault({ kind = "status", status = 400, body = "<html>", action = "DeleteImage" })
    local _, _, err = client.image.prune({ name_regex = "^web-", keep = 1, apply = true })
    assert.same({ "unknown", 400, 13 }, { err.outcome, err.status, ecs.exit_code(err) })
    assert.matches("may have been carried out", err.hint, nil, true)
  end)

  local looks = { "DescribeImages", "DescribeImagePipelines", "DescribeImageFromFamily" }
  for _, action in ipairs(looks) do
    it("of " .. action .. ", and deletes nothing", function()
      series(2, { ImageFamily = "web" })
      local pipeline = assert(client.pipeline.create({ base_image = "web", base_image_type = "IMAGE_FAMILY" }))
      emulator:fault({ kind = "error", code = "Forbidden.RAM", action = action, times = 9 })
      local _, message, err = client.image.prune({ name_regex = "^web-", keep = 0, apply = true,
        pipeline = action == "DescribeImagePipelines" and pipeline or nil })
      assert.equal("denied", err.kind)
      assert.matches("^image.prune: ", message)
      assert.same({ 0, 2 }, { requests("DeleteImage"), #emulator:state().images })
    end)
  end

  it("in finding out which images pipelines start from", function()
    series(2)
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines", times = 9 })
    local _, message, err = client.image.prune({ name_regex = "^web-", keep = 0, apply = true })
    assert.same({ "denied", "image.prune" }, { err.kind, err.operation })
    assert.matches("^image.prune: ", message)
    assert.equal(0, requests("DeleteImage"))
  end)
end)
