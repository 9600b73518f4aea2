-- vpc.delete and vswitch.delete: until gone, what is waited for, and repeating.
local by_action = require("spec.support.by_action")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local function script(...)
  local steps = { ... }
  return function(_, n) return steps[math.min(n, #steps)] end
end

local OK = { RequestId = "X" }
local GONE = fake.refusal(404, "InvalidVpcId.NotFound")

local function seen(status)
  return { RequestId = "D", VpcId = "vpc-1", Status = status }
end

-- → result, err, what was asked, platform, message
local function delete(answers, options, client_options)
  local client, asked, platform = by_action(answers, client_options)
  local result, message, err = client.vpc.delete("vpc-1", options)
  return result, err, asked, platform, message
end

describe("vpc.delete", function()
  it("waits until it is gone", function()
    local told = {}
    local result, _, asked, platform = delete({ DeleteVpc = OK, DescribeVpcAttribute = script(seen("Available"),
      seen("Pending"), GONE) }, { on_progress = function(event) told[#told + 1] = event.status end })
    assert.same({ deleted = true, request_id = "X" }, result)
    assert.same({ 2, 2 }, platform.slept)
    assert.same({ "Available", "Pending" }, told)
    assert.same({ "DeleteVpc", "vpc-1", "cn-hangzhou" }, { asked[1].action, asked[1].params.VpcId,
      asked[1].params.RegionId })
  end)

  it("says what hindered it when its time is up", function()
    local result, err, asked, platform, message = delete({
      DeleteVpc = fake.refusal(400, "DependencyViolation.VSwitch") }, { timeout = 7, poll = 3 })
    assert.is_nil(result)
    assert.same({ "conflict", "DependencyViolation.VSwitch", 4, { 3, 3, 1 } }, { err.kind, err.code, #asked,
      platform.slept })
    assert.matches("^vpc%.delete: .*%(still so after 7 s%); hint: first delete", message)
    assert.matches('vswitch.list{ vpc_id = "vpc-1" }', err.hint, 1, true)
    assert.is_nil(err.vpc_id)
  end)

  it("has no advice about a state that did not pass", function()
    local _, err = delete({ DeleteVpc = fake.refusal(400, "IncorrectVpcStatus") }, { timeout = 1 })
    assert.same({ "IncorrectVpcStatus" }, { err.code, err.hint })
  end)

  it("fails at once on any other refusal", function()
    local _, err, asked = delete({ DeleteVpc = fake.refusal(403, "OperationDenied") })
    assert.same({ "OperationDenied", 1 }, { err.code, #asked })
  end)

  it("takes a lost answer and then nothing there for its own work", function()
    local result, _, asked = delete({ DeleteVpc = script(fake.lost(), GONE), DescribeVpcAttribute = GONE },
      { missing = "error" })
    assert.is_true(result.deleted)
    assert.equal(asked[1].params.ClientToken, asked[2].params.ClientToken)
    -- also when a state was waited out in between
    result = delete({ DeleteVpc = script(fake.refusal(400, "LastTokenProcessing"), GONE),
      DescribeVpcAttribute = GONE }, { missing = "error", retry = false })
    assert.is_true(result.deleted)
  end)

  for _, code in ipairs({ "InvalidVpcId.NotFound", "Forbidden.VpcNotFound", "InvalidResource.NotFound" }) do
    it("is content with one that is gone: " .. code, function()
      local answers = { DeleteVpc = fake.refusal(400, code) }
      local result, _, asked = delete(answers)
      assert.same({ false, 1 }, { result.deleted, #asked })
      local none, err = delete(answers, { missing = "error" })
      assert.is_nil(none)
      assert.same({ "not_found", code }, { err.kind, err.code })
    end)
  end

  it("does not take another thing that is missing for it", function()
    local _, err = delete({ DeleteVpc = fake.refusal(404, "InvalidRegionId.NotFound") })
    assert.equal("InvalidRegionId.NotFound", err.code)
    local _, later = delete({ DeleteVpc = OK, DescribeVpcAttribute = fake.refusal(404, "InvalidRegionId.NotFound") })
    assert.same({ "InvalidRegionId.NotFound", "vpc-1" }, { later.code, later.vpc_id })
  end)

  it("says that it was deleted when that cannot be seen", function()
    local result, err, _, _, message = delete({ DeleteVpc = OK, DescribeVpcAttribute = seen("Pending") },
      { timeout = 5 })
    assert.is_nil(result)
    assert.same({ "timeout", "WAIT_TIMEOUT", "vpc-1" }, { err.kind, err.code, err.vpc_id })
    assert.equal("vpc.delete: timed out: vpc-1 was deleted and is still Pending after 5 s [WAIT_TIMEOUT]", message)
    _, err, _, _, message = delete({ DeleteVpc = OK, DescribeVpcAttribute = fake.refusal(403, "Forbidden.RAM") })
    assert.equal("denied", err.kind)
    assert.matches("%(vpc%-1 was deleted, but its state cannot be read%); hint: ", message)
    _, _, _, _, message = delete({ DeleteVpc = OK, DescribeVpcAttribute = fake.unsent() }, { timeout = 5 })
    assert.matches("vpc%-1 was deleted and is still not confirmed as deleted after 5 s", message)
  end)

  it("renders in a dry run, and refuses what is no id", function()
    local rendered, _, asked = delete({}, { dry_run = true })
    assert.same({ "vpc-1", 0 }, { rendered.parameters.VpcId, #asked })
    local _, _, err = by_action({}).vswitch.delete({ zone_id = "x" })
    assert.same({ "validation", "vswitch_id" }, { err.kind, err.param })
  end)
end)

describe("vswitch.delete", function()
  it("waits for the build that stands in it", function()
    local client, emulator, platform = virtual.client()
    local vpc = assert(client.vpc.create({ cidr_block = "10.0.0.0/16" }))
    local vswitch = assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-h",
      cidr_block = "10.0.0.0/16" }))
    local pipeline = assert(client.pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE",
      vswitch_id = vswitch }))
    assert(client.execution.start(pipeline))
    local before = emulator:now()
    local _, _, err = client.vswitch.delete(vswitch, { timeout = 10 })
    assert.same({ "conflict", "DependencyViolation" }, { err.kind, err.code })
    assert.matches("execution%.list%(%) shows", err.hint)
    assert.equal(10, emulator:now() - before)
    assert.is_true(assert(client.vswitch.delete(vswitch, { timeout = 7200, poll = 60 })).deleted)
    assert.is_false(assert(client.vswitch.delete(vswitch)).deleted)
    assert.is_true(#platform.slept > 5)
    assert.is_true(assert(client.vpc.delete(vpc)).deleted)
    assert.is_false(assert(client.vpc.delete(vpc)).deleted)
  end)
end)
