local overrides = require("ecs_pipeline.command.overrides")

local function apply(args, ...)
  local base = {}
  local ok, why = overrides.apply(args, { ... }, base)
  return ok and args or nil, why, base
end

describe("--set", function()
  it("sets arguments in their types, later ones over earlier ones", function()
    assert.same({ name = "web=1", system_disk_size = 60, delete_instance_on_failure = false, description = "",
      tags = { ["a.b"] = "c", old = "x" }, image_options = { image_family = "web",
        image_features = { nvme_support = "auto" }, image_tags = { a = "b" } },
      to_region_id = { "cn-a", "cn-b" }, add_account = { "123" },
      import_image_options = { disk_device_mappings = { { oss_bucket = "b" } } } },
      (apply({ name = "old", tags = { old = "x" } }, "name=first", "name=web=1", "system_disk_size=60",
        "delete_instance_on_failure=false", "description=", "tags.a.b=c", "image_options.image_family=web",
        "image_options.image_features.nvme_support=auto", "image_options.image_tags={\"a\":\"b\"}",
        "to_region_id=cn-a,cn-b", "add_account=[\"123\"]",
        "import_image_options.disk_device_mappings=[{\"oss_bucket\":\"b\"}]")))
  end)

  it("leaves names that it does not know to the check", function()
    assert.same({ nmae = "x", a = { b = "c" } }, (apply({}, "nmae=x", "a.b=c")))
  end)

  it("counts more than the file: a text over a file of it, and the other way round", function()
    local args, _, base = apply({ build_content = "RUN a" }, "build_content_file=b.sh")
    assert.same({ build_content_file = "b.sh" }, args)
    assert.equal("", base.build_content_file)
    assert.same({ build_content = "RUN b" }, (apply({ build_content_file = "b.sh" }, "build_content=RUN b")))
  end)

  it("says what is wrong", function()
    for text, wanted in pairs({
      ["name"] = "--set wants key=value or a.b=value, for example --set system_disk_size=60",
      ["=x"] = "--set wants key=value or a.b=value, for example --set system_disk_size=60",
      ["a..b=x"] = "--set wants key=value or a.b=value, for example --set system_disk_size=60",
      ["name.first=x"] = "--set name.first: name has no fields: its type is string",
      ["to_region_id={x"] = "--set to_region_id: it is not JSON",
      ["tags=x"] = "--set tags: wants one field each (--set tags.name=value), or JSON",
      ["image_options=x"] = "--set image_options: wants one field each (--set image_options.name=value), or JSON",
      ["import_image_options.disk_device_mappings=x"] = "--set import_image_options.disk_device_mappings: wants JSON, "
        .. 'such as [{"oss_bucket": "…"}]',
      ["import_image_options.disk_device_mappings.x=y"] = "--set import_image_options.disk_device_mappings.x: "
        .. "import_image_options.disk_device_mappings has no fields: its type is objects",
    }) do
      local args, why = apply({}, text)
      assert.is_nil(args)
      assert.equal(wanted, why)
    end
    local args, why = apply({ tags = "x" }, "tags.a=b")
    assert.is_nil(args)
    assert.equal("--set tags.a: tags is not a table in the file, so it has no fields", why)
  end)
end)
