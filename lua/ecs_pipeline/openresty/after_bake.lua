--- What follows when a build that this handler saw running has ended: the manifest, `on_end`,
-- `notify`, the end of a replaced pipeline. Done at least once: a worker that dies on the way
-- leaves the mark of the build, and the watch reports the end again.
local builds = require("ecs_pipeline.openresty.builds")
local key = require("ecs_pipeline.openresty.scope").key
local manifest = require("ecs_pipeline.bake.manifest")
local manifests = require("ecs_pipeline.openresty.manifests")
local metrics = require("ecs_pipeline.openresty.metrics")
local notify = require("ecs_pipeline.openresty.notify")
local spec_bake = require("ecs_pipeline.openresty.spec_bake")

local after_bake = {}

-- Seconds for which a build that runs is remembered; it may be forgotten before it has ended.
local LONGEST = 30 * 86400

local function awaited(hook, pipeline, execution_id)
  return key(hook, "awaited:" .. execution_id, pipeline)
end

--- A build runs: its end is to be told. Builds that had ended when this nginx began are not.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string execution_id
function after_bake.await(hook, pipeline, execution_id)
  hook.store:add(awaited(hook, pipeline, execution_id), "1", LONGEST)
end

--- Is the end of a build to be told? Also if its pipeline has been replaced meanwhile.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string execution_id
-- @treturn boolean
function after_bake.awaits(hook, pipeline, execution_id)
  return hook.store:get(awaited(hook, pipeline, execution_id)) ~= nil
end

local function call_on_end(hook, pipeline, entry)
  local ran, raised = pcall(hook.own.on_end, entry, pipeline.name)
  if not ran then
    hook:log(("on_end failed on %s: %s"):format(entry.execution_id, tostring(raised)))
  end
end

local function tell(hook, pipeline, build)
  local entry, why = manifests.of(hook, pipeline, build)
  if not entry then -- it is told without the content; manifest.json gets it later
    hook:log(why)
    entry = manifest.of(build, { began = build.started_at, ended = build.ended_at })
  elseif build.ok then
    manifests.put(hook, pipeline, entry)
  end
  entry.message = build.message
  notify.add(hook, pipeline, entry)
  if hook.own.on_end then
    call_on_end(hook, pipeline, entry)
  end
end

--- A build has ended.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table report of the watch
function after_bake.ended(hook, pipeline, report)
  local build = builds.of_report(report, hook.wall())
  builds.add(hook, pipeline, { build })
  metrics.ended(hook, pipeline, report)
  if report.ok and report.pipeline_id == pipeline.id then
    spec_bake.built(hook, pipeline, report.pipeline_id)
  end
  if after_bake.awaits(hook, pipeline, report.execution_id) then
    tell(hook, pipeline, build)
    hook.store:put(awaited(hook, pipeline, report.execution_id), nil)
  end
end

return after_bake
