-- The emulator object: its options, what is put into its store, keys that it issues, requests of no known shape.
local caller = require("spec.support.emulator_caller")
local emulators = require("ecs_pipeline.emulator")

describe("emulator.new", function()
  for _, row in ipairs({
    { { fault = {} }, "emulator: unknown option: fault (did you mean faults?)" },
    { { weather = {} }, "emulator: unknown option: weather" },
    { { clock = "sundial" }, 'emulator: clock must be "virtual" or "real"' },
    { { undocumented = { disk = true } }, "emulator: unknown type in undocumented: disk" },
    { { builds = { speed = 2 } }, "emulator: unknown option of builds: speed" },
    { { builds = { image_id = "soon" } }, 'emulator: image_id of builds must be "BUILDING" or "end"' },
    { { builds = { durations = { BUILDING = -1 } } },
      "emulator: durations are seconds by state, not BUILDING = -1" },
    { { builds = { script = { { outcome = "DONE" } } } }, "emulator: unknown outcome of a build: DONE" },
    { { copies = { script = { 5 } } }, "emulator: a scripted copy is a table, not 5" },
  }) do
    it("raises " .. row[2], function()
      assert.has_error(function() emulators.new(row[1]) end, row[2])
    end)
  end

  it("takes one more region", function()
    local client = caller.new(emulators.new({ region = "cn-somewhere-new" }))
    client.region = "cn-somewhere-new"
    assert.equal(200, (client:create()))
    client.region = "cn-nowhere"
    assert.equal("InvalidRegionId.NotFound", select(2, client:create()).Code)
  end)

  it("keeps no table of its caller's", function()
    local keys = { ["emulator-key"] = { secret = "emulator-secret" } }
    local client = caller.new(emulators.new({ credentials = keys }))
    keys["emulator-key"].secret = "changed"
    assert.equal(200, (client:create()))
  end)
end)

describe("an emulator", function()
  local emulator

  before_each(function()
    emulator = emulators.new({ now = 1767225600 })
  end)

  it("answers what it cannot read, in the query and in the form", function()
    for _, request in ipairs({ { "/?a=%", {}, "" },
      { "/", { ["content-type"] = "application/x-www-form-urlencoded" }, "a=%" } }) do
      local status, _, body = emulator:handle("POST", request[1], request[2], request[3])
      assert.equal(400, status)
      assert.matches("The request could not be read: a percent sign is not followed by two hex digits.", body, 1, true)
    end
  end)

  it("answers no method but GET and POST", function()
    local client = caller.new(emulator, { method = "PUT" })
    local status, reply = client:create()
    assert.same({ 405, "UnsupportedHTTPMethod" }, { status, reply.Code })
  end)

  it("changes an image that is put in again", function()
    local id = emulator:put("images", { ImageName = "own" }).ImageId
    emulator:put("images", { ImageId = id, Usage = "instance" })
    assert.same({ 1, "instance", "own" }, { #emulator:state().images, emulator:state().images[1].Usage,
      emulator:state().images[1].ImageName })
  end)

  it("takes only what it knows into its store", function()
    assert.has_error(function() emulator:put("disks", {}) end,
      "emulator: only executions, components, images and resource_groups can be put, not disks")
    assert.has_error(function() emulator:put("components", {}) end, "emulator: a component to be put needs RegionId")
  end)

  it("raises for a scripted build or copy that cannot be", function()
    assert.has_error(function() emulator:script_build({ stall = -1 }) end, "emulator: stall must not be negative")
    assert.has_error(function() emulator:script_copy(5) end, "emulator: a scripted copy is a table, not 5")
  end)

  it("issues keys that it believes until they end, each pair another", function()
    local one, two = emulator:issue(900, "acs:ram::1:role/web"), emulator:issue(900, "acs:ram::1:role/web")
    assert.not_equal(one.id, two.id)
    assert.not_equal(one.token, two.token)
    local client = caller.new(emulator, { id = one.id, secret = one.secret, token = one.token })
    assert.equal(200, (client:create()))
    emulator:advance(899)
    assert.equal(200, (client:describe()))
    emulator:advance(1)
    assert.equal("InvalidSecurityToken.Expired", select(2, client:describe()).Code)
  end)

  it("no longer knows an id that is lost", function()
    emulator:lose("images", "m-bp1example")
    assert.equal("InvalidImage.NotFound", select(2, caller.new(emulator):create()).Code)
  end)
end)
