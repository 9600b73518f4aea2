-- Whatever goes wrong, however often and in whichever call of a create or a delete: at most one is made, what is left
-- is named or called unknown, and doing it again with the same token ends well.
local virtual = require("spec.support.virtual")

local KINDS = {
  { kind = "throttle" }, { kind = "error", code = "TaskConflict" }, { kind = "error", code = "InternalError" },
  { kind = "error", code = "OperationFailed.IdempotentTokenProcessing" }, { kind = "error", code = "Forbidden.RAM" },
  { kind = "status", status = 502, body = "<html>bad gateway</html>" }, { kind = "status", status = 503 },
  { kind = "nonce_used", commit = true }, { kind = "lost_answer" }, { kind = "lost_request" }, { kind = "refused" },
  { kind = "timeout", commit = true }, { kind = "timeout" }, { kind = "expired_token" },
}

local NETWORKS = {
  vpc = { create = "CreateVpc", look = "DescribeVpcAttribute", delete = "DeleteVpc", list = "vpcs", id = "VpcId",
    args = function() return { cidr_block = "172.17.3.0/24" } end },
  vswitch = { create = "CreateVSwitch", look = "DescribeVSwitchAttributes", delete = "DeleteVSwitch",
    list = "vswitches", id = "VSwitchId", args = function(client)
      return { vpc_id = assert(client.vpc.create({ cidr_block = "172.17.3.0/24" })), zone_id = "cn-hangzhou-h",
        cidr_block = "172.17.3.0/24" }
    end },
}

local function add(emulator, action, kind, times)
  local fault = { action = action, times = times }
  for name, value in pairs(kind) do
    fault[name] = value
  end
  emulator.faults:add(fault)
end

local function label(kind, times)
  return ("%s %s x%d"):format(kind.kind, kind.code or kind.status or (kind.commit and "done" or "-"), times)
end

for noun, network in pairs(NETWORKS) do
  describe(noun, function()
    local failures = 0

    for _, kind in ipairs(KINDS) do
      for _, times in ipairs({ 1, 500 }) do
        for _, action in ipairs({ network.create, network.look }) do
          it(("create, %s: %s"):format(action, label(kind, times)), function()
            local client, emulator = virtual.client()
            local args = network.args(client)
            add(emulator, action, kind, times)
            local made, message, err = client[noun].create(args, { client_token = "token-1", timeout = 60 })
            local there = emulator:state()[network.list]
            assert.is_true(#there <= 1, "two were made")
            if made then
              assert.equal(there[1][network.id], made.id)
              assert.equal("Available", made.status)
            else
              assert.matches("^" .. noun .. "%.create: ", message)
              failures = failures + 1
              if there[1] then
                assert.is_true(err[noun .. "_id"] == there[1][network.id] or err.outcome == "unknown", message)
                assert.is_true(err.outcome == "unknown" or not err.retryable, "would make another one: " .. message)
              else
                assert.is_nil(err[noun .. "_id"])
              end
            end
            emulator.faults.script = {}
            made = assert(client[noun].create(args, { client_token = "token-1" }))
            there = emulator:state()[network.list]
            assert.same({ 1, made.id }, { #there, there[1][network.id] })
          end)
        end
        for _, action in ipairs({ network.delete, network.look }) do
          it(("delete, %s: %s"):format(action, label(kind, times)), function()
            local client, emulator = virtual.client()
            local made = assert(client[noun].create(network.args(client)))
            add(emulator, action, kind, times)
            local result, message = client[noun].delete(made, { timeout = 60 })
            if result then
              assert.is_true(result.deleted)
              assert.same({}, emulator:state()[network.list])
            else
              assert.matches("^" .. noun .. "%.delete: ", message)
              failures = failures + 1
            end
            emulator.faults.script = {}
            assert(client[noun].delete(made))
            assert.same({}, emulator:state()[network.list])
          end)
        end
      end
    end

    it("really failed where it had to", function()
      assert.is_true(failures > 20, "only " .. failures .. " calls failed")
    end)
  end)
end
