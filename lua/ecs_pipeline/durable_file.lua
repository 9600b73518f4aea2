--- Files that must survive: journals and archives. They are read and replaced through here only.
-- A reader finds the text before a change or after it, also if a process is killed or the power
-- fails: a change is on the disk when its function returns. Links are resolved, and the link stays.
-- A change is made under a lock, so none is lost; see `core.durable_file`.
local core = require("ecs_pipeline.core")
local platform = require("ecs_pipeline.platform")

local durable_file = {}

local MAX_BYTES = 64 * 1024 * 1024

--- Longest wait for a lock, in seconds. A change takes milliseconds.
durable_file.LOCK_TIMEOUT = 10

local function fail(path, why)
  if why == "not a plain file" then
    return nil, path .. " is not a plain file: give the path of one"
  end
  return nil, path .. ": " .. why
end

-- Calls work(file), and closes the file whatever happens: an open one is locked.
local function with(file, work)
  local ok, result, why = pcall(work, file)
  file:close()
  if not ok then
    error(result, 0)
  end
  return result, why
end

--- Reads.
-- @tparam string path
-- @treturn[1] string|boolean the text, false if there is no such file
-- @treturn[2] nil
-- @treturn[2] string why
function durable_file.read(path)
  local file, why = core.durable_file(path)
  local text
  if file then
    text, why = with(file, function() return file:read(MAX_BYTES) end)
  end
  if text == nil then
    return fail(path, why)
  end
  return text
end

--- Could the file be changed? Creates a temporary file beside it and removes that.
-- @tparam string path
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string why
function durable_file.check(path)
  local file, why = core.durable_file(path)
  local done
  if file then
    done, why = with(file, function() return file:check() end)
  end
  if not done then
    return fail(path, why)
  end
  return true
end

-- → true; false and the name of the lock: not now; or nil and why
local function attempt(path, change)
  local file, why = core.durable_file(path, true)
  if file == nil then
    return fail(path, why)
  elseif not file then
    return false, why
  end
  return with(file, function()
    local text, reason = file:read(MAX_BYTES)
    if text == nil then
      return fail(path, reason)
    end
    local wanted, refusal = change(text or nil)
    if wanted == nil and refusal then
      return nil, refusal
    elseif wanted == (text or nil) then
      return true
    end
    local done
    done, reason = file:replace(wanted)
    if done == nil then
      return fail(path, reason)
    end
    return done
  end)
end

-- The process that holds a lock, where the kernel says so.
local function holder(lock)
  local list = lock and platform.read_file("/proc/locks", MAX_BYTES) or ""
  for line in list:gmatch("[^\n]+") do
    local pid, name = line:match("^%d+: FLOCK +ADVISORY +WRITE +(%d+) (%S+)")
    if pid and name == lock then
      return "process " .. pid
    end
  end
  return "another process"
end

--- Changes the file. Waits while another process or task changes it, at most `LOCK_TIMEOUT`.
-- @tparam ?table host of platform.lua: `clock`, `sleep`, `random`, `current_task`
-- @tparam string path
-- @tparam function change (?string text, nil if there is no such file) → the new text; the same to
--   leave it; or nil and why. It may be called again, and may not wait.
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string why
function durable_file.update(host, path, change)
  host = host or platform
  local ends, slept = host.clock() + durable_file.LOCK_TIMEOUT, 0
  while true do
    local done, why = attempt(path, change)
    local task = host.current_task()
    if done ~= false then
      return done, why
    elseif task and task.cancelled then
      return fail(path, "locked by " .. holder(why) .. ", and " .. task.cancelled)
    elseif host.clock() >= ends or slept >= durable_file.LOCK_TIMEOUT then -- a clock may stand
      return fail(path, ("locked by %s for %d seconds: call again when it has finished"):format(
        holder(why), durable_file.LOCK_TIMEOUT))
    end
    local pause = 0.005 + 0.02 * host.random()
    host.sleep(pause)
    slept = slept + pause
  end
end

return durable_file
