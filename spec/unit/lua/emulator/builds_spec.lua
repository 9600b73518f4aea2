-- How builds move on by the emulator's clock, and every end there is. Images: images_spec.lua.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

local function fresh(options)
  options = options or {}
  options.now = 1767225600
  emulator = emulators.new(options)
  client = caller.new(emulator)
end

before_each(function()
  fresh()
end)

local function create(more)
  local status, reply = client:create(more)
  assert(status == 200, reply.Code)
  return reply.ImagePipelineId
end

local function start(id)
  local status, reply = client:start(id)
  assert(status == 200, reply.Code)
  return reply.ExecutionId
end

-- The states of one execution with the seconds at which each was first seen, and its last reply.
local function watch(execution, step, total)
  local seen, from, last = {}, emulator:now(), nil
  for _ = 0, total, step do
    last = client:execution(execution)
    if #seen == 0 or seen[#seen][1] ~= last.Status then
      seen[#seen + 1] = { last.Status, emulator:now() - from }
    end
    emulator:advance(step)
  end
  return seen, last
end

local full = { RepairMode = "Standard", TestContent = "RUN true", ["AddAccount.1"] = "1" }

describe("a build", function()
  it("of a plain template takes forty minutes", function()
    assert.are.same({ { "PREPARING", 0 }, { "BUILDING", 300 }, { "RELEASING", 2100 }, { "SUCCESS", 2400 } },
      (watch(start(create()), 60, 3600)))
  end)

  it("goes through what the template asks for", function()
    assert.are.same({ { "PREPARING", 0 }, { "REPAIRING", 300 }, { "BUILDING", 600 }, { "TESTING", 2400 },
      { "DISTRIBUTING", 3000 }, { "RELEASING", 3900 }, { "SUCCESS", 4200 } }, (watch(start(create(full)), 60, 4200)))
    for _, row in ipairs({
      { { RepairMode = "Standard" }, "REPAIRING" }, { { TestContent = "RUN true" }, "TESTING" },
      { { ["ToRegionId.1"] = "cn-beijing" }, "DISTRIBUTING" }, { { ["AddAccount.1"] = "1" }, "DISTRIBUTING" },
    }) do
      local names = {}
      for _, state in ipairs((watch(start(create(row[1])), 60, 4200))) do
        names[state[1]] = true
      end
      local wanted = { PREPARING = true, BUILDING = true, RELEASING = true, SUCCESS = true, [row[2]] = true }
      assert.are.same(wanted, names)
    end
  end)

  it("takes as long as it is told to", function()
    fresh({ builds = { durations = { PREPARING = 1, BUILDING = 2.5, RELEASING = 0 } } })
    assert.are.same({ { "PREPARING", 0 }, { "BUILDING", 1 }, { "SUCCESS", 3.5 } }, (watch(start(create()), 0.5, 10)))
  end)

  it("has a message and a time for every step", function()
    local execution = start(create(full))
    local messages, times, count = {}, {}, 0
    for _ = 0, 4200, 60 do
      local now = client:execution(execution)
      if not messages[now.Message] then
        assert.is_nil(times[now.ModifiedTime], now.Message)
        messages[now.Message], times[now.ModifiedTime], count = true, true, count + 1
      end
      assert.is_truthy(times[now.ModifiedTime])
      assert.are.equal("2026-01-01T00:00:00Z", now.CreationTime)
      emulator:advance(60)
    end
    assert.is_true(count > 8)
  end)

  it("runs by the real clock too", function()
    emulator = emulators.new({ clock = "real",
      builds = { durations = { PREPARING = 0, BUILDING = 0, RELEASING = 0 } } })
    client = caller.new(emulator)
    assert.are.equal("SUCCESS", client:execution(start(create())).Status)
    assert.are.equal(1, #emulator:state().images)
  end)

  it("is not hurried by a service whose clock is said to be off", function()
    local execution = start(create())
    emulator:fault({ kind = "skew", seconds = 600, times = 1 })
    local _, reply = client:executions({ ExecutionId = execution })
    assert.are.equal("PREPARING", reply.ImagePipelineExecution.ImagePipelineExecutionSet[1].Status)
  end)

  it("looks the same however often it is read in between", function()
    local function run(step)
      fresh()
      local execution = start(create({ ["ToRegionId.1"] = "cn-beijing" }))
      local _, last = watch(execution, step, 6000)
      return { last, emulator:state().images }
    end
    assert.are.same(run(6000), run(30))
  end)
end)

describe("the image id", function()
  local function shown(options, script)
    fresh(options)
    if script then
      emulator:script_build(script)
    end
    local execution, by_status = start(create(full)), {}
    for _ = 0, 4200, 60 do
      local now = client:execution(execution)
      by_status[now.Status] = now.ImageId ~= nil
      emulator:advance(60)
    end
    return by_status
  end

  it("is there from BUILDING on, or at the end alone", function()
    assert.are.same({ PREPARING = false, REPAIRING = false, BUILDING = true, TESTING = true, DISTRIBUTING = true,
      RELEASING = true, SUCCESS = true }, shown())
    assert.are.same({ PREPARING = false, REPAIRING = false, BUILDING = false, TESTING = false, DISTRIBUTING = false,
      RELEASING = false, SUCCESS = true }, shown({ builds = { image_id = "end" } }))
  end)

  it("goes away again when the build fails", function()
    assert.are.same({ PREPARING = false, REPAIRING = false, BUILDING = true, RELEASING = false, FAILED = false },
      shown(nil, { outcome = "FAILED" }))
  end)
end)

describe("a scripted build", function()
  -- Status at last, states on the way, ImageId?, ErrorCode?, images made
  local function ends(script, template)
    fresh()
    emulator:script_build(script)
    local seen, last = watch(start(create(template)), 30, 6000)
    local names = {}
    for i, state in ipairs(seen) do
      names[i] = state[1]
    end
    return { table.concat(names, " "), last.ImageId ~= nil, last.ErrorCode or false, #emulator:state().images }, last
  end

  local beijing = { ["ToRegionId.1"] = "cn-beijing", TestContent = "RUN true" }

  for _, row in ipairs({
    { { outcome = "SUCCESS" }, nil, "PREPARING BUILDING RELEASING SUCCESS", true, false, 1 },
    { { outcome = "FAILED" }, nil, "PREPARING BUILDING RELEASING FAILED", false, "BuildFailed", 0 },
    { { outcome = "FAILED", at = "PREPARING" }, beijing, "PREPARING RELEASING FAILED", false, "PrepareFailed", 0 },
    { { outcome = "FAILED", at = "REPAIRING" }, nil, "PREPARING REPAIRING RELEASING FAILED", false, "BuildFailed", 0 },
    { { outcome = "FAILED", at = "RELEASING", error_code = "X" }, beijing,
      "PREPARING BUILDING TESTING DISTRIBUTING RELEASING FAILED", false, "X", 0 },
    { { outcome = "CANCELLED" }, beijing, "PREPARING BUILDING CANCELLING CANCELLED", false, false, 0 },
    { { outcome = "CANCELLED", at = "PREPARING" }, nil, "PREPARING CANCELLING CANCELLED", false, false, 0 },
    { { outcome = "TEST_FAILED" }, beijing, "PREPARING BUILDING TESTING RELEASING TEST_FAILED", true, "TestFailed", 1 },
    { { outcome = "TEST_FAILED" }, nil, "PREPARING BUILDING TESTING RELEASING TEST_FAILED", true, "TestFailed", 1 },
    { { outcome = "PARTITION_SUCCESS" }, { ["ToRegionId.1"] = "cn-beijing", ["ToRegionId.2"] = "cn-shanghai" },
      "PREPARING BUILDING DISTRIBUTING RELEASING PARTITION_SUCCESS", true, "DistributionFailed", 2 },
    { { outcome = "PARTITION_SUCCESS", at = "RELEASING" }, beijing,
      "PREPARING BUILDING TESTING DISTRIBUTING RELEASING PARTITION_SUCCESS", true, "DistributionFailed", 2 },
    { { outcome = "PARTITION_SUCCESS" }, nil, "PREPARING BUILDING RELEASING PARTITION_SUCCESS", true,
      "DistributionFailed", 1 },
    { { outcome = "FAILED", error_code = "OperationDenied.NoStock" }, nil, "PREPARING RELEASING FAILED", false,
      "OperationDenied.NoStock", 0 },
    { { outcome = "FAILED", error_code = "OperationDenied.NoStock", at = "BUILDING" }, nil,
      "PREPARING BUILDING RELEASING FAILED", false, "OperationDenied.NoStock", 0 },
    { { outcome = "FAILED", error_code = "BuildTimeout" }, nil, "PREPARING BUILDING RELEASING FAILED", false,
      "BuildTimeout", 0 },
    { { status = "POLISHING" }, nil, "PREPARING BUILDING POLISHING RELEASING SUCCESS", true, false, 1 },
    { { status = "POLISHING", outcome = "FAILED" }, nil, "PREPARING BUILDING POLISHING RELEASING FAILED", false,
      "BuildFailed", 0 },
  }) do
    local script = row[1]
    local name = (script.outcome or "SUCCESS") .. " at " .. (script.at or "its place")
    it("ends as " .. name .. (script.status and " after " .. script.status or "")
      .. (row[2] and ", template with more" or ""), function()
      assert.are.same({ row[3], row[4], row[5], row[6] }, (ends(script, row[2])))
    end)
  end

  it("says why as the script does", function()
    local _, last = ends({ outcome = "FAILED", error_code = "Bad.Luck", error_info = "no more luck" })
    assert.are.same({ "Bad.Luck", "no more luck" }, { last.ErrorCode, last.ErrorInfo })
  end)

  it("says why at its end only", function()
    emulator:script_build({ outcome = "FAILED" })
    local execution = start(create())
    emulator:advance(2399)
    assert.is_nil(client:execution(execution).ErrorCode)
    emulator:advance(1)
    assert.are.equal("BuildFailed", client:execution(execution).ErrorCode)
  end)

  it("takes its own time, its unknown state too", function()
    emulator:script_build({ status = "POLISHING", durations = { BUILDING = 60, POLISHING = 7200 } })
    assert.are.same({ { "PREPARING", 0 }, { "BUILDING", 300 }, { "POLISHING", 360 }, { "RELEASING", 7560 },
      { "SUCCESS", 7860 } }, (watch(start(create()), 60, 9000)))
    assert.are.same({ "SUCCESS", 2400 }, (watch(start(create()), 60, 9000))[4])
  end)

  it("stalls: the same state, message and time for as long as it says", function()
    emulator:script_build({ stall = 7200 })
    local execution = start(create())
    emulator:advance(2099)
    local before = client:execution(execution)
    emulator:advance(7200)
    assert.are.same(before, client:execution(execution))
    assert.are.equal("BUILDING", before.Status)
    emulator:advance(1)
    assert.are.equal("RELEASING", client:execution(execution).Status)
    emulator:script_build({ stall = 1000, at = "PREPARING" })
    assert.are.same({ "BUILDING", 1300 }, (watch(start(create()), 100, 2000))[2])
  end)

  it("is used by one start, in the order of the script, and not by a refused one", function()
    fresh({ builds = { script = { { outcome = "FAILED" }, { outcome = "CANCELLED" } } } })
    emulator:script_build({ { outcome = "TEST_FAILED" }, {} })
    assert.are.equal(4, emulator:state().builds_left)
    local id, ends_as = create(), {}
    for i = 1, 5 do
      local execution = start(id)
      client:start(id)
      client:start("ip-none")
      emulator:advance(10000)
      ends_as[i] = client:execution(execution).Status
    end
    assert.are.same({ "FAILED", "CANCELLED", "TEST_FAILED", "SUCCESS", "SUCCESS" }, ends_as)
    assert.are.equal(0, emulator:state().builds_left)
  end)

  it("is a mistake when it cannot be", function()
    for _, row in ipairs({
      { { outcome = "DONE" }, "unknown outcome of a build: DONE" },
      { { outcome = "TEST_FAILED", at = "BUILDING" }, "a build cannot end as TEST_FAILED at BUILDING" },
      { { outcome = "CANCELLED", at = "TESTING" }, "a build cannot end as CANCELLED at TESTING" },
      { { at = "LUNCH" }, "a build cannot end as SUCCESS at LUNCH" },
      { { ending = "FAILED" }, "unknown field of a scripted build: ending" },
      { { stall = "long" }, "stall of a scripted build must be a number" },
      { { stall = -1 }, "stall must not be negative" },
      { { status = "" }, "status of a scripted build must not be empty" },
      { { durations = { BUILDING = -1 } }, "durations are seconds by state, not BUILDING = -1" },
      { { {}, "FAILED" }, "a scripted build is a table, not FAILED" },
    }) do
      assert.has_error(function()
        emulator:script_build(row[1])
      end, "emulator: " .. row[2])
    end
    assert.are.equal(0, emulator:state().builds_left)
    for _, row in ipairs({
      { { speed = 2 }, "unknown option of builds: speed" },
      { { image_id = "never" }, "image_id of builds must be \"BUILDING\" or \"end\"" },
      { { durations = { 1, 2 } }, "durations are seconds by state, not 1 = 1" },
      { { script = { { outcome = "DONE" } } }, "unknown outcome of a build: DONE" },
    }) do
      assert.has_error(function()
        emulators.new({ builds = row[1] })
      end, "emulator: " .. row[2])
    end
  end)
end)

describe("the state", function()
  it("shows executions and images with their regions, as copies", function()
    local execution = start(create())
    emulator:advance(2400)
    local state = emulator:state()
    assert.are.same({ execution, "SUCCESS", "cn-hangzhou" },
      { state.executions[1].ExecutionId, state.executions[1].Status, state.executions[1].RegionId })
    state.executions[1].Tags.Tag[1] = "changed"
    state.images[1].Tags.Tag[1] = "changed"
    state = emulator:state()
    assert.are.same({ {}, {} }, { state.executions[1].Tags.Tag, state.images[1].Tags.Tag })
  end)
end)

describe("the builds of the emulator", function()
  it("look at no execution but the one that is due, and the one that is asked for", function()
    local id = create({ Name = "one" })
    local execution = start(id)
    for index = 1, 3 do
      start(create({ Name = "other-" .. index }))
    end
    local real, looked = emulator.store.executions, 0
    emulator.store.executions = setmetatable({}, { __index = function(_, index)
      looked = looked + 1
      return real[index]
    end })
    assert.equal("PREPARING", client:execution(execution).Status)
    emulator:advance(3000)
    assert.equal("SUCCESS", client:execution(execution).Status)
    assert.equal(0, looked)
    assert.equal(4, #emulator.store.images)
    emulator.store.executions = real
  end)

  it("make no image of a pipeline that was deleted meanwhile", function()
    local id, other = create({ Name = "one" }), create({ Name = "other" })
    local kept = start(other)
    local execution = start(id)
    client:cancel(execution)
    emulator:advance(60)
    assert.equal(200, (client:delete(id)))
    emulator:advance(3000)
    assert.is_nil(client:execution(execution))
    assert.equal("SUCCESS", client:execution(kept).Status)
    assert.equal(1, #emulator.store.images)
  end)
end)
