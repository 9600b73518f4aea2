-- The vendor's 42 signing cases through each stage of core.sign, and the POST ones again through core.prepare.
local core = require("ecs_pipeline.core")
local vectors = require("spec.support.vectors")

local cases = vectors.cases("signing")

-- POST cases that core.prepare cannot be asked for, each with its reason.
local not_prepared = {
  v3_split_query_body_body_strict = "parameters in the query and in the body of one V3 call",
}

describe("core.sign", function()
  it("has all 42 cases to answer for", function()
    assert.equal(42, #cases)
  end)

  for _, case in ipairs(cases) do
    if case.scheme == "V3" then
      it("gives " .. case.name, function()
        local query = core.sign.canonical_query(case.extra_query or (case["in"] == "query" and case.params) or {})
        local signed = core.sign.v3({
          method = case.method,
          path = case.path,
          query = query,
          headers = case.headers_signed,
          body = case.body or "",
          access_key_id = case.access_key_id,
          access_key_secret = case.access_key_secret,
        })
        assert.equal(case.body_sha256, signed.body_sha256)
        assert.equal(case.body_sha256, core.sign.sha256_hex(case.body or ""))
        assert.equal(case.signed_headers, signed.signed_headers)
        assert.equal(case.canonical_request, signed.canonical_request)
        assert.equal(case.string_to_sign, signed.string_to_sign)
        assert.equal(case.signature, signed.signature)
        assert.equal(case.signature, core.sign.hmac_sha256_hex(case.access_key_secret, case.string_to_sign))
        assert.equal(case.authorization, signed.authorization)
        if case.body_encoder == "strict" then
          assert.equal(case.body, core.sign.canonical_query(case.params))
        elseif case.body then
          assert.same(case.params, vectors.parse_query(case.body))
        end
      end)
    else
      it("gives " .. case.name, function()
        local query = core.sign.canonical_query(vectors.merge(case.common_params, case.params))
        assert.equal(case.canonical_request, query)
        local signed = core.sign.v1({ method = case.method, query = query, access_key_secret = case.access_key_secret })
        assert.equal(case.string_to_sign, signed.string_to_sign)
        assert.equal(case.signature, signed.signature)
        assert.equal(case.signature, core.sign.hmac_sha1_base64(case.access_key_secret .. "&", case.string_to_sign))
        assert.equal(case.signed_query, query .. "&Signature=" .. core.percent_encode(signed.signature))
      end)
    end
  end
end)

local function prepare(case)
  local extra = {}
  for name, value in pairs(case.headers_signed) do
    if name == "x-acs-custom" or name == "x-acs-empty" then
      extra[name] = value
    end
  end
  local session = core.session({
    decode = vectors.decode,
    user_agent = "vectors",
    signature_version = case.scheme == "V3" and "v3" or "1.0",
    placement = case["in"] == "query" and "query" or "form",
  })
  local credentials = assert(core.credentials({
    access_key_id = case.access_key_id,
    access_key_secret = case.access_key_secret,
    security_token = case.security_token,
    provider = case.headers_signed["x-acs-credentials-provider"],
  }))
  local operation = { product = "Ecs", version = case.version, action = case.action }
  local request, err = core.prepare(session, operation, case.params, {
    credentials = credentials,
    endpoint = "https://" .. case.host,
    now = vectors.unix_seconds(case.date),
    nonce = case.nonce,
    headers = next(extra) and extra or nil,
  })
  assert.is_table(request, err and err.message)
  return request
end

local function check_v3(case, request)
  local signed_names = {}
  for name in case.signed_headers:gmatch("[^;]+") do
    signed_names[#signed_names + 1] = name
  end
  if case.body_encoder == "querystring" then
    -- The SDK's own escapes: other bytes, so another hash. Ours must hold the same parameters, and be signed as the
    -- stage signs them, which the same case has just proven.
    assert.same(case.params, vectors.parse_query(request.body))
    local headers = vectors.merge(case.headers_signed)
    headers["x-acs-content-sha256"] = core.sign.sha256_hex(request.body)
    local signed = core.sign.v3({ method = "POST", path = "/", query = "", headers = headers, body = request.body,
      access_key_id = case.access_key_id, access_key_secret = case.access_key_secret })
    assert.equal(signed.canonical_request, request.trace:canonical_request())
    assert.equal(signed.authorization, request.headers.authorization)
    return
  end
  assert.equal(case.canonical_request, request.trace:canonical_request())
  assert.equal(case.string_to_sign, request.trace:string_to_sign())
  assert.equal(case.authorization, request.headers.authorization)
  for _, name in ipairs(signed_names) do
    local value = case.headers_signed[name]:gsub("^%s+", ""):gsub("%s+$", "")
    assert.equal(value, (request.headers[name]:gsub("^%s+", ""):gsub("%s+$", "")), name)
  end
  assert.equal(case.body or "", request.body)
  assert.same(case.params, (vectors.sent_parameters(request)))
end

local function check_v1(case, request)
  local params, fields = vectors.sent_parameters(request)
  assert.same(case.params, params)
  local signature = fields.Signature
  fields.Signature = nil
  if case.common_params.Format == fields.Format then
    assert.same(case.common_params, fields)
    assert.equal(case.string_to_sign, request.trace:string_to_sign())
    assert.equal(case.signature, signature)
    return
  end
  -- openapi-core writes Format=json where pop-core and we write JSON; it is signed as it is sent.
  assert.equal("JSON", fields.Format)
  local own = core.sign.v1({ method = "POST", access_key_secret = case.access_key_secret,
    query = core.sign.canonical_query(vectors.merge(fields, params)) })
  assert.equal(own.string_to_sign, request.trace:string_to_sign())
  assert.equal(own.signature, signature)
  fields.Format = case.common_params.Format
  assert.same(case.common_params, fields)
  local vendors = core.sign.v1({ method = "POST", access_key_secret = case.access_key_secret,
    query = core.sign.canonical_query(vectors.merge(fields, params)) })
  assert.equal(case.signature, vendors.signature)
end

describe("core.prepare", function()
  for _, case in ipairs(cases) do
    if case.method == "POST" and not not_prepared[case.name] then
      it("sends " .. case.name, function()
        local request = prepare(case)
        assert.equal("POST", request.method)
        if case.scheme == "V3" then
          check_v3(case, request)
        else
          check_v1(case, request)
        end
      end)
    end
  end

  it("leaves out only what is named", function()
    for name in pairs(not_prepared) do
      local known = false
      for _, case in ipairs(cases) do
        known = known or (case.name == name and case.method == "POST")
      end
      assert.is_true(known, name)
    end
  end)
end)
