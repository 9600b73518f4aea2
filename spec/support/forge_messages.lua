--- Webhooks as the forges send them: payloads composed after their documentation, headers with signatures.
local base64 = require("ecs_pipeline.openresty.base64")
local core = require("ecs_pipeline.core")
local json = require("ecs_pipeline.sorted_json")

local forge_messages = {}

local hmac = core.sign.hmac_sha256_hex

local BEFORE, AFTER = ("b"):rep(40), ("a"):rep(40)
forge_messages.ZEROS = ("0"):rep(40)
forge_messages.AFTER = AFTER

-- Secrets as each forge wants them.
forge_messages.SECRETS = {
  github = "a secret at GitHub", gitea = "a secret at Gitea", forgejo = "a secret at Forgejo",
  gitlab = "whsec_Z2l0bGFiIHNpZ25pbmcga2V5IG9mIDMyIGJ5dGVzISE=", bitbucket = "a secret at Bitbucket",
  standard = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
forge_messages.NAMES = { "github", "gitea", "forgejo", "gitlab", "bitbucket", "standard" }

-- The keys in those that begin with "whsec_".
local KEYS = { gitlab = "gitlab signing key of 32 bytes!!",
  standard = "\49\242\144\246\191\6\41\138\171\79\8\212\60\63\8\44\246\72\163\98\218\45\164\176" }

local function commits(given)
  local list = {}
  for index, paths in ipairs(given.commits or { given.paths or { "images/web/setup.sh" } }) do
    list[index] = { id = AFTER, message = "Change", added = json.array({}),
      removed = json.array({}), modified = json.array(paths) }
  end
  return list
end

-- GitHub, Gitea and GitLab.
local function git(given)
  local list = commits(given)
  return { ref = given.tag and "refs/tags/" .. given.tag or "refs/heads/" .. (given.branch or "main"),
    before = given.before or BEFORE, after = given.after or AFTER, commits = json.array(list) }, given.total or #list
end

-- In a payload: null.
forge_messages.NULL = "@null@"
local NULL = forge_messages.NULL

local PAYLOADS = {}

function PAYLOADS.github(given)
  local payload = git(given)
  payload.created, payload.deleted, payload.forced = given.created or false, given.deleted or false,
    given.forced or false
  payload.repository = { id = 1, full_name = given.repository, private = true }
  return payload, "push"
end

function PAYLOADS.gitea(given)
  local payload, total = git(given)
  payload.total_commits = total
  payload.repository = { id = 140, full_name = given.repository }
  return payload, "push"
end

PAYLOADS.forgejo = PAYLOADS.gitea

function PAYLOADS.gitlab(given)
  local payload, total = git(given)
  payload.object_kind = given.tag and "tag_push" or "push"
  payload.total_commits_count = total
  payload.project = { id = 15, path_with_namespace = given.repository }
  return payload, given.tag and "Tag Push Hook" or "Push Hook"
end

function PAYLOADS.bitbucket(given)
  local ref = { type = given.tag and "tag" or "branch", name = given.tag or given.branch or "main",
    target = { type = "commit", hash = given.after or AFTER } }
  return { push = { changes = { { forced = given.forced or false, created = false, closed = given.deleted or false,
    truncated = false, old = given.deleted and ref or NULL, new = given.deleted and NULL or ref,
    commits = { { hash = AFTER, message = "Change" } } } } }, repository = { full_name = given.repository } },
    "repo:push"
end

function PAYLOADS.standard(given)
  return { type = "push", timestamp = "2025-11-24T16:00:00Z", data = { repository = given.repository,
    ref = "refs/heads/" .. (given.branch or "main"), commit = given.after or AFTER } }
end

local HEADERS = {}

function HEADERS.github(body, event, secret, id)
  return { ["x-github-event"] = event, ["x-github-delivery"] = id,
    ["x-hub-signature-256"] = "sha256=" .. hmac(secret, body) }
end

-- Gitea sends the headers of GitHub too, Forgejo those of Gitea and GitHub.
local function with_more(name, before)
  return function(body, event, secret, id)
    local headers, prefix = HEADERS[before](body, event, secret, id), "x-" .. name .. "-"
    headers[prefix .. "event"], headers[prefix .. "delivery"] = event, id
    headers[prefix .. "signature"] = hmac(secret, body)
    return headers
  end
end

HEADERS.gitea = with_more("gitea", "github")
HEADERS.forgejo = with_more("forgejo", "gitea")

function HEADERS.bitbucket(body, event, secret, id)
  return { ["x-event-key"] = event, ["x-request-uuid"] = id, ["x-hub-signature"] = "sha256=" .. hmac(secret, body) }
end

function HEADERS.standard(body, _, secret, id, now, name)
  local timestamp = ("%d"):format(now)
  local key = KEYS[name or "standard"]
  if secret ~= forge_messages.SECRETS[name or "standard"] then
    key = secret
  end
  return { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp,
    ["webhook-signature"] = "v1," .. base64.from_hex(hmac(key, id .. "." .. timestamp .. "." .. body)) }
end

function HEADERS.gitlab(body, event, secret, id, now)
  local headers = HEADERS.standard(body, event, secret, id, now, "gitlab")
  headers["x-gitlab-event"], headers["x-gitlab-event-uuid"], headers["idempotency-key"] = event, id, id
  return headers
end

local ids = 0

--- A push: body and headers. given, all optional: repository ("acme/web"), branch ("main"), tag, before, after, paths
-- (of one commit) or commits (list of lists of paths), total, forced, created, deleted, secret, id (of the delivery),
-- now, event (name in the header), payload (instead).
function forge_messages.push(forge, given)
  local all = { repository = "acme/web" }
  for name, value in pairs(given or {}) do
    all[name] = value
  end
  local payload, event = PAYLOADS[forge](all)
  local body = all.body or json.encode(all.payload or payload):gsub('"@null@"', "null")
  ids = ids + 1
  local headers = HEADERS[forge](body, all.event or event, all.secret or forge_messages.SECRETS[forge],
    all.id or ("delivery-%d"):format(ids), all.now or os.time())
  headers["content-type"], headers["content-length"] = "application/json", ("%d"):format(#body)
  return body, headers
end

return forge_messages
