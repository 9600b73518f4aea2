-- What an image was built from: which arguments count, and how the digests travel in a tag.
local core = require("ecs_pipeline.core")
local fingerprint = require("ecs_pipeline.bake.fingerprint")

local RESOLVED = { base_image = "m-1", components = {} }

local function of(fields, resolved)
  local template = { id = "ip-1", name = "web", base_image = "m-1", base_image_type = "IMAGE",
    build_content = "RUN make", test_content = "RUN make check" }
  for name, value in pairs(fields or {}) do
    template[name] = value ~= "nothing" and value or nil
  end
  return fingerprint.of(template, resolved or RESOLVED, "cn-hangzhou")
end

local function changed(fields, resolved)
  return fingerprint.changed(of(), of(fields, resolved))
end

-- A value of each type that differs from every default.
local OTHER = { string = "other", integer = 77, boolean = true, list = { "cn-beijing" }, tags = { a = "b" } }

-- Every argument of create → a template that has another value there.
local function each_argument(visit)
  local function walk(list, prefix, wrap)
    for _, param in ipairs(list) do
      local path = prefix .. param.name
      if param.type == "object" then
        walk(param.fields, path .. ".", function(value) return wrap({ [param.name] = value }) end)
      elseif param.type == "objects" then
        visit(path, wrap({ [param.name] = { { [param.fields[1].name] = OTHER[param.fields[1].type] } } }))
      else
        local value = OTHER[param.type]
        for _, one in ipairs(param.values or {}) do
          value = one ~= param.default and one or value
        end
        visit(path, wrap({ [param.name] = value }))
      end
    end
  end
  walk(core.operations()["pipeline.create"].parameters, "", function(value) return value end)
end

describe("a fingerprint", function()
  it("is the same for the same, and for what means the same", function()
    assert.same({}, changed())
    assert.same({}, changed({ build_content = "RUN  make\r\n# done\r\n", system_disk_size = "40",
      to_region_id = { "cn-hangzhou" }, image_options = {} }))
  end)

  it("has a part for the contents", function()
    assert.same({ "content" }, changed({ build_content = "RUN make all" }))
    assert.same({ "content" }, changed({ test_content = "nothing" }))
    assert.same({ "content" }, changed({ build_content = "RUN make check", test_content = "RUN make" }))
  end)

  it("has a part for what the base image stands for", function()
    assert.same({ "base_image" }, changed({}, { base_image = "m-2", components = {} }))
    assert.same({}, changed({ base_image = "web", base_image_type = "IMAGE_FAMILY" }))
  end)

  it("has a part for components, in order, with versions", function()
    local function with(...) return { base_image = "m-1", components = { ... } } end
    local before = of({}, with({ id = "ic-1", version = "1.0.0" }, { id = "ic-2" }))
    for _, resolved in ipairs({ with({ id = "ic-1", version = "1.0.1" }, { id = "ic-2" }),
      with({ id = "ic-2" }, { id = "ic-1", version = "1.0.0" }), with({ id = "ic-1", version = "1.0.0" }) }) do
      assert.same({ "components" }, fingerprint.changed(before, of({}, resolved)))
    end
  end)

  it("sees every other argument, but for those that never reach the image", function()
    local aside, seen = {}, 0
    each_argument(function(path, fields)
      seen = seen + 1
      local parts = changed(fields)
      if #parts == 0 then
        aside[#aside + 1] = path
      end
    end)
    table.sort(aside)
    assert.same({ "base_image", "base_image_type", "client_token", "delete_instance_on_failure", "description",
      "import_image_options.retain_imported_image", "import_image_options.retention_strategy",
      "import_image_options.role_name", "instance_type",
      "internet_max_bandwidth_out", "region_id", "resource_group_id", "tags", "vswitch_id" }, aside)
    assert.is_true(seen > 40)
  end)

  it("knows that images are named after the template, unless they have a name", function()
    assert.same({ "arguments" }, changed({ name = "web-2" }))
    local named = { image_options = { image_name = "golden" } }
    assert.same({}, fingerprint.changed(of(named), of({ name = "web-2", image_options = named.image_options })))
    -- names that the service made of the id
    assert.same({}, fingerprint.changed(of({ name = "ip-1" }), of({ id = "ip-2", name = "ip-2" })))
  end)

  it("fits into a tag, and comes back", function()
    local text = fingerprint.text(of())
    assert.is_true(#text <= 128, #text .. " characters")
    assert.same(of(), fingerprint.read(text))
    assert.is_nil(fingerprint.read(nil))
    assert.is_nil(fingerprint.read("2" .. text:sub(2)))
    assert.same(fingerprint.PARTS, fingerprint.changed(fingerprint.read("1"), of()))
  end)
end)
