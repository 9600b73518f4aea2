--- The difference of two texts as a unified diff. Pure.
--
-- The shortest edit by the greedy algorithm of E. Myers (An O(ND) Difference Algorithm and Its
-- Variations, 1986). Texts that differ in more than `MOST` lines are shown as one block that goes
-- and one that comes.
local diff = {}

local MOST = 400
local AROUND = 3 -- lines of context

--- The lines of a text; a line end at its end begins no further line.
-- @tparam string text
-- @treturn {string,...}
function diff.split(text)
  local lines = {}
  for line in (text:gsub("\n$", "") .. "\n"):gmatch("(.-)\r?\n") do
    lines[#lines + 1] = line
  end
  return text == "" and {} or lines
end

-- How far the lines are equal, from a place in each.
local function snake(a, b, x, y)
  while x < #a and y < #b and a[x + 1] == b[y + 1] do
    x, y = x + 1, y + 1
  end
  return x, y
end

-- The furthest places for each number of edits, up to the one that reaches both ends; nil if it is
-- more than MOST.
local function trace_of(a, b)
  local far, trace = { [1] = 0 }, {}
  for edits = 0, math.min(MOST, #a + #b) do
    local now = {}
    for k = -edits, edits, 2 do
      local down = k == -edits or (k ~= edits and far[k - 1] < far[k + 1])
      local x = down and far[k + 1] or far[k - 1] + 1
      local y
      x, y = snake(a, b, x, x - k)
      now[k] = x
      if x >= #a and y >= #b then
        trace[edits] = now
        return trace, edits
      end
    end
    trace[edits], far = now, now
  end
  return nil
end

-- The edits from the end to the start: { sign, line } each.
local function walk(a, b, trace, edits)
  local out, x, y = {}, #a, #b
  local function equal_until(left, below)
    while x > left and y > below do
      out[#out + 1] = { " ", a[x] }
      x, y = x - 1, y - 1
    end
  end
  for step = edits, 1, -1 do
    local k, before = x - y, trace[step - 1]
    local down = k == -step or (k ~= step and before[k - 1] < before[k + 1])
    local left = down and before[k + 1] or before[k - 1]
    local below = left - (down and k + 1 or k - 1)
    equal_until(down and left or left + 1, down and below + 1 or below)
    if down then
      out[#out + 1] = { "+", b[y] }
      y = y - 1
    else
      out[#out + 1] = { "-", a[x] }
      x = x - 1
    end
  end
  equal_until(0, 0)
  return out
end

local function replaced(a, b)
  local out = {}
  for _, line in ipairs(a) do
    out[#out + 1] = { "-", line }
  end
  for _, line in ipairs(b) do
    out[#out + 1] = { "+", line }
  end
  return out
end

--- The lines of two texts as edits.
-- @tparam {string,...} a
-- @tparam {string,...} b
-- @treturn {table,...} `{ sign, line }`: " " is in both, "-" in a only, "+" in b only
function diff.edits(a, b)
  local trace, edits = trace_of(a, b)
  if not trace then
    return replaced(a, b)
  end
  local backwards, out = walk(a, b, trace, edits), {}
  for index = #backwards, 1, -1 do
    out[#out + 1] = backwards[index]
  end
  return out
end

-- Which edits are shown: those that change something, and the lines around them.
local function shown_of(edits)
  local shown = {}
  for index, edit in ipairs(edits) do
    if edit[1] ~= " " then
      for near = math.max(1, index - AROUND), math.min(#edits, index + AROUND) do
        shown[near] = true
      end
    end
  end
  return shown
end

local function place(start, count)
  return count == 1 and tostring(start)
    or ("%d,%d"):format(count == 0 and start - 1 or start, count)
end

local function head(hunk)
  return ("@@ -%s +%s @@"):format(place(hunk.a, hunk.minus), place(hunk.b, hunk.plus))
end

--- A unified diff, without the two lines that name files.
-- @tparam string from
-- @tparam string to
-- @treturn {string,...} lines; none if the texts have the same lines
function diff.lines(from, to)
  local edits = diff.edits(diff.split(from), diff.split(to))
  local shown, out, hunk, a, b = shown_of(edits), {}, nil, 1, 1
  for index, edit in ipairs(edits) do
    local sign = edit[1]
    if shown[index] then
      if not shown[index - 1] then
        hunk = { a = a, b = b, minus = 0, plus = 0, at = #out + 1 }
        out[hunk.at] = "@@"
      end
      hunk.minus = hunk.minus + (sign ~= "+" and 1 or 0)
      hunk.plus = hunk.plus + (sign ~= "-" and 1 or 0)
      out[#out + 1] = sign .. edit[2]
      out[hunk.at] = head(hunk)
    end
    a, b = a + (sign ~= "+" and 1 or 0), b + (sign ~= "-" and 1 or 0)
  end
  return out
end

return diff
