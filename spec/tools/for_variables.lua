-- The variable that a `for` loop counts or iterates with is a constant in Lua 5.5: a file that assigns to it does not
-- load there. Names each such place: for_variables.lua FILE …; runs under the Luas that luacheck is installed for (5.1
-- and LuaJIT).
local decoder = require("luacheck.decoder")
local parser = require("luacheck.parser")

local found = 0

-- The kinds of nodes that bind names: where the names are, and where the block is that they hold in.
local walk

local function bind(scope, ids, constant)
  for index, id in ipairs(ids) do
    scope[id[1]] = constant and index == 1 and "for" or "local"
  end
end

local function block(path, statements, outer, ids, constant)
  local scope = setmetatable({}, { __index = outer })
  bind(scope, ids or {}, constant)
  for _, statement in ipairs(statements) do
    walk(path, statement, scope)
  end
end

local function assign(path, targets, scope)
  for _, target in ipairs(targets) do
    if target.tag == "Id" and scope[target[1]] == "for" then
      found = found + 1
      io.stderr:write(("%s:%d: assigns to the for variable '%s', a constant in Lua 5.5\n"):format(path, target.line,
        target[1]))
    end
  end
end

function walk(path, node, scope)
  if type(node) ~= "table" then
    return
  end
  local tag = node.tag
  if tag == "Fornum" then
    for index = 2, #node - 1 do
      walk(path, node[index], scope)
    end
    block(path, node[#node], scope, { node[1] }, true)
  elseif tag == "Forin" then
    walk(path, node[2], scope)
    block(path, node[3], scope, node[1], true)
  elseif tag == "Function" then
    block(path, node[2], scope, node[1])
  elseif tag == "Local" or tag == "Localrec" then
    walk(path, node[2], scope)
    bind(scope, node[1])
  elseif tag == "Set" then
    assign(path, node[1], scope)
    walk(path, node[1], scope)
    walk(path, node[2], scope)
  elseif tag == "Do" or tag == nil and node[1] and node[1].tag then
    block(path, node, scope)
  else
    for _, child in ipairs(node) do
      walk(path, child, scope)
    end
  end
end

for _, path in ipairs(arg) do
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a"):gsub("^#[^\n]*", "")
  file:close()
  local ok, tree = pcall(parser.parse, decoder.decode(text))
  if not ok then
    io.stderr:write(path, ": cannot be parsed: ", type(tree) == "table" and tostring(tree.msg) or tostring(tree), "\n")
    os.exit(1)
  end
  block(path, tree, {})
end
os.exit(found == 0 and 0 or 1)
