-- Nothing lies around unused: every spec runs, every target is documented, every script is executable.
local repo = require("spec.support.repo")

describe("spec/", function()
  it("has no Lua file that is neither a spec nor used by another file", function()
    local everything, stray = {}, {}
    for _, path in ipairs(repo.files("spec Makefile .busted .ci", "")) do
      everything[path] = repo.read(path)
    end
    for path in pairs(everything) do
      if path:match("%.lua$") and not path:match("_spec%.lua$") then
        local name, used = path:match("([^/]+)%.lua$"), false
        for other, text in pairs(everything) do
          used = used or (other ~= path and text:find(name, 1, true) ~= nil)
        end
        if not used then
          stray[#stray + 1] = path
        end
      end
    end
    table.sort(stray)
    assert.same({}, stray)
  end)

  it("has no C test that the Makefile would not build", function()
    local stray = {}
    for _, path in ipairs(repo.files("spec/c", "%.c$")) do
      if not path:match("_test%.c$") then
        stray[#stray + 1] = path
      end
    end
    assert.same({}, stray)
  end)

  it("has a C test for every file of csrc/wire and csrc/files", function()
    local missing = {}
    for _, path in ipairs(repo.files("csrc/wire csrc/files", "%.c$")) do
      local name = "spec/c/" .. path:match("([^/]+)%.c$") .. "_test.c"
      local file = io.open(name)
      if file then
        file:close()
      else
        missing[#missing + 1] = name
      end
    end
    assert.same({}, missing)
  end)

  it("has only executable scripts", function()
    for _, path in ipairs(repo.files("spec .ci", "%.sh$")) do
      local _, ok = repo.run("test -x " .. path)
      assert.is_true(ok, path .. " is not executable")
    end
    local _, ok = repo.run("test -x .ci/run")
    assert.is_true(ok, ".ci/run is not executable")
  end)
end)

describe("the Makefile", function()
  local makefile = repo.read("Makefile")
  local help = table.concat(repo.run("make help"), "\n")

  it("documents every target in `make help`", function()
    local phony = makefile:match("%.PHONY: (.-[^\\])\n"):gsub("\\\n", " ")
    local missing, seen = {}, 0
    for target in phony:gmatch("[%w-]+") do
      if target ~= "FORCE" then
        seen = seen + 1
        if not ("\n" .. help):find("\n  " .. target:gsub("%-", "%%-") .. " ") then
          missing[#missing + 1] = target
        end
      end
    end
    assert.is_true(seen > 10)
    assert.same({}, missing)
  end)

  it("has no documented target that is not phony", function()
    local phony = " " .. makefile:match("%.PHONY: (.-[^\\])\n"):gsub("\\\n", " ") .. " "
    for target in makefile:gmatch("\n([%w-]+):[^\n]*##") do
      assert.truthy(phony:find(" " .. target .. " ", 1, true), target)
    end
  end)

  it("builds beside no source", function()
    local written, stray = 0, {}
    for _, line in ipairs(repo.run("make -Bn build test-c LUA=lua5.4")) do
      for path in line:gmatch(" %-o (%S+)") do
        written = written + 1
        if not path:match("^build/") then
          stray[#stray + 1] = path
        end
      end
    end
    assert.is_true(written > 30)
    assert.same({}, stray)
  end)
end)

describe("git", function()
  it("ignores what is built", function()
    local _, in_git = repo.run("git rev-parse --git-dir >/dev/null 2>&1")
    if in_git then
      local tracked = repo.run("git ls-files build ecs_pipeline '*.o' '*.so'")
      assert.same({}, tracked)
    end
  end)
end)
