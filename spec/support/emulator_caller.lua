-- Signs and sends requests to an emulator the way the vendor's clients do.
-- The canonical strings are written out once more here, on purpose: neither the C module's nor the
-- emulator's own code takes part, and the golden vectors judge both.

local bytewise = require("ecs_pipeline.tables").bytewise
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")

local M = {}
M.__index = M

local encode = core.percent_encode

-- options: { scheme = "V3" or "1.0", placement = "query" or "form", id, secret, token, region, method }
function M.new(emulator, options)
  options = options or {}
  return setmetatable({
    emulator = emulator, scheme = options.scheme or "V3", placement = options.placement or "query",
    id = options.id or "emulator-key", secret = options.secret or "emulator-secret", token = options.token,
    region = options.region or "cn-hangzhou", method = options.method or "POST", nonces = 0,
  }, M)
end

local function query_of(params)
  local names, out = {}, {}
  for name in pairs(params) do
    names[#names + 1] = name
  end
  table.sort(names, bytewise)
  for i, name in ipairs(names) do
    out[i] = encode(name) .. "=" .. encode(params[name])
  end
  return table.concat(out, "&")
end
M.query_of = query_of

local function iso(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(seconds))
end

function M:next_nonce()
  self.nonces = self.nonces + 1
  return "nonce-" .. tostring(self):match("%x+$") .. "-" .. self.nonces
end

local function add_all(into, from)
  for name, value in pairs(from or {}) do
    into[name] = value
  end
  return into
end

-- What V3 signs: `request.headers`, the names of `unsigned` left out.
local function sign_v3(self, request, unsigned)
  local names, lines = {}, {}
  for name in pairs(request.headers) do
    if (name:find("^x%-acs%-") or name == "host" or name == "content-type") and name ~= unsigned then
      names[#names + 1] = name
    end
  end
  table.sort(names, bytewise)
  for i, name in ipairs(names) do
    lines[i] = name .. ":" .. request.headers[name] .. "\n"
  end
  local canonical = table.concat({ request.method, "/", request.query, table.concat(lines),
    table.concat(names, ";"), core.sign.sha256_hex(request.body) }, "\n")
  local to_sign = "ACS3-HMAC-SHA256\n" .. core.sign.sha256_hex(canonical)
  return ("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s")
    :format(self.id, table.concat(names, ";"), core.sign.hmac_sha256_hex(self.secret, to_sign))
end

function M:request_v3(action, params, options)
  local text = query_of(params)
  local request = {
    method = self.method, query = self.placement == "query" and text or "",
    body = self.placement == "form" and text or "",
    headers = {
      ["host"] = "ecs.cn-hangzhou.aliyuncs.com", ["x-acs-action"] = action,
      ["x-acs-version"] = options.version or "2014-05-26",
      ["x-acs-date"] = options.date or iso(options.now or self.emulator:now()),
      ["x-acs-signature-nonce"] = options.nonce or self:next_nonce(), ["accept"] = options.accept,
      ["x-acs-security-token"] = self.token,
    },
  }
  request.headers["x-acs-content-sha256"] = core.sign.sha256_hex(request.body)
  if request.body ~= "" then
    request.headers["content-type"] = "application/x-www-form-urlencoded"
  end
  add_all(request.headers, options.headers)
  request.headers.authorization = sign_v3(self, request, options.unsigned)
  return request
end

function M:request_v1(action, params, options)
  local common = {
    Action = action, Version = options.version or "2014-05-26", Format = options.format or "JSON",
    AccessKeyId = self.id, SecurityToken = self.token, SignatureMethod = "HMAC-SHA1",
    SignatureVersion = "1.0", SignatureNonce = options.nonce or self:next_nonce(),
    Timestamp = options.date or iso(options.now or self.emulator:now()),
  }
  if options.format == false then
    common.Format = nil
  end
  local all = add_all(add_all({}, params), common)
  local to_sign = self.method .. "&%2F&" .. encode(query_of(all))
  common.Signature = core.sign.hmac_sha1_base64(self.secret .. "&", to_sign)
  local request = { method = self.method, body = "", headers = { host = "ecs.aliyuncs.com" } }
  if self.placement == "form" then
    request.query, request.body = query_of(common), query_of(params)
    request.headers["content-type"] = "application/x-www-form-urlencoded"
  else
    request.query = query_of(add_all(common, params))
  end
  request.headers = add_all(request.headers, options.headers)
  return request
end

-- → { method, query, headers, body }, signed. options: { nonce, date, now, headers, version, … }
function M:request(action, params, options)
  local all = add_all({ RegionId = self.region }, params)
  for name, value in pairs(all) do
    all[name] = value ~= false and tostring(value) or nil
  end
  local build = self.scheme == "V3" and self.request_v3 or self.request_v1
  return build(self, action, all, options or {})
end

-- → status, decoded reply (or the text), headers, fault
function M:send(request)
  local uri = "/" .. (request.query ~= "" and "?" .. request.query or "")
  local status, headers, body, fault =
    self.emulator:handle(request.method, uri, request.headers, request.body)
  if headers and headers["content-type"]:find("json", 1, true) then
    local ok, reply = pcall(cjson.decode, body)
    body = ok and reply or body
  end
  return status, body, headers, fault
end

function M:call(action, params, options)
  return self:send(self:request(action, params, options))
end

-- The smallest template there is, with `more` on top; `false` takes a parameter away.
function M.template(more)
  return add_all({ BaseImage = "m-bp1example", BaseImageType = "IMAGE" }, more)
end

function M:create(more, options)
  return self:call("CreateImagePipeline", M.template(more), options)
end

function M:describe(params, options)
  return self:call("DescribeImagePipelines", params, options)
end

function M:delete(id, options)
  return self:call("DeleteImagePipeline", { ImagePipelineId = id }, options)
end

function M:start(id, more, options)
  return self:call("StartImagePipelineExecution", add_all({ ImagePipelineId = id }, more), options)
end

function M:cancel(id, options)
  return self:call("CancelImagePipelineExecution", { ExecutionId = id }, options)
end

function M:executions(params, options)
  return self:call("DescribeImagePipelineExecutions", params, options)
end

-- The one execution of this id, as describe answers it, or nil.
function M:execution(id)
  local _, reply = self:executions({ ExecutionId = id })
  return reply.ImagePipelineExecution.ImagePipelineExecutionSet[1]
end

return M
