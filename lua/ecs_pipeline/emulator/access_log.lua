--- What arrived and what was answered, one entry per request. Nothing in it is secret.

local M = {}
M.__index = M

local size = 1000

function M.new()
  return setmetatable({ entries = {}, requests = 0 }, M)
end

--- A new entry at the end of the log; at most a thousand are kept.
function M:open()
  self.requests = self.requests + 1
  local entry = { number = self.requests }
  self.entries[#self.entries + 1] = entry
  if #self.entries > size then
    table.remove(self.entries, 1)
  end
  return entry
end

local function placement(request)
  local query, form = #request.query > 0, #request.form > 0
  if query and form then
    return "query+form"
  end
  return form and "form" or query and "query" or "none"
end

local protocol = {
  Action = true, Version = true, Format = true, AccessKeyId = true, SecurityToken = true,
  SignatureMethod = true, SignatureVersion = true, SignatureNonce = true, Timestamp = true,
  Signature = true,
}

-- Parameters of the action: what the protocol itself adds does not count.
local function count_parameters(params)
  local count = 0
  for name in pairs(params) do
    count = count + (protocol[name] and 0 or 1)
  end
  return count
end

--- Fills in what the request says; `claim` may be nil when it could not be read.
function M.note(entry, request, claim)
  entry.method, entry.placement = request.method, placement(request)
  entry.parameters = count_parameters(request.params)
  entry.query_bytes, entry.body_bytes = #request.raw_query, #request.body
  entry.user_agent = request.headers["user-agent"]
  entry.client_token = request.params.ClientToken
  if claim then
    entry.action, entry.version, entry.scheme = claim.action, claim.version, claim.scheme
    entry.nonce, entry.access_key_id = claim.nonce, claim.id
    entry.token = (claim.token or "") ~= ""
  end
end

--- How many requests of the log each action had.
function M:counts()
  local count = {}
  for _, entry in ipairs(self.entries) do
    local name = entry.action or "?"
    count[name] = (count[name] or 0) + 1
  end
  return count
end

return M
