--- Verifies who is calling: V3 (ACS3-HMAC-SHA256) and signature 1.0, from the request as received.
-- The canonical strings are built here from the decoded parameters, never taken from the client.
-- Source: the vendor's published signature rules for RPC products.

local clock = require("ecs_pipeline.emulator.clock")
local digest = require("ecs_pipeline.emulator.digest")
local errors = require("ecs_pipeline.emulator.errors")
local tables = require("ecs_pipeline.tables")
local trim = require("ecs_pipeline.text").trim

local M = {}

local max_skew = 15 * 60
local encode = digest.percent_encode

local function by_name(a, b)
  if a.name == b.name then
    return tables.bytewise(a.value, b.value)
  end
  return tables.bytewise(a.name, b.name)
end

local function canonical_query(list)
  table.sort(list, by_name)
  local out = {}
  for i, pair in ipairs(list) do
    out[i] = encode(pair.name) .. "=" .. encode(pair.value)
  end
  return table.concat(out, "&")
end

-- What the service requires: every x-acs-* header, host and content-type as received, whether the
-- client listed them or not, plus whatever else the client says it signed.
local function names_to_sign(request, listed)
  local wanted = {}
  for name in pairs(request.headers) do
    if name:find("^x%-acs%-") or name == "host" or name == "content-type" then
      wanted[name] = true
    end
  end
  for name in listed:gmatch("[^;]+") do
    wanted[name:lower()] = true
  end
  return tables.sorted_keys(wanted)
end

--- The V3 canonical request and string to sign of a parsed request, and the list of headers that
-- had to be signed.
function M.canonical_v3(request, listed)
  local names = names_to_sign(request, listed)
  local lines = {}
  for i, name in ipairs(names) do
    local value = request.headers[name] or ""
    lines[i] = name .. ":" .. trim(value) .. "\n"
  end
  local query = {}
  for i, pair in ipairs(request.query) do
    query[i] = pair
  end
  local canonical = table.concat({
    request.method, request.path, canonical_query(query), table.concat(lines),
    table.concat(names, ";"), digest.sha256_hex(request.body),
  }, "\n")
  return canonical, "ACS3-HMAC-SHA256\n" .. digest.sha256_hex(canonical), table.concat(names, ";")
end

