--- What the repository specs share: files, commands, chunks with their own globals. Works from the checkout's root.
local M = {}

function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- The lines that a shell command prints, and whether it exited with 0.
function M.run(command)
  local pipe = assert(io.popen(command .. "; echo \"exit $?\""))
  local lines = {}
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  local code = table.remove(lines):match("exit (%d+)$")
  return lines, code == "0"
end

--- Files below folders, by the end of their names; sorted.
function M.files(folders, pattern)
  local lines = M.run("find " .. folders .. " -type f 2>/dev/null | LC_ALL=C sort")
  local found = {}
  for _, path in ipairs(lines) do
    if path:find(pattern) then
      found[#found + 1] = path
    end
  end
  return found
end

--- Compiles text; its globals are `env`. Returns the function, or nil and the message.
function M.compile(text, name, env)
  if setfenv then -- luacheck: ignore setfenv
    local chunk, message = loadstring(text, name) -- luacheck: ignore loadstring
    if chunk and env then
      setfenv(chunk, env) -- luacheck: ignore setfenv
    end
    return chunk, message
  end
  return load(text, name, "t", env) -- luacheck: ignore load
end

function M.sorted(map)
  local keys = {}
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

--- The name of build/<name> for the Lua that runs this.
function M.lua_name()
  return type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")
end

return M
