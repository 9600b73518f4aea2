local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local create_args, params, failures = fixture.create_args, fixture.params, fixture.failures

describe("marshalling writes", function()
  it("terraform's names, nested objects, lists and objects in lists", function()
    assert.same({
      BaseImageType = "OSS", RegionId = "cn-hangzhou", VSwitchId = "vsw-1", ["ToRegionId.1"] = "cn-qingdao",
      ["ToRegionId.2"] = "cn-beijing", ["ImageOptions.ImageFeatures.NvmeSupport"] = "auto",
      ["ImportImageOptions.DiskDeviceMappings.1.OSSBucket"] = "b",
        ["ImportImageOptions.DiskDeviceMappings.1.OSSObject"] = "o",
      ["ImportImageOptions.DiskDeviceMappings.2.OSSBucket"] = "c",
        ["ImportImageOptions.DiskDeviceMappings.2.OSSObject"] = "p",
      ["ImportImageOptions.DiskDeviceMappings.2.DiskImageSize"] = "40",
    }, (params("pipeline.create", {
      base_image_type = "OSS", vswitch_id = "vsw-1", to_region_id = { "cn-qingdao", "cn-beijing" },
      image_options = { image_features = { nvme_support = "auto" } },
      import_image_options = { disk_device_mappings = {
        { oss_bucket = "b", oss_object = "o" }, { oss_bucket = "c", oss_object = "p", disk_image_size = 40 },
      } },
    })))
  end)

  it("the API's own spelling beside terraform's, but not both at once", function()
    assert.equal("vsw-1", params("pipeline.create", create_args({ v_switch_id = "vsw-1" })).VSwitchId)
    assert.equal("ip-1", params("pipeline.describe", { image_pipeline_id = { "ip-1" } })["ImagePipelineId.1"])
    local found = failures("pipeline.describe", { ids = { "ip-1" }, image_pipeline_id = { "ip-2" } })
    assert.equal("given twice", (found.ids or found.image_pipeline_id).rule)
  end)

  it("false, 0 and the empty string, but not nil and empty tables", function()
    local got = params("pipeline.create", create_args({
      delete_instance_on_failure = false, internet_max_bandwidth_out = 0, build_content = "", tags = {},
      to_region_id = {}, image_options = {}, add_account = nil,
    }))
    assert.same({
      BaseImage = "m-1", BaseImageType = "IMAGE", RegionId = "cn-hangzhou", DeleteInstanceOnFailure = "false",
      InternetMaxBandwidthOut = "0", BuildContent = "",
    }, got)
  end)

  it("a map of tags in bytewise key order, a list as it stands", function()
    local map = params("pipeline.create", create_args({ tags = { b = 2, ["Ü"] = "x", B = "y", ["b.c"] = "" } }),
      { validate = "off" })
    local keys = {}
    for i = 1, 4 do
      keys[i] = map["Tag." .. i .. ".Key"] .. "=" .. map["Tag." .. i .. ".Value"]
    end
    assert.same({ "B=y", "b=2", "b.c=", "Ü=x" }, keys)
    local list = params("pipeline.describe", { tags = { { key = "z" }, { key = "a", value = "1" } } })
    assert.same({ "z", nil, "a", "1" },
      { list["Tag.1.Key"], list["Tag.1.Value"], list["Tag.2.Key"], list["Tag.2.Value"] })
  end)

  it("ids from strings, exact numbers and tables with an id", function()
    local got = params("pipeline.create", create_args({
      add_account = { 1284387915995949, "1284387915995950", { id = "12" } },
      vswitch_id = { id = "vsw-1", name = "x" }, system_disk_size = "40", internet_max_bandwidth_out = 20.0,
    }))
    assert.equal("1284387915995949", got["AddAccount.1"])
    assert.equal("1284387915995950", got["AddAccount.2"])
    assert.equal("12", got["AddAccount.3"])
    assert.equal("vsw-1", got.VSwitchId)
    assert.equal("40", got.SystemDiskSize)
    assert.equal("9007199254740991", params("pipeline.describe", { max_results = 2 ^ 53 - 1 },
      { validate = "off" }).MaxResults)
    assert.equal("20", got.InternetMaxBandwidthOut)
    assert.equal("ip-1", params("pipeline.describe", { ids = "ip-1" })["ImagePipelineId.1"])
    assert.equal("ip-1", params("pipeline.describe", { ids = { id = "ip-1" } })["ImagePipelineId.1"])
  end)

  it("a list of states as one text, as the service wants it", function()
    local function status(value)
      return params("execution.describe", { image_pipeline_id = "ip-1", status = value }).Status
    end
    assert.equal("SUCCESS,FAILED", status({ "SUCCESS", "FAILED" }))
    assert.equal("SUCCESS", status("SUCCESS"))
    assert.equal("SUCCESS,FAILED", status("SUCCESS,FAILED"))
    assert.is_nil(status({}))
    local found = failures("execution.describe", { status = { "SUCCESS", "DONE", 3 } })
    assert.is_truthy(found["status[2]"].rule:find("^one of PREPARING"))
    assert.equal("a string", found["status[3]"].rule)
  end)

  it("a list of ids as one text, tables with an id among them", function()
    assert.equal("vpc-1,vpc-2", params("vpc.list", { ids = { "vpc-1", { id = "vpc-2" } } }).VpcId)
    assert.equal("vpc-1", params("vpc.list", { vpc_id = { id = "vpc-1" } }).VpcId)
  end)

  it("numbers with a fraction, with a point in every locale", function()
    local function memory(value)
      return params("zone.available", { destination_resource = "InstanceType", memory_size = value }).Memory
    end
    assert.same({ "2", "0.5", "0.25", "16", "-1.5" },
      { memory(2), memory(0.5), memory("0.25"), memory("16"), memory(-1.5) })
    for _, value in ipairs({ "", "1.", ".5", "1e3", "0x10", "1,5", "2 ", "-", 1e300, 1 / 0, true, {} }) do
      local found = failures("zone.available", { destination_resource = "Zone", memory = value })
      assert.equal("a number such as 2 or 0.5", found.memory.rule, tostring(value))
    end
  end)

  it("parameters it does not know, spelled by the caller, through extra", function()
    local got = params("pipeline.create", create_args({
      extra = { NewThing = true, ["ImageOptions.New"] = { A = 1, B = { "x", "y" } } },
    }))
    assert.equal("true", got.NewThing)
    assert.equal("1", got["ImageOptions.New.A"])
    assert.equal("y", got["ImageOptions.New.B.2"])
    local request, err = core.prepare(fixture.session(), "pipeline.create",
      create_args({ extra = { BaseImage = "m-2" } }), fixture.attempt())
    assert.is_nil(request)
    assert.equal("validation", err.kind)
    assert.is_truthy(err.message:find("BaseImage", 1, true), err.message)
  end)

  it("region and client token of the attempt unless the arguments have their own", function()
    local got = params("pipeline.create", create_args({}), { client_token = "t-1", region = "cn-qingdao" })
    assert.equal("t-1", got.ClientToken)
    assert.equal("cn-qingdao", got.RegionId)
    got = params("pipeline.create", create_args({ region_id = "cn-beijing", client_token = "own" }),
      { client_token = "t-1" })
    assert.equal("own", got.ClientToken)
    assert.equal("cn-beijing", got.RegionId)
  end)

  it("no metamethod's answer: arguments are read raw", function()
    local touched = false
    local spy = setmetatable({ base_image = "m-1", base_image_type = "IMAGE" }, {
      __index = function() touched = true end, __pairs = function() touched = true return next, {} end,
      __len = function() touched = true return 1 end,
    })
    params("pipeline.create", spy)
    assert.is_false(touched)
  end)
end)

