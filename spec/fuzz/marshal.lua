--- Fuzz target: any Lua table → core.check and core.prepare in all three modes, by every way on the wire.
-- Oracle: no call raises; a refusal is a whole one (kind, failures, nothing sent) and check agrees with prepare; a
-- mode that is more lenient accepts no less; what was accepted travels: the parameters, read back from URL and body,
-- are what an independent flattening makes of the arguments; equal arguments, put together in another order, are
-- equal bytes.
-- luacheck: std lua54
local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")
local bytes = require("spec.fuzz.fuzz_bytes")
local wire = require("spec.fuzz.fuzz_wire")

local operations = core.operations()
local targets = { "pipeline.create", "pipeline.describe", "pipeline.delete",
  { product = "Ecs", version = "2014-05-26", action = "AnyAction" } }
local modes = { "strict", "warn", "off" }
local ways = {
  fixture.session(),
  fixture.session({ signature_version = "v3" }),
  fixture.session({ signature_version = "1.0" }),
  fixture.session({ signature_version = "v3", placement = "form" }),
  fixture.session({ signature_version = "1.0", placement = "query" }),
}
local credentials = fixture.credentials()
local temporary = fixture.credentials({ security_token = "sts/token+=" })
local protocol = { "AccessKeyId", "Action", "Format", "SecurityToken", "SignatureMethod", "SignatureNonce",
  "SignatureVersion", "Timestamp", "Version", "Signature" }

local numbers = { 0, 1, -1, 0.5, 20, 40.0, 500, 501, 2 ^ 53, -2 ^ 53, 2 ^ 53 - 1, math.maxinteger, math.mininteger,
  1e300, 1 / 0, 0 / 0, 1e15, -0.0 }
local texts = { "", "a", "true", "false", "m-1", "cn-hangzhou", "http://", "acs:a", "aliyun", "中文", "中", "a\0b", "\255",
  ("x"):rep(129), ("line\n"):rep(40), ("y"):rep(1100) }

local function any(input, depth)
  local kind = input:below(depth > 12 and 6 or 10)
  if kind <= 1 then
    return input:text(40)
  elseif kind == 2 then
    return input:pick(numbers)
  elseif kind == 3 then
    return input:pick(texts)
  elseif kind == 4 then
    return input:below(2) == 0
  elseif kind == 5 then
    return input:pick({ fixture.null, print, credentials, ("z"):rep(5000) })
  end
  local value = {}
  for i = 1, input:below(5) do
    local key = kind <= 7 and i or kind == 8 and input:text(12) or input:pick({ i + 1, i, 1.5, true, "id", "key", "A" })
    value[key] = any(input, depth + 1)
  end
  return value
end

local fields_of

local function typed(input, param, depth)
  if input:below(8) == 7 then
    return any(input, depth)
  end
  local kind = param.type
  if kind == "string" then
    return param.values and input:below(4) > 0 and input:pick(param.values)
      or param.id and input:below(4) == 3 and { id = input:text(20) } or input:text(60)
  elseif kind == "integer" then
    return input:below(3) > 0 and input:below(256) * (input:below(8) + 1) or input:pick(numbers)
  elseif kind == "number" then
    return input:below(3) > 0 and input:below(256) / 4 or input:pick(numbers)
  elseif kind == "boolean" then
    return input:pick({ true, false, "true", "false" })
  elseif kind == "object" then
    return fields_of(input, param.fields, depth + 1)
  end
  local value, count = {}, input:below(24)
  local as_map = kind == "tags" and input:below(2) == 0
  for i = 1, count > 21 and 1010 or count % 8 do
    if kind == "objects" then
      value[i] = fields_of(input, param.fields, depth + 1)
    elseif as_map then
      value[input:text(12)] = input:text(12)
    elseif kind == "tags" then
      value[i] = { key = input:text(12), value = input:text(12) }
    else
      value[i] = input:text(20)
    end
  end
  return value
end

function fields_of(input, params, depth)
  local value = {}
  for _ = 1, 1 + input:below(8) do
    if input:done() then
      break
    end
    local param = input:pick(params)
    local name = input:below(8) == 7 and (param.alias or input:text(12)) or param.name
    value[name] = typed(input, param, depth)
  end
  return value
end

