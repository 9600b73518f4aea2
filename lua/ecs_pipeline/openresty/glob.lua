--- Patterns for names with "/": branches, tags, paths, repositories. `*` is any text without "/";
-- `**`, as a part of its own, any number of parts; a pattern with "!" in front takes away again.
-- The work grows with the length of the name, whatever is in it: each run between two stars is
-- searched once, from left to right.
local glob = {}

local function split(text, separator)
  local parts, from = {}, 1
  while true do
    local at = text:find(separator, from, true)
    parts[#parts + 1] = text:sub(from, (at or 0) - 1)
    if not at then
      return parts
    end
    from = at + 1
  end
end

--- What is wrong with a list of patterns, for the end of a message.
-- @tparam table list
-- @treturn ?string
function glob.wrong(list)
  local positive = false
  for _, pattern in ipairs(list) do
    if type(pattern) ~= "string" or pattern == "" or pattern:find("%c") then
      return "must be a text, or a list of texts, without control characters"
    end
    local name = pattern:gsub("^!", "")
    positive = positive or name == pattern
    for _, part in ipairs(split(name, "/")) do
      if part == "" then
        return "must not begin or end with \"/\", or hold \"//\": names have none there"
      elseif part ~= "**" and part:find("**", 1, true) then
        return "may hold \"**\" only as a part of its own: \"images/**\", \"**/*.sh\""
      end
    end
  end
  if not positive then
    return "needs a pattern without \"!\": those with \"!\" take away from it"
  end
end

--- Prepares patterns that are not wrong.
-- @tparam table list
-- @treturn table for `glob.matches`
function glob.compile(list)
  local compiled = {}
  for index, pattern in ipairs(list) do
    local runs = { {} }
    for _, part in ipairs(split((pattern:gsub("^!", "")), "/")) do
      if part == "**" then
        runs[#runs + 1] = {}
      else
        table.insert(runs[#runs], split(part, "*"))
      end
    end
    compiled[index] = { runs = runs, negative = pattern:sub(1, 1) == "!" }
  end
  return compiled
end

-- `pieces` are what stands between the stars.
local function part_matches(pieces, part)
  local first, last = pieces[1], pieces[#pieces]
  if #pieces == 1 then
    return part == first
  elseif #part < #first + #last or part:sub(1, #first) ~= first
      or part:sub(#part - #last + 1) ~= last then
    return false
  end
  local at, ends = #first + 1, #part - #last
  for index = 2, #pieces - 1 do
    local from, to = part:find(pieces[index], at, true)
    if not from or to > ends then
      return false
    end
    at = to + 1
  end
  return true
end

-- Do the parts from `at` on match a run?
local function run_matches(run, parts, at)
  for index, pieces in ipairs(run) do
    local part = parts[at + index - 1]
    if not part or not part_matches(pieces, part) then
      return false
    end
  end
  return true
end

local function matches_one(runs, parts)
  local first, last = runs[1], runs[#runs]
  if #runs == 1 then
    return #parts == #first and run_matches(first, parts, 1)
  end
  local at, ends = #first + 1, #parts - math.max(#last, 1) -- "docs/**" is what is inside docs
  if ends < #first or not run_matches(first, parts, 1)
      or not run_matches(last, parts, #parts - #last + 1) then
    return false
  end
  for index = 2, #runs - 1 do
    local run = runs[index]
    while at + #run - 1 <= ends and not run_matches(run, parts, at) do
      at = at + 1
    end
    at = at + #run
    if at - 1 > ends then
      return false
    end
  end
  return true
end

--- Does a name match? The last pattern that it matches says so.
-- @tparam table compiled
-- @tparam string name
-- @treturn boolean
function glob.matches(compiled, name)
  local parts, result = split(name, "/"), false
  for _, pattern in ipairs(compiled) do
    if result == pattern.negative and matches_one(pattern.runs, parts) then
      result = not pattern.negative
    end
  end
  return result
end

return glob
