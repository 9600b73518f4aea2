-- Where one looks for the spec of a file: lua/ecs_pipeline/<path>.lua is tested by spec/unit/lua/<path>_spec.lua, or
-- spec/tools/tested_elsewhere.txt says which test does it. And how specs load their helpers.
local repo = require("spec.support.repo")

local LIBRARY, SPECS, LIST, MOST = "lua/ecs_pipeline/", "spec/unit/lua/", "spec/tools/tested_elsewhere.txt", 30

-- lines of the list → { { file, spec, title } … }
local function read_list(text)
  local rows = {}
  for line in text:gmatch("[^\n]+") do
    if not line:find("^#") then
      local file, spec, title = line:match("^(%S+) | (%S+) | (.+)$")
      rows[#rows + 1] = { file = file or line, spec = spec, title = title }
    end
  end
  return rows
end

local function spec_of(file)
  return SPECS .. file:sub(#LIBRARY + 1):gsub("%.lua$", "_spec.lua")
end

local function add(problems, text, ...)
  problems[#problems + 1] = text:format(...)
end

-- The list by itself: what it names is there, and needed.
local function check_list(tree, rows, problems)
  local seen = {}
  if #rows > MOST then
    add(problems, "%s has %d lines, at most %d", LIST, #rows, MOST)
  end
  for _, row in ipairs(rows) do
    local spec = row.spec and tree[row.spec]
    if not row.title then
      add(problems, "%s: not `file | spec | title`: %s", LIST, row.file)
    elseif not tree[row.file] or row.file:sub(1, #LIBRARY) ~= LIBRARY then
      add(problems, "%s: no such library file: %s", LIST, row.file)
    elseif tree[spec_of(row.file)] then
      add(problems, "%s: has a spec of its own: %s", LIST, row.file)
    elseif seen[row.file] then
      add(problems, "%s: is there twice: %s", LIST, row.file)
    elseif not spec then
      add(problems, "%s: no such spec: %s", LIST, row.spec)
    elseif not spec:find('it("' .. row.title .. '", function', 1, true) then
      add(problems, "%s: %s has no test called: %s", LIST, row.spec, row.title)
    end
    seen[row.file] = true
  end
  return seen
end

-- "a/b_c_spec.lua" goes with a/b_c.lua, a/b.lua or the folder a/b.
local function has_subject(tree, folders, spec)
  local path = LIBRARY .. spec:sub(#SPECS + 1):gsub("_spec%.lua$", "")
  local folder, name = path:match("^(.*/)([^/]*)$")
  for stop = #name, 1, -1 do
    local subject = folder .. name:sub(1, stop)
    if (stop == #name or name:sub(stop + 1, stop + 1) == "_") and (tree[subject .. ".lua"] or folders[subject]) then
      return true
    end
  end
  return false
end

-- tree: path → text, of every file under lua/ and spec/ that is concerned; list: text of the list.
local function problems_of(tree, list)
  local problems, folders = {}, {}
  local elsewhere = check_list(tree, read_list(list), problems)
  for _, path in ipairs(repo.sorted(tree)) do
    local folder = path:match("^(.*)/")
    while folder do
      folders[folder], folder = true, folder:match("^(.*)/")
    end
  end
  for _, path in ipairs(repo.sorted(tree)) do
    if path:sub(1, #LIBRARY) == LIBRARY then
      if not tree[spec_of(path)] and not elsewhere[path] then
        add(problems, "%s has neither %s nor a line in %s", path, spec_of(path), LIST)
      end
    elseif path:sub(1, #SPECS) == SPECS and not has_subject(tree, folders, path) then
      add(problems, "%s is called after no library file or folder beside it", path)
    end
  end
  return problems
end

local function loads_otherwise(path, text)
  if text:find("%f[%w_]dofile%s*%(") then
    return path .. ": dofile; helpers are loaded by require, with the path from the root"
  elseif text:find("package%.path%s*=[^\n]*%?") then
    return path .. ": sets package.path; the root is on LUA_PATH already"
  end
  return nil
end

local function read_tree()
  local tree = {}
  for _, path in ipairs(repo.files("lua spec", "%.lua$")) do
    tree[path] = repo.read(path)
  end
  return tree
end

describe("the specs", function()
  it("have the paths of what they test", function()
    assert.same({}, problems_of(read_tree(), repo.read(LIST)))
  end)

  it("load their helpers in one way", function()
    local wrong = {}
    for path, text in pairs(read_tree()) do
      if path:find("^spec/") and path ~= "spec/repo/spec_paths_spec.lua" then
        wrong[#wrong + 1] = loads_otherwise(path, text)
      end
    end
    assert.same({}, wrong)
  end)
end)

describe("each rule of the paths of specs fails for what breaks it:", function()
  local CLIENT, HEAD = "lua/ecs_pipeline/call/client.lua", "lua/ecs_pipeline/call/http1/head.lua"
  local LINE = HEAD .. " | spec/unit/lua/call/client_spec.lua | reads a head\n"

  local function tree(more)
    local all = { [CLIENT] = "", [HEAD] = "", ["spec/unit/lua/call/client_spec.lua"] = 'it("reads a head", function' }
    for path, text in pairs(more or {}) do
      all[path] = text or nil
    end
    return all
  end

  local function only(message, files, list)
    local problems = problems_of(files, list or LINE)
    assert.equal(1, #problems, table.concat(problems, "\n"))
    assert.truthy(problems[1]:find(message, 1, true), problems[1])
  end

  it("none in a tree that keeps them", function()
    assert.same({}, problems_of(tree(), "# a remark\n" .. LINE))
    assert.same({}, problems_of(tree({ ["spec/unit/lua/call/client_tokens_spec.lua"] = "",
      ["spec/unit/lua/call/http1_limits_spec.lua"] = "" }), LINE))
  end)

  it("a library file without a spec", function()
    only(HEAD .. " has neither spec/unit/lua/call/http1/head_spec.lua nor a line", tree(), "")
  end)

  it("a spec that is called after nothing", function()
    only("seldom_spec.lua is called after no library file", tree({ ["spec/unit/lua/call/seldom_spec.lua"] = "" }))
    only("clients_spec.lua is called after no library file", tree({ ["spec/unit/lua/call/clients_spec.lua"] = "" }))
    only("client_spec.lua is called after no library file", tree({ ["spec/unit/lua/client_spec.lua"] = "" }))
  end)

  it("a line for a file that has a spec", function()
    only("has a spec of its own", tree({ ["spec/unit/lua/call/http1/head_spec.lua"] = "" }))
  end)

  it("a line for no file, no spec, no test, or twice", function()
    only("no such library file: lua/ecs_pipeline/none.lua", tree(),
      LINE .. LINE:gsub("%S+", "lua/ecs_pipeline/none.lua", 1))
    only("no such spec: spec/none_spec.lua", tree(), (LINE:gsub("spec/%S+", "spec/none_spec.lua")))
    only("has no test called: reads heads", tree(), (LINE:gsub("a head", "heads")))
    only("has no test called: reads a", tree(), (LINE:gsub(" head\n", "\n")))
    only("is there twice", tree(), LINE .. LINE)
  end)

  it("a line of another form", function()
    only("not `file | spec | title`: head", tree(), LINE .. "head\n")
  end)

  it("a list that is too long", function()
    local files, lines = tree(), { LINE }
    for i = 2, MOST + 1 do
      files[HEAD:gsub("head", "head" .. i)] = ""
      lines[i] = LINE:gsub("head%.", "head" .. i .. ".", 1)
    end
    only("has 31 lines, at most 30", files, table.concat(lines))
  end)

  it("a helper that is loaded otherwise", function()
    assert.matches("^spec/a.lua: dofile;", loads_otherwise("spec/a.lua", 'dofile("b.lua")'))
    assert.matches("sets package.path", loads_otherwise("spec/a.lua", "package.path = 'x/?.lua'"))
    assert.is_nil(loads_otherwise("spec/a.lua", 'require("spec.support.fake")'))
  end)
end)
