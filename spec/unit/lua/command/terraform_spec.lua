-- The inputs are in spec/support/terraform/: HCL, what npm's @cdktf/hcl2json makes of it (spec/vendor holds the two
-- together), and output of `terraform show -json` as its format is documented.
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local repo = require("spec.support.repo")
local terraform = require("ecs_pipeline.command.terraform")

local function without_null(value)
  if type(value) ~= "table" then
    return value
  end
  local out = {}
  for key, item in pairs(value) do
    if item ~= cjson.null then
      out[key] = without_null(item)
    end
  end
  return out
end

local function read(name)
  local document = without_null(cjson.decode(repo.read("spec/support/terraform/" .. name)))
  assert.is_true(terraform.is(document))
  return document
end

local function specs(document)
  local by_address = {}
  for _, spec in ipairs(assert(terraform.specs(document))) do
    by_address[spec.address] = spec
  end
  return by_address
end

local function messages(spec)
  local list = {}
  for index, problem in ipairs(spec.problems) do
    list[index] = problem.message
  end
  return list
end

describe("a configuration in JSON", function()
  it("gives terraform's example, and the call for each reference in it", function()
    local list = terraform.specs(read("example.tf.json"))
    assert.equal(1, #list)
    local spec = list[1]
    assert.equal("alicloud_ecs_image_pipeline.default", spec.address)
    assert.same({ add_account = {}, base_image_type = "IMAGE", build_content = "RUN yum update -y",
      delete_instance_on_failure = false, description = "terraform-example", image_name = "terraform-example",
      internet_max_bandwidth_out = 20, name = "terraform-example", system_disk_size = 40,
      tags = { Created = "TF", For = "Acceptance-test" }, to_region_id = { "cn-qingdao", "cn-zhangjiakou" } },
        spec.args)
    assert.same({}, spec.notes)
    assert.same({
      "add_account[1]: ${data.alicloud_account.default.id} is a reference: ecs.account.describe().id gives it; pass it "
        .. "with --set add_account=…",
      "base_image: ${data.alicloud_images.default.ids.0} is a reference: ecs.image.list{ most_recent = true, "
        .. "name_regex "
        .. "= \"^ubuntu_[0-9]+_[0-9]+_x64*\", owners = \"system\" }[1].id gives it; pass it with --set base_image=…",
      "instance_type: ${data.alicloud_instance_types.default.ids.0} is a reference: "
        .. "ecs.instance_type.list{}[1].id gives "
        .. "it; pass it with --set instance_type=…",
      "resource_group_id: ${data.alicloud_resource_manager_resource_groups.default.groups.0.id} is a reference: "
        .. "ecs.resource_group.list{ name_regex = \"default\" }[1].id gives it; pass it with --set "
        .. "resource_group_id=…",
      "vswitch_id: ${alicloud_vswitch.default.id} is a reference: ecs.vswitch.list{}[1].id gives it; pass it "
        .. "with --set "
        .. "vswitch_id=…",
    }, messages(spec))
    assert.equal("add_account[1]", spec.problems[1].param)
  end)

  it("is chosen by its address, with the indices of count and for_each", function()
    local found = specs(read("several.tf.json"))
    local second = found["alicloud_ecs_image_pipeline.numbered[1]"]
    assert.same({ name = "web-1", base_image = "web", base_image_type = "IMAGE_FAMILY", system_disk_size = 60,
      build_content = "RUN echo ${HOME} %{x} web-team\nRUN yum update -y\n" }, second.args)
    assert.same({}, second.problems)
    assert.equal("web-0", found["alicloud_ecs_image_pipeline.numbered[0]"].args.name)
    local keyed = found['alicloud_ecs_image_pipeline.keyed["eu.west"]']
    assert.same({ name = "web-eu.west", base_image = "m-bp1example", base_image_type = "IMAGE",
      to_region_id = { "cn-qingdao" }, image_options = { image_family = "web",
        image_features = { nvme_support = "auto" } } }, keyed.args)
    assert.same({ 'build_content: ${file("build.sh")} is a reference: this file is read by terraform only; give '
      .. 'it with '
      .. "--set build_content_file=PATH; pass it with --set build_content=…" }, messages(keyed))
    local computed = found["alicloud_ecs_image_pipeline.computed"]
    assert.same({ "count or for_each is computed by terraform only; the arguments are those of one instance" },
      computed.notes)
    assert.same({
      "base_image: ${var.image} is a reference: the value of this variable is not in the file; pass it with --set "
        .. "base_image=…",
      "name: ${upper(local.team)} is a reference: only terraform knows it; `terraform show -json` of the plan or state "
        .. "may have the value; pass it with --set name=…",
      "unknown_thing: not an argument of alicloud_ecs_image_pipeline that this library knows",
    }, messages(computed))
  end)

  it("may be what cdktf synthesizes: objects instead of lists, and metadata", function()
    local found = specs({ ["//"] = { metadata = {} }, resource = { alicloud_ecs_image_pipeline = {
      ["web_7"] = { ["//"] = { metadata = { path = "x" } }, base_image = "m-1", base_image_type = "IMAGE", name = "web",
        system_disk_size = "40", delete_instance_on_failure = "true", tags = { Version = 1.2 },
          description = "" } } } })
    local spec = found["alicloud_ecs_image_pipeline.web_7"]
    assert.same({ base_image = "m-1", base_image_type = "IMAGE", name = "web", system_disk_size = 40,
      delete_instance_on_failure = true, tags = { Version = "1.2" } }, spec.args)
    assert.same({}, spec.problems)
    assert.is_true((core.check("pipeline.create", spec.args, { region = "cn-hangzhou" })))
  end)

  it("may be written as lists of objects, with each.value.x, sets in locals, dynamic blocks", function()
    local found = specs({ locals = { sizes = { a = { size = 60 } }, n = 1 }, resource = { { other = {} }, {
      alicloud_ecs_image_pipeline = { { web = { { for_each = "${local.sizes}",
        system_disk_size = "${each.value.size}" } },
        one = { count = "${local.n}", dynamic = { image_options = {} },
          image_options = { { image_name = "a" }, { image_name = "b" } },
          import_image_options = { disk_device_mappings = { oss_bucket = "b" } } } } } } } })
    assert.same({ system_disk_size = 60 }, found['alicloud_ecs_image_pipeline.web["a"]'].args)
    local one = found["alicloud_ecs_image_pipeline.one[0]"]
    assert.same({ import_image_options = { disk_device_mappings = { { oss_bucket = "b" } } } }, one.args)
    assert.same({
      "image_options: written more than once; once is allowed",
      "dynamic: blocks that terraform computes; give their arguments with --set" }, messages(one))
  end)
end)

describe("terraform show -json", function()
  it("of a state gives resources, those in modules too, and says what terraform never reads", function()
    local found = specs(read("state.json"))
    local imported = found["alicloud_ecs_image_pipeline.imported"]
    assert.same({ base_image = "m-bp1example", base_image_type = "IMAGE", delete_instance_on_failure = false,
      image_name = "web", internet_max_bandwidth_out = 0, name = "web", resource_group_id = "rg-acfmxazb4ph6aiy",
      system_disk_size = 40, to_region_id = { "cn-hangzhou" } }, imported.args)
    assert.equal("ip-bp1imported", imported.id)
    assert.same({ "build_content is not in this state: terraform never reads it, so an imported pipeline has none; "
      .. "`ecs-pipeline import ip-bp1imported` has it, or pass --set build_content_file=PATH" }, imported.notes)
    local inner = found['module.web["a.b"].alicloud_ecs_image_pipeline.default[0]']
    assert.equal("RUN echo ${HOME}", inner.args.build_content)
    assert.same({ "build_content is sensitive in terraform; it is used as it is in the file, and the service shows it "
      .. "to all who may describe the pipeline" }, inner.notes)
    assert.same({}, inner.problems)
  end)

  it("of a plan refuses what is known only after it is applied, with the call that gives it", function()
    local found = specs(read("plan.json"))
    local default = found["alicloud_ecs_image_pipeline.default"]
    assert.same({ base_image_type = "IMAGE", build_content = "RUN yum update -y", name = "terraform-example",
      system_disk_size = 40, tags = { Created = "TF" } }, default.args)
    assert.same({
      "base_image: known only after terraform has applied the plan (data.alicloud_images.default.ids.0): "
        .. "ecs.image.list{}[1].id gives it; pass it with --set base_image=…",
      "to_region_id[1]: known only after terraform has applied the plan; pass it with --set to_region_id=…",
      "vswitch_id: known only after terraform has applied the plan (alicloud_vswitch.default.id): "
        .. "ecs.vswitch.list{}[1].id gives it; pass it with --set vswitch_id=…",
    }, messages(default))
    local inner = found['module.web.alicloud_ecs_image_pipeline.default["a"]']
    assert.equal("ip-bp1web", inner.id)
    assert.same({ "instance_type: known only after terraform has applied the plan "
      .. "(data.alicloud_instance_types.default.ids.0): ecs.instance_type.list{}[1].id gives it; pass it with --set "
      .. "instance_type=…" }, messages(inner))
    assert.is_nil(found["alicloud_ecs_image_pipeline.gone"])
  end)

  it("is told from terraform's own state file and from other JSON", function()
    local list, why = terraform.specs({ version = 4, terraform_version = "1.9.8", serial = 1, resources = {} })
    assert.is_nil(list)
    assert.equal("this is terraform's own state file; give the output of `terraform show -json`", why)
    assert.is_false(terraform.is({ name = "web", tags = {} }))
    assert.same({}, terraform.specs({ terraform_version = "1.9.8", format_version = "1.0" }))
    local deep = { resources = {} }
    for _ = 1, 99 do
      deep = { child_modules = { deep } }
    end
    assert.same({}, terraform.specs({ values = { root_module = deep } }))
    local calls = {}
    for _ = 1, 99 do
      calls = { module_calls = { m = { module = calls } } }
    end
    assert.same({}, terraform.specs({ format_version = "1.2", planned_values = { root_module = {} },
      configuration = { root_module = calls } }))
  end)
end)

describe("JSON that is not built as terraform's", function()
  local T = "alicloud_ecs_image_pipeline"

  it("has no pipelines, and raises nothing", function()
    for _, document in ipairs({
      { resource = { [T] = 5 } }, { resource = { [T] = { 5 } } }, { resource = { 5 } },
      { values = { 1 }, format_version = "1" }, { values = { root_module = 5 }, format_version = "1" },
      { values = { root_module = { resources = { 5, { type = T }, { type = T, address = 5 } },
        child_modules = { 5 } } } },
      { planned_values = { root_module = { resources = 5, child_modules = "x" } }, resource_changes = { 5, {} },
        configuration = 5 },
    }) do
      assert.same({}, terraform.specs(document))
    end
  end)

  it("gives what it gives, for the check of the arguments", function()
    local found = specs({ locals = 7, variable = { 3 }, data = 5, resource = { [T] = { a = 5,
      b = { image_options = { 5 },
      import_image_options = { disk_device_mappings = { 5 } }, tags = "x", count = "${x", for_each = { 1 },
      base_image = "${data.alicloud_images.x.id}" } } } })
    assert.same({}, found[T .. ".a"].args)
    assert.same({ image_options = 5, import_image_options = { disk_device_mappings = { 5 } }, tags = "x" },
      found[T .. ".b"].args)
    found = specs({ planned_values = { root_module = { resources = { { type = T, address = "a", values = 7 } } } },
      resource_changes = { { address = "a", change = { after_unknown = { base_image = true } } } },
      configuration = { root_module = { resources = { 1, { address = "a",
        expressions = { base_image = { references = 5 } } } },
        module_calls = { 2 } } } })
    assert.same({ "base_image: known only after terraform has applied the plan; pass it with --set base_image=…" },
      messages(found.a))
    found = specs({ values = { root_module = { resources = { { type = T, address = "a", values = { id = 5 },
      sensitive_values = 5 } } } } })
    assert.equal(1, #found.a.notes)
  end)
end)

describe("the choice", function()
  local list = { { address = "b" }, { address = "a" } }

  it("needs an address unless there is one pipeline only", function()
    assert.equal(list[1], terraform.choose(list, "b"))
    assert.equal(list[1], terraform.choose({ list[1] }))
    for _, row in ipairs({
      { {}, nil, "there is no alicloud_ecs_image_pipeline in this JSON of terraform" },
      { list, nil, "2 image pipelines in this file; choose one with --address: a, b" },
      { list, "c", "there is no c; --address is one of a, b" },
    }) do
      local spec, why = terraform.choose(row[1], row[2])
      assert.is_nil(spec)
      assert.equal(row[3], why)
    end
  end)
end)

it("modules in modules are followed so far, and no farther", function()
  local inner = { resources = { { type = "alicloud_ecs_image_pipeline", address = "a", values = { name = "n" } } } }
  for _ = 1, 50 do
    inner = { child_modules = { inner } }
  end
  local found = terraform.specs({ format_version = "1.0", values = { root_module = inner } })
  assert.same({}, found)
end)
