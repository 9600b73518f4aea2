--- Credentials from a URL: a plain GET that answers with AccessKeyId, AccessKeySecret,
-- SecurityToken and Expiration, as a sidecar does.
local cache = require("ecs_pipeline.credentials.cache")
local fetch = require("ecs_pipeline.credentials.fetch")
local fields = require("ecs_pipeline.credentials.fields")
local json = require("ecs_pipeline.credentials.json")
local made = require("ecs_pipeline.credentials.made")

local uri = {}

local KNOWN = { uri = "string" }
local LIMITS = { connect = 5, total = 10 } -- seconds
local WHAT = "the credentials URI"

local Source = {}
Source.__index = Source

--- What the URL answers. The URL itself is not repeated in messages: it may hold a password.
function Source:fetch(context)
  local url = self.options.uri or context.platform.env("ALIBABA_CLOUD_CREDENTIALS_URI")
  if not url then
    return made.fail("ALIBABA_CLOUD_CREDENTIALS_URI is not set", { absent = true })
  elseif not url:find("^https?://[^/?#%s%c]+[^%s%c]*$") or url:find("^%a+://[^/?#]*@") then
    return made.fail(WHAT .. " must be http://host/path or https://host/path, without a user name")
  end
  url = url:gsub("#.*$", "")
  local reply, err = fetch.send(context, { method = "GET", url = url }, LIMITS)
  if not reply then
    return made.failed(WHAT, err)
  elseif reply.status ~= 200 then
    return made.fail(WHAT .. " answers with status " .. reply.status,
      { cause = { kind = "protocol", status = reply.status } })
  end
  local document = json.object(reply.body)
  if not document then
    return made.fail(WHAT .. ": the answer is not a JSON object")
  end
  return made.session(WHAT, document, made.NAMES, reply.headers)
end

--- A provider of what a URL answers. Blocks or yields when a refresh is due.
-- @tparam ?table options `uri` (default `ALIBABA_CLOUD_CREDENTIALS_URI`)
-- @tparam ?function fallback → context
-- @treturn table provider
-- @raise unknown names, wrong types
function uri.new(options, fallback)
  local taken = fields.check("credentials.uri", options, KNOWN)
  return cache.new(setmetatable({ options = fields.hidden(taken) }, Source), fallback)
end

return uri