local function build(data)
  local input = bytes.new(data)
  local case = { target = input:pick(targets), session = input:pick(ways), attempt = {
    credentials = input:below(2) == 0 and credentials or temporary, endpoint = "https://ecs.aliyuncs.com:443",
    nonce = "n", now = 1764000000, region = input:below(2) == 0 and "cn-hangzhou" or nil,
    client_token = input:below(2) == 0 and "token" or nil,
  } }
  case.operation = operations[case.target]
  if not case.operation then
    case.args = any(input, 0)
    case.args = type(case.args) == "table" and case.args or { A = case.args }
  else
    case.args = fields_of(input, case.operation.parameters, 0)
    if case.target == "pipeline.create" and input:below(2) == 0 then -- so that most of them can be accepted
      case.args.base_image, case.args.base_image_type = "m-1", "IMAGE"
    end
    if input:below(4) == 3 then
      case.args.extra = any(input, 0)
    end
  end
  return case
end

--- The same table, its fields inserted in the opposite order.
local function reversed(value)
  if type(value) ~= "table" then
    return value
  end
  local keys, copy = {}, {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  for i = #keys, 1, -1 do
    copy[keys[i]] = reversed(value[keys[i]])
  end
  return copy
end

local function check_refusal(err)
  assert(type(err) == "table" and err.kind == "validation" and err.sent == false, "a refusal of another kind")
  assert(type(err.message) == "string" and #err.message < 2000, "a refusal without a readable message")
  for _, failure in ipairs(err.failures or {}) do
    for _, name in ipairs({ "param", "value", "rule", "fix", "message" }) do
      assert(type(failure[name]) == "string" and failure[name] ~= "", "a failure without " .. name)
    end
    assert(not failure.message:find("[%z\1-\31\127]"), "a control character in a message")
  end
  return false
end

local function check_accepted(case, request)
  local expected = {}
  local function expect(name, value)
    assert(expected[name] == nil, "the arguments name " .. name .. " twice")
    expected[name] = value
  end
  if case.operation then
    wire.flatten(case.operation.parameters, case.args, "", expect)
    for _, param in ipairs(case.operation.parameters) do
      local default = param.name == "region_id" and case.attempt.region
        or param.name == "client_token" and case.attempt.client_token
      if default and expected[param.wire] == nil then
        expect(param.wire, default)
      end
    end
    if case.args.extra ~= nil then
      wire.plain(case.args.extra, "", expect)
    end
  else
    wire.plain(case.args, "", expect)
  end
  local way, place = request.trace:way()
  local host, query = request.url:match("^(https://[^/]+)/%??(.*)$")
  assert(host == "https://ecs.aliyuncs.com", "another URL: " .. request.url)
  local in_query, in_body = wire.parse(query), wire.parse(request.body)
  if way == "1.0" then
    for _, name in ipairs(protocol) do
      assert(expected[name] == nil, "a parameter hides a protocol field")
      in_query[name] = nil
    end
  end
  assert(next(place == "form" and in_query or in_body) == nil, "a parameter in the wrong place")
  local got = place == "form" and in_body or in_query
  for name, value in pairs(expected) do
    assert(got[name] == value, name .. " went out as another value")
    got[name] = nil
  end
  assert(next(got) == nil, "a parameter nobody gave: " .. tostring((next(got))))
end

return function(data)
  local case, accepted = build(data), true
  for _, mode in ipairs(modes) do
    case.attempt.validate = mode
    local ok, findings = core.check(case.target, case.args, case.attempt)
    assert(ok == true or check_refusal(findings) == false)
    assert(ok or not accepted or mode == "strict", mode .. " refuses what a stricter mode accepts")
    accepted = ok
    local request, err = core.prepare(case.session, case.target, case.args, case.attempt)
    if request then
      assert(ok, "prepare accepts what check refuses")
      check_accepted(case, request)
      local again, why = core.prepare(case.session, case.target, reversed(case.args), case.attempt)
      if not again then
        error("equal arguments, refused: " .. why.message)
      end
      assert(again.url == request.url and again.body == request.body, "equal arguments, other bytes")
      assert(again.headers.authorization == request.headers.authorization, "equal arguments, another signature")
    else
      check_refusal(err)
      assert(not ok or err.message:find("protocol field", 1, true),
        "prepare refuses what check accepts: " .. err.message)
    end
  end
end
