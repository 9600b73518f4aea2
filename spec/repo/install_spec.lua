-- `make install` and `make uninstall`, as a packager uses them: into a folder that is not the final place.
local installed = require("spec.support.installed")
local library_version = require("ecs_pipeline.version")
local repo = require("spec.support.repo")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local LUA = repo.lua_name()
local VERSION = LUA == "luajit" and "5.1" or LUA:match("%d%.%d")

local folder

setup(function()
  folder = shell.line("mktemp -d")
end)

teardown(function()
  shell.run("rm -rf " .. folder)
end)

local function make(target, more)
  installed.make(target, folder .. "/a b", "PREFIX=/opt/x " .. (more or ""))
end

local function files(test)
  local prefix, list = folder .. "/a b/opt/x/", {}
  for _, path in ipairs(repo.run(("find '%s' %s | LC_ALL=C sort"):format(prefix, test))) do
    list[#list + 1] = path:sub(#prefix + 1)
  end
  return list
end

-- The command, with PATH and nothing else.
local function run(arguments)
  local lines, ok = repo.run(("cd / && env -i PATH='%s/a b/opt/x/bin':/usr/bin:/bin ecs-pipeline %s 2>&1")
    :format(folder, arguments))
  assert.is_true(ok, table.concat(lines, "\n"))
  return lines
end

it("puts every file into its place, readable for all, and the command runs from there", function()
  make("install")
  local expected = { "bin/ecs-pipeline", "share/man/man1/ecs-pipeline.1",
    "share/bash-completion/completions/ecs-pipeline",
    ("lib/lua/%s/ecs_pipeline/core.so"):format(VERSION), ("lib/lua/%s/ecs_pipeline/curl.so"):format(VERSION) }
  for _, path in ipairs(repo.files("lua", "%.lua$")) do
    expected[#expected + 1] = "share/lua/" .. VERSION .. path:sub(4)
  end
  table.sort(expected)
  assert.same(expected, files("-type f"))
  assert.same({}, files("-type f ! -perm -044"))
  assert.same({ "bin/ecs-pipeline" }, files("-type f ! -name '*.so' -perm /111"))
  assert.same({ library_version }, run("version"))
  assert.matches("^pipeline%.create: ?", run("api pipeline.create")[1] .. ": ")
  assert.equal("#!/usr/bin/env " .. LUA, shell.line(("head -n 1 '%s/a b/opt/x/bin/ecs-pipeline'"):format(folder)))
end)

it("takes what an older version left there away, and everything at the end", function()
  shell.run(("touch '%s/a b/opt/x/share/lua/%s/ecs_pipeline/old.lua'"):format(folder, VERSION))
  make("install", "LUA_COMMAND=/usr/bin/" .. LUA)
  assert.same({}, files("-name old.lua"))
  assert.equal("#!/usr/bin/" .. LUA, shell.line(("head -n 1 '%s/a b/opt/x/bin/ecs-pipeline'"):format(folder)))
  assert.same({ library_version }, run("version"))
  make("uninstall")
  assert.same({}, files("-type f"))
end)

describe("the packages of", function()
  -- The names of each system in the table of spec/tools/install.sh, by column.
  local columns = { {}, {}, {} }
  for row in repo.read("spec/tools/install.sh"):gmatch("\n%l[%w.]*|%l+:[^|]+(|[^\n]+)") do
    local column = 0
    for cell in row:gmatch("|([^|]*)") do
      column = column + 1
      for name in cell:gmatch("[^,%s]+") do
        if columns[column] then
          columns[column][name] = true
        end
      end
    end
  end

  it("docs/install.md are those that `make deps` installs or names", function()
    local found = 0
    for row in repo.read("docs/install.md"):gmatch("\n|([^\n]*`[^\n]*)|") do
      local column = -1
      for cell in row:gmatch("[^|]+") do
        column = column + 1
        for name in (cell:match("^ `(.*)` $") or ""):gmatch("%S+") do
          assert.is_true(columns[column][name], name)
          found = found + 1
        end
      end
    end
    assert.is_true(found > 30)
  end)

  it("README are those, too", function()
    local found = 0
    for name in repo.read("README.md"):match("\napt install ([^\n#]+)  #"):gmatch("%S+") do
      assert.is_true(columns[1][name], name)
      found = found + 1
    end
    assert.is_true(found > 5)
  end)
end)
