-- What ecs.vpc and ecs.vswitch have in common is one thing: here for a kind that is neither.
local by_action = require("spec.support.by_action")
local network = require("ecs_pipeline.resources.network")
local networks = require("ecs_pipeline.find.networks")

-- An internal client that writes down what it is asked for.
local function recorder()
  local asked = {}
  return {
    call_options = function(_, operation, given)
      asked[#asked + 1] = operation
      return given or {}
    end,
    invoke = function(_, operation, args)
      asked[#asked + 1] = operation .. " " .. tostring(args.vpc_id)
      return { id = args.vpc_id }
    end,
  }, asked
end

describe("the group of a kind of network", function()
  it("is named, and asks, as the kind says", function()
    local kind = setmetatable({ group = "bridge" }, { __index = networks.VPC })
    local client, asked = recorder()
    local group = network.group(kind).bind(function() return client end)
    assert.same({ id = "vpc-1" }, group.describe("vpc-1"))
    assert.same({ "bridge.describe", "bridge.describe vpc-1" }, asked)
    assert.is_function(group.each())
    assert.equal("bridge.each", asked[3])
  end)

  it("completes the arguments of create for a client's render", function()
    local client = by_action({}, { default_tags = { team = "os" } })
    for name, args in pairs({ vpc = { cidr_block = "172.16.0.0/12" },
      vswitch = { vpc_id = "vpc-1", zone_id = "cn-hangzhou-k", cidr_block = "172.16.0.0/24" } }) do
      local rendered = assert(client.render(name .. ".create", args))
      assert.equal("os", rendered.parameters["Tag.1.Value"])
    end
  end)
end)
