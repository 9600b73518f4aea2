-- README.zh.md says what README.md says: the same headings, blocks, commands, links and rows, in the same places.
local blocks = require("spec.support.markdown_blocks").of
local repo = require("spec.support.repo")

local ENGLISH, CHINESE = "README.md", "README.zh.md"

-- The text without its blocks of code.
local function prose(path)
  return (repo.read(path):gsub("\n```.-\n```", "\n"))
end

-- For each section: the depth of its heading, paragraphs, items of lists, rows of tables.
local function outline(path)
  local list = {}
  for line in ("\n" .. prose(path)):gmatch("\n([^\n]*)") do
    local depth = line:match("^(#+) ")
    if depth then
      list[#list + 1] = { depth = #depth, items = 0, rows = 0 }
    elseif line:find("^%* ") then
      list[#list].items = list[#list].items + 1
    elseif line:find("^|") then
      list[#list].rows = list[#list].rows + 1
    end
  end
  return list
end

-- What a block does: comments are translated.
local function without_comments(block)
  local comment = block.language == "lua" and "%s*%-%-[^\n]*" or "%s+# [^\n]*"
  return (block.text:gsub(comment, ""))
end

local function code(path)
  local list = {}
  for _, block in ipairs(blocks(path)) do
    list[#list + 1] = { block.flags, without_comments(block) }
  end
  return list
end

local function comments(path)
  local count = 0
  for _, block in ipairs(blocks(path)) do
    local _, lines = block.text:gsub(block.language == "lua" and "%-%- " or " # ", "")
    count = count + lines
  end
  return count
end

-- All matches of a pattern in the prose, sorted; the link to the other language left out.
local function matches(path, pattern)
  local list = {}
  for text in prose(path):gmatch(pattern) do
    if text ~= ENGLISH and text ~= CHINESE then
      list[#list + 1] = text
    end
  end
  table.sort(list)
  return list
end

describe("README.zh.md is equal to README.md in", function()
  it("its headings, items and rows", function()
    assert.is_true(#outline(ENGLISH) > 5)
    assert.same(outline(ENGLISH), outline(CHINESE))
  end)

  it("its blocks, but for the language of their comments", function()
    assert.is_true(#blocks(ENGLISH) >= 5)
    assert.same(code(ENGLISH), code(CHINESE))
    assert.equal(comments(ENGLISH), comments(CHINESE))
  end)

  it("its links", function()
    assert.same(matches(ENGLISH, "%]%(([^)]+)%)"), matches(CHINESE, "%]%(([^)]+)%)"))
  end)

  it("the commands, names and files that it quotes", function()
    assert.same(matches(ENGLISH, "`([^`\n]+)`"), matches(CHINESE, "`([^`\n]+)`"))
  end)

  it("the numbers that it gives", function()
    assert.same(matches(ENGLISH, "%f[%w]%d[%d.,]*%d%f[^%w]"), matches(CHINESE, "%f[%w]%d[%d.,]*%d%f[^%w]"))
  end)

  it("the link from one to the other", function()
    assert.truthy(repo.read(ENGLISH):sub(1, 400):find("](" .. CHINESE .. ")", 1, true))
    assert.truthy(repo.read(CHINESE):sub(1, 400):find("](" .. ENGLISH .. ")", 1, true))
  end)
end)
