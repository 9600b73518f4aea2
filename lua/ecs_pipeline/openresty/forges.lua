--- The forges whose webhooks a handler accepts: which headers they send, how they sign, and what
-- their payloads say. A forge is a row of data; where a payload has another form it has a function.
--
-- Sources: docs.github.com "Webhook events and payloads" and "Validating webhook deliveries";
-- docs.gitea.com and forgejo.org "Webhooks"; docs.gitlab.com "Webhooks" and "Webhook events";
-- support.atlassian.com "Event payloads" (Bitbucket Cloud), confluence.atlassian.com "Event
-- payload" (Data Center); the specification of Standard Webhooks.
local forges = {}

local function text(value)
  return type(value) == "string" and value ~= "" and value or nil
end

local function field(value, ...)
  for _, name in ipairs({ ... }) do
    value = type(value) == "table" and value[name] or nil
  end
  return value
end

-- --- changed paths ---

local LISTS = { "added", "modified", "removed" }

-- Adds the paths of a commit. → false if it has no list of them
local function add_paths(paths, commit)
  local listed = false
  for _, name in ipairs(LISTS) do
    local list = field(commit, name)
    if type(list) == "table" then
      listed = true
      for _, path in ipairs(list) do
        paths[#paths + 1] = text(path)
      end
    end
  end
  return listed
end

-- Are all commits of the push listed?
local function complete(forge, payload, commits)
  if forge.most_commits then
    return #commits < forge.most_commits
  end
  local total = payload[forge.total]
  return type(total) == "number" and total <= #commits
end

-- The paths that a push changed; nil and the reason if the payload does not tell.
local function changed_paths(forge, payload)
  local commits = payload.commits
  if payload.forced == true then
    return nil, "the push was forced"
  elseif payload.created == true or (text(payload.before) or ""):find("^0+$") then
    return nil, "the branch is new"
  elseif type(commits) ~= "table" or not commits[1] then
    return nil, "the message lists no commits"
  elseif not complete(forge, payload, commits) then
    return nil, "the list of commits is cut off"
  end
  local paths = {}
  for _, commit in ipairs(commits) do
    if not add_paths(paths, commit) then
      return nil, "a commit has no list of changed paths"
    end
  end
  return paths
end

-- --- payloads ---

-- One change of a reference: `{ branch or tag, commit, deleted, paths, undecided }`.
local function change_of(ref, commit)
  ref = ref or ""
  return { branch = ref:match("^refs/heads/(.+)$"), tag = ref:match("^refs/tags/(.+)$"),
    commit = commit }
end

local function push(forge, payload)
  local change = change_of(text(payload.ref), text(payload.after))
  change.deleted = payload.deleted == true or (change.commit or ""):find("^0+$") ~= nil
  if change.tag then
    change.undecided = "a tag has no list of changed paths"
  else
    change.paths, change.undecided = changed_paths(forge, payload)
  end
  return change
end

-- Events other than a push: a release has a tag; "create" and "delete" a name and its type.
local function other_event(payload)
  local change = { undecided = "the event has no list of changed paths" }
  if payload.ref_type == "tag" or payload.ref_type == "branch" then
    change[payload.ref_type] = text(payload.ref)
  else
    change.tag = text(field(payload, "release", "tag_name")) or text(payload.tag)
  end
  return change
end

local PUSH = { push = true, tag_push = true, ["repo:push"] = true, ["repo:refs_changed"] = true }

-- GitHub, Gitea, Forgejo and GitLab: one change in a message.
local function read_git(forge, name, payload)
  local action = text(payload.action) or text(field(payload, "object_attributes", "action"))
  local change = PUSH[name] and push(forge, payload) or other_event(payload)
  return { name = PUSH[name] and "push" or name, action = action, changes = { change },
    repository = text(field(payload, "repository", "full_name"))
      or text(field(payload, "project", "path_with_namespace")) }
end

local NO_PATHS = "Bitbucket lists no changed paths"

local function cloud_change(given)
  local now = field(given, "new")
  local ref = type(now) == "table" and now or field(given, "old")
  local kind = field(ref, "type") == "tag" and "tag" or "branch"
  return { [kind] = text(field(ref, "name")), commit = text(field(now, "target", "hash")),
    deleted = type(now) ~= "table",
    undecided = field(given, "forced") == true and "the push was forced" or NO_PATHS }
end

local function data_center_change(given)
  local change = change_of(text(field(given, "ref", "id")), text(field(given, "toHash")))
  change.deleted, change.undecided = field(given, "type") == "DELETE", NO_PATHS
  return change
end

-- Bitbucket: a message has a list of changes. Data Center names a repository by project and slug.
local function read_bitbucket(_, name, payload)
  local cloud = field(payload, "push", "changes")
  local list, read = cloud or payload.changes, cloud and cloud_change or data_center_change
  local project, slug = text(field(payload, "repository", "project", "key")),
    text(field(payload, "repository", "slug"))
  local event = { name = PUSH[name] and "push" or name, changes = {},
    repository = text(field(payload, "repository", "full_name"))
      or project and slug and project .. "/" .. slug }
  for index, given in ipairs(type(list) == "table" and list or {}) do
    event.changes[index] = read(given)
  end
  if event.name ~= "push" then
    event.changes = { other_event(payload) }
  end
  return event
end

-- Standard Webhooks say of a payload that it has `type` and `data`, no more.
local function read_standard(_, _, payload)
  local data = payload.data
  local change = change_of(text(field(data, "ref")), text(field(data, "commit")))
  change.undecided = "the message lists no changed paths"
  return { name = text(payload.type), changes = { change },
    repository = text(field(data, "repository")) }
end

-- --- the table ---

local GITEA = { "x-gitea-signature", "x-forgejo-signature" }

-- `by`: the header that a request of this forge has. `signatures`: the headers with an HMAC of the
-- body, of which each that is there must be right; `form` of their value. `event`: header with the
-- name of the event, which GitLab and Standard Webhooks have in the payload too. `most_commits`,
-- `total`: how a payload shows that its list of commits is cut off. `instead`: the row of the
-- options that serves too. Forgejo sends the headers of Gitea too, and Gitea those of GitHub:
-- the first row that fits counts.
forges.ROWS = {
  { name = "forgejo", by = "x-forgejo-event", event = "x-forgejo-event", signatures = GITEA,
    form = "^(%x+)$", total = "total_commits", read = read_git, delivery = "x-forgejo-delivery",
    instead = "gitea" },
  { name = "gitea", by = "x-gitea-event", event = "x-gitea-event", signatures = GITEA,
    form = "^(%x+)$", total = "total_commits", read = read_git, delivery = "x-gitea-delivery",
    instead = "forgejo" },
  { name = "gitlab", by = "x-gitlab-event", standard = true, token = "x-gitlab-token",
    total = "total_commits_count", read = read_git, delivery = "x-gitlab-event-uuid" },
  { name = "bitbucket", by = "x-event-key", event = "x-event-key",
    signatures = { "x-hub-signature" }, form = "^sha256=(%x+)$", read = read_bitbucket,
    delivery = "x-request-uuid", ping = "diagnostics:ping" },
  { name = "github", by = "x-github-event", event = "x-github-event",
    signatures = { "x-hub-signature-256" }, form = "^sha256=(%x+)$", most_commits = 2048,
    read = read_git, delivery = "x-github-delivery", ping = "ping" },
  { name = "standard", by = "webhook-id", standard = true, read = read_standard,
    delivery = "webhook-id" },
}

--- The forge that sent a request.
-- @tparam table headers by lower-case name
-- @treturn ?table its row; nil: no forge did
function forges.find(headers)
  for _, forge in ipairs(forges.ROWS) do
    if headers[forge.by] then
      return forge
    end
  end
end

--- What a message says.
-- @tparam table forge row
-- @tparam table headers by lower-case name
-- @tparam table payload decoded
-- @treturn table `{ name ("push" of a branch or tag, else as the forge names it), action,
--   repository, changes }`; changes: list of `{ branch or tag, commit, deleted, paths (list), or
--   undecided (why there are none) }`
function forges.read(forge, headers, payload)
  local name = text(headers[forge.event or ""]) or text(payload.object_kind)
    or text(payload.event_name)
  return forge.read(forge, name, payload)
end

return forges
