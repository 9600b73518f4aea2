--- Credentials from a URL: a plain GET that answers with AccessKeyId, AccessKeySecret,
-- SecurityToken and Expiration, as a sidecar does. Without Expiration they are asked for again
-- after five minutes.
local core = require("ecs_pipeline.core")
local cache = require("ecs_pipeline.credentials.cache")
local documents = require("ecs_pipeline.credentials.documents")
local fields = require("ecs_pipeline.credentials.fields")
local names = require("ecs_pipeline.credentials.names")
local is_port = require("ecs_pipeline.text").is_port
local result = require("ecs_pipeline.credentials.result")

local uri = {}

local KNOWN = { uri = "string" }
local LIMITS = { connect = 5, total = 10 } -- seconds
local WHAT = "the credentials URI"
local LIFE = 300 -- seconds, of credentials without an expiration

local Source = {}
Source.__index = Source

--- Gets the credentials. Messages do not repeat the URL: it may contain a password.
function Source:fetch(context)
  local env = context.platform.env
  local url, forbidden = self.options.uri or names.first(env, "credentials_uri"),
    names.on(env, "no_external")
  if not url then
    return result.fail(names.main("credentials_uri") .. " is not set", { absent = true })
  elseif forbidden then
    return result.fail(WHAT .. " is not asked: switched off by " .. forbidden,
      { advice = "unset " .. forbidden .. ", or use another source of credentials" })
  elseif not url:find("^https?://[^/?#%s%c]+[^%s%c]*$") or url:find("^%a+://[^/?#]*@") then
    return result.fail(WHAT .. " must be http://host/path or https://host/path, without a user "
      .. "name")
  elseif not is_port(url:match("^%a+://[^/?#]*"):match("[^/]:(%d+)$") or "") then
    return result.fail(WHAT .. ": the port must be from 1 to 65535")
  end
  url = url:gsub("#.*$", "")
  local reply, err = documents.fetch(context, { method = "GET", url = url }, LIMITS)
  if not reply then
    return result.failed(WHAT, err)
  end
  local document = documents.decode(reply.body)
  if reply.status ~= 200 then
    return result.fail(WHAT .. " answers with status " .. reply.status .. result.reason(document),
      { cause = { kind = "protocol", status = reply.status } })
  elseif not document then
    return result.fail(WHAT .. ": the answer is not a JSON object")
  elseif result.text(document.Code) and document.Code ~= "Success" then
    return result.fail(WHAT .. " has no credentials" .. result.reason(document))
  end
  return result.session(WHAT, document, result.NAMES, reply.headers, LIFE)
end

--- @treturn string see `result.identity_of`; a digest, because the URL may contain a password
function Source:identity(context)
  return "URI " .. core.sign.sha256_hex(self.options.uri
    or names.first(context.platform.env, "credentials_uri") or "")
end

--- A provider of credentials from a URL. Blocks or yields when a refresh is due.
-- @function credentials.uri
-- @tparam ?table options
--
--   * `uri`: default `ALIBABA_CLOUD_CREDENTIALS_URI`, else `ALICLOUD_CREDENTIALS_URI`
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function uri.new(options, fallback)
  local checked = fields.check("credentials.uri", options, KNOWN)
  return cache.new(setmetatable({ options = fields.hidden(checked) }, Source), fallback)
end

return uri
