--- Builds the result table of `execution.wait`.
local builds = require("ecs_pipeline.hints.builds")
local info = require("ecs_pipeline.call.info")
local states = require("ecs_pipeline.execution_states")

local result = {}

-- Success is always accepted, also if `accept` names only weaker outcomes.
local function accepted(accept, outcome)
  if outcome == "success" then
    return true
  end
  for _, word in ipairs(type(accept) == "string" and { accept } or accept or {}) do
    if word == outcome then
      return true
    end
  end
  return false
end

-- The phase in which a build failed. Every build ends with the clean-up, so that phase is skipped.
local function last_phase(timeline, outcome)
  local fallback
  for index = #timeline, 1, -1 do
    local status = timeline[index].status
    if not states.outcome(status) then
      if outcome == "timeout" or not states.nearly_done(status) then
        return states.phase(status)
      end
      fallback = fallback or states.phase(status)
    end
  end
  return fallback
end

-- → region → image; region → why there is none; region → why it cannot be used. Needs extra calls.
local function images_of(wait, image_id, region)
  if not image_id or not region then
    return {}
  elseif wait.images then
    return wait.images(wait.seen, region)
  end
  return { [region] = image_id }
end

--- The result of a wait.
-- @tparam table wait `id`, `seen` (the execution as last seen), `timeline`, `accept`, `started`,
--   `client`, `cancelled`, `cancel_error`, `images(execution, region)` → images, missing, unusable
--   (optional: looks for the copies in other regions)
-- @tparam string outcome
-- @tparam number elapsed seconds since the execution began
-- @treturn table `{ ok, outcome, id, execution_id, pipeline_id, status, phase, message, image_id,
--   images, images_missing, images_unusable, error_code, error_info, timeline = { { status,
--   message, time, elapsed } …}, hint, elapsed, waited, cancelled, cancel_error }`
function result.make(wait, outcome, elapsed)
  local seen, facts = wait.seen, info.get(wait.seen)
  -- A running execution may have an image id already: it means nothing before the end.
  local image_id = states.has_image(outcome) and seen.image_id ~= "" and seen.image_id or nil
  local images, missing, unusable = images_of(wait, image_id, facts and facts.region)
  local answer = {
    ok = outcome ~= "timeout" and accepted(wait.accept, outcome), outcome = outcome,
    id = wait.id, execution_id = wait.id, pipeline_id = seen.image_pipeline_id,
    status = seen.status, phase = last_phase(wait.timeline, outcome), message = seen.message,
    image_id = image_id, images = images, images_missing = missing, images_unusable = unusable,
    error_code = seen.error_code ~= "" and seen.error_code or nil,
    error_info = seen.error_info ~= "" and seen.error_info or nil,
    timeline = wait.timeline, elapsed = elapsed,
    waited = wait.client.platform.clock() - wait.started,
    cancelled = wait.cancelled, cancel_error = wait.cancel_error,
  }
  answer.hint = builds.hint(answer)
  if facts then
    info.set(answer, facts)
  end
  return answer
end

return result
