-- Unified diffs: held against diff and patch, on texts made at random.
local diff = require("ecs_pipeline.show.diff")

-- What patch does: the text that comes out.
local function apply(a, edits)
  local out, at = {}, 0
  for _, edit in ipairs(edits) do
    if edit[1] ~= "+" then
      at = at + 1
      assert.equal(a[at], edit[2])
    end
    if edit[1] ~= "-" then
      out[#out + 1] = edit[2]
    end
  end
  assert.equal(#a, at)
  return out
end

local function changes(edits)
  local count = 0
  for _, edit in ipairs(edits) do
    count = count + (edit[1] ~= " " and 1 or 0)
  end
  return count
end

-- Length of the longest common subsequence, by the textbook table.
local function common(a, b)
  local row = {}
  for j = 0, #b do row[j] = 0 end
  for i = 1, #a do
    local before = 0
    for j = 1, #b do
      local here = row[j]
      row[j] = a[i] == b[j] and before + 1 or math.max(row[j], row[j - 1])
      before = here
    end
  end
  return row[#b]
end

local state = 7
local function random(most)
  state = (state * 16807) % 2147483647
  return state % most + 1
end

local function lines(count)
  local list = {}
  for index = 1, count do
    list[index] = "line " .. random(6)
  end
  return list
end

describe("a diff", function()
  it("leads from one text to the other by the fewest edits: 300 pairs", function()
    for _ = 1, 300 do
      local a, b = lines(random(30) - 1), lines(random(30) - 1)
      local edits = diff.edits(a, b)
      assert.same(b, apply(a, edits))
      assert.equal(#a + #b - 2 * common(a, b), changes(edits))
    end
  end)

  it("has the hunks that diff -u has", function()
    for _ = 1, 40 do
      local a, b = {}, {}
      for index = 1, 40 do -- few changes, so that there is one shortest edit
        a[index] = "line " .. index
        b[#b + 1] = random(12) > 1 and a[index] or nil
        b[#b + 1] = random(12) == 1 and "new " .. index or nil
      end
      local names = { os.tmpname(), os.tmpname() }
      for index, list in ipairs({ a, b }) do
        local file = assert(io.open(names[index], "w"))
        file:write(table.concat(list, "\n"), "\n")
        file:close()
      end
      local pipe = assert(io.popen(("diff -u %s %s | tail -n +3"):format(names[1], names[2])))
      local expected = pipe:read("*a")
      pipe:close()
      os.remove(names[1])
      os.remove(names[2])
      local ours = diff.lines(table.concat(a, "\n") .. "\n", table.concat(b, "\n"))
      local heads = {}
      for head in expected:gmatch("@@[^\n]*@@") do heads[#heads + 1] = head end
      local own = {}
      for _, line in ipairs(ours) do own[#own + 1] = line:match("^@@[^\n]*@@$") end
      assert.same(heads, own)
    end
  end)

  it("of equal texts, of nothing, and of line ends of another kind has no lines", function()
    assert.same({}, diff.lines("a\nb", "a\nb\n"))
    assert.same({}, diff.lines("", ""))
    assert.same({}, diff.lines("a\r\nb\r\n", "a\nb"))
    assert.same({ "@@ -0,0 +1 @@", "+a" }, diff.lines("", "a"))
    assert.same({ "@@ -1 +0,0 @@", "-a" }, diff.lines("a", ""))
  end)

  it("of very different texts is one block", function()
    local a, b = {}, {}
    for index = 1, 500 do a[index], b[index] = "a" .. index, "b" .. index end
    local edits = diff.edits(a, b)
    assert.same(b, apply(a, edits))
    assert.equal(1000, #edits)
  end)
end)