--- The string to sign of signature 1.0: query and form together, without Signature.
function M.canonical_v1(request)
  local list = {}
  for name, value in pairs(request.params) do
    if name ~= "Signature" then
      list[#list + 1] = { name = name, value = value }
    end
  end
  return request.method .. "&%2F&" .. encode(canonical_query(list))
end

local function mismatch(string_to_sign, canonical)
  local message = "Specified signature is not matched with our calculation. "
    .. "server string to sign is:" .. string_to_sign
  if canonical then
    message = message .. " server canonical request is:" .. canonical
  end
  return errors.new("SignatureDoesNotMatch", message)
end

-- Length is public, so an early return on it tells nothing; the rest compares every byte.
local function same(a, b)
  if #a ~= #b then
    return false
  end
  local differing = 0
  for i = 1, #a do
    if a:byte(i) ~= b:byte(i) then
      differing = differing + 1
    end
  end
  return differing == 0
end

-- What the request claims, in one shape for both schemes; nil and a refusal when a part is missing.
local function read_v3(request)
  local headers = request.headers
  local id, listed, signature = headers.authorization:match(
    "^ACS3%-HMAC%-SHA256%s+Credential=([^,%s]+),%s*SignedHeaders=([^,%s]+),%s*Signature=(%x+)%s*$")
  local claim = {
    scheme = "V3", id = id, listed = listed, signature = signature,
    token = headers["x-acs-security-token"],
    date = headers["x-acs-date"], nonce = headers["x-acs-signature-nonce"],
    action = headers["x-acs-action"], version = headers["x-acs-version"],
  }
  if not id then
    return nil, errors.new("IncompleteSignature"), claim
  end
  for _, name in ipairs({ "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce",
    "x-acs-content-sha256", "host" }) do
    if (headers[name] or "") == "" then
      return nil, errors.new("IncompleteSignature",
        "The request signature does not conform to Aliyun standards. The header " .. name
        .. " is missing."), claim
    end
  end
  return claim
end

local function read_v1(request)
  local params = request.params
  local claim = {
    scheme = "1.0", id = params.AccessKeyId, signature = params.Signature,
    token = params.SecurityToken, date = params.Timestamp, nonce = params.SignatureNonce,
    action = params.Action, version = params.Version,
  }
  for _, name in ipairs({ "AccessKeyId", "Action", "Version", "Timestamp", "SignatureNonce",
    "Signature" }) do
    if (params[name] or "") == "" then
      return nil, errors.new("Missing" .. name, name .. " is mandatory for this action."), claim
    end
  end
  if params.SignatureMethod ~= "HMAC-SHA1" or params.SignatureVersion ~= "1.0" then
    return nil, errors.new("IncompleteSignature"), claim
  end
  return claim
end

-- An action without a signature has only its name and version: as parameters, or in headers, where
-- the vendor's newer SDKs have them for any scheme.
local function read_unsigned(request)
  local params, headers = request.params, request.headers
  return { scheme = "none", action = params.Action or headers["x-acs-action"],
    version = params.Version or headers["x-acs-version"],
    date = params.Timestamp or headers["x-acs-date"] }
end

--- The scheme and the claims of a request: claim, or nil and a refusal (and what could be read).
-- `anonymous(action, version)`: does an action go without a signature?
function M.read(request, anonymous)
  local unsigned = read_unsigned(request)
  if not request.headers.authorization and not request.params.Signature
    and anonymous(unsigned.action, unsigned.version) then
    return unsigned
  end
  if (request.headers.authorization or ""):find("^ACS3") then
    return read_v3(request)
  end
  return read_v1(request)
end

local function check_key(claim, key, now)
  if not key then
    return errors.new("InvalidAccessKeyId.NotFound")
  elseif key.disabled then
    return errors.new("InvalidAccessKeyId.Inactive")
  elseif key.token and (claim.token or "") == "" then
    return errors.new("MissingSecurityToken")
  elseif not key.token and (claim.token or "") ~= "" then
    return errors.new("InvalidSecurityToken.MismatchWithAccessKey")
  elseif key.token and claim.token ~= key.token then
    return errors.new("InvalidSecurityToken.Malformed")
  elseif key.expires and now >= key.expires then
    return errors.new("InvalidSecurityToken.Expired")
  end
  return nil
end

local function check_date(claim, now)
  local date = clock.parse_iso(claim.date)
  if not date then
    return errors.new("InvalidTimeStamp.Format")
  elseif math.abs(date - now) > max_skew then
    return errors.new("InvalidTimeStamp.Expired")
  end
  return nil
end

local function check_v3(claim, request, key)
  local canonical, string_to_sign, names = M.canonical_v3(request, claim.listed)
  local headers = request.headers
  if claim.listed ~= names
    or not same(digest.hmac_sha256_hex(key.secret, string_to_sign), claim.signature:lower())
    or headers["x-acs-content-sha256"]:lower() ~= digest.sha256_hex(request.body)
    or (headers["x-acs-accesskey-id"] or claim.id) ~= claim.id then
    return mismatch(string_to_sign, canonical)
  end
  return nil
end

local function check_v1(claim, request, key)
  local string_to_sign = M.canonical_v1(request)
  if not same(digest.hmac_sha1_base64(key.secret .. "&", string_to_sign), claim.signature) then
    return mismatch(string_to_sign)
  end
  return nil
end

-- A nonce is remembered for as long as its date could still be accepted; only correctly signed
-- requests use one up.
local function check_nonce(claim, nonces, now)
  local name = claim.id .. "/" .. claim.nonce
  if nonces.seen[name] then
    return errors.new("SignatureNonceUsed")
  end
  nonces.seen[name] = now
  nonces.count = nonces.count + 1
  if nonces.count > 10000 then
    nonces.count = 0
    for other, when in pairs(nonces.seen) do
      if now - when > 2 * max_skew then
        nonces.seen[other] = nil
      else
        nonces.count = nonces.count + 1
      end
    end
  end
  return nil
end

--- Nil when the claim is right, else the refusal.
-- `keys`: access key id → { secret, token, disabled, expires }; `nonces`: { seen = {}, count = 0 };
-- `host_now`: what the sender's clock should say, if that is not `now`.
function M.verify(claim, request, keys, nonces, now, host_now)
  local key = keys[claim.id]
  local refusal = check_key(claim, key, now) or check_date(claim, host_now or now)
  if refusal then
    return refusal
  end
  if claim.scheme == "V3" then
    refusal = check_v3(claim, request, key)
  else
    refusal = check_v1(claim, request, key)
  end
  return refusal or check_nonce(claim, nonces, now)
end

return M
