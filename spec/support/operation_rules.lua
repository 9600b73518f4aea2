--- What has to be there for an operation, and for an argument of pipeline.create. Pure: it looks at texts and tables
--- that it is given, so that a spec can show it made-up ones.
local public_api = require("spec.tools.public_api")
local repo = require("spec.support.repo")

local M, sorted = {}, repo.sorted

local function holds(text, word)
  return text:find("%f[%w_]" .. word .. "%f[^%w_]") ~= nil
end

--- The rows of all tables of a Markdown text.
function M.table_rows(text)
  local rows = {}
  for line in text:gmatch("[^\n]+") do
    if line:sub(1, 1) == "|" then
      rows[#rows + 1] = line
    end
  end
  return rows
end

--- The doc comments of a Lua text.
function M.doc_comments(text)
  local found = {}
  for _, comment in ipairs(public_api.comments_of(text)) do
    found[#found + 1] = table.concat(comment.lines, "\n") .. "\n"
  end
  return found
end

--- The doc comment of a function, by the name after `@function`; or nil.
function M.doc_of(comments, name)
  for _, comment in ipairs(comments) do
    if comment:find("@function " .. name .. "\n", 1, true) then
      return comment
    end
  end
  return nil
end

local function any(list, matches)
  for _, item in ipairs(list) do
    if matches(item) then
      return true
    end
  end
  return false
end

local function documented(operation, tree)
  if tree.functions[operation.name] then
    local comment = M.doc_of(tree.comments, operation.name)
    return comment and holds(comment, operation.action)
  end
  return any(tree.comments, function(comment) return holds(comment, operation.action) end)
end

local function listed(operation, tree)
  local public = tree.functions[operation.name]
  return any(tree.rows, function(row)
    return holds(row, operation.action)
      and (not public or holds(row, operation.group) and holds(row, operation.verb))
  end)
end

-- Rule → { what is wrong when it is broken, holds(operation, tree) }.
local RULES = {
  ["function"] = { "lua/ecs_pipeline/init.lua: no such function in GROUPS", function(operation, tree)
    return tree.functions[operation.name]
  end },
  documented = { "lua/ecs_pipeline/: no doc comment of it names %s", documented },
  listed = { "README.md, docs/: no row of a table names it with %s", listed },
  changelog = { "CHANGELOG.md: no line names %s", function(operation, tree)
    return holds(tree.changelog, operation.action)
  end },
  emulator = { "lua/ecs_pipeline/emulator/actions/: no action %s", function(operation, tree)
    return tree.emulated(operation.action, operation.version)
  end },
  ram = { "csrc/api/: no RAM action with resources", function(operation)
    return operation.ram_action and operation.ram_resources and operation.ram_resources[1]
  end },
  vendor = { "spec/vendor/lib/: no parameters of %s", function(operation, tree)
    return holds(tree.vendor, operation.action)
  end },
}

--- What operations lack.
-- operations: as `core.operations()`; exceptions: name → { rule = why it does not hold }.
-- tree: { rows = of tables, comments = of Lua files, changelog = text, vendor = text, functions = { [name] = true },
-- emulated = function(action, version) }. → list of lines, one for each broken rule and each exception without need
function M.operation_problems(operations, tree, exceptions)
  local problems, used = {}, {}
  for _, name in ipairs(sorted(operations)) do
    local operation = operations[name]
    for _, rule in ipairs(sorted(RULES)) do
      local excused = (exceptions[name] or {})[rule]
      if not RULES[rule][2](operation, tree) then
        used[name .. " " .. rule] = true
        if not excused then
          problems[#problems + 1] = name .. ": " .. RULES[rule][1]:format(operation.action)
        end
      end
    end
  end
  for _, name in ipairs(sorted(exceptions)) do
    for _, rule in ipairs(sorted(exceptions[name])) do
      if not used[name .. " " .. rule] then
        problems[#problems + 1] = name .. ": the exception from \"" .. rule .. "\" is not needed"
      end
    end
  end
  return problems
end

-- The arguments that hold no others, by their paths: `image_options.image_name`.
local function leaves(parameters, prefix, paths)
  for _, parameter in ipairs(parameters) do
    if parameter.fields then
      leaves(parameter.fields, prefix .. parameter.name .. ".", paths)
    else
      paths[#paths + 1] = prefix .. parameter.name
    end
  end
  return paths
end

--- True when a value that was given is the one that was read: numbers and digits are the same, and a table may have
--- more fields than were asked for. A list of texts has no order.
function M.same(given, read)
  if type(given) ~= "table" or type(read) ~= "table" then
    return tostring(given) == tostring(read)
  end
  if type(given[1]) == "string" then
    local set = {}
    for _, item in ipairs(read) do
      set[item] = true
    end
    for _, item in ipairs(given) do
      if not set[item] then
        return false
      end
    end
    return #given == #read
  end
  for key, value in pairs(given) do
    if not M.same(value, read[key]) then
      return false
    end
  end
  return true
end

-- Is an argument named, one inside another as `outer = { inner }`?
local function named(comment, path)
  local text = comment
  for part, dot in path:gmatch("([^.]+)(%.?)") do
    if dot == "." then
      local inside = text:match("%f[%w_]" .. part .. " = (%b{})")
      if not inside then
        return false
      end
      text = inside:sub(2, -2)
    elseif not holds((text:gsub("%b{}", "")), part) then
      return false
    end
  end
  return true
end

--- What arguments lack.
-- parameters: as `core.operation(name).parameters`
-- tree: { comment = the doc comment of the function, docs = text of the page that lists the arguments, rows = of
-- spec/roundtrip, read_back = function(path, row) → nil, or what is wrong }. → list of lines
function M.argument_problems(parameters, tree)
  local problems = {}
  local function add(path, text)
    problems[#problems + 1] = path .. ": " .. text
  end
  for _, path in ipairs(leaves(parameters, "", {})) do
    if not named(tree.comment, path) then
      add(path, "lua/ecs_pipeline/resources/: the doc comment does not name it")
    end
    local top = path:match("^[^.]+")
    if not holds(tree.docs, top) then
      add(path, "docs/from_terraform.md: no row names " .. top)
    end
    if not tree.rows[path] then
      add(path, "spec/roundtrip/rows.lua: no row")
    else
      local wrong = tree.read_back(path, tree.rows[path])
      if wrong then
        add(path, wrong)
      end
    end
  end
  return problems
end

return M
