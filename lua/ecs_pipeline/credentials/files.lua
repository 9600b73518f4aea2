--- Finds and reads files with credentials, up to a size limit; warns if other users can read them.
local result = require("ecs_pipeline.credentials.result")

local files = {}

local MAX_BYTES = 256 * 1024

--- A path in which "~/" is replaced by the home directory.
-- @tparam table platform
-- @tparam string path
-- @treturn[1] string
-- @treturn[2] nil
-- @treturn[2] string why
function files.expand(platform, path)
  if path:sub(1, 2) ~= "~/" then
    return path
  end
  local home = platform.env("HOME")
  if not home then
    return nil, "HOME is not set, so " .. path .. " cannot be found"
  end
  return home .. path:sub(2)
end

-- Do the permission bits let group or others read the file?
local function readable_by_others(mode)
  return math.floor(mode / 32) % 2 == 1 or math.floor(mode / 4) % 2 == 1
end

--- The text of a file, if it has changed.
-- @tparam table context
-- @tparam string path as people write it, "~/…" allowed
-- @tparam table memory of the same file from the last call: `stamp`, `warned`
-- @tparam ?string secret the file contains secrets: warn once if other users can read it
-- @treturn[1] string text, or false if the file has not changed
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err, `absent` if there is no such file
function files.read(context, path, memory, secret)
  local platform = context.platform
  local full, why = files.expand(platform, path)
  if not full then
    return result.fail(why, { absent = true })
  end
  local status, reason, absent = platform.file_status(full)
  if not status then
    return result.fail(absent and "no file " .. path or path .. ": " .. reason, { absent = absent })
  elseif not status.regular then
    return result.fail(path .. " is not a plain file")
  end
  local stamp = ("%.6f %d %s"):format(status.modified, status.size, full)
  if memory.stamp == stamp then
    return false
  end
  if secret and readable_by_others(status.mode) and not memory.warned then
    memory.warned = true
    context.warn(("%s can be read by other users (mode %o): chmod 600 %s"):format(
      path, status.mode, path))
  end
  local text
  text, reason = platform.read_file(full, MAX_BYTES)
  if not text then
    return result.fail(path .. ": " .. reason)
  end
  memory.stamp = stamp
  return text
end

return files
