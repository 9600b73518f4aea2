--- The library in a folder of its own, as users have it, and programs that know nothing else of it: no checkout, no
--- build folder, no variable of the caller's.
---     local copy = require("spec.support.installed").new()
---     local output, ok = copy.run("print(require('ecs_pipeline')._VERSION)")
---     copy.close()
local repo = require("spec.support.repo")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

--- Runs `make install` or `make uninstall` like a packager, whose files are private unless make says otherwise.
-- @tparam string target
-- @tparam string folder DESTDIR
-- @tparam ?string more variables
function M.make(target, folder, more)
  local lines, ok = repo.run(("umask 077; env -u MAKEFLAGS -u MAKELEVEL make -s %s LUA=%s DESTDIR=%s %s 2>&1")
    :format(target, repo.lua_name(), shell.quote(folder), more or ""))
  assert(ok, table.concat(lines, "\n"))
end

--- Installs once. `make rock` names a tree that LuaRocks has filled, in ECSP_TREE: then that one is used.
-- @treturn table `{ tree, run(text, variables) → output, ended well, close() }`
function M.new()
  local folder, tree = shell.line("mktemp -d"), os.getenv("ECSP_TREE")
  local version = repo.lua_name() == "luajit" and "5.1" or repo.lua_name():match("%d%.%d")
  local share, lib = "/share/lua/" .. version, "/lib/lua/" .. version
  local system = "" -- where lua-cjson is: with the rock in its tree, else a package of the system
  if not tree then
    tree, system = folder .. "/tree", ";;"
    M.make("install", tree, "PREFIX=")
    -- ... which has none for Lua 5.5 yet
    shell.run(("cp build/%s/cjson.so %s/ 2>/dev/null"):format(repo.lua_name(), tree .. lib))
  end
  local variables = ("PATH=%s LUA_PATH='%s/?.lua;%s/?/init.lua%s' LUA_CPATH='%s/?.so%s'"):format(
    shell.quote(os.getenv("PATH")), tree .. share, tree .. share, system, tree .. lib, system)

  -- The text is a file beside the empty folder that it is run in.
  local function run(text, more)
    shell.run(("rm -rf %s/home && mkdir %s/home"):format(folder, folder))
    shell.write(folder .. "/block.lua", text)
    local lines, ok = repo.run(("cd %s/home && env -i HOME=$PWD %s %s %s ../block.lua 2>&1"):format(folder, variables,
      more or "", repo.lua_name()))
    return table.concat(lines, "\n"), ok
  end

  local function close()
    shell.run("rm -rf " .. folder)
  end
  return { tree = tree, run = run, close = close }
end

return M
