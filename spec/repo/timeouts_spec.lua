-- What `timeout` limits, function by function: the table in docs/options.md, and what the functions do.
local by_action = require("spec.support.by_action")
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local platform = require("ecs_pipeline.platform")
local repo = require("spec.support.repo")
local tables = require("ecs_pipeline.tables")
local virtual = require("spec.support.virtual")

local unpack = table.unpack or unpack -- luacheck: ignore 113 143
local LIMIT = 100 -- seconds, shorter than anything that is waited for

local NEVER = { durations = { PREPARING = 1e6, CANCELLING = 1e6 } }

-- A virtual service with a build that does not end. → client, emulator, pipeline, execution
local function building(options)
  local client, emulator = virtual.client(options)
  local pipeline, execution = virtual.build(client, emulator, NEVER)
  emulator:script_build(NEVER)
  return client, emulator, pipeline, execution
end

-- A service whose networks and images stay as they are.
local function frozen(options)
  local described = { RequestId = "D", VpcId = "vpc-1", VSwitchId = "vsw-1", Status = "Pending" }
  local list = { RequestId = "L", TotalCount = 0, VSwitches = { VSwitch = {} } }
  local images = { RequestId = "I", TotalCount = 1, Images = { Image = { { ImageId = "m-2", Status = "Creating" } } } }
  local client, _, host = by_action({ CopyImage = { RequestId = "C", ImageId = "m-2" }, DescribeImages = images,
    CreateVpc = described, CreateVSwitch = described, DescribeVpcAttribute = described,
    DescribeVSwitchAttributes = described, DescribeVSwitches = list, DeleteVpc = { RequestId = "R" },
    DeleteVSwitch = { RequestId = "R" } }, options)
  return client, { now = function() return host.now end }
end

-- The functions that wait → function(client options, own options) → emulator (its clock), result, message, err
local WAITS = {
  ["execution.wait"] = function(options, own)
    local client, emulator, _, id = building(options)
    return emulator, emulator:now(), client.execution.wait(id, own)
  end,
  ["execution.build"] = function(options, own)
    local client, emulator = building(options)
    local id = assert(client.pipeline.create(tables.merge({}, virtual.TEMPLATE))).id
    return emulator, emulator:now(), client.execution.build(id, own)
  end,
  ["execution.build_if_changed"] = function(options, own)
    local client, emulator = building(options)
    local id = assert(client.pipeline.create(tables.merge({}, virtual.TEMPLATE))).id
    return emulator, emulator:now(), client.execution.build_if_changed(id, own)
  end,
  ["ecs.bake"] = function(options, own)
    local client, emulator = building(options)
    return emulator, emulator:now(), client.bake(tables.merge({ description = "changed" }, virtual.TEMPLATE), own)
  end,
  ["pipeline.delete"] = function(options, own)
    local client, emulator, id = building(options)
    return emulator, emulator:now(), client.pipeline.delete(id, tables.merge({ when_running = "cancel" }, own))
  end,
  ["pipeline.ensure"] = function(options, own)
    local client, emulator = building(options)
    return emulator, emulator:now(), client.pipeline.ensure(tables.merge({ description = "changed" }, virtual.TEMPLATE),
      tables.merge({ replace = "retire", archive = false }, own))
  end,
  ["image.wait_available"] = function(options, own)
    local client, clock = frozen(options)
    return clock, clock:now(), client.image.wait_available("m-2", own)
  end,
  ["image.copy"] = function(options, own)
    local client, clock = frozen(options)
    return clock, clock:now(), client.image.copy("m-1", { to_region_id = "cn-qingdao" },
      tables.merge({ wait = true }, own))
  end,
}
for name, args in pairs({ ["vpc.create"] = { cidr_block = "10.0.0.0/16" }, ["vpc.delete"] = "vpc-1",
    ["vswitch.create"] = { vpc_id = "vpc-1", zone_id = "cn-hangzhou-h", cidr_block = "10.0.0.0/24" },
    ["vswitch.delete"] = "vsw-1" }) do
  WAITS[name] = function(options, own)
    local client, clock = frozen(options)
    local group, verb = name:match("^(%w+)%.(%w+)$")
    return clock, clock:now(), client[group][verb](args, own)
  end
end

