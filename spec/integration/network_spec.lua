--- The data sources of terraform's example, its VPC and its vSwitch, through libcurl to the emulator behind a real
-- nginx: four products at one endpoint, with each signature and placement. Waiting moves the clocks.

local scenes = require("spec.support.emulator_nginx.scene")

local scene

setup(function()
  scene = scenes.open({ networks = { seconds = 0.2 } })
end)

teardown(function()
  scene:close()
end)

local POLL = { poll = 0.1 }

describe("the networks of terraform's example", function()
  for _, way in ipairs({ { "auto", "auto" }, { "v3", "query" }, { "1.0", "form" } }) do
    it(("are looked up, made and removed, signature %s in the %s"):format(way[1], way[2]), function()
      scene:ask("POST", "reset")
      local client = scene:client({ signature_version = way[1], placement = way[2], platform = scene:platform() })
      assert.matches("^%d+$", assert(client.account.describe()).id)
      assert.equal("cn-hangzhou", assert(client.region.list({ current = true }))[1].id)
      assert.equal("string", type(assert(client.resource_group.list({ name_regex = "^default$" }))[1].id))
      local image = assert(client.image.list({ name_regex = "^ubuntu_[0-9]+_[0-9]+_x64*", owners = "system",
        most_recent = true }))[1]
      local zone = assert(client.zone.list({ available_resource_creation = "VSwitch" }))[1]
      local types = assert(client.instance_type.list({ image_id = image, zone_id = zone, sorted_by = "CPU" }))
      assert.same({ zone.id }, types[1].availability_zones)
      assert.is_true(types[1].cpu_core_count <= types[#types].cpu_core_count)

      local statuses = {}
      local vpc = assert(client.vpc.create({ cidr_block = "172.17.3.0/24", vpc_name = "terraform-example",
        tags = { ["a+b"] = "é &" } }, { poll = 0.1, on_progress = function(event)
          statuses[#statuses + 1] = event.status
        end }))
      assert.equal("Available", statuses[#statuses])
      assert.same({ ["a+b"] = "é &" }, vpc.tags)
      local vswitch = assert(client.vswitch.create({ cidr_block = "172.17.3.0/24", vpc_id = vpc, zone_id = zone,
        vswitch_name = "terraform-example" }, POLL))
      assert.same({ vswitch.id }, assert(client.vpc.describe(vpc)).vswitch_ids)
      assert.equal(vswitch.id, assert(client.vswitch.list({ vpc_id = vpc, zone_id = zone }))[1].id)
      local _, _, err = client.vpc.delete(vpc, { timeout = 0.3, poll = 0.1 })
      assert.same({ "conflict", "DependencyViolation.VSwitch" }, { err.kind, err.code })
      assert.is_true(assert(client.vswitch.delete(vswitch, POLL)).deleted)
      assert.is_true(assert(client.vpc.delete(vpc, POLL)).deleted)
      assert.is_false(assert(client.vpc.delete(vpc, POLL)).deleted)
      client.close()
    end)
  end
end)
