--- The last good build of each pipeline, for other programs: `manifest.json`.
local builds = require("ecs_pipeline.openresty.builds")
local key = require("ecs_pipeline.openresty.scope").key
local manifest = require("ecs_pipeline.bake.manifest")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")
local version = require("ecs_pipeline.version")

local manifests = {}

-- Seconds between two tries to complete one.
local PAUSE = 60

-- The images of a build that is only known from a list of the service. → the build; or nil, message
local function with_images(hook, pipeline, build)
  if build.images or not build.image_id then
    return build
  end
  local result, message = hook.client.execution.wait({ execution_id = build.execution_id,
    region_id = pipeline.region_id }, { timeout = PAUSE })
  if not result then
    return nil, message
  end
  return tables.merge(tables.copy(build), { images = result.images })
end

-- The pipeline of a build: empty if it is not there, or was never known. → nil, message
local function described(hook, pipeline, build)
  if not build.pipeline_id then
    return {}
  end
  local found, message, err = hook.client.pipeline.describe({ id = build.pipeline_id,
    region_id = pipeline.region_id })
  if not found and err.kind == "not_found" then
    return {}
  end
  return found, message
end

--- The manifest of a build. A pipeline never changes, so its content of now is what was built.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table build of builds.lua
-- @treturn[1] table of `bake/manifest.lua`
-- @treturn[2] nil
-- @treturn[2] string message
function manifests.of(hook, pipeline, build)
  local complete, message = with_images(hook, pipeline, build)
  local source
  if complete then
    source, message = described(hook, pipeline, build)
  end
  if not source then
    return nil, message
  end
  return manifest.of(complete, { name = source.name, build_content = source.build_content,
    began = build.started_at, ended = build.ended_at })
end

--- Stores the manifest of a good build.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table entry of `of`
function manifests.put(hook, pipeline, entry)
  local ok, message = hook.store:put(key(hook, "manifest", pipeline), store_file.encode(entry))
  if not ok then
    hook:log(message)
  end
end

local function get(hook, pipeline)
  return store_file.decode(hook.store:get(key(hook, "manifest", pipeline)))
end

--- Completes the manifest of the last good build, if that is another one: of a time before this
-- nginx, or started by somebody else.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
function manifests.keep(hook, pipeline)
  local good, stored = builds.good(hook, pipeline), get(hook, pipeline)
  if not good or stored and stored.execution_id == good.execution_id
      or hook.store:add(key(hook, "completing", pipeline), "1", PAUSE) ~= true then
    return
  end
  local ran, entry, message = pcall(manifests.of, hook, pipeline, good)
  if ran and entry then
    manifests.put(hook, pipeline, entry)
  else
    hook:log(("%s: the manifest of %s is not complete yet: %s"):format(pipeline.name,
      good.execution_id, tostring(not ran and entry or message)))
  end
end

--- All of them.
-- @tparam table hook
-- @treturn table `{ format, version, pipelines = name → manifest }`, without those that have no
--   good build
function manifests.all(hook)
  local list = {}
  for _, name in ipairs(hook.names) do
    list[name] = get(hook, hook.pipelines[name])
  end
  return { format = manifest.FORMAT, version = version, pipelines = list }
end

return manifests
