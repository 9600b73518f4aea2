-- The canonical form of arguments and templates: what counts as the same.
local canonical = require("ecs_pipeline.pipeline.canonical")
local core = require("ecs_pipeline.core")

-- path → text
local function texts(source, region)
  local map = {}
  for path, entry in pairs(canonical.form(source, region)) do
    map[path] = entry.text
  end
  return map
end

local function same(a, b, region)
  return canonical.text(canonical.form(a, region)) == canonical.text(canonical.form(b, region))
end

describe("canonical.form", function()
  it("leaves out what is not given, blank, empty or the default of the service", function()
    assert.same({ base_image = "m-1" }, texts({ base_image = "m-1", description = "", tags = {}, add_account = {},
      image_options = {}, system_disk_size = 40, delete_instance_on_failure = true,
      import_image_options = { license_type = "Auto" } }))
  end)

  it("compares numbers, digits, booleans and ids in tables by their meaning", function()
    assert.same({ system_disk_size = "50", vswitch_id = "vsw-1", delete_instance_on_failure = "false" },
      texts({ system_disk_size = "050", vswitch_id = { id = "vsw-1" }, delete_instance_on_failure = "False" }))
    assert.is_true(same({ system_disk_size = 50 }, { system_disk_size = "50" }))
    assert.is_false(same({ system_disk_size = 50 }, { system_disk_size = 51 }))
  end)

  it("compares lists as sets, and different lists never as one", function()
    assert.is_true(same({ add_account = { 2, "1", 2 } }, { add_account = { "1", "2" } }))
    assert.is_true(same({ add_account = 1 }, { add_account = { "1" } }))
    assert.is_false(same({ add_account = { "12" } }, { add_account = { "1", "2" } }))
    assert.is_false(same({ tags = { a = "b1:c" } }, { tags = { a = "b", ["1"] = "c" } }))
  end)

  it("keeps the list of a value as it will be shown", function()
    local entry = canonical.form({ add_account = { 2, 1 } }).add_account
    assert.same({ "1", "2" }, entry.value)
    assert.equal("1:11:2", entry.text)
  end)

  it("ignores the kind of line ends in contents, and those at the end", function()
    assert.is_true(same({ build_content = "RUN a\r\nRUN b\r" }, { build_content = "RUN a\nRUN b\n\n" }))
    assert.is_false(same({ build_content = "RUN a" }, { build_content = " RUN a" }))
    assert.is_false(same({ description = "a\r\n" }, { description = "a\n" }))
  end)

  it("reads a deprecated spelling as the one that replaced it, which wins", function()
    assert.same({ ["image_options.image_name"] = "golden" }, texts({ image_name = "golden" }))
    assert.same({ ["image_options.image_name"] = "new" },
      texts({ image_name = "old", image_options = { image_name = "new" } }))
    assert.same({ ["import_image_options.retain_imported_image"] = "true" },
      texts({ import_image_options = { retain_imported_image = true } }))
  end)

  it("knows defaults that depend on the region, the system and the architecture", function()
    assert.same({}, texts({ to_region_id = { "cn-hangzhou" } }, "cn-hangzhou"))
    assert.is_string(texts({ to_region_id = { "cn-hangzhou" } }, "cn-qingdao").to_region_id)
    local function import(fields)
      return texts({ import_image_options = fields })
    end
    assert.is_nil(import({ platform = "Others Linux" })["import_image_options.platform"])
    assert.equal("Others Linux",
      import({ platform = "Others Linux", os_type = "windows" })["import_image_options.platform"])
    assert.is_nil(import({ boot_mode = "UEFI", architecture = "arm64" })["import_image_options.boot_mode"])
    assert.equal("UEFI", import({ boot_mode = "UEFI" })["import_image_options.boot_mode"])
  end)

  it("compares neither the token nor the region of the call", function()
    assert.same({}, texts({ client_token = "t", region_id = "cn-hangzhou" }))
  end)
end)

describe("canonical.own_tags", function()
  it("has no tags of the service and none of this library", function()
    assert.same({ a = "1", b = "2" }, canonical.own_tags({ a = "1", b = 2, ["acs:x"] = "y",
      ["aliyun.x"] = "y", ["ecs_pipeline:follows"] = "ip-1" }))
    assert.same({ a = "1" }, canonical.own_tags({ { key = "a", value = "1" } }))
    assert.same({}, canonical.own_tags(nil))
  end)
end)

describe("canonical.default", function()
  it("is a value of the parameter's type, or nil where there is no fixed one", function()
    assert.same({ text = "40", value = 40 }, canonical.default("system_disk_size"))
    assert.same({ text = "true", value = true }, canonical.default("delete_instance_on_failure"))
    assert.same({ text = "false", value = false },
      canonical.default("import_image_options.retain_imported_image"))
    assert.is_nil(canonical.default("name"))
    assert.is_nil(canonical.default("base_image"))
  end)
end)

describe("canonical.parameters", function()
  it("are those of the C module", function()
    assert.same(core.operations()["pipeline.create"].parameters, canonical.parameters())
  end)
end)
