-- `ecs-pipeline api` against the tables of the C module.
local api = require("ecs_pipeline.command.api")
local cjson = require("cjson")
local core = require("ecs_pipeline.core")
local runs = require("spec.support.command_run")

local run

before_each(function()
  run = runs.new()
end)

local function each(parameters, prefix, visit)
  for _, row in ipairs(parameters) do
    visit(prefix .. row.name, row)
    each(row.fields or {}, prefix .. row.name .. (row.type == "objects" and "[]." or "."), visit)
  end
end

-- A text without its line breaks.
local function flat(text)
  return (text:gsub("%s+", " "))
end

it("lists every operation with its action", function()
  local code, out, err = run({ "api" })
  assert.same({ 0, "" }, { code, err })
  local ids = {}
  for name, operation in pairs(core.operations()) do
    assert.matches("\n" .. name:gsub("%p", "%%%0") .. " +" .. operation.action .. " +" .. operation.product .. " +"
      .. operation.version:gsub("%p", "%%%0") .. "\n", "\n" .. out)
    ids[#ids + 1] = name
  end
  table.sort(ids)
  local column = out:find("%S+ +%d%d%d%d%-") -- of the product, in every line
  for line in out:gmatch("[^\n]+%d%d%d%d%-%d%d%-%d%d\n") do
    assert.equal(column, line:find("%S+ +%d%d%d%d%-"), line)
  end
  local _, listed = run({ "api", "-o", "id" })
  assert.equal(table.concat(ids, "\n") .. "\n", listed)
  local _, json = run({ "api", "-o", "json" })
  assert.equal(#ids, #cjson.decode(json))
end)

it("shows every parameter of every operation, nested ones too, with its type and its name on the wire", function()
  for name, operation in pairs(core.operations()) do
    local code, out = run({ "api", name })
    assert.equal(0, code)
    local text, count = flat(out), 0
    each(operation.parameters, "", function(path, row)
      count = count + 1
      local from = assert(text:find(" " .. path .. " ", 1, true), name .. ": " .. path)
      assert.truthy(text:find("API: " .. row.wire, from, true), name .. ": " .. path)
    end)
    local paths = {}
    for line in select(2, run({ "api", name, "-o", "id" })):gmatch("[^\n]+") do
      paths[#paths + 1] = line
    end
    assert.equal(count, #paths)
  end
end)

it("says limits, defaults, values, conditions, deprecations and warnings", function()
  local text = flat(select(2, run({ "api", "pipeline.create" })))
  for _, part in ipairs({
    "API: CreateImagePipeline of Ecs 2014-05-26, RAM action ecs:CreateImagePipeline.",
    " base_image_type string; required; one of IMAGE, IMAGE_FAMILY, OSS; API: BaseImageType",
    " base_image string; required with base_image_type IMAGE or IMAGE_FAMILY; not empty;",
    " build_content string; at most 16384 bytes; 127 commands, older pages say; API: BuildContent",
    " delete_instance_on_failure boolean; default: true;",
    " image_family string; 2 to 128 characters;",
    " deprecated: use image_options.image_family; API: ImageFamily",
    "; warning: every image of this pipeline gets the same name; API: ImageNameSuffix",
    " import_image_options.disk_device_mappings[].disk_image_size integer; 1 to 2048 GiB; API: DiskImageSize",
    " region_id string; default: the region of the client;",
    " add_account list of strings; at most 20 items; 1 to 32 characters; characters: digits;",
    "keys: 1 to 128 characters,",
  }) do
    assert.truthy(text:find(part, 1, true), part)
  end
  text = flat(select(2, run({ "api", "vswitch.create" })))
  assert.truthy(text:find("required without cidr_mask", 1, true), text)
  text = flat(select(2, run({ "api", "vpc.create" })))
  assert.truthy(text:find("an IPv4 block, /8 to /28; not inside 100.64.0.0/10,", 1, true), text)
end)

it("has words for every set of characters and format", function()
  for _, operation in pairs(core.operations()) do
    each(operation.parameters, "", function(_, row)
      assert.is_true(#table.concat(api.rules(row)) >= 0)
      assert.is_true(#table.concat(api.rules(row.key or {})) >= 0)
    end)
  end
  assert.same({ "at most 5 characters" }, api.rules({ max_length = 5 }))
  assert.same({ "2 characters" }, api.rules({ min_length = 2, max_length = 2 }))
  assert.same({ "at least 3" }, api.rules({ min = 3 }))
  assert.same({ "format: major.minor.patch" }, api.rules({ format = "version" }))
  assert.same({ "required with a", "a list, or one text with commas", "deprecated" },
    api.rules({ required_when = { param = "a" }, joined = true, deprecated = true }))
end)

it("shows pipeline.create for what takes its arguments", function()
  local _, out = run({ "api", "ecs.bake" })
  assert.matches("^ecs%.bake takes the arguments of pipeline%.create%.\n", out)
  local _, json = run({ "api", "pipeline.plan", "-o", "json" })
  assert.equal("pipeline.create", cjson.decode(json).name)
end)

it("refuses what does not exist, and names the nearest", function()
  local code, out, err = run({ "api", "pipeline.craete", "-o", "json" })
  assert.same({ 10, "" }, { code, out })
  assert.truthy(err:find("no such operation; did you mean pipeline.create?; ecs-pipeline api lists them", 1, true), err)
  assert.equal(10, (run({ "api", "x" })))
end)