describe("checking refuses", function()
  it("every broken rule of a call at once, with path, shape, rule and fix", function()
    local found, err = failures("pipeline.create", {
      base_image_type = "image", name = "1", description = true, system_disk_size = 600,
      image_options = { image_name = ("x"):rep(70) }, tags = { ["acs:x"] = "v" },
    })
    assert.equal("validation", err.kind)
    assert.is_false(err.sent)
    assert.same({ param = "image_options.image_name", value = "string of 70 characters", rule = "2 to 64 characters",
      fix = "shorten it by 6",
      message = "image_options.image_name: 2 to 64 characters (got string of 70 characters); shorten it by 6" },
      found["image_options.image_name"])
    assert.equal("20 to 500 GiB", found.system_disk_size.rule)
    assert.equal("write IMAGE (upper and lower case matter)", found.base_image_type.fix)
    assert.equal("a string", found.description.rule)
    assert.is_table(found.name)
    assert.is_table(found["tags.acs:x"])
    local previous = ""
    for _, failure in ipairs(err.failures) do
      assert.is_true(previous <= failure.message, "the failures are in order")
      previous = failure.message
    end
  end)

  it("never with the value in the text", function()
    local _, err = failures("pipeline.create", create_args({
      name = "1 " .. fixture.SECRET, build_content = fixture.SECRET .. ("x"):rep(17000),
      tags = { key = fixture.SECRET .. ("y"):rep(200) }, to_region_id = { fixture.SECRET .. "_" },
    }))
    for _, failure in ipairs(err.failures) do
      for _, text in pairs(failure) do
        assert.is_nil(text:find(fixture.SECRET, 1, true), text)
      end
    end
    assert.is_nil(err.message:find(fixture.SECRET, 1, true))
  end)

  local cases = {
    { "a list with a hole", { to_region_id = { "a", nil, "c" } }, "to_region_id", "a list without holes" },
    { "a list that is also a map", { to_region_id = { "a", x = "b" } }, "to_region_id", "a list or a map, not both" },
    { "an inexact number", { add_account = { 1.5 } }, "add_account[1]", "a whole number below 2^53" },
    { "a number beyond 2^53", { add_account = { 2 ^ 53 } }, "add_account[1]", "a whole number below 2^53" },
    { "infinity", { system_disk_size = math.huge }, "system_disk_size", "a whole number below 2^53" },
    { "not a number", { system_disk_size = 0 / 0 }, "system_disk_size", "a whole number below 2^53" },
    { "invalid UTF-8", { description = "ab\255" }, "description", "valid UTF-8" },
    { "a function", { name = print }, "name", "a string" },
    { "JSON null", { name = fixture.null }, "name", "a string" },
    { "a boolean as text", { name = true }, "name", "a string" },
    { "text as a number", { system_disk_size = "4O" }, "system_disk_size", "a whole number" },
    { "text as a boolean", { delete_instance_on_failure = "no" }, "delete_instance_on_failure", "true or false" },
    { "a scalar as an object", { image_options = "x" }, "image_options", "a table" },
    { "a scalar in a list of objects",
      { import_image_options = { disk_device_mappings = { 1 } } },
        "import_image_options.disk_device_mappings[1]", "a table" },
    { "a tag without a key", { tags = { { value = "x" } } }, "tags[1]", "a table with a string `key`" },
    { "a table without an id", { vswitch_id = { name = "x" } }, "vswitch_id", "a string, or a table with an id" },
    { "an unknown name", { bandwidth = 1 }, "bandwidth", "not a parameter of pipeline.create" },
    { "a name that is no string", { [true] = 1 }, "[0]", "not a parameter of pipeline.create" },
    { "extra that is no table", { extra = 1 }, "extra", "a table of parameters in the API's spelling" },
    { "a wire name with a space", { extra = { ["A b"] = 1 } }, "extra.A b",
      "a name of A-Z, a-z, 0-9, period, hyphen, underscore" },
  }
  for _, case in ipairs(cases) do
    it(case[1] .. ", whatever validate says", function()
      for _, mode in ipairs({ "strict", "warn", "off" }) do
        local found = failures("pipeline.create", create_args(case[2]), { region = "cn-hangzhou", validate = mode })
        assert.is_table(found[case[3]], mode .. ": nothing about " .. case[3])
        assert.equal(case[4], found[case[3]].rule)
      end
    end)
  end

  local rules = {
    { "no base image type", { base_image_type = false }, "base_image_type", "required" },
    { "no base image for an image", { base_image = false }, "base_image", "required with this base_image_type" },
    { "no import options for OSS", { base_image_type = "OSS" }, "import_image_options",
      "required with this base_image_type" },
    { "no disks for OSS", { base_image_type = "OSS", import_image_options = { os_type = "linux" } },
      "import_image_options.disk_device_mappings", "required with this base_image_type" },
    { "no bucket of a disk", { base_image_type = "OSS",
      import_image_options = { disk_device_mappings = { { oss_object = "o" } } } },
      "import_image_options.disk_device_mappings[1].oss_bucket", "required" },
    { "a repair item without a mode", { repair_item = { "fstab" } }, "repair_mode", "required with repair_item" },
    { "21 regions", { to_region_id = (function()
      local list = {}
      for i = 1, 21 do list[i] = "cn-" .. i end
      return list
    end)() }, "to_region_id", "at most 20 items" },
    { "a client token of 65 characters", { client_token = ("t"):rep(65) }, "client_token", "1 to 64 characters" },
    { "an account id with letters", { add_account = { "12a" } }, "add_account[1]", "may hold only digits" },
    { "a description that is a link", { description = "http://x" }, "description",
      "must not begin with http:// or https://" },
    { "a family with a period", { image_options = { image_family = "a.b" } }, "image_options.image_family",
      "may hold only letters, digits, colons, underscores and hyphens" },
    { "a bucket that ends with a hyphen", { base_image_type = "OSS", import_image_options = { disk_device_mappings = {
      { oss_bucket = "a-", oss_object = "o" } } } }, "import_image_options.disk_device_mappings[1].oss_bucket",
      "must end with a lower-case letter or a digit" },
    { "a region that is no host label", { region_id = "cn-hangzhou.evil.com" }, "region_id",
      "may hold only lower-case letters, digits and hyphens" },
    { "a build script of 16,385 bytes", { build_content = ("x"):rep(16385) }, "build_content", "at most 16384 bytes" },
    { "two tags that differ in case", { tags = { Env = "a", env = "b" } }, "tags.env",
      "keys must differ in more than upper and lower case" },
    { "a tag value with a link", { tags = { a = "see http://x" } }, "tags.a", "must not contain http:// or https://" },
    { "an unknown tag prefix", { tags = { aliyunX = "a" } }, "tags.aliyunX", "must not begin with aliyun or acs:" },
  }
  for _, case in ipairs(rules) do
    it(case[1] .. " when strict, warns when told to, passes when off", function()
      local args = create_args(case[2])
      for name, value in pairs(case[2]) do
        args[name] = value or nil
      end
      local found = failures("pipeline.create", args)
      assert.is_table(found[case[3]], "nothing about " .. case[3])
      assert.equal(case[4], found[case[3]].rule)
      local ok, warnings = core.check("pipeline.create", args, { region = "cn-hangzhou", validate = "warn" })
      assert.is_true(ok)
      local warned = false
      for _, warning in ipairs(warnings) do
        warned = warned or (warning.param == case[3] and warning.rule == case[4])
      end
      assert.is_true(warned)
      ok, warnings = core.check("pipeline.create", args, { region = "cn-hangzhou", validate = "off" })
      assert.is_true(ok)
      assert.is_nil(warnings)
    end)
  end

  it("names with a suggestion", function()
    local found = failures("pipeline.create", create_args({ BaseImage = "x", systemdisksize = 1, disc_size = 1,
      nmae = "x", tgas = {} }))
    assert.equal("did you mean base_image?", found.BaseImage.fix)
    assert.equal("did you mean system_disk_size?", found.systemdisksize.fix)
    assert.equal("did you mean name?", found.nmae.fix) -- two letters that changed places are one mistake
    assert.equal("did you mean tags?", found.tgas.fix)
    assert.is_nil(found.disc_size.fix:find("did you mean", 1, true))
  end)

  it("no family in another script, no repair item with its mode", function()
    assert.is_true(core.check("pipeline.create", {
      base_image = "镜像", base_image_type = "IMAGE_FAMILY", repair_mode = "Customized", repair_item = { "fstab" },
    }, { region = "cn-hangzhou" }))
  end)

  it("a region that neither the call nor the client has, with each way to set it", function()
    local _, err = failures("pipeline.describe", {}, {})
    assert.matches("region_id: required %(got nothing%); pass region_id, or set the client's region: option region, "
      .. "or ALIBABA_CLOUD_REGION_ID$", err.message)
  end)

  it("what is missing when its counterpart is missing too", function()
    local args = { vpc_id = "vpc-1", zone_id = "cn-hangzhou-h" }
    assert.equal("required without cidr_mask", failures("vswitch.create", args).cidr_block.rule)
    args.cidr_mask = 24
    assert.equal("24", params("vswitch.create", args).CidrMask)
    args.cidr_mask, args.cidr_block = nil, "172.17.3.0/24"
    assert.equal("172.17.3.0/24", params("vswitch.create", args).CidrBlock)
  end)

  it("blocks of addresses, with the block that was meant", function()
    local function finding(operation, block)
      return failures(operation, { cidr_block = block, vpc_id = operation == "vswitch.create" and "vpc-1" or nil,
        zone_id = operation == "vswitch.create" and "cn-hangzhou-h" or nil }).cidr_block
    end
    local found = finding("vpc.create", "172.17.3.9/24")
    assert.same({ "an IPv4 block such as 172.16.0.0/24", "the block of that size begins at 172.17.3.0/24" },
      { found.rule, found.fix })
    assert.equal("a prefix of /16 to /29", finding("vswitch.create", "10.0.0.0/8").rule)
    assert.matches("^not inside 100%.64%.0%.0/10", finding("vpc.create", "127.0.0.0/16").rule)
    assert.equal("10.0.0.0/8", params("vpc.create", { cidr_block = "10.0.0.0/8" }).CidrBlock)
  end)

  it("nothing at the limits themselves", function()
    local tags = {}
    for i = 1, 20 do
      tags["k" .. i] = ("镜"):rep(128)
    end
    assert.is_true(core.check("pipeline.create", create_args({
      name = "镜" .. ("像"):rep(127), image_name = "a" .. ("b"):rep(63), description = ("é"):rep(256),
      system_disk_size = 500, internet_max_bandwidth_out = 100, build_content = ("x"):rep(16384), tags = tags,
      client_token = ("t"):rep(64),
    }), { region = "cn-hangzhou" }))
  end)

  it("deprecated names and long scripts with warnings only", function()
    local ok, warnings = core.check("pipeline.create", create_args({
      image_name = "abc", nvme_support = "auto", build_content = ("RUN true\n# comment\n\n"):rep(128),
    }), { region = "cn-hangzhou" })
    assert.is_true(ok)
    local by_param = {}
    for _, warning in ipairs(warnings) do
      by_param[warning.param] = warning
    end
    assert.equal("sent in spite of that, but prefer image_options.image_name", by_param.image_name.fix)
    assert.equal("sent in spite of that, but prefer image_options.image_features.nvme_support",
      by_param.nvme_support.fix)
    assert.is_truthy(by_param.build_content.rule:find("127 commands", 1, true))
    ok, warnings = core.check("pipeline.create", create_args({ build_content = ("RUN a \\\n b\n"):rep(127) }),
      { region = "cn-hangzhou" })
    assert.is_true(ok)
    assert.is_nil(warnings)
  end)

  it("an argument that is allowed and has consequences with a warning, unless nothing is checked", function()
    local args = create_args({ advanced_options = { image_name_suffix = "disable" } })
    local ok, warnings = core.check("pipeline.create", args, { region = "cn-hangzhou" })
    assert.same({ true, 1, "advanced_options.image_name_suffix" }, { ok, #warnings, warnings[1].param })
    assert.matches("before each build, delete or rename the image", warnings[1].message, 1, true)
    assert.same({ true }, { core.check("pipeline.create", args, { region = "cn-hangzhou", validate = "off" }) })
    local described
    for _, parameter in ipairs(core.operation("pipeline.create").parameters) do
      if parameter.name == "advanced_options" then
        described = parameter.fields[1]
      end
    end
    assert.same({ "image_name_suffix", warnings[1].rule }, { described.name, described.warning })
  end)

  it("tables that hold themselves, and lists without end, in finite time", function()
    local loop = {}
    loop.A = loop
    local request, err = core.prepare(fixture.session(), { product = "Ecs", version = "2014-05-26", action = "X" },
      { B = loop }, fixture.attempt())
    assert.is_nil(request)
    assert.equal("at most 8 levels of tables", err.failures[1].rule)
    local many = {}
    for i = 1, 5000 do many[i] = "x" end
    assert.equal("at most 1000 entries", failures("pipeline.create",
      create_args({ to_region_id = many })).to_region_id.rule)
  end)
end)
