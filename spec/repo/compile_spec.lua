-- Every Lua file is accepted by the compiler of each Lua that this system has: what one of them refuses (5.5: an
-- assignment to the variable of a `for` loop) is seen before somebody runs the specs under it.
local repo = require("spec.support.repo")

local LUAS = { "lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit" }

local function refused(lua, paths)
  local list = os.tmpname()
  local file = assert(io.open(list, "w"))
  file:write(table.concat(paths, "\n"), "\n")
  file:close()
  local lines = repo.run(lua .. [[ -e 'for path in io.lines("]] .. list .. [[") do
    local chunk, why = loadfile(path)
    if not chunk then print(why) end
  end' 2>&1]])
  os.remove(list)
  return lines
end

describe("every Lua file compiles under", function()
  local files = repo.files("lua spec examples bench", "%.lua$")
  local found = 0

  for _, lua in ipairs(LUAS) do
    if select(2, repo.run("command -v " .. lua .. " >/dev/null")) then
      found = found + 1
      it(lua, function()
        assert.is_true(#files > 400)
        assert.same({}, refused(lua, files))
      end)
    end
  end

  it("at least the Lua that runs this", function()
    assert.is_true(found >= 1)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write("local = 1\n")
    file:close()
    assert.equal(1, #refused(repo.lua_name(), { path }))
    os.remove(path)
  end)
end)

-- A wrong folder of headers ended in a compiler's error, or, where the folder is that of another Lua, in a module that
-- Lua cannot load.
describe("make build says what is missing:", function()
  local folder

  setup(function()
    folder = repo.run("mktemp -d")[1]
    repo.run(("printf '#define LUA_VERSION_NUM 599\n' > %s/lua.h"):format(folder))
  end)

  teardown(function()
    repo.run("rm -rf " .. folder)
  end)

  local function said(variables, target)
    local lines, ok = repo.run(("env -u MAKEFLAGS -u MAKELEVEL make -s %s BUILD=%s/b C_BUILD=%s/c %s 2>&1"):format(
      target or "build", folder, folder, variables))
    assert.is_false(ok)
    return lines[1]
  end

  it("the headers of Lua", function()
    assert.matches("^lua%.h of lua5%.4 not found in /none: .*LUA_INCDIR=", said("LUA=lua5.4 LUA_INCDIR=/none"))
    assert.matches("^lua%.h of lua9%.9 not found: .*LUA_INCDIR=", said("LUA=lua9.9"))
    assert.matches("/lua%.h is not of lua5%.4 %(version 599%): .*LUA_INCDIR=", said("LUA=lua5.4 LUA_INCDIR=" .. folder))
  end)

  it("the compiler", function()
    assert.matches("^no C compiler no%-such%-cc: .*CC=", said("CC='no-such-cc -m64'"))
    assert.matches("^no C compiler no%-such%-cc: .*CC=", said("CC=no-such-cc", "test-c"))
  end)
end)
