-- The documents tell the truth: every block of Lua runs as it is pasted, every command and file named exists.
-- A block is run in a process of its own, in an empty folder, with the installed library and nothing of the checkout.
-- Only blocks for nginx are not run here, but by spec/openresty/docs_spec.lua: their fence is "```lua nginx".
local blocks = require("spec.support.markdown_blocks").of
local commands = require("ecs_pipeline.command.commands")
local installed = require("spec.support.installed")
local parser = require("ecs_pipeline.command.parser")
local repo = require("spec.support.repo")

local documents = { "README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md" }
for _, path in ipairs(repo.files("docs", "%.md$")) do
  documents[#documents + 1] = path
end

-- Links in a document begin at its folder.
local function target_of(path, link)
  local folder = path:match("^(.*/)[^/]*$") or ""
  return ((folder .. link):gsub("[^/]+/%.%./", ""))
end

-- The first line of a block that is not a whole program; a page that has such blocks shows the line at its head.
local PREAMBLE = "local ecs = require(\"ecs_pipeline\"); require(\"ecs_pipeline.emulator\").configure()"

local copy

setup(function()
  copy = installed.new()
end)

teardown(function()
  copy.close()
end)

local function lua_blocks(path)
  local found = {}
  for _, block in ipairs(blocks(path)) do
    if block.language == "lua" then
      found[#found + 1] = block
    end
  end
  return found
end

-- Parses every command line of a text that begins with ecs-pipeline.
local function understood(text, name)
  for line in text:gsub("\\\n", ""):gmatch("ecs%-pipeline ([^\n#;>|&()]+)") do
    local words = {}
    for word in line:gmatch("%S+") do
      words[#words + 1] = (word:gsub("['\"]", ""))
    end
    local row, _, why = parser.parse(commands, words)
    assert.is_table(row, ("%s: ecs-pipeline %s: %s"):format(name, line, tostring(why)))
  end
end

it("blocks know the installed library only", function()
  local output, ok = copy.run([[
    local ecs = require("ecs_pipeline")
    print(debug.getinfo(ecs.new, "S").source:sub(2))
    for line in io.lines("/proc/self/maps") do
      print(line:match("/.*ecs_pipeline/core%.so$") or "")
    end
    print(os.getenv("ECSP_BUILD"), (io.open("lua/ecs_pipeline/init.lua")))]])
  assert.is_true(ok, output)
  local found = 0
  for path in output:gmatch("/[^\n]+") do
    assert.equal(copy.tree, path:sub(1, #copy.tree))
    found = found + 1
  end
  assert.is_true(found >= 2)
  assert.matches("\nnil\tnil", output)
end)

for _, path in ipairs(documents) do
  describe(path, function()
    for _, block in ipairs(lua_blocks(path)) do
      local name = path .. ":" .. block.line

      it("has a Lua block at line " .. block.line .. " that compiles", function()
        local chunk, message = repo.compile(block.text, "=" .. name)
        assert.is_function(chunk, message)
      end)

      if block.flags ~= "lua nginx" then
        it("has a Lua block at line " .. block.line .. " that runs as it is pasted", function()
          assert.equal("lua", block.flags)
          local first = block.text:match("^[^\n]*")
          assert.is_true(first == PREAMBLE or block.text:find("require(\"ecs_pipeline", 1, true) ~= nil, name)
          assert.is_true(first ~= PREAMBLE or repo.read(path):sub(1, 600):find(PREAMBLE, 1, true) ~= nil, name)
          local output, ok = copy.run(block.text)
          assert.is_true(ok, name .. ":\n" .. output)
        end)
      end
    end

    it("names only make targets that exist", function()
      local makefile = "\n" .. repo.read("Makefile")
      local unknown = {}
      for _, block in ipairs(blocks(path)) do
        for target in block.text:gmatch("make ([%w-]+)") do
          if block.language == "sh" and not makefile:find("\n" .. target:gsub("%-", "%%-") .. ":") then
            unknown[#unknown + 1] = target
          end
        end
      end
      for target in repo.read(path):gmatch("`make ([%w-]+)[^`]*`") do
        if not makefile:find("\n" .. target:gsub("%-", "%%-") .. ":") then
          unknown[#unknown + 1] = target
        end
      end
      assert.same({}, unknown)
    end)

    it("shows commands that ecs-pipeline understands", function()
      for _, block in ipairs(blocks(path)) do
        if block.language == "sh" then
          understood(block.text, path .. ":" .. block.line)
        end
      end
    end)

    it("links only to files that exist", function()
      local missing = {}
      for target in repo.read(path):gmatch("%]%(([^)#]+)[^)]*%)") do
        if not target:match("^%a+:") then
          local file = io.open(target_of(path, target))
          if file then
            file:close()
          else
            missing[#missing + 1] = target
          end
        end
      end
      assert.same({}, missing)
    end)
  end)
end

describe("README.md", function()
  local text = repo.read("README.md")

  it("shows both commands and an example on its first screen", function()
    local screen = {}
    for line in text:gmatch("[^\n]*\n") do
      screen[#screen + 1] = line
      if #screen == 50 then
        break
      end
    end
    local first = table.concat(screen)
    assert.truthy(first:find("make demo", 1, true))
    assert.truthy(first:find("make test", 1, true))
    assert.truthy(first:find("```lua", 1, true))
  end)

  it("has a Lua block that is run", function()
    local run = 0
    for _, block in ipairs(lua_blocks("README.md")) do
      run = run + (block.flags == "lua" and 1 or 0)
    end
    assert.is_true(run > 0)
  end)

  it("begins with a block of eight lines at most that bakes, and goes to the cloud without its second line", function()
    local block = lua_blocks("README.md")[1]
    local _, lines = block.text:gsub("\n", "\n")
    assert.is_true(lines <= 8 and block.line < 10)
    local output = copy.run(block.text)
    assert.matches("^success\tm%-%w+$", output)
    assert.truthy(text:find("sed 2d bake.lua", 1, true))
    -- a port at which no server listens stands for the cloud
    local message, ok = copy.run((block.text:gsub("^([^\n]*\n)[^\n]*\n", "%1")), "ALIBABA_CLOUD_ACCESS_KEY_ID=id "
      .. "ALIBABA_CLOUD_ACCESS_KEY_SECRET=secret ALIBABA_CLOUD_REGION_ID=cn-hangzhou no_proxy='*' "
      .. "ALIBABA_CLOUD_ENDPOINT_ECS=http://127.0.0.1:1")
    assert.is_false(ok)
    assert.matches("block.lua:2: ecs.bake: .*127.0.0.1", message)
  end)

  it("names every guide", function()
    for _, path in ipairs(repo.files("docs", "%.md$")) do
      assert.truthy(text:find("](" .. path .. ")", 1, true), path)
    end
  end)
end)

describe("docs/errors.md", function()
  local text = repo.read("docs/errors.md")

  it("names every kind of error", function()
    local kinds = "validation credentials not_found conflict throttled denied api transport timeout protocol "
      .. "cancelled storage"
    local missing = {}
    for kind in kinds:gmatch("%S+") do
      if not text:find("`" .. kind .. "`", 1, true) then
        missing[#missing + 1] = kind
      end
    end
    assert.same({}, missing)
  end)
end)

describe("examples/", function()
  it("compile", function()
    local files = repo.files("examples", "%.lua$")
    assert.is_true(#files > 0)
    for _, path in ipairs(files) do
      local chunk, message = repo.compile((repo.read(path):gsub("^#![^\n]*", "")), "@" .. path)
      assert.is_function(chunk, message)
    end
  end)

  it("have at most 40 lines", function()
    local found = 0
    for _, path in ipairs(repo.files("examples", "^examples/[%w_]+%.lua$")) do
      local _, lines = repo.read(path):gsub("\n", "\n")
      assert.is_true(lines <= 40, path)
      found = found + 1
    end
    assert.equal(6, found)
  end)

  it("name the command that does the same", function()
    local found = 0
    for _, path in ipairs(repo.files("examples", "%.lua$")) do
      for line in repo.read(path):gmatch("\n%-%- In a shell: ([^\n]+)") do
        understood(line:gsub(", then ", "\n"), path)
        found = found + 1
      end
    end
    assert.equal(5, found)
  end)

  it("are named in README", function()
    local text = repo.read("README.md")
    for _, path in ipairs(repo.files("examples", "%.lua$")) do
      assert.truthy(text:find(path, 1, true), path)
    end
  end)
end)

describe("docs/diagrams/*.svg", function()
  it("are made of the sources beside them (make diagrams)", function()
    local sources = repo.files("docs/diagrams", "%.dot$")
    assert.equal(2, #sources)
    for _, path in ipairs(sources) do
      local digest = repo.run("sha256sum < " .. path)[1]:match("^%x+")
      local image = repo.read((path:gsub("dot$", "svg")))
      assert.truthy(image:find("<!-- of " .. path:match("[^/]+$") .. ": " .. digest .. " -->", 1, true), path)
    end
  end)
end)
