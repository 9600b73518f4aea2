--- string.find, match, gmatch and gsub in Lua, so that a count hook sees their steps: the ones of C are one
-- instruction, however long they take. A port of lstrlib.c of Lua 5.4, whole but for %b, which raises.

local counted = {}

local byte, sub, real_find, real_gsub = string.byte, string.sub, string.find, string.gsub
local STEP = 1000
local unpack = rawget(table, "unpack") or rawget(_G, "unpack")
local REPEATS = { [42] = "*", [43] = "+", [45] = "-", [63] = "?" }
local PERCENT, OPEN, CLOSE, CARET, DOLLAR = 37, 91, 93, 94, 36

local CLASSES = {}
for name in ("acdglpsuwxz"):gmatch(".") do
  CLASSES[byte(name)], CLASSES[byte(name:upper())] = {}, {}
  for code = 0, 255 do
    local is = name == "z" and code == 0 or name ~= "z" and real_find(string.char(code), "%" .. name) ~= nil
    CLASSES[byte(name)][code], CLASSES[byte(name:upper())][code] = is, not is
  end
end

-- The end of the single item at p.
local function class_end(pattern, p)
  local code = byte(pattern, p)
  if code == PERCENT then
    return p + 2
  elseif code ~= OPEN then
    return p + 1
  end
  p = p + 1
  if byte(pattern, p) == CARET then
    p = p + 1
  end
  repeat
    p = p + (byte(pattern, p) == PERCENT and 2 or 1)
  until byte(pattern, p) == CLOSE
  return p + 1
end

local function in_set(code, pattern, p, last)
  local sign = true
  p = p + 1
  if byte(pattern, p) == CARET then
    sign, p = false, p + 1
  end
  while p < last do
    local item = byte(pattern, p)
    if item == PERCENT then
      local class = CLASSES[byte(pattern, p + 1)]
      if class and class[code] or not class and byte(pattern, p + 1) == code then
        return sign
      end
      p = p + 2
    elseif byte(pattern, p + 1) == 45 and p + 2 < last then
      if item <= code and code <= byte(pattern, p + 2) then
        return sign
      end
      p = p + 3
    else
      if item == code then
        return sign
      end
      p = p + 1
    end
  end
  return not sign
end

-- What the single item at p accepts: a set of codes; where it ends; the sign that repeats it. Worked out once.
local items = {}

local function item_at(pattern, p)
  local known = items[pattern]
  if not known then
    known = {}
    items[pattern] = known
  end
  local item = known[p]
  if not item then
    local after = class_end(pattern, p)
    local code, accepts = byte(pattern, p), {}
    for value = 0, 255 do
      if code == PERCENT then
        local class = CLASSES[byte(pattern, p + 1)]
        accepts[value] = class and class[value] or not class and byte(pattern, p + 1) == value
      elseif code == OPEN then
        accepts[value] = in_set(value, pattern, p, after - 1)
      else
        accepts[value] = code == 46 or code == value
      end
    end
    item = { accepts = accepts, after = after, sign = REPEATS[byte(pattern, after)] }
    known[p] = item
  end
  return item
end

local match

local function capture(state, s, p, what)
  local level = #state + 1
  state[level] = { from = s, size = what }
  local stop = match(state, s, p)
  if not stop then
    state[level] = nil
  end
  return stop
end

local function close(state, s, p)
  local level = #state
  while state[level].size ~= "open" do
    level = level - 1
  end
  state[level].size = s - state[level].from
  local stop = match(state, s, p)
  if not stop then
    state[level].size = "open"
  end
  return stop
end

local function frontier(state, s, p)
  local item = item_at(state.pattern, p)
  local before = s > 1 and byte(state.text, s - 1) or 0
  if not item.accepts[before] and item.accepts[byte(state.text, s) or 0] then
    return match(state, s, item.after)
  end
end

