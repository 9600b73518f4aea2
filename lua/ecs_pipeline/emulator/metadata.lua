--- The metadata service of an ECS instance (http://100.100.100.200), as far as it hands out the
-- credentials of the instance's RAM role. IMDSv2: a token first, then questions that show it.

local clock = require("ecs_pipeline.emulator.clock")
local digest = require("ecs_pipeline.emulator.digest")
local json = require("ecs_pipeline.sorted_json")

local M = {}

local roles = "/latest/meta-data/ram/security-credentials/"

--- Its state: options `role`, `life`, `v1`, `v2` of the emulator, the tokens given out, and
-- `asked`, a list of "METHOD path".
function M.new(options)
  options = options or {}
  return { role = options.role, life = options.life, v1 = options.v1, v2 = options.v2,
    tokens = {}, given = 0, asked = {} }
end

--- Is this request for the metadata service? By its address, or, behind a server of ours, by a path
-- that the API does not have.
function M.concerns(headers, uri)
  local host = headers and (headers.host or headers.Host)
  return type(host) == "string" and host:find("^100%.100%.100%.200") ~= nil
    or type(uri) == "string" and uri:find("^/latest/") ~= nil
end

local function answer(status, text)
  return status, { ["content-type"] = "text/plain" }, text
end

-- v1 = false: a question without a valid token is refused (hardened mode).
local function allowed(service, headers)
  local shown = headers["x-aliyun-ecs-metadata-token"]
  if shown then
    local ends = service.metadata.tokens[shown]
    return ends ~= nil and service:now() < ends
  end
  return service.metadata.v1 ~= false
end

local function give_token(service, headers)
  local seconds = tonumber(headers["x-aliyun-ecs-metadata-token-ttl-seconds"])
  if service.metadata.v2 == false then
    return answer(404, "not found")
  elseif not seconds or seconds < 1 or seconds > 21600 then
    return answer(400, "bad request")
  end
  service.metadata.given = service.metadata.given + 1
  local token = digest.sha256_hex(service.seed .. "/imds/" .. service.metadata.given)
  service.metadata.tokens[token] = service:now() + seconds
  return answer(200, token)
end

local function give_credentials(service, role)
  local keys = service:issue(service.metadata.life or 21600,
    "acs:sts::" .. service.account_id .. ":assumed-role/" .. role .. "/i-bp1emulator")
  return 200, { ["content-type"] = "application/json" }, json.encode({
    Code = "Success", AccessKeyId = keys.id, AccessKeySecret = keys.secret,
    SecurityToken = keys.token, Expiration = clock.iso(keys.expires),
    LastUpdated = clock.iso(service:now()),
  })
end

--- status, headers, body of one question. `service` is the emulator object.
function M.answer(service, method, uri, headers)
  local lower = {}
  for name, value in pairs(headers) do
    lower[name:lower()] = value
  end
  local asked = service.metadata.asked
  asked[#asked + 1] = method .. " " .. uri
  if not service.metadata.role then
    return answer(404, "not found")
  elseif method == "PUT" and uri == "/latest/api/token" then
    return give_token(service, lower)
  elseif method ~= "GET" then
    return answer(405, "method not allowed")
  elseif not allowed(service, lower) then
    return answer(403, "forbidden")
  elseif uri == roles then
    return answer(200, service.metadata.role)
  elseif uri == roles .. service.metadata.role then
    return give_credentials(service, service.metadata.role)
  end
  return answer(404, "not found")
end

return M
