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

-- GC_STRESS=1: collect as often as the collector can be told to.
if os.getenv("GC_STRESS") == "1" then
  collectgarbage("setpause", 0)
  collectgarbage("setstepmul", 1000000)
end
