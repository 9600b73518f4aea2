--- What a bake built, as data for other programs: one format for `bake --manifest` of the command,
-- and for `manifest.json`, `on_end` and `notify` of `openresty.handler`. Pure.
local dates = require("ecs_pipeline.dates")
local hash = require("ecs_pipeline.build_content.parser").hash
local version = require("ecs_pipeline.version")

local manifest = {}

--- Its number changes when a field is removed or means something else.
manifest.FORMAT = 1

--- The manifest of one build.
-- @tparam table result of `ecs.bake`, or a build with the same fields
-- @tparam table more `name` and `build_content` of the pipeline, `began` and `ended` (unix seconds)
-- @treturn table `{ format, version, outcome, ok, reason, pipeline = { id, name }, execution_id,
--   image_id, images = region → image, content_hash, error_code, times = { began, ended (ISO 8601),
--   build_seconds } }`
function manifest.of(result, more)
  return {
    format = manifest.FORMAT, version = version,
    outcome = result.outcome, ok = result.ok, reason = result.reason,
    pipeline = { id = result.pipeline_id, name = more.name },
    execution_id = result.execution_id, image_id = result.image_id, images = result.images or {},
    content_hash = more.build_content and hash(more.build_content) or nil,
    error_code = result.error_code,
    times = { began = more.began and dates.text(more.began),
      ended = more.ended and dates.text(more.ended), build_seconds = result.elapsed },
  }
end

return manifest
