--- Credentials from a URL: a plain GET that answers with AccessKeyId, AccessKeySecret,
-- SecurityToken and Expiration, as a sidecar does.
local core = require("ecs_pipeline.core")
local cache = require("ecs_pipeline.credentials.cache")
local documents = require("ecs_pipeline.credentials.documents")
local fields = require("ecs_pipeline.credentials.fields")
local result = require("ecs_pipeline.credentials.result")

local uri = {}

local KNOWN = { uri = "string" }
local LIMITS = { connect = 5, total = 10 } -- seconds
local WHAT = "the credentials URI"

local Source = {}
Source.__index = Source

--- Gets the credentials. Messages do not repeat the URL: it may contain a password.
function Source:fetch(context)
  local url = self.options.uri or context.platform.env("ALIBABA_CLOUD_CREDENTIALS_URI")
  if not url then
    return result.fail("ALIBABA_CLOUD_CREDENTIALS_URI is not set", { absent = true })
  elseif not url:find("^https?://[^/?#%s%c]+[^%s%c]*$") or url:find("^%a+://[^/?#]*@") then
    return result.fail(WHAT .. " must be http://host/path or https://host/path, without a user "
      .. "name")
  end
  url = url:gsub("#.*$", "")
  local reply, err = documents.fetch(context, { method = "GET", url = url }, LIMITS)
  if not reply then
    return result.failed(WHAT, err)
  elseif reply.status ~= 200 then
    return result.fail(WHAT .. " answers with status " .. reply.status,
      { cause = { kind = "protocol", status = reply.status } })
  end
  local document = documents.decode(reply.body)
  if not document then
    return result.fail(WHAT .. ": the answer is not a JSON object")
  end
  return result.session(WHAT, document, result.NAMES, reply.headers)
end

--- @treturn string see `result.identity_of`; a digest, because the URL may contain a password
function Source:identity(context)
  return "URI " .. core.sign.sha256_hex(self.options.uri
    or context.platform.env("ALIBABA_CLOUD_CREDENTIALS_URI") or "")
end

--- A provider of credentials from a URL. Blocks or yields when a refresh is due.
-- @tparam ?table options `uri` (default `ALIBABA_CLOUD_CREDENTIALS_URI`)
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function uri.new(options, fallback)
  local checked = fields.check("credentials.uri", options, KNOWN)
  return cache.new(setmetatable({ options = fields.hidden(checked) }, Source), fallback)
end

return uri
