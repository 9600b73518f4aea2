-- A wait in an nginx worker kept it "shutting down" after a reload, for as long as the build took: four hours at most.
-- Now each wait ends with its host, and the error says how to go on: never by doing twice what was done. In a real
-- nginx: spec/openresty/exiting_spec.lua.
local by_action = require("spec.support.by_action")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local function on_ending_host(client, platform)
  return client.with({ platform = setmetatable({ exiting = function() return true end }, { __index = platform }) })
end

local function ended(hint, result, message, err)
  assert.is_nil(result)
  assert.same({ "cancelled", "HOST_EXITING", false }, { err.kind, err.code, err.retryable })
  assert.matches("this nginx worker is to end", message, 1, true)
  assert.matches(hint, err.hint, 1, true)
  return err
end

-- → client on a host that ends, emulator, pipeline, execution
local function building()
  local client, emulator = virtual.client()
  local pipeline, execution = virtual.build(client, emulator)
  return on_ending_host(client, virtual.platform(emulator)), emulator, pipeline, execution
end

describe("a wait in a host that ends", function()
  it("for an execution names it", function()
    local client, _, pipeline, execution = building()
    local err = ended('execution.wait("' .. execution .. '")', client.execution.wait(execution))
    assert.equal(execution, err.execution_id)
    err = ended("with the same arguments", client.pipeline.delete(pipeline, { when_running = "wait" }))
    assert.equal(execution, err.execution_id)
  end)

  it("for a build names the token, or the journal", function()
    local client, emulator, pipeline = building()
    emulator:advance(5000)
    local err = ended("client_token = err.client_token", client.execution.build(pipeline))
    assert.is_truthy(err.client_token and err.execution_id)
    emulator:advance(5000)
    ended("with the same journal", client.execution.build(pipeline, { journal = {
      get = function() return nil end, put = function() return true end } }))
    emulator:advance(5000)
    ended("client_token = err.client_token", client.bake({ base_image = "m-1", base_image_type = "IMAGE",
      name = "new" }))
  end)

  it("for an image names it; a copy is adopted by the same call", function()
    local image = { ImageId = "m-2", Status = "Creating" }
    local client = by_action({ DescribeImages = { RequestId = "I", TotalCount = 1, Images = { Image = { image } } },
      CopyImage = { RequestId = "C", ImageId = "m-2" } })
    client = on_ending_host(client, fake.platform())
    ended('image.wait_available("m-2")', client.image.wait_available("m-2"))
    local err = ended("call image.copy again", client.image.copy("m-1", { to_region_id = "cn-qingdao" },
      { wait = true }))
    assert.same({ ["cn-qingdao"] = "m-2" }, err.images)
  end)

  it("for a network names what was created, which is not created again", function()
    local client = by_action({ CreateVpc = { RequestId = "C", VpcId = "vpc-1" },
      DescribeVpcAttribute = { RequestId = "D", VpcId = "vpc-1", Status = "Pending" } })
    client = on_ending_host(client, fake.platform())
    local err = ended('vpc.describe("vpc-1")', client.vpc.create({ cidr_block = "10.0.0.0/16" }))
    assert.equal("vpc-1", err.vpc_id)
  end)
end)
