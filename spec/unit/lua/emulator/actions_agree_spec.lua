-- The table of the API (csrc/api) and the emulator state the service's rules twice, each by itself. Here both judge the
-- same values: each parameter of each operation at the limits of its rules, just beyond them, and with texts that
-- people write. Where they may differ, EXCEPTIONS says why; what was decided for values that the vendor's pages leave
-- open is in DECIDED.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local lint = require("ecs_pipeline.build_content.lint")
local scene = require("spec.support.actions_agree")

local TEXTS = { "a", "ab", "1a", "a b", "a.b", "a:b", "a_b", "-ab", "ab-", "中文", "http://x", "x https://y", "aliyunx",
  "acs:x", "a/b", "a,b", "1.2.3", "1.*.3", "*.*.3", "1.2", "10.0.0.0/8", "10.0.0.0/7", "10.0.0.0/29", "172.16.0.1/24",
  "127.0.0.0/16", "cn-hangzhou", "cn-nowhere" }
local NUMBERS = { -1, 0, 1, 2, 64, 128, 2147483647, 2147483648 }
local LENGTHS = { 1, 2, 63, 64, 65, 127, 128, 129, 256, 257 }
local COUNTS = { 2, 3, 10, 11, 17, 18, 20, 21, 50, 51, 100, 101 }
local TAG_TEXTS = { "", ("a"):rep(128), ("a"):rep(129), "aliyunx", "acs:x", "x http://y", "中", "a b", "Aliyun" }

