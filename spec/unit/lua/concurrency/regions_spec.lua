-- `regions = { … }`: one call for several regions, their results and failures by region.
local ecs = require("ecs_pipeline")
local errors = require("ecs_pipeline.errors")
local regions = require("ecs_pipeline.concurrency.regions")
local virtual = require("spec.support.virtual")

local function fails(kind, message, more)
  local err = { kind = kind, message = message }
  for name, value in pairs(more or {}) do
    err[name] = value
  end
  local _, text, failure = errors.fail("image.list", err)
  failure.partial = more and more.partial
  return nil, text, failure
end

describe("regions.run", function()
  it("calls once with what it is given, if no regions are named", function()
    for _, args in ipairs({ { name = "web" }, false }) do
      local seen
      assert.equal("done", regions.run("image.list", args or nil, function(own, region)
        seen = { own, region }
        return "done"
      end))
      assert.same({ args or nil }, seen)
    end
  end)

  it("calls for each region, once, and keeps the caller's table as it is", function()
    local args, seen = { name = "web", regions = { "cn-a", { region_id = "cn-b" }, { id = "cn-a" } } }, {}
    local results = regions.run("image.list", args, function(own, region)
      seen[#seen + 1] = own
      return region .. " " .. own.name
    end)
    assert.same({ ["cn-a"] = "cn-a web", ["cn-b"] = "cn-b web" }, results)
    assert.same({ { name = "web", region_id = "cn-a" }, { name = "web", region_id = "cn-b" } }, seen)
    assert.same({ "cn-a", { region_id = "cn-b" }, { id = "cn-a" } }, args.regions)
    assert.same({ ["cn-c"] = 1 }, regions.run("image.list", { regions = { region_id = "cn-c" } },
      function() return 1 end))
  end)

  it("keeps the results beside failures, and names the first region that failed", function()
    local results, message, err = regions.run("image.list", { regions = { "cn-a", "cn-b", "cn-c" } },
      function(_, region)
        if region == "cn-a" then
          return 1
        elseif region == "cn-b" then
          return fails("denied", "no", { code = "Forbidden.RAM", partial = { "m-1" } })
        end
        return fails("api", "bad", { status = 500 })
      end)
    assert.is_nil(results)
    assert.equal("image.list: not permitted: cn-b: no [Forbidden.RAM]; also failed: cn-c", message)
    assert.same({ message, tostring(err), "denied", "cn-b", "Forbidden.RAM" },
      { err.message, message, err.kind, err.region, err.code })
    assert.same({ ["cn-a"] = 1, ["cn-b"] = { "m-1" } }, err.partial)
    assert.equal("image.list: HTTP status 500: bad", err.regions["cn-c"].message)
    assert.equal("image.list: not permitted: no [Forbidden.RAM]", err.regions["cn-b"].message)
    assert.is_nil(err.regions["cn-a"])
    message = select(2, regions.run("image.list", { regions = { "cn-b", "cn-c" } }, function(_, region)
      if region == "cn-b" then
        return 1
      end
      return fails("api", "bad", { status = 500 })
    end))
    assert.equal("image.list: cn-c: HTTP status 500: bad", message)
    message = select(2, regions.run("image.list", { regions = { "cn-b" } }, function()
      return fails("denied", "no")
    end))
    assert.equal("image.list: not permitted: no", message)
  end)

  it("says once what is wrong whatever the region", function()
    local calls = 0
    local _, message, err = regions.run("image.list", { regions = { "cn-a", "cn-b" } }, function()
      calls = calls + 1
      return fails("validation", "colour: not a parameter", { sent = false })
    end)
    assert.equal("image.list: arguments refused: colour: not a parameter", message)
    assert.same({ message, 2 }, { tostring(err), calls })
    assert.is_nil(err.regions)
  end)

  it("raises what the call raises", function()
    local ok, thrown = pcall(regions.run, "image.list", { regions = { "cn-a" } }, function()
      error("mistake", 0)
    end)
    assert.same({ false, "mistake" }, { ok, thrown })
  end)

  it("refuses what names no regions", function()
    for _, row in ipairs({
      { { regions = "cn-a" }, "wants a list of region ids, not a string" },
      { { regions = {} }, "names no region" },
      { { regions = { "cn-a", 7 } }, "element 2 is no region id" },
      { { regions = { "" } }, "element 1 is no region id" },
      { { regions = { "vpc-1" } }, "regions: the id of a region (got the id of a VPC, \"vpc-…\")" },
      { { regions = { {} } }, "regions: the id of a region (got table with 0 entries)" },
      { { regions = { "cn-a" }, region_id = "cn-b" }, "region_id is given too" },
    }) do
      local result, message, err = regions.run("image.list", row[1], error)
      assert.is_nil(result)
      assert.same({ "validation", "regions", false }, { err.kind, err.param, err.sent })
      assert.matches(row[2], message, nil, true)
    end
  end)
end)

describe("with regions", function()
  local client, emulator

  local function put(name, region, more)
    local record = { ImageName = name, RegionId = region, CreationTime = "2026-01-01T00:00:00Z" }
    for key, value in pairs(more or {}) do
      record[key] = value
    end
    return emulator:put("images", record).ImageId
  end

  before_each(function()
    client, emulator = virtual.client()
  end)

  local BOTH = { "cn-hangzhou", "cn-beijing" }

  it("image.list has the images of each, and those of one beside the failure of another", function()
    local here, there = put("web", "cn-hangzhou"), put("web", "cn-beijing")
    local lists = assert(client.image.list({ owners = "self", regions = BOTH }))
    assert.same({ here, there, 1 }, { lists["cn-hangzhou"][1].id, lists["cn-beijing"][1].id, #lists["cn-beijing"] })
    assert.same({ 2, 2 }, { ecs.info(lists).attempts, #ecs.info(lists).request_ids })
    assert.equal(0, ecs.info(regions.run("image.list", { regions = { "cn-a" } }, function() return {} end)).attempts)
    local _, message, err = client.image.list({ owners = "self", regions = { "cn-hangzhou", "cn-nowhere" } })
    assert.same({ here, "cn-nowhere", "InvalidRegionId.NotFound" },
      { err.partial["cn-hangzhou"][1].id, err.region, err.code })
    assert.matches("^image%.list: not found: cn%-nowhere: ", message)
    err = select(3, client.image.list({ regions = BOTH, colour = "red" }))
    assert.equal("validation", err.kind)
    assert.has_error(function() client.image.list({ regions = BOTH }, { colour = "red" }) end)
  end)

  it("image.prune goes by each region for itself", function()
    for number = 1, 3 do
      put("web-" .. number, number == 3 and "cn-beijing" or "cn-hangzhou",
        { CreationTime = ("2026-0%d-01T00:00:00Z"):format(number) })
    end
    local plans = assert(client.image.prune({ name_regex = "^web", keep = 1, regions = BOTH }))
    assert.same({ "web-1", 0, "cn-beijing" }, { plans["cn-hangzhou"].delete[1].name, #plans["cn-beijing"].delete,
      plans["cn-beijing"].region })
    put("web-4", "cn-beijing", { CreationTime = "2026-04-01T00:00:00Z" })
    emulator:fault({ kind = "error", code = "ImageIsExporting", action = "DeleteImage" })
    local _, message, err = client.image.prune({ name_regex = "^web", keep = 1, regions = BOTH, apply = true })
    assert.same({ "conflict", "cn-hangzhou", 1, 1 }, { err.kind, err.region, #err.partial["cn-hangzhou"].failed,
      #err.partial["cn-beijing"].deleted })
    assert.matches("^image%.prune: [%w ]+: cn%-hangzhou: 0 of 1 images were deleted", message)
    assert.equal("validation", select(3, client.image.prune({ regions = BOTH, keep = 1 })).kind)
  end)

  it("image.prune knows the images of a pipeline in the regions that do not have it", function()
    local pipeline = assert(client.pipeline.create(virtual.TEMPLATE))
    put("web_exec-bp1", "cn-beijing")
    put("other_exec-bp1", "cn-beijing")
    local plans = assert(client.image.prune({ pipeline = pipeline, keep = 0, regions = BOTH }))
    assert.same({ 0, 1, "web_exec-bp1" },
      { #plans["cn-hangzhou"].delete, #plans["cn-beijing"].delete, plans["cn-beijing"].delete[1].name })
  end)
end)
