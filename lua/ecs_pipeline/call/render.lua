--- Renders the request of a call for people: secrets are masked, nothing is sent.
local core = require("ecs_pipeline.core")
local attempts = require("ecs_pipeline.call.attempts")
local context = require("ecs_pipeline.call.context")
local errors = require("ecs_pipeline.errors")
local redact = require("ecs_pipeline.redact")

local render = {}

local sha256_hex = core.sign.sha256_hex

local function decode(text)
  return (text:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

-- "a=1&Signature=x" → the same text with masked values, and the values by name.
local function mask_parameters(text, parameters)
  local parts = {}
  for pair in text:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name = decode(name)
    value = redact.parameter(name, decode(value), sha256_hex)
    parameters[name] = value
    parts[#parts + 1] = core.percent_encode(name) .. "=" .. core.percent_encode(value)
  end
  return table.concat(parts, "&")
end

local function mask_headers(headers)
  local masked = {}
  for name, value in pairs(headers) do
    masked[name] = redact.parameter(name, value, sha256_hex)
  end
  return masked
end

-- Without credentials the request is still useful to read; it is then signed with placeholders.
local function credentials_of(client)
  local credentials, why = client.provider:get(context.offline(client:context()))
  if credentials then
    return credentials
  end
  local stand_in = "no-credentials"
  return core.credentials({ access_key_id = stand_in, access_key_secret = stand_in }), why
end

--- Renders a call.
-- @tparam table client internal client
-- @tparam table call of `Client:open_call`
-- @treturn[1] table `{ dry_run = true, operation, method, url, headers, body, parameters (by name,
--   decoded), region, endpoint, client_token, warnings, note }`; signature, tokens and key id
--   masked, build and test content as size and SHA-256; `note` says if there were no credentials
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
function render.request(client, call)
  local credentials, missing = credentials_of(client)
  local attempt = attempts.describe(call, credentials, call.options.timeout.total,
    client.service_clock:stamp())
  local request, detail = core.prepare(client:session(), call.operation, call.args, attempt)
  if not request then
    return errors.fail(call.name, detail)
  end
  local parameters = {}
  local base, query = request.url:match("^([^?]*)%??(.*)$")
  query = mask_parameters(query, parameters)
  return {
    dry_run = true, operation = call.name, method = request.method,
    url = query == "" and base or base .. "?" .. query,
    headers = mask_headers(request.headers),
    body = mask_parameters(request.body or "", parameters),
    parameters = parameters, region = call.region, endpoint = call.endpoint,
    client_token = call.token,
    warnings = detail, note = missing and "signed without credentials: " .. missing or nil,
  }
end

return render
