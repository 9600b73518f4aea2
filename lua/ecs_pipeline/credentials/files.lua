--- Finds and reads files with credentials, up to a size limit; warns if other users can read or
-- change them.
local result = require("ecs_pipeline.credentials.result")

local files = {}

local MAX_BYTES = 256 * 1024
local BOM = "^\239\187\191"

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

--- Is there something at a path? What cannot be looked at counts as there.
-- @tparam table platform
-- @tparam string path as people write it
-- @treturn boolean
function files.exists(platform, path)
  local full = files.expand(platform, path)
  local status, _, absent = platform.file_status(full or "")
  return full ~= nil and (status ~= nil or not absent)
end

--- The first of several paths at which there is something.
-- @tparam table platform
-- @tparam {string,...} paths as people write them
-- @treturn string the first path if there is none
function files.first(platform, paths)
  for _, path in ipairs(paths) do
    if files.exists(platform, path) then
      return path
    end
  end
  return paths[1]
end

--- Does the file begin as a JSON text does? Those of the CLI do; one that cannot be read does not.
-- @tparam table context
-- @tparam string path
-- @treturn boolean
function files.is_json(context, path)
  local text = files.read(context, path, {})
  return text and (text:find("^%s*{") or text:find("^%s*%[%s*{")) ~= nil or false
end

local function has_bits(mode, ...)
  for _, bit in ipairs({ ... }) do
    if math.floor(mode / bit) % 2 == 1 then
      return true
    end
  end
  return false
end

local READ, WRITE, STICKY = { 32, 4 }, { 16, 2 }, 512 -- of group and others

-- The name of a user, from the machine's own list.
local function user_of(platform, uid)
  local list = platform.read_file("/etc/passwd", 1024 * 1024) or ""
  local name = ("\n" .. list):match(("\n([^:\n]+):[^:\n]*:%d:"):format(uid))
  return name or ("user %d"):format(uid)
end

-- The folder of a path; nil for "/" and for a bare name.
local function folder_of(path)
  local folder = path:match("^(.*)/[^/]*$")
  return folder == "" and path ~= "/" and "/" or folder ~= "" and folder or nil
end

-- Who else can change the folder of a path, or exchange a folder above? As `changed_by`.
local function moved_by(platform, path)
  local nearest = folder_of(path)
  local folder = nearest
  while folder do
    local around = platform.file_status(folder)
    local name = folder == nearest and "its folder" or "the folder " .. folder
    if around and around.trusted_owner == false then
      return ("%s belongs to %s"):format(name, user_of(platform, around.owner)),
        "give the folder to the user who runs this (chown)"
    elseif around and has_bits(around.mode, WRITE[1], WRITE[2])
        and not has_bits(around.mode, STICKY) then
      return ("%s has mode %04o"):format(name, around.mode), "chmod go-w " .. folder
    end
    folder = folder_of(folder)
  end
  return nil
end

-- Who else can change the file? A link is looked at where it is and where it leads.
-- → a text for people, and the way out; or nil
local function changed_by(platform, path, full, status)
  if status.trusted_owner == false then
    return ("it belongs to %s, mode %04o"):format(user_of(platform, status.owner), status.mode),
      "give it to the user who runs this (chown), and chmod go-w " .. path
  elseif has_bits(status.mode, WRITE[1], WRITE[2]) then
    return ("mode %04o%s"):format(status.mode, status.owner and ", owner "
      .. user_of(platform, status.owner) or ""), "chmod go-w " .. path
  end
  local unsafe, remedy = moved_by(platform, full)
  if unsafe then
    return unsafe, remedy
  end
  local real, link = platform.real_path(full)
  if real and link then
    return ("the link %s leads to it: it belongs to another user, or others can write its folder")
      :format(link), "give the path of the file itself"
  elseif real and real ~= full then
    unsafe, remedy = moved_by(platform, real)
    unsafe = unsafe and "it is " .. real .. ": " .. unsafe
  end
  return unsafe, remedy
end

local function warn_of(context, path, full, status, memory)
  local platform = context.platform
  local unsafe, remedy = changed_by(platform, path, full, status)
  memory.unsafe = unsafe and path .. " can be changed by other users (" .. unsafe .. "): " .. remedy
  local message = memory.unsafe
  if not message and has_bits(status.mode, READ[1], READ[2]) then
    message = ("%s can be read by other users (mode %o): chmod 600 %s"):format(
      path, status.mode, path)
  end
  if message and memory.warned ~= message then
    memory.warned = message
    context.warn(message)
  end
end

--- The text of a file, if it has changed. A byte order mark at its beginning is left out.
-- @tparam table context
-- @tparam string path as people write it, "~/…" allowed
-- @tparam table memory of the same file from the last call: `stamp`, `warned`; `unsafe`: why other
--   users can change the file, or nil
-- @tparam ?string secret the file contains secrets: warn once if other users can read or change it
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
  local stamp = ("%.6f %d %d %d %s"):format(status.modified, status.size, status.mode,
    status.owner or 0, full)
  if memory.stamp == stamp then
    return false
  end
  if secret then
    warn_of(context, path, full, status, memory)
  end
  local text
  text, reason = platform.read_file(full, MAX_BYTES)
  if not text then
    return result.fail(path .. ": " .. reason)
  end
  memory.stamp = stamp
  return (text:gsub(BOM, ""))
end

return files
