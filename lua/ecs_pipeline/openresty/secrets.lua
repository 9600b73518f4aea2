--- The secrets of a handler: those of its own webhook, and those of the forges.
local base64 = require("ecs_pipeline.openresty.base64")
local errors = require("ecs_pipeline.errors")
local is_blank = require("ecs_pipeline.text").is_blank

local secrets = {}

-- Bytes of the shortest secret that is accepted; a shorter one can be guessed from one message.
local SHORTEST = 16

--- Checks a secret, or a list of them. One may be nil or blank, from a variable that is not set:
-- then the handler answers that there is no secret.
-- @tparam string where "openresty.handler", for messages
-- @param given
-- @treturn table list of strings
-- @raise wrong types; too short a secret
function secrets.read(where, given)
  local list = {}
  for _, secret in ipairs(type(given) == "table" and given or { given }) do
    if type(secret) ~= "string" then
      errors.raise(where .. ": option \"secret\" must be a string, or a list of them")
    elseif not is_blank(secret) and #secret < SHORTEST then
      errors.raise(("%s: option \"secret\" must have at least %d bytes: openssl rand -hex 32")
        :format(where, SHORTEST))
    elseif not is_blank(secret) then
      list[#list + 1] = secret
    end
  end
  return list
end

--- The answer if there is none.
-- @tparam string where "openresty.handler"
-- @treturn table for `request.reply`
function secrets.missing(where)
  return { status = 503, code = "NO_SECRET", message = where .. ": there is no secret; where it is "
    .. "secret = os.getenv(\"NAME\"), add \"env NAME;\" to the top of nginx.conf, which clears the "
    .. "environment of its workers" }
end

--- All secrets of a handler's own webhook: the handler's, and those of its pipelines.
-- @tparam string where as `read`
-- @tparam table own options of the handler, as the user wrote them
-- @treturn table list of strings
function secrets.all(where, own)
  local list = secrets.read(where, own.secret)
  for _, pipeline in pairs(own.pipelines) do
    local given = type(pipeline) == "table" and pipeline.secret or nil
    for _, secret in ipairs(secrets.read(where, given)) do
      list[#list + 1] = secret
    end
  end
  return list
end

--- The key in a secret of Standard Webhooks: "whsec_" and the key in Base64.
-- @tparam string secret
-- @treturn ?string nil: it is another secret
function secrets.standard_key(secret)
  local encoded = secret:match("^whsec_(.+)$")
  return encoded and base64.decode(encoded)
end

return secrets
