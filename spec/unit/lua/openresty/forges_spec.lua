-- What the payloads of the forges say.
local cjson = require("cjson").new()
local forge_messages = require("spec.support.forge_messages")
local forges = require("ecs_pipeline.openresty.forges")

local AFTER, NULL, ZEROS = forge_messages.AFTER, forge_messages.NULL, forge_messages.ZEROS
local NO_PATHS = "Bitbucket lists no changed paths"

local function read(name, given)
  local body, headers = forge_messages.push(name, given)
  local forge = forges.find(headers)
  return forges.read(forge, headers, cjson.decode(body)), forge
end

local function change(name, given)
  return read(name, given).changes[1]
end

describe("a push of", function()
  for _, name in ipairs({ "github", "gitea", "forgejo", "gitlab" }) do
    it(name .. " has repository, branch or tag, commit and changed paths", function()
      local event, forge = read(name, { commits = { { "a", "b/c" }, { "d" } } })
      assert.equal(name, forge.name)
      assert.same({ "push", "acme/web", 1 }, { event.name, event.repository, #event.changes })
      assert.same({ branch = "main", commit = AFTER, deleted = false, paths = { "a", "b/c", "d" } }, event.changes[1])
      event = read(name, { tag = "v1.2" })
      assert.equal("push", event.name)
      assert.same({ tag = "v1.2", commit = AFTER, deleted = false, undecided = "a tag has no list of changed paths" },
        event.changes[1])
    end)

    it(name .. " does not tell the paths where its list is missing or cut off", function()
      assert.equal("the branch is new", change(name, { before = ZEROS }).undecided)
      assert.equal("the message lists no commits", change(name, { commits = {} }).undecided)
      assert.equal("a commit has no list of changed paths", change(name, { payload = { object_kind = "push",
        ref = "refs/heads/main", before = AFTER, after = AFTER, total_commits = 1, total_commits_count = 1,
        commits = { { id = "1" } } } }).undecided)
      local many, most = {}, name == "github" and 2048 or 21
      for index = 1, most do
        many[index] = { "a" }
      end
      assert.equal("the list of commits is cut off", change(name, { commits = many, total = most + 1 }).undecided)
      many[most] = nil
      assert.is_nil(change(name, { commits = many }).undecided)
    end)

    it(name .. " may delete a reference", function()
      assert.is_true(change(name, { after = ZEROS }).deleted)
    end)
  end

  it("GitHub may be forced, or say that the branch is new", function()
    assert.equal("the push was forced", change("github", { forced = true }).undecided)
    assert.equal("the branch is new", change("github", { created = true }).undecided)
    assert.is_true(change("github", { deleted = true }).deleted)
  end)

  it("a Gitea that does not say how many commits there are is cut off", function()
    assert.equal("the list of commits is cut off", change("gitea", { payload = { ref = "refs/heads/main",
      before = AFTER, after = AFTER, commits = { { added = { "a" } } } } }).undecided)
  end)

  it("Bitbucket Cloud has a list of changes without paths", function()
    local event = read("bitbucket", {})
    assert.same({ "push", "acme/web" }, { event.name, event.repository })
    assert.same({ { branch = "main", commit = AFTER, deleted = false, undecided = NO_PATHS } }, event.changes)
    assert.same({ tag = "v1", commit = AFTER, deleted = false, undecided = "the push was forced" },
      change("bitbucket", { tag = "v1", forced = true }))
    assert.same({ branch = "main", deleted = true, undecided = NO_PATHS },
      change("bitbucket", { deleted = true }))
  end)

  it("Bitbucket Data Center names project and slug", function()
    local event = read("bitbucket", { event = "repo:refs_changed", payload = { eventKey = "repo:refs_changed",
      repository = { slug = "web", project = { key = "ACME" } }, changes = {
        { ref = { id = "refs/heads/main", displayId = "main", type = "BRANCH" }, refId = "refs/heads/main",
          fromHash = ZEROS, toHash = AFTER, type = "UPDATE" },
        { ref = { id = "refs/tags/v1", type = "TAG" }, toHash = ZEROS, type = "DELETE" } } } })
    assert.same({ "push", "ACME/web" }, { event.name, event.repository })
    assert.same({ { branch = "main", commit = AFTER, deleted = false, undecided = NO_PATHS },
      { tag = "v1", commit = ZEROS, deleted = true, undecided = NO_PATHS } }, event.changes)
  end)

  it("Standard Webhooks has what data says", function()
    local event = read("standard", {})
    assert.same({ "push", "acme/web" }, { event.name, event.repository })
    assert.same({ { branch = "main", commit = AFTER, undecided = "the message lists no changed paths" } },
      event.changes)
  end)
end)

describe("another event", function()
  it("keeps its name, its action and its tag", function()
    local event = read("github", { event = "release", payload = { action = "published",
      release = { tag_name = "v1" }, repository = { full_name = "acme/web" } } })
    assert.same({ "release", "published", "v1" }, { event.name, event.action, event.changes[1].tag })
    event = read("gitlab", { event = "Release Hook", payload = { object_kind = "release", action = "create", tag = "v2",
      project = { path_with_namespace = "acme/web" } } })
    assert.same({ "release", "create", "v2" }, { event.name, event.action, event.changes[1].tag })
    event = read("gitlab", { payload = { object_kind = "merge_request", object_attributes = { action = "open" } } })
    assert.same({ "merge_request", "open" }, { event.name, event.action })
    event = read("github", { event = "create", payload = { ref = "v3", ref_type = "tag" } })
    assert.equal("v3", event.changes[1].tag)
    event = read("bitbucket", { event = "pullrequest:created", payload = { repository = { full_name = "a/b" } } })
    assert.same({ "pullrequest:created", 1 }, { event.name, #event.changes })
  end)

  it("of any form does no harm", function()
    local forms = { {}, { 1, 2 }, { push = 1, changes = 1 }, { push = { changes = { 1, NULL } } }, { changes = {
      NULL, { ref = 1, type = 1 } } }, { commits = 1, repository = 1, project = {}, data = "x", type = {} },
      { commits = { NULL, 1, { added = { 1, NULL } } }, total_commits = 3, total_commits_count = 3, ref = 7 },
      { action = {}, object_kind = 1, ref_type = "commit", release = "x" } }
    for _, name in ipairs(forge_messages.NAMES) do
      for _, payload in ipairs(forms) do
        local event = read(name, { payload = payload })
        for _, one in ipairs(event.changes) do
          assert.is_true(one.paths ~= nil or one.undecided ~= nil)
        end
      end
    end
  end)

  it("belongs to the forge whose header is the most special", function()
    local function find(headers)
      local forge = forges.find(headers)
      return forge and forge.name
    end
    assert.equal("forgejo", find({ ["x-github-event"] = "a", ["x-gitea-event"] = "a", ["x-forgejo-event"] = "a" }))
    assert.equal("gitea", find({ ["x-github-event"] = "a", ["x-gitea-event"] = "a" }))
    assert.equal("gitlab", find({ ["x-gitlab-event"] = "a", ["webhook-id"] = "1" }))
    assert.is_nil(find({ ["content-type"] = "application/json" }))
  end)
end)
