-- Runs before the first spec. Everything that would make a run test something else than this checkout stops it here;
-- busted counts a helper that raises as a failed run.
local sep = package.config:sub(1, 1)
local name = type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")
-- A build with other flags lies in a folder of its own, and its run says which.
local expected = ((os.getenv("ECSP_BUILD") or "build/" .. name) .. "/ecs_pipeline/core.so"):gsub("/", sep)

local function find(module)
  for template in package.cpath:gmatch("[^;]+") do
    local path = template:gsub("%?", (module:gsub("%.", "/")))
    local file = io.open(path, "rb")
    if file then
      file:close()
      return path
    end
  end
end

local found = find("ecs_pipeline.core")
if not found then
  error(expected .. " is missing: run `make build LUA=" .. name .. "` first", 0)
elseif found:sub(-#expected) ~= expected then
  error("the specs would load " .. found .. ", not " .. expected .. " of this checkout", 0)
end

-- GC_STRESS=1: a whole collection at every step, and a step whenever the collector may take one: the most that each
-- version can be told. Lua 5.4 keeps the multiplier in a byte (1000 at most) and has the size of a step besides; LuaJIT
-- would leave each compiled trace for the collector and come to nothing.
if os.getenv("GC_STRESS") == "1" then
  if type(rawget(_G, "jit")) == "table" then
    jit.off()
  end
  if _VERSION == "Lua 5.4" then
    collectgarbage("incremental", 0, 1000, 40)
    collectgarbage("setpause", 0)
    collectgarbage("setstepmul", 1000)
  else
    require("spec.support.eager_collector")()
  end
end

-- COMMA_LOCALE=1 (spec/tools/comma_locale.sh): the run is worth something only when numbers really show a comma. LuaJIT
-- formats them itself; there the C library is asked.
if os.getenv("COMMA_LOCALE") == "1" then
  local shown = ("%.1f"):format(1.5)
  if name == "luajit" then
    local ffi = require("ffi")
    ffi.cdef("int snprintf(char *, size_t, const char *, ...);")
    local text = ffi.new("char[16]")
    ffi.C.snprintf(text, 16, "%.1f", 1.5)
    shown = ffi.string(text)
  end
  if shown ~= "1,5" or name ~= "luajit" and tostring(1.5) ~= "1,5" then
    error("the locale has no decimal comma: 1.5 shows as " .. shown, 0)
  end
end
