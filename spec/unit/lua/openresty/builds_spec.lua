-- The last builds of a pipeline, and its last good one.
local builds = require("ecs_pipeline.openresty.builds")
local fake_ngx = require("spec.support.fake_ngx")
local store = require("ecs_pipeline.openresty.store")

describe("the last builds", function()
  local hook, web

  before_each(function()
    hook = { store = store.find("x", fake_ngx.new()), keys = "handler:" }
    web = { key = "cn-beijing/ip-1:web" }
  end)

  local function ids()
    local list = {}
    for index, build in ipairs(builds.list(hook, web)) do
      list[index] = build.execution_id
    end
    return table.concat(list, " ")
  end

  local function build(id, ended_at, more)
    local result = { execution_id = id, outcome = "failed", ended_at = ended_at }
    for name, value in pairs(more or {}) do
      result[name] = value
    end
    return result
  end

  it("are ten at most, the newest first, each once, in whatever order they come", function()
    assert.same({}, builds.list(hook, web))
    builds.add(hook, web, {})
    assert.is_nil(hook.store:get("handler:builds:" .. web.key))
    builds.add(hook, web, { build("b", 20), build("d", 40), build("c", 30) })
    builds.add(hook, web, { build("e", 40) })
    builds.add(hook, web, { build("b", 20) })
    assert.equal("e d c b", ids())
    for index = 1, 8 do
      builds.add(hook, web, { build("n" .. index, 100 + index) })
    end
    assert.equal("n8 n7 n6 n5 n4 n3 n2 n1 e d", ids())
    builds.add(hook, web, { build("a", 10) }) -- older than all of them
    assert.equal("n8 n7 n6 n5 n4 n3 n2 n1 e d", ids())
  end)

  it("keep what the watch has read, but for one that was lost", function()
    builds.add(hook, web, { build("a", 10, { images = { ["cn-beijing"] = "m-1" } }),
      build("b", 20, { outcome = "lost" }) })
    builds.add(hook, web, { build("a", 11), build("b", 19, { outcome = "success" }) })
    local list = builds.list(hook, web)
    assert.same({ "b", 19, "success" }, { list[1].execution_id, list[1].ended_at, list[1].outcome })
    assert.same({ "a", 10, { ["cn-beijing"] = "m-1" } }, { list[2].execution_id, list[2].ended_at, list[2].images })
  end)

  it("have a good one, also after ten bad ones, and never an older one", function()
    assert.is_nil(builds.good(hook, web))
    builds.add(hook, web, { build("g", 50, { ok = true }) })
    for index = 1, 12 do
      builds.add(hook, web, { build("n" .. index, 100 + index) })
    end
    assert.equal("g", builds.good(hook, web).execution_id)
    builds.add(hook, web, { build("old", 40, { ok = true }) })
    assert.equal("g", builds.good(hook, web).execution_id)
    builds.add(hook, web, { build("new", 200, { ok = true }) })
    assert.equal("new", builds.good(hook, web).execution_id)
  end)

  it("come from a report of the watch", function()
    assert.same({ execution_id = "e", outcome = "success", ok = true, image_id = "m-1", images = { r = "m-1" },
      started_at = 1000, ended_at = 3400, elapsed = 2400 },
      builds.of_report({ execution_id = "e", outcome = "success", ok = true, image_id = "m-1", images = { r = "m-1" },
        started_at = 1000, ended_at = 3400, elapsed = 2400, message = "The execution succeeded." }, 4000))
    local failed = builds.of_report({ execution_id = "e", outcome = "failed", ok = false, ended_at = 1,
      error_info = ("é"):rep(200), message = "The execution failed." }, 4000)
    assert.same({ false, ("é"):rep(98) .. "…" }, { failed.ok, failed.message }) -- whole characters
    local lost = builds.of_report({ execution_id = "e", error = { message = "gone" } }, 4000)
    assert.same({ "lost", false, 4000, "gone" }, { lost.outcome, lost.ok, lost.ended_at, lost.message })
  end)

  it("come from what the service lists", function()
    local listed = { id = "e", status = "PARTITION_SUCCESS", image_id = "m-1", message = "one copy failed",
      creation_time = "2026-11-24T00:00:00Z", modified_time = "2026-11-24T00:40:00Z" }
    local seen = builds.of_execution(listed)
    assert.same({ "partial", false, "m-1", 2400, 2400, "one copy failed" }, { seen.outcome, seen.ok, seen.image_id,
      seen.elapsed, seen.ended_at - seen.started_at, seen.message })
    listed.status, listed.image_id = "SUCCESS", ""
    seen = builds.of_execution(listed)
    assert.same({ "success", true }, { seen.outcome, seen.ok, seen.image_id, seen.message })
    listed.status, listed.image_id = "FAILED", "m-1" -- an id that means nothing
    assert.is_nil(builds.of_execution(listed).image_id)
    listed.modified_time = nil
    assert.is_nil(builds.of_execution(listed))
  end)

  it("stand in for a report that the watch has forgotten", function()
    builds.add(hook, web, { build("a", 10) })
    assert.is_nil(builds.report(hook, web, "b"))
    local report = builds.report(hook, web, "a")
    assert.same({ true, 10, "failed" }, { report.ended, report.changed_at, report.outcome })
  end)

  it("are not stored in a full dictionary", function()
    hook.store.dict.most = 0
    builds.add(hook, web, { build("a", 10, { ok = true }) })
    assert.same({}, builds.list(hook, web))
  end)
end)
