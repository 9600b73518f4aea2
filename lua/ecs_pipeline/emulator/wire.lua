--- HTTP in, parameters out; a reply table in, JSON or XML out. Knows nothing of actions or keys.

local json = require("ecs_pipeline.sorted_json")
local tables = require("ecs_pipeline.tables")
local xml = require("ecs_pipeline.emulator.xml")

local M = {}

local function unhex(digits)
  return string.char(tonumber(digits, 16))
end

--- Percent-decoding as a servlet and Node's querystring do it: "+" is a space, in a query as in a
-- form (a client that means a plus writes %2B). Nil when a "%" lacks its two hex digits.
function M.decode(text)
  if text:gsub("%%%x%x", ""):find("%", 1, true) then
    return nil
  end
  return (text:gsub("%+", " "):gsub("%%(%x%x)", unhex))
end

--- "a=1&b=" → { { name = "a", value = "1" }, … } in order, or nil and what is wrong.
function M.pairs_of(text)
  local list = {}
  for piece in text:gmatch("[^&]+") do
    local name, value = piece:match("^([^=]*)=(.*)$")
    name, value = M.decode(name or piece), M.decode(value or "")
    if not name or not value then
      return nil, "a percent sign is not followed by two hex digits"
    end
    list[#list + 1] = { name = name, value = value }
  end
  return list
end

-- A header may come as a list of values (the same name sent twice): sorted and joined by commas, as
-- the signature wants them.
local function lower_names(headers)
  local out = {}
  for name, value in pairs(headers or {}) do
    if type(value) == "table" then
      local values = {}
      for i, item in ipairs(value) do
        values[i] = tostring(item)
      end
      table.sort(values, tables.bytewise)
      value = table.concat(values, ",")
    end
    out[tostring(name):lower()] = tostring(value)
  end
  return out
end

--- Raw parts of an HTTP request → { method, path, query, form, params, headers, body, raw_query }.
-- `query` and `form` are lists of pairs, `params` is both merged, the form winning.
-- Returns nil and a sentence when the text cannot be decoded.
function M.parse(method, uri, headers, body)
  local path, raw_query = uri:match("^([^?]*)%??(.*)$")
  local request = {
    method = method:upper(), path = path == "" and "/" or path, raw_query = raw_query,
    headers = lower_names(headers), body = body or "", form = {}, params = {},
  }
  local why
  request.query, why = M.pairs_of(raw_query)
  if not request.query then
    return nil, why
  end
  local content_type = (request.headers["content-type"] or ""):lower()
  if request.body ~= "" and content_type:find("application/x-www-form-urlencoded", 1, true) then
    request.form, why = M.pairs_of(request.body)
    if not request.form then
      return nil, why
    end
  end
  for _, pair in ipairs(request.query) do
    request.params[pair.name] = pair.value
  end
  for _, pair in ipairs(request.form) do
    request.params[pair.name] = pair.value
  end
  return request
end

--- A stand-in for a request that `parse` refused, so that it can be logged and answered.
function M.unreadable(method, headers)
  return {
    method = method, path = "/", raw_query = "", headers = lower_names(headers), body = "",
    query = {}, form = {}, params = {},
  }
end

--- Which form the caller asked for: "json" or "xml" (the default of signature 1.0).
function M.format_of(request, scheme)
  local asked = (request.params.Format or ""):lower()
  if asked == "json" or asked == "xml" then
    return asked
  end
  local accept = request.headers.accept or ""
  if scheme == "V3" or request.headers["x-acs-action"] or accept:find("json", 1, true) then
    return "json"
  end
  return "xml"
end

--- A reply table → content type, text. `root` names the XML element.
function M.encode(format, root, reply)
  if format == "json" then
    return "application/json;charset=utf-8", json.encode(reply)
  end
  return "text/xml;charset=utf-8", xml.encode(root, reply)
end

return M
