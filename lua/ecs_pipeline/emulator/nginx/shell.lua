-- Commands and files, the same on every Lua.

local quote = require("ecs_pipeline.text").quote

local M = {}

--- Runs a shell command; true when it succeeded.
function M.run(command)
  local ok = os.execute(command)
  return ok == true or ok == 0
end

--- The first line of a command's output, or nil.
function M.line(command)
  local pipe = assert(io.popen(command, "r"))
  local line = pipe:read("*l")
  pipe:close()
  return line
end

--- All that a command writes.
function M.output(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- A word for the shell, whatever is in it.
function M.quote(text)
  return quote(tostring(text))
end

--- The whole file, or nil.
function M.read(path)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

function M.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

--- True while a process of this id is there (a zombie is not).
function M.alive(pid)
  local stat = M.read("/proc/" .. pid .. "/stat")
  return stat ~= nil and stat:match("%) (%a)") ~= "Z"
end

--- Asks `done` every 20 ms for at most `seconds`; what it answered last.
function M.wait(seconds, done)
  for _ = 1, seconds * 50 do
    if done() then
      return true
    end
    M.run("sleep 0.02")
  end
  return done()
end

return M
