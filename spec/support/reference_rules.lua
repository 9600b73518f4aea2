--- What the entries of the reference have to say, for spec/repo/reference_spec.lua. Pure, but for `arguments`, which
--- calls the functions.
local repo = require("spec.support.repo")

local M = {}

--- Functions that are not for users.
M.OURS = {
  ["emulator:new_id"] = "for the emulator's own files",
  ["single_flight.pick_up"] = "openresty.handler calls it",
  ["watcher.begin"] = "openresty.handler calls it",
}

local unpack = rawget(_G, "unpack") or table.unpack -- luacheck: ignore 143

local sorted = repo.sorted

--- Functions without an entry, entries without a function.
-- @tparam table documented `public_api.functions()`
-- @tparam table live name → function
-- @tparam table ours name → why it has no entry
function M.functions(documented, live, ours)
  local problems = {}
  for _, name in ipairs(sorted(live)) do
    if not documented[name] and not ours[name] then
      problems[#problems + 1] = name .. ": no doc comment with @function " .. name
    end
  end
  for _, name in ipairs(sorted(documented)) do
    if not live[name] then
      problems[#problems + 1] = name .. ": documented, and no such function"
    elseif ours[name] then
      problems[#problems + 1] = name .. ": documented, and listed as not for users"
    end
  end
  return problems
end

local function last(list)
  return list[#list]
end

-- The parameter of a function that an include means: the one of the same name, otherwise the last.
local function parameter_of(entry, name)
  for _, param in ipairs(entry.params) do
    if param.name == name then
      return param
    end
  end
  return last(entry.params)
end

--- The names that a parameter may have, those of other functions included.
-- @tparam table documented
-- @tparam table param
-- @treturn table name → text
-- @treturn boolean does it include the call options?
-- @treturn table functions that it names and that do not exist
function M.names(documented, param)
  local names, call, unknown = {}, false, {}
  for _, include in ipairs(param.includes) do
    if include == "call options" then
      call = true
    elseif not documented[include] then
      unknown[#unknown + 1] = include
    else
      local more, more_call = M.names(documented, parameter_of(documented[include], param.name))
      call = call or more_call
      for name, text in pairs(more) do
        names[name] = text
      end
    end
  end
  for name in pairs(param.without) do
    names[name] = nil
  end
  for _, option in ipairs(param.options) do
    names[option.name] = option.text
  end
  return names, call, unknown
end

local function says(text, word)
  return text:find("%f[%w_]" .. word .. "%f[^%w_]") ~= nil
end

-- `elsewhere`: entries of other functions, to which an entry may refer for the fields of a table.
local function compare(where, names, rows, call_rows, elsewhere, problems)
  for _, option in ipairs(sorted(rows)) do
    local text = names[option]
    if not text then
      problems[#problems + 1] = ("%s: the option %s has no entry"):format(where, option)
    else
      for _, field in ipairs(sorted(type(rows[option]) == "table" and rows[option].fields or {})) do
        if not says(text, field) and not says(elsewhere[option] or "", field) then
          problems[#problems + 1] = ("%s: the entry of %s does not name its field %s"):format(where, option, field)
        end
      end
    end
  end
  for _, name in ipairs(sorted(names)) do
    if not rows[name] and not call_rows[name] then
      problems[#problems + 1] = ("%s: the entry %s is no option"):format(where, name)
    end
  end
end

--- Options without an entry, entries that are no option.
-- @tparam table documented
-- @tparam table accepted `option_tables.of(documented)`
-- @tparam table call_rows rows of the call options
-- @tparam table call_entries their entries
function M.options(documented, accepted, call_rows, call_entries)
  local problems, elsewhere = {}, M.names(documented, last(documented["execution.wait"].params))
  for name, text in pairs(M.names(documented, last(documented["ecs.new"].params))) do
    elsewhere[name] = text
  end
  local entries = {}
  for _, option in ipairs(call_entries) do
    entries[option.name] = option.text
  end
  compare("call options", entries, call_rows, {}, elsewhere, problems)
  for _, name in ipairs(sorted(documented)) do
    local param, found = last(documented[name].params), accepted[name]
    if found and (not param or param.name ~= "options") then
      problems[#problems + 1] = name .. ": accepts options, and its last parameter is not @tparam table options"
    elseif param and param.name == "options" then
      local names, call, unknown = M.names(documented, param)
      for _, missing in ipairs(unknown) do
        problems[#problems + 1] = ("%s: includes the options of %s, which does not exist"):format(name, missing)
      end
      found = found or { rows = {} }
      if (found.call or false) ~= call then
        problems[#problems + 1] = ("%s: %s call options"):format(name, call and "does not accept" or "does not mention")
      end
      compare(name, names, found.rows, found.call and call_rows or {}, elsewhere, problems)
    end
  end
  return problems
end

--- Functions whose entry does not say what a failure returns, or not what kind.
function M.results(documented)
  local problems = {}
  for _, name in ipairs(sorted(documented)) do
    local failure = documented[name].returns[2]
    local types = {}
    for index, value in ipairs(failure or {}) do
      types[index] = value.type
    end
    if failure and table.concat(types, " ") ~= "nil string table" then
      problems[#problems + 1] = name .. ": a failure is @treturn[2] nil, string message, table err"
    end
    if not documented[name].summary or documented[name].summary == "" then
      problems[#problems + 1] = name .. ": no summary"
    end
  end
  return problems
end

-- Arguments without which a function refuses everything else.
local NEEDED = {
  ["image.prune"] = { keep = 1, ids = { "m-x" } },
  ["execution.each"] = { image_pipeline_id = "ip-x" },
  ["execution.list"] = { image_pipeline_id = "ip-x" },
  ["image.copy"] = { to_region_id = "cn-beijing" },
  ["image.share"] = { add_account = { "1" } },
  ["resource_group.join"] = { resource_type = "image", ids = { "m-x" }, resource_group_id = "rg-x" },
  ["tags.list"] = { ids = { "m-x" } },
}

local function refused(client, name, index, entry, word)
  local group, verb = name:match("^(.-)%.(.*)$")
  local given, arguments = {}, {}
  for key, value in pairs(NEEDED[name] or {}) do
    given[key] = value
  end
  given[word] = print -- a value of which no argument is made
  for position, param in ipairs(entry.params) do
    arguments[position] = param.type ~= "table" and "image" or nil
  end
  arguments[index] = given
  local ok, result, why = pcall(client[group][verb], unpack(arguments, 1, #entry.params))
  if ok and type(result) == "function" then -- an iterator
    ok, result, why = pcall(result)
  end
  local message = tostring(ok and why or result)
  return message:find("not a parameter of", 1, true) ~= nil
    or message:find("leave it out", 1, true) ~= nil or message:find("leave this filter out", 1, true) ~= nil
end

--- Names that a table of arguments accepts without an entry, entries that it does not accept. Each word is tried.
-- @tparam table documented
-- @tparam table client
-- @tparam table words that may be names
-- @tparam table known group → set of the names that the pages of operations list
function M.arguments(documented, client, words, known)
  local problems = {}
  for _, name in ipairs(sorted(documented)) do
    for index, param in ipairs(documented[name].params) do
      if param.name == "args" or param.name == "filter" then
        local group = name:match("^[^.]+")
        local names = M.names(documented, param)
        for _, word in ipairs(client[group] and words or {}) do
          local no = refused(client, name, index, documented[name], word)
          if no and names[word] then
            problems[#problems + 1] = ("%s: %s has the entry %s, and refuses it"):format(name, param.name, word)
          elseif not no and not names[word] and not known[group][word] then
            problems[#problems + 1] = ("%s: %s accepts %s, which has no entry"):format(name, param.name, word)
          end
        end
      end
    end
  end
  return problems
end

return M
