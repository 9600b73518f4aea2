-- The module lists of the rockspec, made from the tree: `make rockspec` rewrites what stands between its markers.
-- spec/repo/rockspec_spec.lua uses the same lists to say what is missing.
local M = {}

local function listing(command)
  local pipe = assert(io.popen(command))
  local files = {}
  for line in pipe:lines() do
    files[#files + 1] = line
  end
  pipe:close()
  table.sort(files)
  return files
end

--- Module name to file, of everything under lua/.
function M.lua_modules()
  local modules = {}
  for _, file in ipairs(listing("find lua -name '*.lua'")) do
    local name = file:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
    modules[name] = file
  end
  return modules
end

--- The sources of both C modules; the Makefile finds the same ones by wildcard.
function M.c_sources()
  local core = listing("find csrc/api csrc/wire csrc/files csrc/binding -name '*.c'")
  local curl = listing("find csrc/curl -name '*.c'")
  curl[#curl + 1] = "csrc/wire/buf.c"
  curl[#curl + 1] = "csrc/wire/str.c"
  curl[#curl + 1] = "csrc/binding/luaglue.c"
  curl[#curl + 1] = "csrc/binding/interrupt.c"
  table.sort(curl)
  return { ["ecs_pipeline.core"] = core, ["ecs_pipeline.curl"] = curl }
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local function replace(text, marker, lines)
  local first = "-- " .. marker .. ": made by `make rockspec`\n"
  local _, after = text:find(first, 1, true)
  assert(after, "no such marker: " .. marker)
  local last = assert(text:find("[ ]*%-%- end\n", after))
  return text:sub(1, after) .. table.concat(lines, "\n") .. "\n" .. text:sub(last)
end

function M.update(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  for name, sources in pairs(M.c_sources()) do
    local lines = {}
    for _, source in ipairs(sources) do
      lines[#lines + 1] = ('        "%s",'):format(source)
    end
    text = replace(text, "sources of " .. name, lines)
  end
  local modules, lines = M.lua_modules(), {}
  for _, name in ipairs(sorted(modules)) do
    lines[#lines + 1] = ('    ["%s"] = "%s",'):format(name, modules[name])
  end
  text = replace(text, "Lua modules", lines)
  file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

if arg and arg[0] and arg[0]:find("rockspec%.lua$") and arg[1] then
  M.update(arg[1])
end

return M