local function back_reference(state, s, p)
  local one = state[byte(state.pattern, p + 1) - 48]
  local said = sub(state.text, one.from, one.from + one.size - 1)
  if sub(state.text, s, s + #said - 1) == said then
    return match(state, s + #said, p + 2)
  end
end

local function repeated(state, s, item)
  local text, accepts, after = state.text, item.accepts, item.after + 1
  if item.sign == "?" then
    return accepts[byte(text, s) or -1] and match(state, s + 1, after) or match(state, s, after)
  elseif item.sign == "-" then
    while true do
      local stop = match(state, s, after)
      if stop or not accepts[byte(text, s) or -1] then
        return stop
      end
      s = s + 1
    end
  end
  local last = s
  while accepts[byte(text, last) or -1] do
    last = last + 1
  end
  for at = last, item.sign == "+" and s + 1 or s, -1 do
    local stop = match(state, at, after)
    if stop then
      return stop
    end
  end
end

match = function(state, s, p)
  local pattern = state.pattern
  while p <= #pattern do
    local code, following = byte(pattern, p, p + 1)
    if code == 40 then
      if following == 41 then
        return capture(state, s, p + 2, "position")
      end
      return capture(state, s, p + 1, "open")
    elseif code == 41 then
      return close(state, s, p + 1)
    elseif code == DOLLAR and p == #pattern then
      return s == #state.text + 1 and s or nil
    elseif code == PERCENT and following == 102 then
      return frontier(state, s, p + 2)
    elseif code == PERCENT and following >= 48 and following <= 57 then
      return back_reference(state, s, p)
    end
    assert(code ~= PERCENT or following ~= 98, "%b is not counted")
    local item = item_at(pattern, p)
    if item.sign then
      return repeated(state, s, item)
    elseif not item.accepts[byte(state.text, s) or -1] then
      return nil
    end
    s, p = s + 1, item.after
  end
  return s
end

local function captures(state, from, stop)
  if #state == 0 then
    return sub(state.text, from, stop - 1)
  end
  local out = {}
  for index = 1, #state do
    local one = state[index]
    out[index] = one.size == "position" and one.from or sub(state.text, one.from, one.from + one.size - 1)
  end
  return unpack(out)
end

-- What the first byte of a match must be, where that is plain: other places are passed over.
local function accepted_first(pattern)
  local code, following = byte(pattern, 1, 2)
  if not code or code == CARET or code == 40 or code == DOLLAR or code == PERCENT and following == 102 then
    return nil
  end
  local item = item_at(pattern, 1)
  return (not item.sign or item.sign == "+") and item.accepts or nil
end

-- The first match at or after `at` → from, stop (behind it), state
local function search(text, pattern, at)
  local anchored = byte(pattern, 1) == CARET
  local first = accepted_first(pattern)
  repeat
    while first and at <= #text and not first[byte(text, at)] do
      at = at + 1
    end
    local state = { text = text, pattern = pattern }
    local stop = match(state, at, anchored and 2 or 1)
    if stop then
      return at, stop, state
    end
    at = at + 1
  until anchored or at > #text + 1
end

local function start_of(text, init)
  init = init or 1
  return init < 0 and math.max(#text + init + 1, 1) or math.max(init, 1)
end

local function find(text, pattern, init, plain)
  text, init = tostring(text), start_of(text, init)
  if plain or not real_find(pattern, "[%^%$%*%+%?%.%(%)%[%%%-]") then
    return real_find(text, pattern, init, true) -- linear
  elseif init > #text + 1 then
    return nil
  end
  local from, stop, state = search(text, pattern, init)
  if not from then
    return nil
  elseif #state > 0 then
    return from, stop - 1, captures(state, from, stop)
  end
  return from, stop - 1
end

local function match_one(text, pattern, init)
  text, init = tostring(text), start_of(text, init)
  if init > #text + 1 then
    return nil
  end
  local from, stop, state = search(text, pattern, init)
  if from then
    return captures(state, from, stop)
  end
  return nil
end

local function gmatch(text, pattern)
  local at, last = 1, nil
  return function()
    while at <= #text + 1 do
      local from, stop, state = search(text, pattern, at)
      if not from then
        at = #text + 2
        return nil
      elseif stop ~= last then
        at, last = stop, stop
        return captures(state, from, stop)
      end
      at = byte(pattern, 1) == CARET and #text + 2 or at + 1
    end
  end
end

local function replaced(with, whole, state, from, stop)
  local value
  if type(with) == "string" then
    value = real_gsub(with, "%%(.)", function(digit)
      return digit == "0" and whole or real_find(digit, "%d") and (select(tonumber(digit), captures(state, from, stop)))
        or digit
    end)
  elseif type(with) == "table" then
    value = with[(captures(state, from, stop))]
  else
    value = with(captures(state, from, stop))
  end
  return value or whole
end

local function gsub(text, pattern, with, most)
  text = tostring(text)
  if type(with) == "string" and not real_find(with, "%%") then
    local plain = with
    with = function() return plain end
  end
  local out, at, last, count = {}, 1, nil, 0
  local anchored = byte(pattern, 1) == CARET
  local first = accepted_first(pattern)
  while count < (most or math.huge) do
    local from = at
    while first and at <= #text and not first[byte(text, at)] do
      at = at + 1
    end
    out[#out + 1] = sub(text, from, at - 1)
    local state = { text = text, pattern = pattern }
    local stop = match(state, at, anchored and 2 or 1)
    if stop and stop ~= last then
      count = count + 1
      out[#out + 1] = replaced(with, sub(text, at, stop - 1), state, at, stop)
      at, last = stop, stop
    elseif at <= #text then
      out[#out + 1] = sub(text, at, at)
      at = at + 1
    else
      break
    end
    if anchored then
      break
    end
  end
  out[#out + 1] = sub(text, at)
  return table.concat(out), count
end

local OURS = { find = find, match = match_one, gmatch = gmatch, gsub = gsub }

--- Runs a function and counts its instructions, those inside patterns included.
-- @tparam function body
-- @tparam integer most instructions; more are an error
-- @treturn integer instructions, to the thousand
function counted.run(body, most)
  local real, count = { find = real_find, match = string.match, gmatch = string.gmatch, gsub = real_gsub }, 0
  for name, ours in pairs(OURS) do
    rawset(string, name, ours)
  end
  debug.sethook(function()
    count = count + STEP
    if count > most then
      debug.sethook()
      error("more than " .. most .. " instructions", 0)
    end
  end, "", STEP)
  local ok, problem = pcall(body)
  debug.sethook()
  for name, function_ in pairs(real) do
    rawset(string, name, function_)
  end
  return count, not ok and problem or nil
end

return counted
