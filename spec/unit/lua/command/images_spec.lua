-- The commands of images and components, against the emulator.
local cjson = require("cjson")
local runs = require("spec.support.command_run")

local run, pipeline, image

local function json(line)
  line[#line + 1] = "--output"
  line[#line + 1] = "json"
  local code, out = run(line)
  return code, out ~= "" and cjson.decode(out) or nil
end

before_each(function()
  run = runs.new()
  local _, reply = json({ "call", "Ecs", "2014-05-26", "CreateImagePipeline", "RegionId=cn-hangzhou", "Name=web",
    "BaseImageType=IMAGE", "BaseImage=m-bp1example", "ImageFamily=web" })
  pipeline = reply.ImagePipelineId
  local _, built = json({ "build", pipeline })
  image = built.image_id
end)

describe("images", function()
  it("are those of the account, unless an owner is given", function()
    local _, mine = json({ "images" })
    assert.same({ 1, image }, { #mine, mine[1].id })
    local _, system = json({ "images", "--owner", "system" })
    assert.is_true(#system > 1)
  end)

  it("of a family: the newest", function()
    local _, second = json({ "build", pipeline })
    local _, out = run({ "images", "--family", "web", "--latest", "-o", "id" })
    assert.equal(second.image_id .. "\n", out)
  end)

  it("of several regions are by region", function()
    local _, lists = json({ "images", "--in", "cn-hangzhou", "--in", "cn-qingdao" })
    assert.equal(image, lists["cn-hangzhou"][1].id)
    assert.same({}, lists["cn-qingdao"])
  end)

  it("of no name is an empty list", function()
    local _, out = run({ "images", "--name-regex", "^none$", "-o", "json" })
    assert.equal("[]\n", out)
  end)
end)

describe("copy", function()
  it("copies once to each region, and waits if it is told to", function()
    local code, copies = json({ "copy", image, "--to", "cn-qingdao", "--to", "cn-beijing", "--name", "web-copy",
      "--wait" })
    assert.equal(0, code)
    local _, again = json({ "copy", image, "--to", "cn-qingdao", "--to", "cn-beijing", "--name", "web-copy" })
    assert.same(copies.images, again.images)
    local _, there = json({ "images", "--in", "cn-qingdao" })
    assert.same({ copies.images["cn-qingdao"], "web-copy" }, { there["cn-qingdao"][1].id, there["cn-qingdao"][1].name })
  end)
end)

describe("share", function()
  it("adds and removes accounts", function()
    local code, shared = json({ "share", image, "--add", "1234567890123456" })
    assert.same({ 0, { "1234567890123456" } }, { code, shared.added })
    local _, removed = json({ "share", image, "--remove", "1234567890123456", "--yes" })
    assert.same({ "1234567890123456" }, removed.removed)
  end)

  it("of nothing is refused", function()
    assert.equal(7, (run({ "share", image })))
  end)
end)

describe("prune", function()
  before_each(function()
    run({ "build", pipeline })
  end)

  it("shows what can go, and deletes it with --apply", function()
    local code, would = json({ "prune", "--pipeline", pipeline, "--keep", "1" })
    assert.same({ 0, image, {} }, { code, would.delete[1].id, would.deleted })
    local _, done = json({ "prune", "--pipeline", pipeline, "--keep", "1", "--snapshots", "--apply", "--yes" })
    assert.same({ image }, done.deleted)
    local _, left = json({ "images" })
    assert.equal(1, #left)
  end)

  it("keeps young images, and wants to know which are meant", function()
    local _, would = json({ "prune", "--family", "web", "--keep", "0", "--older-than", "86400" })
    assert.same({}, would and would.delete)
    assert.equal(7, (run({ "prune", "--keep", "1" })))
  end)
end)

describe("components", function()
  it("are those that the filters name", function()
    run({ "call", "Ecs", "2014-05-26", "CreateImageComponent", "RegionId=cn-hangzhou", "Name=nginx",
      "Content=RUN true" })
    local _, all = json({ "components", "--name", "nginx" })
    assert.equal("nginx", all[1].image_component_name)
    local _, none = json({ "components", "--tag", "team=web" })
    assert.same({}, none)
  end)
end)
