--- What the vector specs share: the cases, percent-decoding, the parameters of a request wherever they travel.
local cjson = require("cjson").new()
local repo = require("spec.support.repo")

local M = {}

-- A case file holds account ids of 16 digits as JSON numbers. cjson reads them as doubles, which is exact below 2^53;
-- what must not happen is that they are written through "%.14g" on the way.
function M.cases(name)
  return cjson.decode(repo.read("spec/vectors/" .. name .. "-vectors.json")).cases
end

--- A C function, as core.session wants it, of a private cjson.
M.decode = cjson.decode

function M.unescape(text)
  return (text:gsub("%+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- `a=b&c=d` as a map; a name that comes twice is an error.
function M.parse_query(text)
  local map = {}
  for pair in text:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=(.*)$")
    assert(name, "a pair without = in " .. text:sub(1, 200))
    name = M.unescape(name)
    assert(map[name] == nil, name .. " comes twice")
    map[name] = M.unescape(value)
  end
  return map
end

local protocol = {
  "AccessKeyId", "Action", "Format", "SecurityToken", "Signature", "SignatureMethod", "SignatureNonce",
  "SignatureVersion", "Timestamp", "Version",
}

--- The API's own parameters of a request, query and form body together, without signature 1.0's protocol fields; and
--- those fields.
function M.sent_parameters(request)
  local params = M.parse_query(request.url:match("%?(.*)$") or "")
  for name, value in pairs(M.parse_query(request.body or "")) do
    assert(params[name] == nil, name .. " is in the query and in the body")
    params[name] = value
  end
  local fields = {}
  if params.SignatureVersion then
    for _, name in ipairs(protocol) do
      fields[name], params[name] = params[name], nil
    end
  end
  return params, fields
end

--- "2023-10-26T10:22:32Z" as unix seconds, without the host's time zone.
function M.unix_seconds(date)
  local year, month, day, hour, minute, second = date:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)Z$")
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 1 - 719468
  return days * 86400 + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

function M.merge(...)
  local all = {}
  for _, map in ipairs({ ... }) do
    for key, value in pairs(map) do
      all[key] = value
    end
  end
  return all
end

return M
