-- The documents tell the truth: every Lua block of README compiles and runs, every command and file named exists.
-- A block is run as spec/support/readme_block.lua says, unless its fence is "```lua norun"; it is compiled in any case.
local blocks = require("spec.support.markdown_blocks").of
local commands = require("ecs_pipeline.command.commands")
local parser = require("ecs_pipeline.command.parser")
local repo = require("spec.support.repo")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local documents = { "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md" }
for _, path in ipairs(repo.files("docs", "%.md$")) do
  documents[#documents + 1] = path
end

-- Links in a document begin at its folder.
local function target_of(path, link)
  local folder = path:match("^(.*/)[^/]*$") or ""
  return ((folder .. link):gsub("[^/]+/%.%./", ""))
end

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

for _, path in ipairs(documents) do
  describe(path, function()
    for _, block in ipairs(lua_blocks(path)) do
      local name = path .. ":" .. block.line

      it("has a Lua block at line " .. block.line .. " that compiles", function()
        local chunk, message = repo.compile(block.text, "=" .. name)
        assert.is_function(chunk, message)
      end)

      if not block.flags:find("norun", 1, true) then
        it("has a Lua block at line " .. block.line .. " that runs", function()
          local folder = shell.line("mktemp -d") -- a block may write files
          shell.write(folder .. "/block.lua", block.text)
          local lines, ok = repo.run(("root=$PWD; cd %s && ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key "
            .. "ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret ALIBABA_CLOUD_REGION_ID=cn-hangzhou "
            .. "%s $root/spec/support/readme_block.lua block.lua 2>&1"):format(folder, repo.lua_name()))
          shell.run("rm -rf " .. folder)
          assert.is_true(ok, name .. ":\n" .. table.concat(lines, "\n"))
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
      run = run + (block.flags:find("norun", 1, true) and 0 or 1)
    end
    assert.is_true(run > 0)
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