local function add_texts(values, row)
  for _, text in ipairs(TEXTS) do
    values[#values + 1] = text
  end
  for _, length in ipairs(LENGTHS) do
    values[#values + 1] = ("a"):rep(length)
    values[#values + 1] = length % 64 < 2 and length < 130 and ("中"):rep(length) or nil
  end
  if row.max_length then
    values[#values + 1] = ("a"):rep(row.max_length)
    values[#values + 1] = ("a"):rep(row.max_length + 1)
  end
  for _, value in ipairs(row.values or {}) do
    values[#values + 1] = value
    values[#values + 1] = value:lower()
  end
end

local function add_numbers(values, row)
  for _, number in ipairs(NUMBERS) do
    values[#values + 1] = number
  end
  if row.min then
    for _, number in ipairs({ row.min - 1, row.min, row.max, row.max + 1 }) do
      values[#values + 1] = number
    end
  end
end

local function add_lists(values, row)
  local one = {}
  if not row.id then
    add_texts(one, row)
  end
  for _, text in ipairs(one) do
    values[#values + 1] = { text }
  end
  for _, count in ipairs(COUNTS) do
    local list = {}
    for index = 1, count do
      list[index] = scene.item(row, index)
    end
    values[#values + 1] = list
  end
end

local function add_tags(values)
  for _, text in ipairs(TAG_TEXTS) do
    values[#values + 1] = { k = text }
    values[#values + 1] = text ~= "" and { [text] = "v" } or nil
  end
  for _, count in ipairs({ 20, 21 }) do
    local map = {}
    for index = 1, count do
      map["k" .. index] = "v"
    end
    values[#values + 1] = map
  end
  values[#values + 1] = { { key = "a", value = "1" }, { key = "A", value = "2" } }
end

-- What an id looks like is the table's business alone: the service answers that there is none, or with an empty list.
local function values_of(row)
  local values = {}
  if row.type == "string" and not row.id then
    add_texts(values, row)
  elseif row.type == "integer" or row.type == "number" then
    add_numbers(values, row)
  elseif row.type == "boolean" then
    values = { true, false }
  elseif row.type == "list" then
    add_lists(values, row)
  elseif row.type == "tags" then
    add_tags(values)
  end
  return values
end

-- Operation and parameter → why the two may differ there.
local EXCEPTIONS = {
  ["component.create content"] = "the linter reads contents; the emulator refuses verbs that it does not know",
  ["pipeline.create build_content"] = "as component.create content",
  ["pipeline.create test_content"] = "as component.create content",
  ["component.describe next_token"] = "only a reply makes one",
  ["execution.describe next_token"] = "only a reply makes one",
  ["instance_type.list next_token"] = "only a reply makes one",
  ["pipeline.describe next_token"] = "only a reply makes one",
  ["tags.list next_token"] = "only a reply makes one",
  ["image.share add_account"] = "the service ignores all after the tenth, in silence; so the table refuses more",
  ["image.share remove_account"] = "the service ignores all after the tenth, in silence; so the table refuses more",
  ["component.describe component_version"] = "the service ignores it without a name, so the table refuses it there",
  ["image.describe filters.key"] = "depends on the value",
  ["image.describe is_public"] = "depends on the owners that are asked for",
  ["image.describe usable"] = "depends on the states that are asked for",
  ["image.copy without to_region_id"] = "depends on the region of the image",
  ["sts.assume_role role_arn"] = "the emulator has to know an ARN to find the role",
  ["sts.assume_role_with_oidc role_arn"] = "the emulator has to know an ARN to find the role",
  ["execution.describe without image_pipeline_id"] = "one of two ids has to be given; both functions see to that",
  ["tags.list without resource_ids"] = "ids or tags have to be given; the function sees to that",
  ["tags.remove without tag_keys"] = "keys or `all` have to be given; the function sees to that",
  ["tags.remove all"] = "depends on the keys that are given",
  ["vswitch.create cidr_block"] = "depends on the block of the VPC",
  ["zone.available cores"] = "depends on the kind of resource that is asked for",
  ["zone.available memory"] = "depends on the kind of resource that is asked for",
  ["zone.available destination_resource"] = "SystemDisk depends on an instance type",
}

-- → true, false; nil if it is nothing that rules decide, such as a resource that does not exist
local function emulator_takes(name, args)
  local reply, err = scene.send(name, args)
  if reply or err.code == "DryRunOperation" then
    return true
  elseif err.kind == "validation" and err.sent == false then
    return nil -- what cannot be written is never sent
  elseif errors.kind_of(err.code) == "validation" and not err.code:find("NotFound") then
    return false
  end
  return nil, err.code
end

local function compare(name, path, args, found)
  local allowed = core.check(name, args, { region = "cn-hangzhou" }) == true
  local takes, code = emulator_takes(name, args)
  local differs = takes ~= nil and allowed ~= takes
  if differs and not EXCEPTIONS[name .. " " .. path] then
    found[#found + 1] = ("%s %s: the table %s, the emulator %s: %s"):format(name, path,
      allowed and "accepts" or "refuses", takes and "accepts" or "refuses", scene.shown(args, path) .. (code or ""))
  end
  return differs
end

-- Calls `each(path, row, set)` for each parameter, however deep; `set(args, value)` gives it a value.
local function walk(rows, path, put, each)
  for _, row in ipairs(rows) do
    local here = path .. row.name
    local function set(args, value)
      put(args)[row.name] = value
    end
    if row.type == "object" then
      walk(row.fields, here .. ".", function(args)
        local outer = put(args)
        outer[row.name] = outer[row.name] or {}
        return outer[row.name]
      end, each)
    elseif row.type == "objects" then
      walk(row.fields, here .. ".", function(args)
        local outer = put(args)
        outer[row.name] = outer[row.name] or { scene.object(row.name) }
        return outer[row.name][1]
      end, each)
    else
      each(here, row, set)
    end
  end
end

local operations = core.operations()

describe("the table of the API and the emulator agree about", function()
  local used = {}

  for name, operation in pairs(operations) do
    it(name, function()
      local found = {}
      scene.open()
      walk(operation.parameters, "", function(args) return args end, function(path, row, set)
        for _, value in ipairs(values_of(row)) do
          local args = scene.arguments(name, path)
          set(args, value)
          used[name .. " " .. path] = compare(name, path, args, found) or used[name .. " " .. path]
        end
      end)
      for required in pairs(scene.arguments(name, "")) do
        local args = scene.arguments(name, "")
        args[required] = nil
        local path = "without " .. required
        used[name .. " " .. path] = compare(name, path, args, found)
      end
      assert.same({}, found)
    end)
  end

  it("all but the exceptions, each of which is one", function()
    for name in pairs(EXCEPTIONS) do
      assert.is_true(used[name], name)
    end
  end)
end)

-- What the pages leave open. Verdict of the table, the emulator, and for contents the linter: all the same.
local DECIDED = {
  -- Terraform's acceptance tests of alicloud_ecs_image_pipeline_execution create such a VPC.
  { "vpc.create", {}, true },
  { "vpc.create", { cidr_block = "10.0.0.0/8" }, true },
  -- "Used with RepairMode = Customized"; InvalidParameterCombination: "parameters exclude each other".
  { "pipeline.create", { repair_mode = "Standard" }, true },
  { "pipeline.create", { repair_mode = "Customized", repair_item = { "fstab" } }, true },
  { "pipeline.create", { repair_mode = "Standard", repair_item = { "fstab" } }, false },
  { "pipeline.create", { repair_mode = "All", repair_item = { "fstab" } }, false },
  { "pipeline.create", { repair_item = { "fstab" } }, false }, -- MissingParameter.RepairMode
  -- ImageFamily is returned as ImageOptions.ImageFamily, whose page forbids periods; InvalidImageFamily.Malformed.
  { "pipeline.create", { image_family = "family-v1" }, true },
  { "pipeline.create", { image_family = "family.v1" }, false },
  { "pipeline.create", { image_options = { image_family = "family.v1" } }, false },
  -- No page says which of two values of one thing wins; InvalidParameterCombination.
  { "pipeline.create", { image_name = "web", image_options = { image_name = "web" } }, true },
  { "pipeline.create", { image_name = "web", image_options = { image_name = "db" } }, false },
  { "pipeline.create", { image_family = "web", image_options = { image_family = "db" } }, false },
  { "pipeline.create", { nvme_support = "auto", image_options = { image_features = { nvme_support = "supported" } } },
    false },
  { "pipeline.create", { nvme_support = "auto", image_options = { image_features = { nvme_support = "auto" } } },
    true },
  -- InvalidName.Malformed is a code of DescribeImagePipelines; the page of components names no such code.
  { "pipeline.describe", { name = "a b" }, false },
  { "pipeline.describe", { name = "web" }, true },
  { "component.describe", { image_component_name = "a b" }, true },
  -- MissingParam.EnableIpv6, InvalidUserCidr.Malformed, IllegalParam.Ipv6Isp of CreateVpc.
  { "vpc.create", { ipv6_cidr_block = "2408:4005:3a0::/56" }, false },
  { "vpc.create", { ipv6_cidr_block = "2408:4005:3a0::/56", enable_ipv6 = false }, false },
  { "vpc.create", { ipv6_cidr_block = "2408:4005:3a0::/56", enable_ipv6 = true }, true },
  { "vpc.create", { user_cidrs = { "10.0.0.0/8", "0.0.0.0/0" } }, true },
  { "vpc.create", { user_cidrs = { "10.0.0.0" } }, false },
  -- InvalidEncrypted.NotMatchKmsKeyId of CopyImage.
  { "image.copy", { kms_key_id = "k" }, false },
  { "image.copy", { kms_key_id = "k", encrypted = false }, false },
  -- No page has rules for the tags of an import.
  { "pipeline.create", { base_image_type = "OSS", import_image_options = { import_image_tags = { aliyunx = "v" },
    disk_device_mappings = { { oss_bucket = "b", oss_object = "o" } } } }, true },
  -- Contents, where the linter has a verdict too.
  { "pipeline.create", { build_content = "RUN true" }, true },
  { "pipeline.create", { build_content = ("a"):rep(16385) }, false },
}

describe("what the pages leave open is decided once:", function()
  for _, row in ipairs(DECIDED) do
    local name, given, verdict = row[1], row[2], row[3]
    it(name .. " " .. scene.shown(given, "") .. (verdict and " is accepted" or " is refused"), function()
      scene.open()
      local args = scene.arguments(name, "")
      if name == "vpc.create" then
        args = {}
      end
      for key, value in pairs(given) do
        args[key] = value
      end
      local allowed, detail = core.check(name, args, { region = "cn-hangzhou" })
      assert.equal(verdict, allowed == true, not allowed and detail.message)
      local reply, err = scene.send(name, args)
      assert.equal(verdict, reply ~= nil, err and err.message)
      if given.build_content then
        local worst
        for _, finding in ipairs(lint.run(args)) do
          worst = finding.severity == "error" and finding or worst
        end
        assert.equal(verdict, worst == nil)
      end
    end)
  end
end)
