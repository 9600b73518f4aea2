-- vpc.create and vswitch.create: until Available, what is waited out, and what is told of one that was made.
local by_action = require("spec.support.by_action")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local MADE = { RequestId = "C", VpcId = "vpc-1", VRouterId = "vrt-1", RouteTableId = "vtb-1", ResourceGroupId = "rg-1" }

local function seen(status)
  return { RequestId = "D", VpcId = "vpc-1", VpcName = "net", CidrBlock = "172.17.3.0/24", Status = status,
    VRouterId = "vrt-1", VSwitchIds = { VSwitchId = {} }, RegionId = "cn-hangzhou" }
end

-- Answers one after the other, the last one again and again.
local function script(...)
  local steps = { ... }
  return function(_, n) return steps[math.min(n, #steps)] end
end

local ARGS = { cidr_block = "172.17.3.0/24", vpc_name = "net" }

-- → vpc, err, what was asked, platform, message
local function create(answers, options, client_options, args)
  local client, asked, platform = by_action(answers, client_options)
  local vpc, message, err = client.vpc.create(args or ARGS, options)
  return vpc, err, asked, platform, message
end

local function count(asked, action)
  local found = 0
  for _, one in ipairs(asked) do
    found = found + (one.action == action and 1 or 0)
  end
  return found
end

describe("vpc.create", function()
  it("waits until it is Available, and gives what describe gives and what create said", function()
    local told = {}
    local vpc, _, asked, platform = create({ CreateVpc = MADE,
      DescribeVpcAttribute = script(seen("Pending"), seen("Pending"), seen("Available")) },
      { on_progress = function(event)
        told[#told + 1] = ("%s %s %.0f"):format(event.vpc_id, event.status, event.elapsed)
      end })
    assert.same({ "vpc-1", "Available", "vtb-1", "vrt-1", "C", "net" }, { vpc.id, vpc.status, vpc.route_table_id,
      vpc.router_id, vpc.request_id, vpc.vpc_name })
    assert.same({ 2, 3 }, platform.slept)
    assert.same({ "vpc-1 Pending 0", "vpc-1 Pending 2", "vpc-1 Available 5" }, told)
    assert.equal(4, #asked)
    assert.same({ "172.17.3.0/24", "net", "vpc-1", "cn-hangzhou" }, { asked[1].params.CidrBlock,
      asked[1].params.VpcName, asked[2].params.VpcId, asked[2].params.RegionId })
    assert.matches("^https://vpc%.cn%-hangzhou%.", asked[1].url)
  end)

  it("keeps one token over attempts, lost answers and refusals that pass", function()
    local vpc, _, asked, platform = create({ DescribeVpcAttribute = seen("Available"), CreateVpc = script(fake.lost(),
      fake.refusal(400, "TaskConflict"), fake.refusal(400, "OperationFailed.IdempotentTokenProcessing"),
      fake.refusal(400, "TOKEN_PROCESSING"), fake.refusal(400, "TaskConflict"), fake.refusal(400, "UnknownError"),
      MADE) })
    assert.equal("vpc-1", vpc.id)
    assert.equal(7, count(asked, "CreateVpc"))
    local token = asked[1].params.ClientToken
    assert.equal(32, #token)
    for index = 2, 7 do
      assert.equal(token, asked[index].params.ClientToken)
    end
    assert.equal(2, platform.slept[5]) -- between two calls; the others are between attempts
  end)

  it("takes the caller's token from the arguments or the options", function()
    local answers = { CreateVpc = MADE, DescribeVpcAttribute = seen("Available") }
    local _, _, asked = create(answers, { client_token = "mine" })
    assert.equal("mine", asked[1].params.ClientToken)
    _, _, asked = create(answers, nil, nil, { cidr_block = "172.17.3.0/24", client_token = "own" })
    assert.equal("own", asked[1].params.ClientToken)
  end)

  it("gives up on a refusal that does not pass in its time", function()
    local vpc, err, _, platform, message = create({ CreateVpc = fake.refusal(400, "IncorrectVpcStatus") },
      { timeout = 10, poll = 4 })
    assert.is_nil(vpc)
    assert.same({ 4, 4, 2 }, platform.slept)
    assert.same({ "conflict", "IncorrectVpcStatus" }, { err.kind, err.code })
    assert.equal("vpc.create: in conflict with the present state: told so [IncorrectVpcStatus, R-IncorrectVpcStatus] "
      .. "(still so after 10 s)", message)
    assert.is_nil(err.vpc_id)
    assert.equal(message, tostring(err))
  end)

  it("fails at once on any other", function()
    local _, err, asked, platform = create({ CreateVpc = fake.refusal(400, "QuotaExceeded.Vpc") })
    assert.same({ "QuotaExceeded.Vpc", 1, 0 }, { err.code, #asked, #platform.slept })
  end)

  it("says that the outcome is unknown when any answer was lost, and that repeating makes another one", function()
    local answers = { CreateVpc = script(fake.refusal(400, "TOKEN_PROCESSING"),
      fake.refusal(400, "QuotaExceeded.Vpc")) }
    local _, err = create(answers, { retry = false })
    assert.same({ "QuotaExceeded.Vpc", "unknown", false }, { err.code, err.outcome, err.retryable })
    _, err = create({ CreateVpc = fake.lost() }, { retry = false })
    assert.same({ "timeout", "unknown", false }, { err.kind, err.outcome, err.retryable })
    assert.equal(32, #err.client_token)
    _, err = create({ CreateVpc = fake.lost() }, { retry = false, client_token = "mine" })
    assert.same({ "unknown", true, "mine" }, { err.outcome, err.retryable, err.client_token })
  end)

  it("names the one it made when it is not Available in time", function()
    local vpc, err, _, platform, message = create({ CreateVpc = MADE, DescribeVpcAttribute = seen("Pending") },
      { timeout = 5, poll = 3 })
    assert.is_nil(vpc)
    assert.same({ 3, 2 }, platform.slept)
    assert.equal("vpc.create: timed out: vpc-1 was created and is still Pending after 5 s [WAIT_TIMEOUT]; hint: it "
      .. 'exists: see vpc.describe("vpc-1"), or delete it with vpc.delete', message)
    assert.same({ "timeout", "WAIT_TIMEOUT", "vpc-1", "vpc-1", "vpc-1", false }, { err.kind, err.code, err.id,
      err.vpc_id, err.partial.id, err.retryable })
    assert.equal(32, #err.client_token)
    assert.matches("vpc.delete", err.hint, 1, true)
  end)

  it("names it when it is never shown, or shown no more", function()
    local gone = fake.refusal(404, "InvalidVpcId.NotFound")
    local _, err, _, platform, message = create({ CreateVpc = MADE, DescribeVpcAttribute = gone }, { poll = 20 })
    assert.same({ "not_found", "vpc-1", { 20, 20, 20 } }, { err.kind, err.vpc_id, platform.slept })
    assert.matches("%(vpc%-1 was created%); hint: ", message)
    _, err, _, platform = create({ CreateVpc = MADE, DescribeVpcAttribute = script(seen("Pending"), gone) },
      { poll = 7 })
    assert.same({ "not_found", "vpc-1", { 7 } }, { err.kind, err.vpc_id, platform.slept })
    local vpc = create({ CreateVpc = MADE, DescribeVpcAttribute = script(gone, seen("Available")) })
    assert.equal("vpc-1", vpc.id)
    _, _, _, _, message = create({ CreateVpc = MADE, DescribeVpcAttribute = gone }, { timeout = 5 })
    assert.matches("vpc%-1 was created and is still not visible after 5 s", message)
  end)

  it("names it when it cannot be looked at", function()
    local _, err, _, _, message = create({ CreateVpc = MADE,
      DescribeVpcAttribute = fake.refusal(403, "Forbidden.RAM") })
    assert.same({ "denied", "vpc-1", false }, { err.kind, err.vpc_id, err.retryable })
    assert.matches("^vpc%.create: not permitted: .*%(vpc%-1 was created%); hint: ", message)
    _, err, _, _, message = create({ CreateVpc = MADE, DescribeVpcAttribute = { RequestId = "D", VpcId = "vpc-2" } })
    assert.same({ "protocol", "vpc-1" }, { err.kind, err.vpc_id })
    assert.matches("asked for vpc%-1, the reply is about another", message)
  end)

  it("goes on looking after what passes", function()
    local vpc, _, _, platform = create({ CreateVpc = MADE, DescribeVpcAttribute = script(seen("Pending"),
      fake.refusal(400, "Throttling.User"), fake.lost(), seen("Available")) }, { poll = 2, retry = false })
    assert.equal("vpc-1", vpc.id)
    assert.same({ 2, 2, 2 }, platform.slept)
  end)

  it("is content with an answer without lists", function()
    local bare = { RequestId = "D", VpcId = "vpc-1", Status = "Available" }
    assert.equal("Available", (create({ CreateVpc = MADE, DescribeVpcAttribute = bare })).status)
  end)

  for label, case in pairs({
    ["no block"] = { "vpc", { cidr_block = "172.17.3.0" }, "cidr_block" },
    ["a block that does not begin there"] = { "vpc", { cidr_block = "172.17.3.1/24" }, "cidr_block" },
    ["a VPC too small"] = { "vpc", { cidr_block = "172.17.3.0/29" }, "cidr_block" },
    ["a reserved range"] = { "vpc", { cidr_block = "100.64.1.0/24" }, "cidr_block" },
    ["a name that is an address"] = { "vpc", { vpc_name = "http://x" }, "vpc_name" },
    ["a vSwitch without a block"] = { "vswitch", { vpc_id = "vpc-1", zone_id = "z" }, "cidr_block" },
    ["a vSwitch without a VPC"] = { "vswitch", { cidr_block = "10.0.0.0/24", zone_id = "z" }, "vpc_id" },
    ["a vSwitch too small"] = { "vswitch", { vpc_id = "vpc-1", zone_id = "z",
      cidr_block = "10.0.0.0/30" }, "cidr_block" },
    ["a vSwitch beside its VPC"] = { "vswitch", { vpc_id = { id = "vpc-1", cidr_block = "10.0.0.0/16" }, zone_id = "z",
      cidr_block = "10.1.0.0/24" }, "cidr_block" },
  }) do
    it("refuses before anything is sent: " .. label, function()
      local client, asked = by_action({})
      local made, message, err = client[case[1]].create(case[2])
      assert.is_nil(made)
      assert.same({ "validation", case[3], 0 }, { err.kind, err.param, #asked }, message)
      assert.matches("^" .. case[1] .. "%.create: arguments refused: ", message)
    end)
  end

  it("raises for a programmer's mistake", function()
    local client = by_action({})
    assert.has_error(function() client.vpc.create("172.16.0.0/12") end,
      "vpc.create: arguments must be a table, not a string")
    assert.has_error(function() client.vpc.create({}, { tiemout = 1 }) end)
    assert.has_error(function() client.vpc.create({}, { timeout = 0 }) end)
  end)

  it("renders in a dry run, with the client's tags", function()
    local client, asked = by_action({}, { default_tags = { team = "web" } })
    local rendered = assert(client.vpc.create(ARGS, { dry_run = true }))
    assert.same({ true, "team", "web" }, { rendered.dry_run, rendered.parameters["Tag.1.Key"],
      rendered.parameters["Tag.1.Value"] })
    assert.equal("team", assert(client.render("vswitch.create", { vpc_id = "vpc-1", zone_id = "z",
      cidr_block = "10.0.0.0/24" })).parameters["Tag.1.Key"])
    assert.equal(0, #asked)
  end)
end)

describe("vswitch.create", function()
  local MADE_TOO = { RequestId = "C", VSwitchId = "vsw-1" }
  local SEEN = { RequestId = "D", VSwitchId = "vsw-1", VpcId = "vpc-1", Status = "Available" }
  local function args_in(vpc, block)
    return { vpc_id = vpc, availability_zone = "cn-hangzhou-h", cidr_block = block, vswitch_name = "net" }
  end

  it("may be as large as its VPC, or lie in a secondary block", function()
    local vpc = { id = "vpc-1", cidr_block = "172.17.3.0/24", secondary_cidr_blocks = { "10.0.0.0/16" } }
    local client, asked = by_action({ CreateVSwitch = MADE_TOO, DescribeVSwitchAttributes = SEEN })
    assert.equal("vsw-1", assert(client.vswitch.create(args_in(vpc, "172.17.3.0/24"))).id)
    assert.equal("vsw-1", assert(client.vswitch.create(args_in(vpc, "10.0.7.0/24"))).vswitch_id)
    assert.same({ "vpc-1", "cn-hangzhou-h", "172.17.3.0/24", "net" }, { asked[1].params.VpcId, asked[1].params.ZoneId,
      asked[1].params.CidrBlock, asked[1].params.VSwitchName })
    local _, _, err = client.vswitch.create(args_in(vpc, "172.17.2.0/23"))
    assert.equal("cidr_block", err.param)
    assert(client.vswitch.create(args_in(vpc, "192.168.0.0/24"), { validate = "off" }))
  end)

  it("leaves a block that is none to the check of all arguments", function()
    local client = by_action({})
    local _, _, err = client.vswitch.create(args_in({ id = "vpc-1", cidr_block = "10.0.0.0/8" }, "10.0.0/24"))
    assert.equal(1, #err.failures)
  end)

  it("names the one it made", function()
    local client = by_action({ CreateVSwitch = MADE_TOO, DescribeVSwitchAttributes = fake.refusal(403, "Forbidden") })
    local _, message, err = client.vswitch.create(args_in("vpc-1", "10.0.0.0/24"))
    assert.same({ "vsw-1", "vsw-1" }, { err.id, err.vswitch_id })
    assert.matches("%(vsw%-1 was created%); hint: ", message)
  end)
end)

describe("with the emulator", function()
  it("the networks of terraform's example are made and taken down", function()
    local client, emulator = virtual.client()
    local vpc = assert(client.vpc.create({ cidr_block = "172.17.3.0/24", vpc_name = "terraform-example" }))
    local zone = assert(client.zone.list({ available_resource_creation = "VSwitch" }))[1]
    local vswitch = assert(client.vswitch.create({ cidr_block = "172.17.3.0/24", vpc_id = vpc, zone_id = zone,
      vswitch_name = "terraform-example" }))
    assert.same({ "Available", vpc.id, zone.id }, { vswitch.status, vswitch.vpc_id, vswitch.zone_id })
    assert.same({ vswitch.id }, assert(client.vpc.describe(vpc)).vswitch_ids)
    assert.is_true(assert(client.vswitch.delete(vswitch)).deleted)
    assert.is_true(assert(client.vpc.delete(vpc)).deleted)
    assert.same({}, assert(client.vpc.list()))
    assert.equal(1, emulator:state().count.CreateVpc)
  end)

  it("a lost answer makes one, not two", function()
    local client = virtual.client(nil, { faults = { { action = "CreateVpc", kind = "lost_answer" },
      { action = "CreateVSwitch", kind = "lost_answer" } } })
    local vpc = assert(client.vpc.create(ARGS))
    assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-h", cidr_block = "172.17.3.0/25" }))
    assert.same({ 1, 1 }, { #assert(client.vpc.list()), #assert(client.vswitch.list({ vpc_id = vpc })) })
  end)

  it("the same token again gives the same one", function()
    local client, emulator = virtual.client()
    local first = assert(client.vpc.create(ARGS, { client_token = "token-1" }))
    assert.equal(first.id, assert(client.vpc.create(ARGS, { client_token = "token-1" })).id)
    local args = { vpc_id = first, zone_id = "cn-hangzhou-h", cidr_block = "172.17.3.0/24" }
    local inside = assert(client.vswitch.create(args, { client_token = "token-2" }))
    assert.equal(inside.id, assert(client.vswitch.create(args, { client_token = "token-2" })).id)
    assert.same({ 2, 2 }, { emulator:state().count.CreateVpc, emulator:state().count.CreateVSwitch })
    local _, _, err = client.vpc.create({ cidr_block = "10.0.0.0/16" }, { client_token = "token-1" })
    assert.same({ "conflict", nil }, { err.kind, err.vpc_id })
  end)

  it("two vSwitches of one block are a conflict, and one in no zone is not found", function()
    local client = virtual.client()
    local args = { vpc_id = assert(client.vpc.create(ARGS)), zone_id = "cn-hangzhou-h", cidr_block = "172.17.3.0/25" }
    assert(client.vswitch.create(args))
    local _, _, err = client.vswitch.create(args)
    assert.same({ "conflict", "InvalidCidrBlock.Overlapped" }, { err.kind, err.code })
    assert.matches("vswitch.list", err.hint, 1, true)
    args.zone_id = "cn-hangzhou-zz"
    _, _, err = client.vswitch.create(args)
    assert.same({ "not_found", "zone.list() shows the zones of the region" }, { err.kind, err.hint })
  end)

  it("vSwitches made at once come one after the other", function()
    local client = virtual.client()
    local vpc = assert(client.vpc.create(ARGS))
    local made = ecs.map({ "172.17.3.0/26", "172.17.3.64/26", "172.17.3.128/26" }, function(block)
      return assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-h", cidr_block = block }))
    end, { concurrency = 3 })
    for _, one in ipairs(made) do
      assert.is_true(one.ok, one.message)
    end
    assert.equal(3, #assert(client.vswitch.list({ vpc_id = vpc })))
  end)
end)
