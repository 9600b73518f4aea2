--- The public functions of the library and their options, read from the two places that state them: the doc comments
--- of lua/ (`@function group.verb` makes a function public), and the tables with which options are checked.
-- `make docs`, the annotations for editors and spec/repo/reference_spec.lua are made from this.
--
-- How a doc comment says what a table may have: after the text of the parameter an empty line and one item for each
-- name, or for several names with one meaning:
--     -- @tparam ?table options call options, those of `execution.wait`, and
--     --
--     --   * `journal`: path of a JSON file
--     --   * `base`, `cap`: seconds
-- "call options", "those of `group.verb`" and "as `group.verb`" before the items add the options of that function,
-- "without `name`" leaves one of these out.
local repo = require("spec.support.repo")

local M = {}

--- The doc comments of a text of Lua, without dashes and indentation.
-- @tparam string text
-- @treturn table list of `{ line, lines }`
function M.comments_of(text)
  local found, current, number = {}, nil, 0
  for line in (text .. "\n\n"):gmatch("(.-)\n") do
    number = number + 1
    local first, rest = line:match("^%s*%-%-%-%f[^%-] ?(.*)$"), line:match("^%s*%-%- ?(.*)$")
    if first then
      current = { line = number, lines = { first } }
      found[#found + 1] = current
    elseif rest and current then
      current.lines[#current.lines + 1] = rest
    else
      current = nil
    end
  end
  return found
end

-- The parts of a comment: { tag = nil for the text before the first tag, modifier, lines }
local function tags_of(lines)
  local tags = { { lines = {} } }
  for _, line in ipairs(lines) do
    local tag, modifier, rest = line:match("^@(%l+)(%b[])%s*(.*)$")
    if not tag then
      tag, rest = line:match("^@(%l+)%s*(.*)$")
    end
    if tag then
      tags[#tags + 1] = { tag = tag, modifier = modifier and modifier:sub(2, -2), lines = { rest } }
    else
      local last = tags[#tags].lines
      last[#last + 1] = line
    end
  end
  return tags
end

local function joined(lines)
  return (table.concat(lines, "\n"):gsub("%s+$", ""))
end

-- One paragraph of one line.
local function flat(text)
  return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- The names at the beginning of an item: "`a`, `b` (seconds): …" → { "a", "b" }, "(seconds): …"
local function names_of(item)
  local names, rest = {}, item
  repeat
    local name, after = rest:match("^`([%w_.]+)`(.*)$")
    if name then
      names[#names + 1] = name
      rest = after:match("^, (`.*)$") or after
    end
  until not name or not rest:find("^`")
  return names, (rest:gsub("^:?%s*", ""))
end

-- The items below the text of a parameter → text before them, list of { name, text }
local function items_of(lines)
  local before, items = {}, {}
  local current
  for _, line in ipairs(lines) do
    local item = line:match("^%s+%* (.*)$")
    if item then
      current = { item }
      items[#items + 1] = current
    elseif current then
      current[#current + 1] = line
    else
      before[#before + 1] = line
    end
  end
  local options = {}
  for _, item in ipairs(items) do
    local names, text = names_of(flat(joined(item)))
    for _, name in ipairs(names) do
      options[#options + 1] = { name = name, text = text }
    end
  end
  return flat(joined(before)), options
end

-- The functions whose options a text includes.
local function includes_of(text)
  local found = {}
  if text:find("call options", 1, true) then
    found[#found + 1] = "call options"
  end
  for _, word in ipairs({ "those of", "as" }) do
    for name in text:gmatch("%f[%a]" .. word .. " `([%w_]+%.[%w_.]+)`") do
      found[#found + 1] = name
    end
  end
  return found
end

local function left_out(text)
  local names = {}
  for name in text:gmatch("without `([%w_]+)`") do
    names[name] = true
  end
  return names
end

local function parameter_of(tag)
  local kind, first, rest
  if tag.tag == "tparam" then
    kind, first, rest = tag.lines[1]:match("^(%S+)%s+(%S+)%s*(.*)$")
  else
    first, rest = tag.lines[1]:match("^(%S+)%s*(.*)$")
  end
  local lines = { rest }
  for index = 2, #tag.lines do
    lines[index] = tag.lines[index]
  end
  local text, options = items_of(lines)
  return { name = first, type = kind and kind:gsub("^%?", "") or nil, optional = kind ~= nil and kind:sub(1, 1) == "?",
    text = text, options = options, includes = includes_of(text), without = left_out(text) }
end

local function value_of(tag)
  local kind, rest = tag.lines[1]:match("^(%S+)%s*(.*)$")
  local lines = { rest }
  for index = 2, #tag.lines do
    lines[index] = tag.lines[index]
  end
  return { type = kind, text = flat(joined(lines)) }
end

local function function_of(path, comment)
  local entry = { path = path, line = comment.line, params = {}, returns = {}, raises = nil }
  for _, tag in ipairs(tags_of(comment.lines)) do
    if not tag.tag then
      entry.text = joined(tag.lines)
      entry.summary = (flat(entry.text) .. " "):match("^(.-%.)%s") or flat(entry.text)
    elseif tag.tag == "function" then
      entry.name = flat(joined(tag.lines))
    elseif tag.tag == "table" then
      entry.table = tag.lines[1]
      entry.options = select(2, items_of(tag.lines))
    elseif tag.tag == "tparam" or tag.tag == "param" then
      entry.params[#entry.params + 1] = parameter_of(tag)
    elseif tag.tag == "treturn" then
      local group = tonumber(tag.modifier) or 1
      entry.returns[group] = entry.returns[group] or {}
      table.insert(entry.returns[group], value_of(tag))
    elseif tag.tag == "raise" then
      entry.raises = flat(joined(tag.lines))
    end
  end
  return entry
end

--- The public functions of a text of Lua: those whose `@function` names a group, as in "pipeline.create" and
-- "emulator:advance".
-- @tparam string path
-- @tparam string text
-- @treturn table list of `{ name = "execution.wait", path, line, summary, text, params, returns, raises }`. A
--   parameter is `{ name, type, optional, text, options = { { name, text } … }, includes = { "call options",
--   "execution.wait" }, without = { [name] = true } }`; `returns[1]` is the list of values `{ type, text }` of a
--   success, `returns[2]` of a failure
function M.functions_of(path, text)
  local found = {}
  for _, comment in ipairs(M.comments_of(text)) do
    local entry = function_of(path, comment)
    if entry.name and entry.name:find("^[%w_]+[.:]") then
      found[#found + 1] = entry
    end
  end
  return found
end

--- The public functions of the library, as `functions_of`, by name.
function M.functions()
  local found = {}
  for _, path in ipairs(repo.files("lua/ecs_pipeline", "%.lua$")) do
    for _, entry in ipairs(M.functions_of(path, repo.read(path))) do
      assert(not found[entry.name], path .. ": " .. entry.name .. " is documented twice")
      found[entry.name] = entry
    end
  end
  return found
end

--- What a file says of itself: its first comment, and of a file of a group also what `bind` says of all its functions.
-- @tparam string path
-- @treturn string
function M.heading(path)
  local text
  for _, comment in ipairs(M.comments_of(repo.read(path))) do
    local entry = function_of(path, comment)
    text = text or entry.text
    local of_all = entry.text:match("^The group's functions for a client%.%s*(.+)$")
    if of_all then
      text = text .. "\n\n" .. of_all
    end
  end
  return text
end

--- The call options: `{ summary, text, options = { { name, text } … } }`, from the comment with `@table call_options`.
function M.call_options()
  local path = "lua/ecs_pipeline/call/options.lua"
  for _, comment in ipairs(M.comments_of(repo.read(path))) do
    local entry = function_of(path, comment)
    if entry.table == "call_options" then
      return entry
    end
  end
  error(path .. ": no comment with @table call_options")
end

return M
