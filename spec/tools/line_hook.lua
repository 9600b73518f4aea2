--- Notes which lines of lua/ecs_pipeline run, in this process and in every Lua 5.4 that it starts:
--- LUA_INIT=@spec/tools/line_hook.lua ECSP_LINES=folder lua5.4 …
-- Each process leaves a file of "path line" rows in the folder when it ends. Other Luas are left alone.
local folder = os.getenv("ECSP_LINES")
if not folder or _VERSION ~= "Lua 5.4" then
  return
end

local getinfo, sethook = debug.getinfo, debug.sethook
local watched = {} -- source → set of lines, or false

local function hook(_, line)
  local source = getinfo(2, "S").source
  local lines = watched[source]
  if lines == nil then
    lines = source:find("lua/ecs_pipeline/", 1, true) and {} or false
    watched[source] = lines
  end
  if lines then
    lines[line] = true
  end
end

-- A coroutine has a hook of its own.
local function hooked(body)
  return function(...)
    sethook(hook, "l")
    return body(...)
  end
end

local create, wrap = coroutine.create, coroutine.wrap
function coroutine.create(body) -- luacheck: ignore
  return create(hooked(body))
end
function coroutine.wrap(body) -- luacheck: ignore
  return wrap(hooked(body))
end

local function write()
  local pid = io.open("/proc/self/stat"):read("n")
  local file = io.open(("%s/%d-%d"):format(folder, os.time(), pid), "a")
  for source, lines in pairs(watched) do
    for line in pairs(lines or {}) do
      file:write(source:match("lua/ecs_pipeline/.*"), " ", line, "\n")
    end
  end
  file:close()
  watched = {}
end

-- Both ends of a process: os.exit need not close the state.
local exit = os.exit
function os.exit(...) -- luacheck: ignore
  sethook()
  write()
  exit(...)
end
debug.getregistry()["ecs_pipeline.line_hook"] = setmetatable({}, { __gc = write })

sethook(hook, "l")
