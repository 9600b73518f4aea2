--- Plays a row of rows.lua through a whole client, and says what is wrong with the result.
local virtual = require("spec.support.virtual")

local harness = {}

-- Somebody hears of a cancellation when the clock has gone on.
local function delay_cancel(emulator, seconds)
  local handle = emulator.handle
  emulator.handle = function(self, ...)
    if select(3, ...)["x-acs-action"] == "CancelImagePipelineExecution" then
      self:advance(seconds)
    end
    return handle(self, ...)
  end
end

--- Play it.
-- @tparam table row
-- @param accept option of the wait
-- @treturn table `{ result, message, err, id, pipeline, warnings }`
function harness.play(row, accept)
  local warnings = {}
  local client, emulator = virtual.client({ on_event = function(event)
    if event.type == "warning" then
      warnings[#warnings + 1] = event.message
    end
  end })
  local scene = { client = client, emulator = emulator, warnings = warnings }
  scene.pipeline, scene.id = virtual.build(client, emulator, row.script)
  for _, fault in ipairs(row.faults or {}) do
    emulator:fault(fault)
  end
  if row.on_cancel then
    delay_cancel(emulator, row.on_cancel)
  end
  emulator:advance(row.late or 0)
  local options, meanwhile = { accept = accept }, row.meanwhile
  for name, value in pairs(row.options or {}) do
    options[name] = value
  end
  options.on_progress = meanwhile and function()
    local run = meanwhile
    meanwhile = nil
    if run then
      run(scene)
    end
  end
  scene.id = row.id or scene.id
  scene.result, scene.message, scene.err = client.execution.wait({ execution_id = scene.id }, options)
  return scene
end

local TIME = "^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$"

local Problems = {}
Problems.__index = Problems

function Problems:equal(what, is, expected)
  if is ~= expected then
    self[#self + 1] = ("%s is %s, not %s"):format(what, tostring(is), tostring(expected))
  end
end

function Problems:holds(what, text, part)
  if part == nil then
    self:equal(what, text, nil)
  elseif not text or not text:find(part, 1, true) then
    self[#self + 1] = ("%s is %s, without \"%s\""):format(what, tostring(text), part)
  end
end

local function check_error(scene, expected, problems)
  local err = scene.err
  problems:equal("result", scene.result, nil)
  if not err then
    return
  end
  problems:equal("kind", err.kind, expected.kind)
  problems:equal("code", err.code, expected.code)
  problems:equal("execution_id", err.execution_id, scene.id)
  problems:equal("entries of the timeline", err.timeline and #err.timeline, expected.timeline)
  problems:holds("message", scene.message, "execution.wait: ")
end

local function check_images(result, expected, problems)
  local region, image = next(result.images)
  if expected.image then
    problems:holds("image_id", result.image_id, "m-bp1")
    problems:equal("region", region, "cn-hangzhou")
    problems:equal("image there", image, result.image_id)
  else
    problems:equal("image_id", result.image_id, nil)
    problems:equal("region", region, nil)
  end
end

local function check_timeline(result, expected, problems)
  local last = result.timeline[#result.timeline]
  problems:equal("last entry's status", last and last.status, expected.status)
  if expected.unseen then
    problems:equal("entries of the timeline", #result.timeline, 0)
  elseif last and not last.time:find(TIME) then
    problems[#problems + 1] = "time is " .. last.time
  end
end

local function check_result(scene, expected, problems)
  local result = scene.result
  if not result then
    problems[#problems + 1] = scene.message
    return
  end
  for _, name in ipairs({ "outcome", "status", "phase", "cancelled" }) do
    problems:equal(name, result[name], expected[name])
  end
  problems:equal("ok", result.ok, expected.ok or false)
  problems:equal("id", result.id, scene.id)
  problems:equal("execution_id", result.execution_id, scene.id)
  problems:equal("pipeline_id", result.pipeline_id, not expected.unseen and scene.pipeline or nil)
  problems:equal("error_code", result.error_code, expected.code)
  if expected.info then
    problems:equal("error_info", result.error_info, expected.info)
  end
  problems:holds("hint", result.hint, expected.hint)
  problems:holds("cancel_error", result.cancel_error, expected.cancel_error)
  -- the last look may take five seconds more
  if expected.waited and not (result.waited > expected.waited - 1 and result.waited < expected.waited + 5) then
    problems[#problems + 1] = ("waited %s s"):format(tostring(result.waited))
  end
  check_images(result, expected, problems)
  check_timeline(result, expected, problems)
end

-- Accepted, it is the same but for `ok` and the hint.
local function check_accepted(row, problems)
  local accept = row.expected.accept
  for _, given in ipairs(accept and { accept, { "success", accept } } or {}) do
    local result = harness.play(row, given).result
    problems:equal("ok, accepted", result and result.ok, true)
    problems:equal("hint, accepted", result and result.hint, nil)
  end
end

--- Check a row.
-- @tparam table row
-- @treturn table list of what is wrong
-- @treturn table what `play` gave
function harness.check(row)
  local scene, expected = harness.play(row), row.expected
  local problems = setmetatable({}, Problems)
  if expected.kind then
    check_error(scene, expected, problems)
  else
    check_result(scene, expected, problems)
  end
  problems:equal("warnings", #scene.warnings, expected.warning and 1 or 0)
  problems:holds("warning", scene.warnings[1], expected.warning)
  check_accepted(row, problems)
  return setmetatable(problems, nil), scene
end

return harness
