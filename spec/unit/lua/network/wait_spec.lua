-- Refusals that pass by themselves when another change of the network has ended: which ones, by create and delete.
local by_action = require("spec.support.by_action")
local fake = require("spec.support.fake")
local network_wait = require("ecs_pipeline.network.wait")

local function script(...)
  local steps = { ... }
  return function(_, n) return steps[math.min(n, #steps)] end
end

local OK = { RequestId = "X" }
local GONE = fake.refusal(404, "InvalidVpcId.NotFound")

-- → result, err, what was asked
local function delete(answers)
  local client, asked = by_action(answers)
  local result, _, err = client.vpc.delete("vpc-1")
  return result, err, asked
end

describe("vpc.delete", function()
  for _, code in ipairs({ "DependencyViolation.VSwitch", "DependencyViolation.SecurityGroup", "IncorrectVpcStatus",
    "DependencyViolation.Instance", "TaskConflict", "OperationConflict" }) do
    it("waits while the service says " .. code, function()
      local result, _, asked = delete({ DeleteVpc = script(fake.refusal(400, code), fake.refusal(400, code), OK),
        DescribeVpcAttribute = GONE })
      assert.is_true(result.deleted)
      assert.equal(4, #asked)
    end)
  end
end)

describe("vswitch.delete", function()
  for _, code in ipairs({ "DependencyViolation", "DependencyViolation.HaVip", "IncorrectVSwitchStatus",
    "SystemBusy", "IncorrectRouteEntryStatus",
    "DeleteVSwitch.IncorrectStatus.cbnStatus", "OperationDenied.OtherSubnetProcessing" }) do
    it("waits while the service says " .. code, function()
      local client, asked = by_action({ DeleteVSwitch = script(fake.refusal(400, code), OK),
        DescribeVSwitchAttributes = fake.refusal(404, "InvalidVSwitchId.NotFound") })
      assert.is_true(assert(client.vswitch.delete({ vswitch_id = "vsw-1", region_id = "cn-qingdao" })).deleted)
      assert.same({ 3, "vsw-1", "cn-qingdao" }, { #asked, asked[3].params.VSwitchId, asked[3].params.RegionId })
    end)
  end
end)

describe("vswitch.create", function()
  local MADE_TOO = { RequestId = "C", VSwitchId = "vsw-1" }
  local SEEN = { RequestId = "D", VSwitchId = "vsw-1", VpcId = "vpc-1", Status = "Available" }
  local function args_in(vpc, block)
    return { vpc_id = vpc, availability_zone = "cn-hangzhou-h", cidr_block = block, vswitch_name = "net" }
  end

  it("waits for the one that is being made in the same VPC, as terraform's list has it", function()
    for _, code in ipairs({ "IncorrectVSwitchStatus", "IncorrectStatus.cbnStatus", "InvalidStatus.RouteEntry",
      "CreateVSwitch.IncorrectStatus.cbnStatus", "OperationFailed.DistibuteLock", "OperationFailed.NotifyCenCreate",
      "IncorrectRouteEntryStatus", "IncorrectStatus" }) do
      local client, asked = by_action({ CreateVSwitch = script(fake.refusal(400, code), MADE_TOO),
        DescribeVSwitchAttributes = SEEN })
      assert.equal("vsw-1", assert(client.vswitch.create(args_in("vpc-1", "10.0.0.0/24"))).id)
      assert.same({ "CreateVSwitch", "CreateVSwitch" }, { asked[1].action, asked[2].action }, code)
      assert.equal(asked[1].params.ClientToken, asked[2].params.ClientToken)
    end
  end)
end)

describe("a request that is sent until it is accepted", function()
  -- → result, message, err, platform
  local function send(refusals, timeout)
    local platform, sent = fake.platform(), 0
    local job = network_wait.open({ platform = platform }, {}, "vpc.create", { timeout = timeout }, { deadline = 120 })
    local result, message, err = network_wait.accepted(job, function()
      sent = sent + 1
      local code = refusals[math.min(sent, #refusals)]
      if code == "" then
        return { id = "vpc-1" }
      end
      return nil, code, { kind = "conflict", code = code, message = code }
    end)
    return result, message, err, platform, sent
  end

  it("is sent less often while it is refused", function()
    local result, _, _, platform = send({ "TaskConflict", "UnknownError", "IncorrectVpcStatus", "" })
    assert.equal("vpc-1", result.id)
    assert.same({ 2, 3, 4.5 }, platform.slept)
  end)

  it("fails with the last refusal, and says for how long it tried", function()
    local result, message, err, platform = send({ "TaskConflict" }, 5)
    assert.is_nil(result)
    assert.equal("TaskConflict (still so after 5 s)", message)
    assert.same({ "TaskConflict", message, 1005 }, { err.code, err.message, platform.now })
  end)

  it("takes ten minutes without a timeout of the caller's", function()
    local _, _, _, platform = send({ "TaskConflict" })
    assert.equal(1600, platform.now)
  end)

  it("fails at once on any other refusal", function()
    for _, code in ipairs({ "QuotaExceeded.Vpc", "Forbidden.VpcNotFound", "InvalidVpcId.NotFound", "Conflict" }) do
      local result, message, _, _, sent = send({ code })
      assert.same({ code, 1 }, { message, sent })
      assert.is_nil(result)
    end
  end)
end)