-- The functions that make calls and wait for nothing: their arguments.
local ID, TEMPLATE = { "ip-1" }, { virtual.TEMPLATE }
local CALLS = {
  account = { describe = {} },
  component = { create = { { name = "x", content = "RUN x" } }, delete = { "ic-1" }, describe = { "ic-1" }, each = {},
    list = {}, resolve = { "acs:ecs:cn-hangzhou:aliyun:imagecomponent/x/1.0.0" } },
  execution = { cancel = { "exec-1" }, describe = { "exec-1" }, each = { ID[1] }, list = { ID[1] }, start = ID },
  image = { delete = { "m-1" }, describe = { "m-1" }, each = {}, latest = { "family" }, list = {},
    modify = { "m-1", { name = "xy" } }, prune = { { pipeline = "ip-1", keep = 1 } },
    share = { "m-1", { add_account = { "1234567890123456" } } } },
  instance_type = { list = {} },
  pipeline = { create = TEMPLATE, delete = ID, describe = ID, each = {}, ensure = TEMPLATE, import = ID, list = {},
    plan = TEMPLATE },
  region = { list = {} },
  resource_group = { join = { { resource_type = "instance", id = "i-1", resource_group_id = "rg-1" } }, list = {} },
  snapshot = { delete = { "s-1" } },
  tags = { add = { "instance", { "i-1" }, { a = "b" } }, list = { "instance", { ids = { "i-1" } } },
    remove = { "instance", { "i-1" }, { "a" } } },
  vpc = { describe = { "vpc-1" }, each = {}, list = {} },
  vswitch = { describe = { "vsw-1" }, each = {}, list = {} },
  zone = { list = {} },
}
local PURE = { build_content = true, ["pipeline.validate"] = true, ["tags.diff"] = true, ["tags.from_list"] = true,
  ["tags.matches"] = true, ["tags.merge"] = true, ["tags.split"] = true, ["tags.to_list"] = true,
  ["tags.validate"] = true }

describe("timeout", function()
  it("is explained in docs/options.md for each function that waits", function()
    local section = repo.read("docs/options.md"):match("## What `timeout` limits\n(.-)\n## ")
    local documented = {}
    for first in section:gmatch("\n| (`[^|]+) |") do
      for name in first:gsub(",.*$", ""):gmatch("`([%w_]+%.[%w_]+)`") do
        documented[name] = true
      end
    end
    local wanted = { ["ecs.map"] = true, ["ecs.concurrently"] = true }
    for name in pairs(WAITS) do
      wanted[name] = true
    end
    assert.same(wanted, documented)
  end)

  it("is known of each function that there is", function()
    local client = virtual.client()
    for group, functions in pairs(client) do
      if type(functions) == "table" and not PURE[group] then
        for verb in pairs(functions) do
          local name = group .. "." .. verb
          local known = PURE[name] or WAITS[name] or CALLS[group] and CALLS[group][verb]
          assert.is_truthy(known, name .. " is in none of the tables of this spec: add it, and if it waits also to "
            .. "docs/options.md")
        end
      end
    end
  end)

  for name, run in pairs(WAITS) do
    it("limits the whole of " .. name, function()
      local clock, began, result, message, err = run(nil, { timeout = LIMIT, poll = 30 })
      local outcome = result and (result.outcome or "done") or err.code or message
      assert.is_true(outcome == "timeout" or outcome == "WAIT_TIMEOUT", name .. ": " .. tostring(outcome))
      local elapsed = clock:now() - began
      assert.is_true(elapsed >= LIMIT - 1 and elapsed < LIMIT + 30, name .. ": " .. elapsed .. " s")
    end)

    it("limits each attempt of " .. name .. ", as a table", function()
      local longest = 0
      run({ timeout = 6, on_event = function(event)
        longest = math.max(longest, event.type == "attempt" and event.timeout or 0)
      end }, { timeout = { total = 7 }, poll = 5000 })
      assert.equal(7, longest)
    end)
  end

  it("limits the build and the wait for old executions inside ecs.bake and pipeline.ensure", function()
    local changed = tables.merge({ description = "changed" }, virtual.TEMPLATE)
    local function within(emulator, began, limit)
      local elapsed = emulator:now() - began
      assert.is_true(elapsed >= limit - 1 and elapsed < limit + 30, elapsed .. " s")
    end
    local client, emulator = virtual.client()
    assert(client.pipeline.create(virtual.TEMPLATE))
    emulator:script_build(NEVER)
    local began = emulator:now()
    local pipeline = assert(client.pipeline.ensure(changed, { replace = "retire", archive = false, build = true,
      timeout = LIMIT, poll = 20 }))
    assert.equal("timeout", pipeline.build.outcome)
    within(emulator, began, LIMIT)
    client, emulator = virtual.client()
    virtual.build(client, emulator, NEVER) -- of the old pipeline
    began = emulator:now()
    local _, _, err = client.bake(changed, { replace = "retire", archive = false, timeout = 4000, poll = 20 })
    assert.equal("WAIT_TIMEOUT", err.code)
    within(emulator, began, 4000)
  end)

  it("limits each attempt of all other functions", function()
    for group, functions in pairs(CALLS) do
      for verb, args in pairs(functions) do
        local seen
        local client = fake.client({ fake.refusal(403, "Forbidden.RAM") }, { on_event = function(event)
          seen = event.type == "attempt" and event.timeout or seen
        end })
        local all = tables.copy(args)
        local count = #all == 0 and (verb == "list" or verb == "each") and 2 or #all + 1 -- after the filter
        all[count] = { timeout = 7 }
        local iterate = client[group][verb](unpack(all, 1, count))
        if verb == "each" then
          iterate()
        end
        assert.equal(7, seen, group .. "." .. verb)
      end
    end
  end)

  it("limits all items of ecs.map and ecs.concurrently", function()
    local began = core.clock()
    ecs.map({ 1 }, function() platform.sleep(60) end, { timeout = 0.1 })
    ecs.concurrently({ function() platform.sleep(60) end }, { timeout = 0.1 })
    assert.is_true(core.clock() - began < 30)
  end)
end)
