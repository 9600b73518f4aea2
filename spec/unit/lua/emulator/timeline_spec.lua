-- The plan of one execution. What calls show of it: builds_spec.lua.
local timeline = require("ecs_pipeline.emulator.timeline")

local PLAIN = { ToRegionIds = { ToRegionId = {} }, AddAccounts = { AddAccount = {} } }
local EVERYTHING = { RepairMode = "Standard", TestContent = "RUN true", ToRegionIds = { ToRegionId = { "cn-beijing" } },
  AddAccounts = { AddAccount = {} } }

local function plan(template, script, image_id)
  local all = { outcome = "SUCCESS" }
  for name, value in pairs(script or {}) do all[name] = value end
  return timeline.plan(template, all, timeline.durations, image_id or "BUILDING", 1000)
end

local function states(made)
  local list = {}
  for _, step in ipairs(made.steps) do
    if list[#list] ~= step.status then list[#list + 1] = step.status end
  end
  return table.concat(list, " ")
end

describe("the plan of an execution", function()
  it("has the states that its template asks for", function()
    assert.equal("PREPARING BUILDING RELEASING SUCCESS", states(plan(PLAIN)))
    assert.equal("PREPARING REPAIRING BUILDING TESTING DISTRIBUTING RELEASING SUCCESS", states(plan(EVERYTHING)))
  end)

  it("goes through the place of a bad end, and skips what would have followed", function()
    assert.equal("PREPARING REPAIRING RELEASING FAILED", states(plan(PLAIN, { outcome = "FAILED", at = "REPAIRING" })))
    assert.equal("PREPARING REPAIRING CANCELLING CANCELLED", states(plan(EVERYTHING, { outcome = "CANCELLED",
      at = "REPAIRING" })))
    assert.equal("PREPARING BUILDING TESTING RELEASING TEST_FAILED", states(plan(PLAIN, { outcome = "TEST_FAILED" })))
    assert.equal("PREPARING BUILDING NEW RELEASING SUCCESS", states(plan(PLAIN, { status = "NEW" })))
  end)

  it("makes the image at the end of BUILDING, and the copies at the end of DISTRIBUTING", function()
    local made = plan(EVERYTHING)
    assert.same({ 1000 + 300 + 300 + 1800, 1000 + 300 + 300 + 1800 + 600 + 900 }, { made.image_at, made.copies_at })
    made = plan(PLAIN, { outcome = "FAILED" })
    assert.same({}, { made.image_at, made.copies_at })
  end)

  it("stalls at the end of a state", function()
    assert.equal(60, plan(PLAIN, { stall = 60 }).image_at - plan(PLAIN).image_at)
    assert.equal(60, plan(PLAIN, { stall = 60, at = "PREPARING" }).image_at - plan(PLAIN).image_at)
  end)

  it("shows the image from BUILDING on, or at its end alone", function()
    local function shown(image_id)
      local seen = {}
      for _, step in ipairs(plan(PLAIN, nil, image_id).steps) do
        if step.image then seen[#seen + 1] = step.status end
      end
      return seen[1]
    end
    assert.same({ "BUILDING", "SUCCESS" }, { shown("BUILDING"), shown("end") })
  end)

  it("tells the step of a time, the first one also before its time", function()
    local made = plan(PLAIN)
    assert.same({ "PREPARING", "BUILDING", "SUCCESS" },
      { timeline.at(made, 0).status, timeline.at(made, 1300).status, timeline.at(made, 1e9).status })
  end)

  it("turns when it is cancelled: nothing of what was to come happens", function()
    local made = plan(EVERYTHING)
    timeline.cancel(made, 1100, timeline.durations)
    assert.equal("PREPARING CANCELLING CANCELLED", states(made))
    assert.same({}, { made.image_at, made.copies_at })
    assert.equal(1130, made.steps[#made.steps].at)
  end)

  it("fails with a code where the image could not be made", function()
    local made = plan(PLAIN)
    timeline.fail(made, 3100, timeline.durations, "Taken", "The name is taken.")
    local last = made.steps[#made.steps]
    assert.same({ "PREPARING BUILDING RELEASING FAILED", "Taken", "The name is taken.", 3400 },
      { states(made), last.error_code, last.error_info, last.at })
  end)

  it("is spoiled once: a success becomes one in part, another end stays what it is", function()
    local made = plan(PLAIN)
    timeline.spoil(made, "First", "one")
    timeline.spoil(made, "Second", "two")
    local last = made.steps[#made.steps]
    assert.same({ "PARTITION_SUCCESS", "First" }, { last.status, last.error_code })
  end)
end)
