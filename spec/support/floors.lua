--- The floors of the Lua side: which file may require which. Pure: the list is a text, the tree a table of texts, and
-- each offence is a line that begins with the file it is found in.
local M = {}

local HOME = "lua/ecs_pipeline/"

-- Lua source without comments, each string in it replaced by `"<number>"`, and the strings.
local function scan(text)
  local out, strings, at = {}, {}, 1
  local function keep(value, stop)
    strings[#strings + 1] = value
    out[#out + 1] = '"' .. #strings .. '"'
    at = stop
  end
  while at <= #text do
    local level, after = text:match("^%[(=*)%[()", at)
    local comment = text:match("^%-%-()", at)
    local quote = text:match("^[\"']", at)
    if level then
      local value, stop = text:match("^(.-)%]" .. level .. "%]()", after)
      keep(value, stop)
    elseif comment then
      level, after = text:match("^%[(=*)%[()", comment)
      at = level and text:match("%]" .. level .. "%]()", after) or text:match("^[^\n]*()", comment)
    elseif quote then
      local stop = at + 1
      while text:sub(stop, stop) ~= quote do
        stop = stop + (text:sub(stop, stop) == "\\" and 2 or 1)
      end
      keep(text:sub(at + 1, stop - 1), stop + 1)
    else
      local plain, stop = text:match("^(.[^%[%-\"']*)()", at)
      out[#out + 1] = plain
      at = stop
    end
  end
  return table.concat(out), strings
end

--- The list of floors, top first, and what stands beside the house, as CONTRIBUTING.md writes them:
-- `1. `openresty/`: …`, a line a floor, and `Beside the house: `emulator/`: …`.
-- @treturn table list of floors, each a list of folders ("call/") and root files ("errors.lua")
-- @treturn table folders beside the house → true
function M.read(text)
  local section = text:match("\n## Floors\n(.-)\n## ") or ""
  local floors, beside = {}, {}
  for number, names in section:gmatch("\n(%d+)%. ([^:]+):") do
    local floor = {}
    for name in names:gmatch("`([^`]+)`") do
      floor[#floor + 1] = name
    end
    assert(tonumber(number) == #floors + 1, "floor " .. number .. " is out of order")
    floors[#floors + 1] = floor
  end
  for name in (section:match("\nBeside the house: ([^:]+):") or ""):gmatch("`([^`]+)`") do
    beside[name] = true
  end
  return floors, beside
end

--- What a file requires: `require("x")`, `require "x"` and `pcall(require, "x")`.
-- @treturn table list of the names that are written out, in order
-- @treturn ?string the first use of `require` with another name
-- @treturn table every string of the file
function M.requires(text)
  local code, strings = scan(text)
  local names, computed = {}, nil
  for at in code:gmatch("%f[%w_]require%f[^%w_]()") do
    local rest = code:match("^[^\n]*", at)
    local number = rest:match('^%s*[(,]?%s*"(%d+)"')
    local joined = number and rest:match('^%s*[(,]?%s*"%d+"%s*%.%.')
    if number and not joined then
      names[#names + 1] = strings[tonumber(number)]
    else
      computed = computed or "require" .. rest
    end
  end
  return names, computed, strings
end

local function path_of(module, tree)
  local path = "lua/" .. module:gsub("%.", "/")
  return tree[path .. ".lua"] and path .. ".lua" or tree[path .. "/init.lua"] and path .. "/init.lua" or nil
end

-- The folder or root file that a path belongs to, as the list names it.
local function part_of(path)
  local inside = path:sub(#HOME + 1)
  return inside:match("^[^/]+/") or inside
end

-- What a text of the loader's list stands for: the name of a module, or of a folder ("ecs_pipeline.resources.") and so
-- of every module in it.
local function modules_of(text, tree)
  if text:find("^ecs_pipeline%.[%w_.]*[%w_]$") then
    return { text }
  elseif not text:find("^ecs_pipeline%.[%w_.]+%.$") then
    return {}
  end
  local folder, list = "lua/" .. text:gsub("%.", "/"), {}
  for path in pairs(tree) do
    local name = path:sub(1, #folder) == folder and path:sub(#folder + 1):match("^([%w_]+)%.lua$")
    list[#list + 1] = name and text .. name or nil
  end
  return #list > 0 and list or { text }
end

local function number_floors(floors)
  local number = {}
  for index, floor in ipairs(floors) do
    for _, name in ipairs(floor) do
      number[name] = index
    end
  end
  return number
end

-- Folders and root files of the tree against the list, both ways.
local function check_list(tree, number, beside, out)
  local seen = {}
  for path in pairs(tree) do
    local part = part_of(path)
    seen[part] = true
    if not number[part] and not beside[part] then
      out[#out + 1] = path .. ": stands on no floor of CONTRIBUTING.md"
    end
  end
  for _, names in ipairs({ number, beside }) do
    for name in pairs(names) do
      if not seen[name] then
        out[#out + 1] = "CONTRIBUTING.md: no " .. HOME .. name
      end
    end
  end
end

-- A cycle of files, as the path from a file back to itself.
local function check_cycles(edges, out)
  local state, stack = {}, {}
  local function visit(path)
    state[path] = "open"
    stack[#stack + 1] = path
    for _, to in ipairs(edges[path]) do
      if state[to] == "open" then
        out[#out + 1] = path .. ": requires " .. to .. ", which requires it, directly or through others"
      elseif not state[to] then
        visit(to)
      end
    end
    stack[#stack] = nil
    state[path] = "done"
  end
  local paths = {}
  for path in pairs(edges) do
    paths[#paths + 1] = path
  end
  table.sort(paths)
  for _, path in ipairs(paths) do
    if not state[path] then
      visit(path)
    end
  end
end

-- Two folders of one floor that require each other.
local function check_mutual(pairs_seen, out)
  for key, path in pairs(pairs_seen) do
    local from, to = key:match("^(.-) (.*)$")
    if from < to and pairs_seen[to .. " " .. from] then
      out[#out + 1] = path .. ": " .. from .. " and " .. to .. " require each other"
    end
  end
end

--- Everything that breaks a rule.
-- @tparam table tree path ("lua/ecs_pipeline/…") → text, every file of the library
-- @tparam table floors of `M.read`
-- @tparam table beside of `M.read`
-- @tparam table rules `loader`: the one file that may require a computed name; `beside`: pattern of the paths that may
--   require what stands beside the house; `user`: the one file there that may require the library;
--   `curl`: pattern of those that may load the module with libcurl;
--   `outside`: modules that are not ours → pattern of the paths that may require them
-- @treturn table sorted list of lines
function M.offences(tree, floors, beside, rules)
  local out, edges, mutual, number = {}, {}, {}, number_floors(floors)
  check_list(tree, number, beside, out)
  local function offence(path, name, target)
    if not target and name == "ecs_pipeline.curl" then
      return not path:find(rules.curl) and "requires " .. name
    elseif not target and name:find("^ecs_pipeline") then
      return name ~= "ecs_pipeline.core" and "requires " .. name .. ", which does not exist"
    elseif not target then
      return not (rules.outside[name] and path:find(rules.outside[name]))
        and "requires " .. name .. ", which is not ours"
    end
    local from, to = part_of(path), part_of(target)
    if beside[to] and not beside[from] and not (rules.beside and path:find(rules.beside)) then
      return "requires " .. name .. ", and " .. to .. " stands beside the house"
    elseif beside[from] and not beside[to] and number[to] ~= #floors
        and not (path == rules.user and to == "init.lua") then
      return "requires " .. name .. ", and " .. from .. " knows the lowest floor only"
    elseif number[from] and number[to] and number[to] < number[from] then
      return "requires " .. name .. ", which stands on a higher floor"
    end
  end
  local function judge(path, name)
    local target = path_of(name, tree)
    local what = offence(path, name, target)
    if what then
      out[#out + 1] = path .. ": " .. what
    elseif target then
      edges[path][#edges[path] + 1] = target
      local from, to = part_of(path), part_of(target)
      if from:sub(-1) == "/" and to:sub(-1) == "/" and from ~= to then
        mutual[from .. " " .. to] = path
      end
    end
  end
  for path, text in pairs(tree) do
    edges[path] = {}
    local names, computed, strings = M.requires(text)
    for _, name in ipairs(names) do
      judge(path, name)
    end
    if path == rules.loader then
      for _, value in ipairs(strings) do
        for _, name in ipairs(modules_of(value, tree)) do
          judge(path, name)
        end
      end
    elseif computed then
      out[#out + 1] = path .. ": a name that is not written out: " .. computed
    end
  end
  check_cycles(edges, out)
  check_mutual(mutual, out)
  table.sort(out)
  return out
end

return M
