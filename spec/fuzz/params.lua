--- Fuzz target: any parameters and headers → the canonical query and both signatures.
-- Oracle: the query decodes to what went in, is sorted and is what an independent encoder writes; the texts that are
-- signed are what the vendor's description gives when it is followed here by hand.
local core = require("ecs_pipeline.core")
local bytes = require("spec.fuzz.fuzz_bytes")
local wire = require("spec.fuzz.fuzz_wire")
local sign = core.sign

local function sorted(map)
  local names = {}
  for name in pairs(map) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

local function map_of(input, size)
  local map = {}
  for _ = 1, input:below(size) do
    map[input:text(24)] = input:text(48)
  end
  return map
end

local function trimmed(text)
  return text:match("^[ \t-\r]*(.-)[ \t-\r]*$")
end

local function check_query(params, query)
  local parts = {}
  for i, name in ipairs(sorted(params)) do
    parts[i] = wire.encode(name) .. "=" .. wire.encode(params[name])
  end
  assert(query == table.concat(parts, "&"), "another canonical query")
  local seen = 0
  if #parts > 0 then
    for pair in (query .. "&"):gmatch("(.-)&") do
      local name, value = pair:match("^([^=]*)=([^=]*)$")
      assert(params[wire.decode(name)] == wire.decode(value), "a pair that does not decode")
      seen = seen + 1
    end
  end
  assert(seen == #parts, "pairs are lost")
end

local function check_v3(input, query)
  local headers, lines = map_of(input, 8), {}
  local body, id, secret = input:text(60), input:text(20), input:text(20)
  local path = input:below(2) == 0 and "/" or "/" .. input:text(8)
  local signed = sign.v3({
    method = "POST", path = path, query = query, headers = headers, body = body, access_key_id = id,
    access_key_secret = secret,
  })
  local names = sorted(headers)
  for i, name in ipairs(names) do
    lines[i] = name .. ":" .. trimmed(headers[name]) .. "\n"
  end
  local list = table.concat(names, ";")
  local canonical = table.concat({ "POST", path, query, table.concat(lines), list, sign.sha256_hex(body) }, "\n")
  assert(signed.canonical_request == canonical, "another canonical request")
  assert(signed.string_to_sign == "ACS3-HMAC-SHA256\n" .. sign.sha256_hex(canonical), "another string to sign")
  assert(signed.signature == sign.hmac_sha256_hex(secret, signed.string_to_sign), "another signature")
  assert(signed.authorization == table.concat({
    "ACS3-HMAC-SHA256 Credential=", id, ",SignedHeaders=", list, ",Signature=", signed.signature,
  }), "another authorization")
end

local function check_v1(input, query)
  local secret, method = input:text(20), input:pick({ "POST", "GET" })
  local signed = sign.v1({ method = method, query = query, access_key_secret = secret })
  assert(signed.string_to_sign == method .. "&%2F&" .. wire.encode(query), "another string to sign")
  assert(signed.signature == sign.hmac_sha1_base64(secret .. "&", signed.string_to_sign), "another signature")
end

return function(data)
  local input = bytes.new(data)
  local params = map_of(input, 12)
  if input:below(4) == 3 then
    params.Big = data:rep(4)
  end
  local query = sign.canonical_query(params)
  check_query(params, query)
  check_v3(input, query)
  check_v1(input, query)
  local rest = input:rest()
  assert(core.percent_encode(rest) == wire.encode(rest), "another encoding")
end
