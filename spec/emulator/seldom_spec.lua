-- Requests that the emulator seldom sees: unreadable, unsigned, too many, or of the wrong kind.

local commands = require("ecs_pipeline.emulator.commands")
local emulators = require("ecs_pipeline.emulator")
local text = require("ecs_pipeline.emulator.text")
local wire = require("ecs_pipeline.emulator.wire")
local caller = require("spec.support.emulator_caller")

local function refused(code, status, body)
  assert.is_true(status >= 400)
  assert.equal(code, body.Code)
end

local function oss(mappings, more)
  local out = { BaseImage = false, BaseImageType = "OSS" }
  for i = 1, mappings do
    out["ImportImageOptions.DiskDeviceMappings." .. i .. ".OSSBucket"] = "bucket"
    out["ImportImageOptions.DiskDeviceMappings." .. i .. ".OSSObject"] = "disk.raw"
  end
  for name, value in pairs(more or {}) do
    out["ImportImageOptions." .. name] = value
  end
  return out
end

describe("the emulator", function()
  local emulator, client

  before_each(function()
    emulator = emulators.new({ region = "cn-somewhere-new" })
    client = caller.new(emulator)
  end)

  it("answers what it cannot read, in the query and in the form", function()
    for _, request in ipairs({ { "/?a=%", {}, "" },
      { "/", { ["content-type"] = "application/x-www-form-urlencoded" }, "a=%" } }) do
      local status, _, body = emulator:handle("POST", request[1], request[2], request[3])
      assert.equal(400, status)
      assert.matches("could not be read", body, 1, true)
    end
    assert.same({}, wire.unreadable("POST", {}).params)
  end)

  it("answers no method but GET and POST", function()
    client.method = "PUT"
    refused("UnsupportedHTTPMethod", client:create())
  end)

  it("refuses a signature of another length, and one made by another method", function()
    local request = client:request("CreateImagePipeline", caller.template())
    request.headers.authorization = request.headers.authorization:sub(1, -2)
    refused("SignatureDoesNotMatch", client:send(request))
    local v1 = caller.new(emulator, { scheme = "1.0" })
    request = v1:request("CreateImagePipeline", caller.template())
    request.query = request.query:gsub("HMAC%-SHA1", "HMAC-MD5")
    refused("IncompleteSignature", v1:send(request))
  end)

  it("remembers a thousand requests and forgets the oldest", function()
    for _ = 1, 1005 do
      emulator:handle("PUT", "/", {}, "")
    end
    local log = emulator:state().requests or emulator.log.entries
    assert.is_true(#log <= 1000)
  end)

  it("knows the region that it is made for", function()
    client.region = "cn-somewhere-new"
    assert.equal(200, (client:create()))
  end)

  it("gives an image the platform of the public one that it was built on", function()
    local public = "ubuntu_22_04_x64_20G_alibase_20240926.vhd"
    local _, made = client:create({ BaseImage = public })
    assert.equal(200, (client:call("StartImagePipelineExecution", { ImagePipelineId = made.ImagePipelineId })))
    emulator:advance(4000)
    local _, reply = client:call("DescribeImages", { ImageOwnerAlias = "self" })
    assert.equal("Ubuntu 22.04 64 bit", reply.Images.Image[1].OSName)
  end)

  it("takes nothing into its store but executions", function()
    assert.has_error(function() emulator:put("disks", {}) end)
  end)

  it("refuses more than 20 tags in a filter", function()
    local filter = {}
    for i = 1, 21 do
      filter["Tag." .. i .. ".Key"] = "k" .. i
    end
    refused("InvalidTagCount", client:describe(filter))
    filter.ImagePipelineId = "ip-1"
    refused("InvalidTagCount", client:call("DescribeImagePipelineExecutions", filter))
    filter.ImagePipelineId = nil
    refused("InvalidTagCount", client:call("DescribeImages", filter))
  end)

  it("refuses imports by their rules", function()
    refused("InvalidImportImageOptionsDiskDeviceMappings.LengthLimitExceeded", client:create(oss(18)))
    refused("InvalidParameter.ImportImageOptionsBootMode",
      client:create(oss(1, { Architecture = "arm64", BootMode = "BIOS" })))
    refused("InvalidParameter.ImportImageOptionsDiskDeviceMappingsOSSObject",
      client:create(oss(1, { ["DiskDeviceMappings.1.OSSObject"] = "http://x" })))
  end)

  it("refuses a script that it cannot read", function()
    local status, body = client:create({ BuildContent = "NONSENSE here" })
    assert.equal(400, status)
    assert.is_string(body.Code)
  end)

  it("is reached by a URL without a path", function()
    local reply = emulator:transport().send({ method = "POST", url = "https://ecs.aliyuncs.com?a=1", headers = {},
      body = "" })
    assert.is_true(reply.status >= 400)
  end)
end)

describe("its text rules", function()
  it("count bytes, and no characters in what is no UTF-8", function()
    assert.is_true(text.bytes(3)("abc"))
    assert.is_false(text.bytes(2)("abc"))
    assert.is_nil(text.length("\195a"))
  end)

  it("take a script's last line even when it ends with a backslash", function()
    assert.equal(1, #commands.split("RUN a \\"))
  end)
end)
