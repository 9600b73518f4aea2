-- Replies that quote our own request: from the service, a gateway, a proxy that decrypts TLS, a test double. Each place
-- in a reply and each encoding, for calls with both signatures and for the calls of the sources of credentials.
local harness = require("spec.canary.harness")
local canaries = require("spec.canary.canaries")
local cjson = require("cjson")
local ecs = require("ecs_pipeline")

local VALUES = canaries.VALUES

local function decode(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- The signature of a request, decoded.
local function signature_of(request)
  return (request.headers.authorization or ""):match("Signature=(%x+)")
    or decode(request.url:match("Signature=([^&]*)") or "no-signature-at-all")
end

local function wire(request)
  local lines = { request.method .. " " .. request.url }
  for name, value in pairs(request.headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  return table.concat(lines, "\n") .. "\n\n" .. request.body
end

local COMMAND = "RUN curl -H 'Authorization: " .. VALUES.content .. "' https://host/"

-- What only one call sends.
local OWN = { ["create, short"] = COMMAND, ["create, long"] = COMMAND, ["any call"] = VALUES.password,
  ["any call, 1.0"] = VALUES.password, AssumeRoleWithOIDC = VALUES.oidc }

-- What is quoted.
local PIECES = {
  values = function(request, call)
    if call == "AssumeRoleWithOIDC" then
      return "token " .. OWN[call] -- nothing else goes to STS, and nobody signs it
    end
    return ("key %s, secret %s, token %s, signature %s, and %s"):format(VALUES.key_id, VALUES.secret, VALUES.token,
      signature_of(request), OWN[call] or "nothing")
  end,
  request = wire,
  ["request, decoded"] = function(request) return decode(wire(request)) end,
  ["end of the request"] = function(request)
    return wire(request):sub(-700):match("\n(.*)$") or wire(request):sub(-700)
  end,
  ["a value alone"] = function(_, call) return OWN[call] and OWN[call]:gsub("^RUN ", "") or VALUES.token end,
}

local function json(status, body, headers)
  return { status = status, headers = headers or { ["content-type"] = "application/json" }, body = cjson.encode(body) }
end

-- Where it is quoted: function(text, request) → reply | nil, err.
local PLACES = {
  Message = function(text) return json(400, { Code = "Bad.Thing", Message = text, RequestId = "R-1" }) end,
  ["Message, repeated"] = function(text) return json(400, { Code = "Throttling", Message = text }) end,
  ["Message of a 503"] = function(text) return json(503, { Code = "ServiceUnavailable", Message = text }) end,
  ["Message of not found"] = function(text)
    return json(404, { Code = "InvalidImagePipeline.NotFound", Message = text, RequestId = text, [text] = 1 })
  end,
  Code = function(text) return json(400, { Code = text, Message = "no", RequestId = "R-1" }) end,
  RequestId = function(text) return json(400, { Code = "Bad.Thing", Message = "no", RequestId = text }) end,
  ["a name of the reply"] = function(text)
    return json(400, { Code = "Bad.Thing", Message = "no", Data = { [text] = { text } } })
  end,
  ["x-acs-request-id"] = function(text)
    return json(400, { Code = "Bad.Thing", Message = "no" }, { ["x-acs-request-id"] = text, [text] = "x" })
  end,
  ["string to sign"] = function(text)
    return json(400, { Code = "SignatureDoesNotMatch",
      Message = "Specified signature is not matched with our calculation. server string to sign is:" .. text })
  end,
  ["canonical request"] = function(text)
    return json(400, { Code = "SignatureDoesNotMatch", Message = "Signature error. server string to sign is:"
      .. "ACS3-HMAC-SHA256\n00ff server canonical request is:" .. text })
  end,
  ["a token refused"] = function(text)
    return json(400, { Code = "InvalidSecurityToken.Malformed", Message = "Specified token: " .. text })
  end,
  ["no permission"] = function(text)
    return json(403, { Code = "NoPermission", Message = text,
      AccessDeniedDetail = { AuthAction = text, EncodedDiagnosticMessage = text, PolicyType = text } })
  end,
  ["an error page"] = function(text) return { status = 502, headers = { server = text }, body = "<p>" .. text } end,
  ["a redirect"] = function(text) return { status = 302, headers = { location = text }, body = text } end,
  ["JSON that is no answer"] = function(text) return { status = 200, headers = {}, body = cjson.encode({ text }) } end,
  ["RequestId of a success"] = function(text) return json(200, { RequestId = "of " .. text }) end,
  ["an error of the transport"] = function(text)
    return nil, { kind = "transport", message = "cannot send " .. text }
  end,
  ["a text of the transport"] = function(text) return nil, "cannot send " .. text end,
}

-- Further arguments make a call too long for the query.
local CALLS = {
  ["create, short"] = function(client) return client.pipeline.create(harness.arguments()) end,
  ["create, long"] = function(client)
    return client.pipeline.create(harness.arguments({ build_content = harness.CONTENT .. ("\n# a comment"):rep(450) }))
  end,
  describe = function(client) return client.pipeline.describe("ip-bp1example") end,
  delete = function(client) return client.pipeline.delete("ip-bp1example") end,
  ["any call"] = function(client)
    return client.call("Ecs", "2014-05-26", "RunInstances", { Password = VALUES.password })
  end,
  ["any call, 1.0"] = function(client)
    return client.with({ signature_version = "1.0" }).call("Ecs", "2014-05-26", "RunInstances",
      { Password = VALUES.password })
  end,
}

-- The same for what is asked on the way to credentials: providers on a host whose STS quotes.
local SOURCES = {
  AssumeRole = function()
    return ecs.credentials.assume_role({ role_arn = "acs:ram::1511928242963727:role/web", credentials = harness.KEYS })
  end,
  AssumeRoleWithOIDC = function()
    return ecs.credentials.oidc({ role_arn = "acs:ram::1511928242963727:role/web", oidc_token_file = "/token",
      oidc_provider_arn = "acs:ram::1511928242963727:oidc-provider/k8s" })
  end,
}
for name, make in pairs(SOURCES) do
  CALLS[name] = function(client, options)
    local platform = options.platform
    platform.file_status = function() return { mode = 384, size = 1, modified = 1, regular = true } end
    platform.read_file = function() return VALUES.oidc end
    return client.with({ credentials = make() }).pipeline.list()
  end
end

local function run(see, watch, call, place, piece, encode)
  local options
  options = harness.options(see, { transport = { send = function(request)
    watch("signature", signature_of(request):sub(2, -4))
    return place(encode(piece(request, call)), request)
  end } })
  local client = ecs.new(options)
  harness.try(see, CALLS[call], client, options)
end

local rows = {}

-- Every combination, or with `harness.every` every seventh, but of each encoding and each place some.
local function all(see, watch, call, piece)
  local count = 0
  for place_name, place in harness.sorted(PLACES) do
    -- the result of `client.call` is the reply as the service spells it
    if not (call:find("any call", 1, true) and place_name == "JSON that is no answer") then
      for _, encode in harness.sorted(canaries.ENCODINGS) do
        count = count + 1
        if count % harness.every == 0 then
          run(see, watch, call, place, piece, encode)
        end
      end
    end
  end
end

for call in pairs(CALLS) do
  for piece_name, piece in pairs(PIECES) do
    rows[#rows + 1] = { call .. ": " .. piece_name, run = function(see, watch) all(see, watch, call, piece) end }
  end
end

table.sort(rows, function(a, b) return a[1] < b[1] end)

return { name = "echo", rows = rows }
