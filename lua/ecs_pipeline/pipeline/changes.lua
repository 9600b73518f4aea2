--- Compares arguments with a pipeline; says why each difference requires a new pipeline. Pure.
local canonical = require("ecs_pipeline.pipeline.canonical")
local core = require("ecs_pipeline.core")
local hash = require("ecs_pipeline.build_content.parser").hash
local tables = require("ecs_pipeline.tables")

local changes = {}

local NO_UPDATE = "the API cannot change an image pipeline, so a new one is needed"

local WHY = {
  tags = "tags are given to an image pipeline when it is created; TagResources does not list its "
    .. "type, so a new one is needed",
  resource_group_id = "the group is chosen when an image pipeline is created; JoinResourceGroup "
    .. "does not list its type, so a new one is needed",
}

-- A content is shown by its size and hash: it may contain secrets, and is long.
local function shown(path, entry)
  if not entry then
    local default = canonical.default(path)
    return default and default.value
  elseif canonical.CONTENT[path] then
    local _, lines = entry.text:gsub("\n", "\n")
    return ("%d bytes, %d line%s, sha256:%s"):format(#entry.value, lines + 1,
      lines > 0 and "s" or "", core.sign.sha256_hex(entry.value):sub(1, 12))
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

-- Change → both contents: not fields, so that code which prints a plan does not print them.
local contents = setmetatable({}, { __mode = "k" })

--- Both contents of a change of build_content or test_content.
-- @tparam table change of `changes.between`
-- @treturn ?table `{ from, to }`, texts; nil for another argument, or a copy of a change
function changes.contents(change)
  return contents[change]
end

--- Compares. An argument that is not given stands for the service's default, so a pipeline with
-- another value differs. Arguments whose value the service chooses at creation
-- (`canonical.WHEN_GIVEN`) are compared only if they are given.
-- @tparam table pipeline as describe gives it
-- @tparam table args of pipeline.create, default tags merged in
-- @tparam ?string region of the call
-- @treturn table list of `{ param, from, to, why }`, sorted by param; from or to is nil if that
--   side has no value; contents are shown by size and hash, see `changes.contents`
function changes.between(pipeline, args, region)
  local have, want = canonical.form(pipeline, region), canonical.form(args, region)
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
      local change = { param = path, from = shown(path, from), to = shown(path, to),
        why = why(path, from, to) }
      list[#list + 1] = change
      contents[change] = canonical.CONTENT[path]
        and { from = from and from.value or "", to = to and to.value or "" } or nil
    end
  end
  table.sort(list, function(a, b) return tables.bytewise(a.param, b.param) end)
  return list
end

-- Plan of a new pipeline → its changes: not in the plan, whose `changes` compare two pipelines.
local of_new = setmetatable({}, { __mode = "k" })

--- Remembers what a pipeline would have that is created by a plan.
-- @tparam table plan
-- @tparam table args as above
-- @tparam ?string region of the call
function changes.set_new(plan, args, region)
  local list = changes.between({}, args, region)
  for _, change in ipairs(list) do
    change.from, change.why = nil, nil
  end
  of_new[plan] = list
end

--- What a pipeline would have that is created by a plan.
-- @tparam table plan
-- @treturn ?table list as `changes.between`, without `from` and `why`; nil for other plans
function changes.of_new(plan)
  return of_new[plan]
end

return changes
