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
