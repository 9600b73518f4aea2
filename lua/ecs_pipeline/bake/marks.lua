--- Tags that this library puts on executions to find them again. They have the same prefix as the
-- tags on pipelines, so code that hides those hides these too. Pure.
local canonical = require("ecs_pipeline.pipeline.canonical")
local core = require("ecs_pipeline.core")
local tags = require("ecs_pipeline.tags")

local marks = {}

--- Its value: the digest of the ClientToken with which the execution was started.
marks.TOKEN = canonical.MARK .. "token"

--- Its value: the fingerprint of the build, see `fingerprint.lua`.
marks.FINGERPRINT = canonical.MARK .. "built_from"

--- The digest of a ClientToken, for the tag.
-- @tparam string token
-- @treturn string
function marks.digest(token)
  return core.sign.sha256_hex("ClientToken " .. token):sub(1, 32)
end

--- The tags of an execution.
-- @tparam ?table own tags of the user
-- @tparam string token
-- @tparam ?string fingerprint
-- @treturn table map
function marks.tags(own, token, fingerprint)
  return tags.merge(own, { [marks.TOKEN] = marks.digest(token),
    [marks.FINGERPRINT] = fingerprint })
end

return marks
