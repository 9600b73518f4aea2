--- What the oracles know of the wire, written apart from the C side: percent encoding, query lines, and the
-- flattening of arguments that were accepted.
-- luacheck: std lua54
local M = {}

function M.encode(text)
  return (text:gsub("[^%w%-_.~]", function(char)
    return ("%%%02X"):format(char:byte())
  end))
end

function M.decode(text)
  assert(not text:find("%%%X") and not text:find("%%%x%X") and not text:find("%%%x?$"), "a broken escape: " .. text)
  assert(not text:find("[^%w%-_.~%%]"), "a byte that should be escaped: " .. text)
  return (text:gsub("%%(%x%x)", function(hex)
    assert(hex == hex:upper(), "lower-case hex")
    return string.char(tonumber(hex, 16))
  end))
end

--- `a=b&c=d` → map; sorted by name, no name twice.
function M.parse(line)
  local params, last = {}, nil
  if line == "" then
    return params
  end
  for pair in (line .. "&"):gmatch("(.-)&") do
    local name, value = pair:match("^([^=]*)=([^=]*)$")
    assert(name, "no pair: " .. pair)
    name, value = M.decode(name), M.decode(value)
    assert(last == nil or last < name or name == "Signature", "out of order: " .. name)
    assert(params[name] == nil, "twice: " .. name)
    last = name
    params[name] = value
  end
  return params
end

local function scalar(value)
  if math.type(value) == "float" then
    return ("%d"):format(value)
  end
  return tostring(value)
end

local function is_list(value)
  return #value > 0
end

--- A table in the service's spelling.
function M.plain(value, name, out)
  if type(value) ~= "table" then
    out(name, scalar(value))
    return
  end
  for key, item in pairs(value) do
    M.plain(item, (name == "" and "" or name .. ".") .. scalar(key), out)
  end
end

local flatten

local function tags(value, name, out)
  local pairs_in_order = {}
  if is_list(value) then
    for i, item in ipairs(value) do
      pairs_in_order[i] = { item.key, item.value }
    end
  else
    for key, item in pairs(value) do
      pairs_in_order[#pairs_in_order + 1] = { key, item }
    end
    table.sort(pairs_in_order, function(a, b)
      return a[1] < b[1]
    end)
  end
  for i, pair in ipairs(pairs_in_order) do
    out(("%s.%d.Key"):format(name, i), pair[1])
    if pair[2] ~= nil then
      out(("%s.%d.Value"):format(name, i), scalar(pair[2]))
    end
  end
end

local function text(param, value)
  if type(value) == "table" then
    assert(param.id, "a table became a string")
    value = rawget(value, "id")
  end
  return scalar(value)
end

local function one(param, value, name, out)
  local kind = param.type
  if kind == "object" then
    flatten(param.fields, value, name, out)
  elseif kind == "tags" then
    tags(value, name, out)
  elseif kind == "list" and (type(value) ~= "table" or not is_list(value)) then
    if type(value) ~= "table" or next(value) ~= nil then
      out(name .. ".1", text(param, value))
    end
  elseif kind == "list" then
    for i, item in ipairs(value) do
      out(("%s.%d"):format(name, i), text(param, item))
    end
  elseif kind == "objects" then
    for i, item in ipairs(value) do
      flatten(param.fields, item, ("%s.%d"):format(name, i), out)
    end
  else
    out(name, text(param, value))
  end
end

--- Arguments by their rows in core.operations(). `out(name, value)` gets each parameter.
function flatten(params, args, name, out)
  for _, param in ipairs(params) do
    local value = args[param.name]
    if param.alias and (value == nil or (type(value) == "table" and next(value) == nil)) then
      value = args[param.alias]
    end
    if value ~= nil then
      one(param, value, (name == "" and "" or name .. ".") .. param.wire, out)
    end
  end
end

M.flatten = flatten

return M
