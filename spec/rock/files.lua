-- The files of an installed tree against the rockspec, both ways, and what the C modules export:
--   lua files.lua ROCKSPEC TREE 5.4
local rockspec_path, tree, version = arg[1], arg[2], arg[3]
local setfenv = rawget(_G, "setfenv")
local passed, failed = 0, 0

local function row(label, wrong, detail)
  local ok = #wrong == 0
  passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
  print(("  %-58s %-6s %s"):format(label, ok and "ok" or "FAILED", ok and detail or table.concat(wrong, " ")))
end

local function lines(command)
  local pipe, list = assert(io.popen(command)), {}
  for line in pipe:lines() do
    list[#list + 1] = line
  end
  pipe:close()
  return list
end

local rockspec = {}
if setfenv then -- Lua 5.1 and LuaJIT
  setfenv(assert(loadfile(rockspec_path)), rockspec)()
else
  assert(loadfile(rockspec_path, "t", rockspec))()
end

local expected, count = {}, 0
for name, what in pairs(rockspec.build.modules) do
  local path = name:gsub("%.", "/")
  if type(what) == "table" then
    path = ("lib/lua/%s/%s.so"):format(version, path)
  else
    path = ("share/lua/%s/%s%s.lua"):format(version, path, what:match("/init%.lua$") and "/init" or "")
  end
  expected[path] = true
  count = count + 1
end

-- The command: a script that LuaRocks makes, and what it runs.
expected["bin/ecs-pipeline"] = true
local of_rock = { ["bin/ecs-pipeline"] = true, ["share/man/man1/ecs-pipeline.1"] = true,
  ["share/bash-completion/completions/ecs-pipeline"] = true }

-- LuaRocks keeps its own books and the documents below lib/luarocks; lua-cjson and argparse have their files.
local missing, unknown, documents = {}, {}, 0
local books = ("lib/luarocks/rocks-%s/"):format(version)
for _, path in ipairs(lines("cd '" .. tree .. "' && find . -type f -o -type l")) do
  path = path:gsub("^%./", "")
  if expected[path] then
    expected[path] = nil
  elseif path:sub(1, #books) == books then
    local inner = path:match("/ecs_pipeline/[^/]+/(.*)$")
    if inner and of_rock[inner] then
      of_rock[inner] = nil
    elseif inner and (inner:find("^docs?/") or inner:find("^examples/") or inner:find("^library/")) then
      documents = documents + 1
    elseif inner and inner ~= "rock_manifest" and inner ~= "ecs_pipeline-scm-1.rockspec" then
      unknown[#unknown + 1] = path
    end
  elseif not (path:find("/cjson", 1, true) or path:find("/json2lua") or path:find("/lua2json")
    or path:find("/argparse%.lua$")) then
    unknown[#unknown + 1] = path
  end
end
for _, left in ipairs({ expected, of_rock }) do
  for path in pairs(left) do
    missing[#missing + 1] = path
  end
end
row("every module, the command, manual page, completion", missing, count .. " modules")
row("every installed file belongs to the rockspec", unknown, documents .. " documents beside them")

local wrong = {}
for _, module in ipairs({ "core", "curl" }) do
  local file = ("%s/lib/lua/%s/ecs_pipeline/%s.so"):format(tree, version, module)
  local symbols = lines("nm -D --defined-only '" .. file .. "'")
  if #symbols ~= 1 or not symbols[1]:find(" T luaopen_ecs_pipeline_" .. module .. "$") then
    wrong[#wrong + 1] = module .. ".so: " .. table.concat(symbols, ", ")
  end
end
row("each C module exports one symbol", wrong, "luaopen_ecs_pipeline_core, luaopen_ecs_pipeline_curl")
print(("%d passed, %d failed"):format(passed, failed))
