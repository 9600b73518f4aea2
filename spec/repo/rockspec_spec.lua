-- The rockspec against the tree, both ways: the most common release bug of Lua libraries is a file that it forgot.
local repo = require("spec.support.repo")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local tree = require("spec.tools.rockspec")

local rockspec = {}
assert(repo.compile(repo.read("ecs_pipeline-scm-1.rockspec"), "@rockspec", rockspec))()

local function as_set(list)
  local set = {}
  for _, item in ipairs(list) do
    assert.is_nil(set[item], item .. " is listed twice")
    set[item] = true
  end
  return set
end

-- Only what differs, so that a failure can be read.
local function assert_same_sets(expected, listed)
  local missing, unknown = {}, {}
  for key, value in pairs(expected) do
    if listed[key] ~= value then
      missing[#missing + 1] = key
    end
  end
  for key in pairs(listed) do
    if expected[key] == nil then
      unknown[#unknown + 1] = key
    end
  end
  table.sort(missing)
  table.sort(unknown)
  assert.same({ missing = {}, unknown = {} }, { missing = missing, unknown = unknown }, "run `make rockspec`")
end

describe("the rockspec", function()
  it("lists every Lua module, and nothing that is not there", function()
    local listed = {}
    for name, what in pairs(rockspec.build.modules) do
      if type(what) == "string" then
        listed[name] = what
      end
    end
    assert_same_sets(tree.lua_modules(), listed)
  end)

  for _, name in ipairs({ "ecs_pipeline.core", "ecs_pipeline.curl" }) do
    it("lists every source of " .. name .. ", and nothing else", function()
      local listed = as_set(rockspec.build.modules[name].sources)
      assert_same_sets(as_set(tree.c_sources()[name]), listed)
    end)
  end

  it("compiles what the Makefile compiles", function()
    local lines = repo.run("make -pn LUA=lua5.4 help 2>/dev/null")
    local made = {}
    for _, line in ipairs(lines) do
      local name, value = line:match("^(%u+_SRC) :?= (.*)$")
      if name then
        made[name] = value
      end
    end
    local function expand(text)
      local files = {}
      for word in text:gsub("%$%(wildcard ([^)]*)%)", "%1"):gmatch("%S+") do
        for _, file in ipairs(repo.run("ls " .. word)) do
          files[#files + 1] = file
        end
      end
      return as_set(files)
    end
    assert_same_sets(as_set(rockspec.build.modules["ecs_pipeline.core"].sources), expand(made.CORE_SRC))
    assert_same_sets(as_set(rockspec.build.modules["ecs_pipeline.curl"].sources), expand(made.CURL_SRC))
  end)

  it("links each module with its one library", function()
    assert.same({ "crypto" }, rockspec.build.modules["ecs_pipeline.core"].libraries)
    assert.same({ "curl" }, rockspec.build.modules["ecs_pipeline.curl"].libraries)
    local linux = rockspec.build.platforms.linux.modules
    assert.equal("crypto", linux["ecs_pipeline.core"].libraries[1])
    assert.equal("curl", linux["ecs_pipeline.curl"].libraries[1])
  end)

  it("leaves looking for headers to the compiler, which names the package in an #error; but not on a Mac", function()
    assert.same({}, rockspec.external_dependencies.CURL)
    assert.same({}, rockspec.external_dependencies.OPENSSL)
    local mac = rockspec.external_dependencies.platforms.macosx
    assert.equal("curl", mac.CURL.library)
    assert.equal("crypto", mac.OPENSSL.library)
  end)

  it("keeps flags and defines out, so that any CFLAGS build it", function()
    for _, module in pairs(rockspec.build.modules) do
      if type(module) == "table" then
        assert.is_nil(module.defines)
      end
    end
    assert.equal("builtin", rockspec.build.type)
    assert.equal("MIT", rockspec.description.license)
  end)

  it("says where to go, and ships documents, examples, types and the manual page", function()
    local about = rockspec.description
    for _, name in ipairs({ "summary", "homepage", "issues_url", "maintainer" }) do
      assert.is_string(about[name], name)
    end
    assert.is_true(#about.labels >= 3)
    assert.same({ "docs", "examples", "library", "share" }, rockspec.build.copy_directories)
    for _, folder in ipairs(rockspec.build.copy_directories) do
      assert.is_true(#repo.files(folder, "") > 0, folder)
    end
  end)

  it("passes luarocks lint", function()
    local lines, ok = repo.run("luarocks --lua-version 5.4 lint ecs_pipeline-scm-1.rockspec 2>&1")
    assert.is_true(ok, table.concat(lines, "\n"))
  end)
end)

describe("make dist", function()
  local NAME, URL = "ecs_pipeline-" .. require("ecs_pipeline.version"), "https://example.org/a.tar.gz"
  local TAG = NAME:gsub("^.*%-", "v")
  local folder, clone

  before_each(function()
    folder = shell.line("mktemp -d")
    clone = folder .. "/clone"
    assert.is_true(select(2, repo.run(("git clone -q --no-tags . %s && cp spec/tools/dist.sh %s/spec/tools/ 2>&1")
      :format(clone, clone))))
  end)

  after_each(function()
    shell.run("rm -rf " .. folder)
  end)

  local function git(arguments)
    local lines, ok = repo.run(("git -C %s -c user.name=a -c user.email=a@b %s 2>&1"):format(clone, arguments))
    assert.is_true(ok, table.concat(lines, "\n"))
  end

  -- → what it says, text and values of the rockspec, digest of the archive
  local function dist(target)
    local lines, ok = repo.run(("%s/spec/tools/dist.sh %s %s 2>&1"):format(clone, target, URL))
    local said = table.concat(lines, "\n")
    assert.is_true(ok, said)
    local text, values = repo.read(("%s/%s-1.rockspec"):format(target, NAME)), {}
    assert(repo.compile(text, "@made", values))()
    local digest = shell.line(("md5sum < %s/%s.tar.gz"):format(target, NAME)):match("^%x+")
    return said, text, values, digest
  end

  it("packs the last commit while the version has no tag, and then names none", function()
    local said, text, values, digest = dist(folder .. "/1")
    assert.matches("^no tag " .. TAG:gsub("%p", "%%%0") .. ": ", said)
    assert.same({ url = URL, dir = NAME, md5 = digest }, values.source)
    assert.equal(NAME:gsub("^.*%-", "") .. "-1", values.version)
    assert.truthy(table.concat(repo.run(("tar -tzf %s/1/%s.tar.gz"):format(folder, NAME)), "\n")
      :find(NAME .. "/csrc/ecsp.h", 1, true))
    local _, again, _, digest_again = dist(folder .. "/2")
    assert.same({ text, digest }, { again, digest_again })
  end)

  it("packs the tag of the version, also when the rockspec and other commits have come after it", function()
    git("tag " .. TAG)
    local said, text, values, digest = dist(clone .. "/rockspecs")
    assert.same({ url = URL, dir = NAME, tag = TAG, md5 = digest }, values.source)
    assert.is_nil(said:find("packed", 1, true))
    git("add -f rockspecs/*.rockspec")
    git("commit -qm 'Rockspec of the release'")
    local said_later, text_later, _, digest_later = dist(folder .. "/later")
    assert.truthy(said_later:find("the tag " .. TAG .. " is packed; 1 later commits", 1, true), said_later)
    assert.same({ text, digest }, { text_later, digest_later })
  end)
end)
