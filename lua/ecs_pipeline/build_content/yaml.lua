--- Reads YAML into nodes that know their lines. Scalars stay texts: `no`, 0755 and ids of sixteen
-- digits are the same on every Lua. Needs lyaml, whose parser (LibYAML) it uses; without it, it
-- says so.
local yaml = {}

--- How to get lyaml.
yaml.INSTALL = "apt install lua-yaml, or luarocks install lyaml"

local MAX_DEPTH = 64

--- Would LibYAML need a time that grows with the square of the length? It does for very many open
-- brackets, and for a line that is a list in a list in a list.
-- @tparam string text
-- @treturn boolean
function yaml.nests_deeply(text)
  local open = 0
  for bracket in text:gmatch("[%[%]{}]") do
    open = open + ((bracket == "[" or bracket == "{") and 1 or -1)
    if open > 1024 then
      return true
    end
  end
  return text:find(("[-?] "):rep(30)) ~= nil
end

--- The function of lyaml that makes a parser; nil if lyaml is not installed for this Lua.
-- @treturn ?function
function yaml.parser()
  local found, module = pcall(require, "yaml")
  return found and type(module) == "table" and module.parser or nil
end

-- Adds a node to the collection that is open, or makes it the root.
local function add(state, node)
  local open = state.stack[#state.stack]
  if not open then
    state.root = state.root or node
  elseif open.kind == "list" then
    open[#open + 1] = node
  elseif state.keys[open] then
    local key = state.keys[open]
    state.keys[open] = nil
    open[#open + 1] = { key = key, value = node }
  else
    state.keys[open] = node
  end
end

local KINDS = { MAPPING_START = "map", SEQUENCE_START = "list", SCALAR = "scalar", ALIAS = "alias" }

-- Takes one event. → false when the text is at its end, or nil and what is wrong
local function take(state, event)
  local kind = KINDS[event.type]
  if kind == "alias" and not state.anchors[event.anchor] then
    return nil, "an alias (*name) without its anchor (&name) above", event.start_mark.line + 1
  elseif kind then
    state.anchors[event.anchor or ""] = true
    local node = { kind = kind, line = event.start_mark.line + 1, text = event.value,
      plain = event.plain_implicit, style = event.style }
    add(state, node)
    if kind == "map" or kind == "list" then
      state.stack[#state.stack + 1] = node
      if #state.stack > MAX_DEPTH then
        return nil, "more than " .. MAX_DEPTH .. " collections in one another", node.line
      end
    end
  elseif event.type == "MAPPING_END" or event.type == "SEQUENCE_END" then
    state.stack[#state.stack] = nil
  elseif event.type == "DOCUMENT_START" and state.root then
    return nil, "more than one document", event.start_mark.line + 1
  end
  return event.type ~= "STREAM_END"
end

--- Reads a text.
-- @tparam string text
-- @tparam function parser of `yaml.parser`
-- @treturn[1] table root `{ kind = "map", "list", "scalar" or "alias", line }`; a map holds
--   `{ key = node, value = node }`, a list nodes, a scalar has `text`, `plain` (without quotes) and
--   `style`; nil for a text without a document
-- @treturn[2] nil
-- @treturn[2] string what is wrong
-- @treturn[2] number line
function yaml.read(text, parser)
  if yaml.nests_deeply(text) then
    return nil, "more than " .. MAX_DEPTH .. " collections in one another", 1
  end
  local next_event, state = parser(text), { stack = {}, keys = {}, anchors = {} }
  while true do
    local ok, event = pcall(next_event)
    if not ok then
      local line = tonumber(tostring(event):match("line: (%d+)"))
      return nil, (tostring(event):match("^(.-) at document") or "not YAML"), line or 1
    end
    local more, why, line = take(state, event)
    if more == nil then
      return nil, why, line
    elseif not more then
      return state.root
    end
  end
end

return yaml
