--- Which arguments differ from a template, and why each difference needs a new template. Pure.
local bytewise = require("ecs_pipeline.tables").bytewise
local canonical = require("ecs_pipeline.pipeline.canonical")
local core = require("ecs_pipeline.core")
local hash = require("ecs_pipeline.build_content.parser").hash

local changes = {}

local NO_UPDATE = "the API has no call that changes an image pipeline, so this takes a new one"

local WHY = {
  tags = "tags are given to an image pipeline when it is created; TagResources does not list its "
    .. "type, so this takes a new one",
  resource_group_id = "the group is chosen when an image pipeline is created; JoinResourceGroup "
    .. "does not list its type, so this takes a new one",
}

-- A script is shown by its size and hash: it may hold secrets, and is long.
local function shown(path, entry)
  if not entry then
    local default = canonical.default(path)
    return default and default.value
  elseif canonical.CONTENT[path] then
    local _, lines = entry.text:gsub("\n", "\n")
    return ("%d bytes, %d lines, sha256:%s"):format(#entry.value, lines + 1,
      core.sign.sha256_hex(entry.value):sub(1, 12))
  end
  return entry.value
end

local function why(path, have, want)
  local text = WHY[path] or NO_UPDATE
  if canonical.CONTENT[path] and have and want
    and hash(have.value) == hash(want.value) then
    text = text .. " (it would do the same: only comments, blanks or continuations differ)"
  end
  return text
end

--- Compare. What is not given is the service's default, and differs from anything else that the
-- template has; only what the service itself chooses at creation (`canonical.WHEN_GIVEN`) counts
-- when it is given, and not otherwise.
-- @tparam table template as describe gives it
-- @tparam table args of pipeline.create, default tags merged in
-- @tparam ?string region of the call
-- @treturn table list of `{ param, from, to, why }`, sorted by param; from or to is nil when there
--   is nothing on that side, scripts are shown by size and hash
function changes.between(template, args, region)
  local have, want = canonical.form(template, region), canonical.form(args, region)
  local paths = {}
  for path in pairs(want) do
    paths[path] = true
  end
  for path in pairs(have) do
    paths[path] = not canonical.WHEN_GIVEN[path] or want[path] ~= nil
  end
  local list = {}
  for path, compared in pairs(paths) do
    local from, to = have[path], want[path]
    if compared and (from and from.text) ~= (to and to.text) then
      list[#list + 1] = { param = path, from = shown(path, from), to = shown(path, to),
        why = why(path, from, to) }
    end
  end
  table.sort(list, function(a, b) return bytewise(a.param, b.param) end)
  return list
end

return changes
