--- Scripted builds: how the next executions will end, one entry per start, in the given order.
-- Without an entry a build succeeds.
--
-- An entry, all fields optional:
--   outcome     "SUCCESS" (default), "PARTITION_SUCCESS", "TEST_FAILED", "FAILED" or "CANCELLED"
--               (as if another program had cancelled it)
--   at          the state in which it goes wrong; one that the pipeline does not ask for is
--               entered in spite of that. FAILED: any, default BUILDING; CANCELLED: PREPARING,
--               REPAIRING, default BUILDING; PARTITION_SUCCESS: DISTRIBUTING or RELEASING
--               (default: the first of them that the pipeline has); TEST_FAILED: TESTING
--   error_code, error_info   of a bad end, as describe answers them. The codes of `causes` in
--               timeline.lua also say where the build fails, unless `at` does
--   status      the name of one more state, gone through before the release of the resources for
--               durations[status] seconds, else for 60
--   durations   { [state] = seconds }, over those of the emulator
--   stall       seconds for which nothing happens at the end of the state `at` (default BUILDING)

local tables = require("ecs_pipeline.tables")
local text = require("ecs_pipeline.emulator.text")

local M = {}
M.__index = M

local fields = {
  outcome = "string", at = "string", error_code = "string", error_info = "string",
  status = "string", durations = "table", stall = "number",
}

local any = {
  PREPARING = true, REPAIRING = true, BUILDING = true, TESTING = true, DISTRIBUTING = true,
  RELEASING = true,
}

-- Outcome → the states in which it can come about.
local places = {
  SUCCESS = any,
  FAILED = any,
  PARTITION_SUCCESS = { DISTRIBUTING = true, RELEASING = true },
  TEST_FAILED = { TESTING = true },
  CANCELLED = { PREPARING = true, REPAIRING = true, BUILDING = true },
}

local function is_seconds(value)
  return type(value) == "number" and value >= 0
end

--- Nil, or what is wrong with a table of durations.
function M.wrong_durations(durations)
  for state, seconds in pairs(durations) do
    if type(state) ~= "string" or not is_seconds(seconds) then
      return "durations are seconds by state, not " .. text.shown(state) .. " = "
        .. text.shown(seconds)
    end
  end
  return nil
end

local function wrong(entry)
  if type(entry) ~= "table" then
    return "a scripted build is a table, not " .. text.shown(entry)
  end
  for name, value in pairs(entry) do
    if fields[name] == nil then
      return "unknown field of a scripted build: " .. tostring(name)
    elseif type(value) ~= fields[name] then
      return name .. " of a scripted build must be a " .. fields[name]
    end
  end
  local outcome = entry.outcome or "SUCCESS"
  if not places[outcome] then
    return "unknown outcome of a build: " .. outcome
  elseif entry.at and not places[outcome][entry.at] then
    return "a build cannot end as " .. outcome .. " at " .. entry.at
  elseif entry.stall and not is_seconds(entry.stall) then
    return "stall must not be negative"
  elseif entry.status and entry.status == "" then
    return "status of a scripted build must not be empty"
  end
  return M.wrong_durations(entry.durations or {})
end

function M.new()
  return setmetatable({ entries = {} }, M)
end

--- Appends one entry or a list of them: true, or nil and what is wrong.
function M:add(entry)
  local list = type(entry) == "table" and entry[1] ~= nil and entry or { entry }
  for _, item in ipairs(list) do
    local why = wrong(item)
    if why then
      return nil, why
    end
  end
  for _, item in ipairs(list) do
    local copy = tables.copy(item)
    copy.outcome = copy.outcome or "SUCCESS"
    self.entries[#self.entries + 1] = copy
  end
  return true
end

--- The entry for the build that starts now.
function M:next()
  return table.remove(self.entries, 1) or { outcome = "SUCCESS" }
end

--- How many entries are still to come.
function M:left()
  return #self.entries
end

return M
