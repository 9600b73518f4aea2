-- Uses what LuaRocks installed, and shows that it is that what was used: lua use.lua TREE
-- README's first example (readme_block.lua) and terraform_example.lua lie beside this file; LUA_PATH and LUA_CPATH name
-- the tree alone. The service is the emulator that comes with the rock, in process.
local tree = arg[1] .. "/"
local passed, failed = 0, 0

local function row(label, ok, detail)
  passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
  print(("  %-58s %-6s %s"):format(label, ok and "ok" or "FAILED", tostring(detail or "")))
end

local function within(path)
  return path ~= nil and path:sub(1, #tree) == tree
end

local function outside(search_path)
  for template in search_path:gmatch("[^;]+") do
    if not within(template) then
      return template
    end
  end
end
local stray = outside(package.path) or outside(package.cpath)
row("only the tree is on package.path and package.cpath", not stray, stray)

local loaded, ecs = pcall(require, "ecs_pipeline")
if not loaded then
  row("require(\"ecs_pipeline\")", false, ecs)
  print(("%d passed, %d failed"):format(passed, failed))
  os.exit(1)
end

local EXIT = {}

-- Runs a file with `print` collected and `os.exit` caught, also those of files that it loads → whether it ended well,
-- and what it printed.
local function run(file)
  local printed, code, real = {}, nil, { print = print, exit = os.exit }
  _G.print = function(...) -- luacheck: ignore 122
    for i = 1, select("#", ...) do
      printed[#printed + 1] = tostring((select(i, ...)))
    end
  end
  os.exit = function(value) -- luacheck: ignore 122
    code = value
    error(EXIT, 0)
  end
  local ok, message = pcall(assert(loadfile(file)))
  _G.print, os.exit = real.print, real.exit -- luacheck: ignore 122
  ok = ok or message == EXIT
  return ok and (code or 0) == 0, ok and table.concat(printed, " ") or tostring(message)
end

local ok, output = run("readme_block.lua")
row("README's first example", ok and output:find("^success m%-%w+$") ~= nil, output)

local service = require("ecs_pipeline.emulator").new({ clock = "real", networks = { seconds = 0 },
  credentials = { key = { secret = "secret" } } })

-- The keys come from the environment, as the example says; only the way to the service differs.
local real = { new = ecs.new, configure = ecs.configure }
for name, make in pairs(real) do
  ecs[name] = function(options)
    options.transport, options.ca_file = service:transport(), nil
    return make(options)
  end
end

ok, output = run("terraform_example.lua")
local read_back = output:match("%d+ of %d+ arguments read back as they were sent")
row("examples/terraform_example.lua", ok and read_back == "15 of 15 arguments read back as they were sent",
  read_back or output)

-- --- where it came from ---------------------------------------------------------------------------------------------
local function search(name)
  for template in (package.path .. ";" .. package.cpath):gmatch("[^;]+") do
    local path = template:gsub("%?", (name:gsub("%.", "/")))
    local file = io.open(path, "rb")
    if file then
      file:close()
      return path
    end
  end
end

local function ours(name)
  return name:find("^ecs_pipeline") or name:find("^cjson")
end

local function mapped()
  local list = {}
  for line in io.lines("/proc/self/maps") do
    local path = line:match("%s(/.*)$")
    if path and not list[path] then
      list[path] = true
    end
  end
  return list
end

local modules, functions, strays = 0, 0, {}
local seen = {}
local function look(name, value)
  if type(value) == "function" and not seen[value] then
    seen[value] = true
    local info = debug.getinfo(value, "S")
    if info.what ~= "C" and not info.source:find("=", 1, true) then
      functions = functions + 1
      -- `new` and `configure` are the two that were replaced above
      if not within(info.source:sub(2)) and value ~= ecs.new and value ~= ecs.configure then
        strays[#strays + 1] = name .. " from " .. info.source
      end
    end
  elseif type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, inner in pairs(value) do
      look(name .. "." .. tostring(key), inner)
    end
  end
end
for name, value in pairs(package.loaded) do
  if ours(name) then
    modules = modules + 1
    local path = search(name)
    if not within(path) then
      strays[#strays + 1] = name .. " found at " .. tostring(path)
    end
    look(name, value)
  end
end
row("every module and function comes from the tree", #strays == 0 and modules > 20 and functions > 100,
  #strays == 0 and ("%d modules, %d Lua functions"):format(modules, functions) or strays[1])

local shared, wrong = mapped(), nil
for path in pairs(shared) do
  local concerned = path:find("%.so") and (path:find("ecs_pipeline", 1, true) or path:find("cjson", 1, true))
  if path:find("/libcurl", 1, true) or concerned and not within(path) then
    wrong = path
  end
end
local version = _VERSION:match("%d%.%d")
local lib = tree .. "lib/lua/" .. version
row("core.so and cjson.so are of the tree, libcurl is not mapped", not wrong
  and shared[lib .. "/ecs_pipeline/core.so"] and shared[lib .. "/cjson.so"]
  and not shared[lib .. "/ecs_pipeline/curl.so"], wrong)

-- The blocking transport too: there is no network, so it can only say so.
local client = real.new({ region = "cn-hangzhou", endpoint = "https://127.0.0.1:1", retry = false, log = "off" })
local _, message, err = client.pipeline.delete("ip-bp1doesnotexist")
client.close()
row("a blocking call loads curl.so and fails as \"transport\"",
  err and err.kind == "transport" and mapped()[lib .. "/ecs_pipeline/curl.so"], message)
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
