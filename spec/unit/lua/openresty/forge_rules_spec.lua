-- The option `forges` of a handler: its form, and which message builds which pipeline.
local forge_rules = require("ecs_pipeline.openresty.forge_rules")

local SECRET, OTHER = "a secret of some length", "another secret of a team"
local PIPELINES = { web = { actions = { start = true } }, api = { actions = { start = true } },
  shown = { actions = { show = true } } }

local function read(forges)
  return forge_rules.read("handler", forges, { pipelines = PIPELINES })
end

describe("the option forges", function()
  local function raises(text, forges)
    assert.error_matches(function() read(forges) end, text, 1, true)
  end

  local function raises_for_rule(text, rule)
    rule.pipeline = rule.pipeline or "web"
    raises(text, { github = { secret = SECRET, rules = { rule } } })
  end

  it("is checked", function()
    assert.same({}, read(nil))
    raises("handler: forges: unknown option \"githb\" (did you mean \"github\"?)", { githb = {} })
    raises("handler: forges: option \"github\" must be a table", { github = SECRET })
    raises("handler: forges.github: unknown option \"secrets\" (did you mean \"secret\"?)",
      { github = { secrets = SECRET, rules = {} } })
    raises("handler: forges.github: option \"rules\" is missing", { github = { secret = SECRET } })
    raises("handler: forges.github: option \"rules\" has none", { github = { secret = SECRET, rules = {} } })
    raises("at least 16 bytes", { github = { secret = "short", rules = { { pipeline = "web" } } } })
    raises_for_rule("forges.github.rules[1]: unknown option \"branches\" (did you mean \"branch\"?)",
      { branches = "a" })
    raises_for_rule("must be a name in pipelines = { … } of the handler (did you mean \"web\"?)", { pipeline = "wbe" })
    raises_for_rule("whose actions do not include \"start\"", { pipeline = "shown" })
    raises_for_rule("option \"paths\" may hold \"**\" only as a part of its own", { paths = { "a**" } })
    raises_for_rule("option \"branch\" must not be empty", { branch = {} })
    raises_for_rule("option \"tag\" must be a string or table", { tag = true })
    raises_for_rule("rules[1]: option \"secret\" must have at least 16 bytes", { secret = "short" })
    raises("rules[1]: options must be a table", { github = { secret = SECRET, rules = { "web" } } })
  end)

  it("has secrets of Standard Webhooks where these are wanted", function()
    local function of(name, secret)
      return { [name] = { secret = secret, rules = { { pipeline = "web" } } } }
    end
    local text = "option \"secret\" must be \"whsec_\" and the key in Base64"
    raises(text, of("standard", SECRET))
    raises(text, of("standard", "whsec_no base64 at all"))
    raises(text, of("gitlab", "whsec_no base64 at all"))
    assert.equal(1, #read(of("gitlab", SECRET)).gitlab.secrets)
    assert.equal(1, #read(of("github", "whsec_no base64 at all")).github.secrets)
  end)

  it("may have no secret yet", function()
    assert.same({}, read({ github = { rules = { { pipeline = "web" } } } }).github.secrets)
  end)
end)

describe("a rule", function()
  -- → names of the pipelines, note of the first; or the code of the reason
  local function select(rules, event, known)
    for _, rule in ipairs(rules) do
      rule.pipeline = rule.pipeline or "web"
    end
    local all = { name = "push", repository = "acme/web", changes = { { branch = "main", commit = "c" } } }
    for name, value in pairs(event or {}) do
      all[name] = value or nil
    end
    local own = read({ github = { secret = SECRET, rules = rules } }).github
    local list, why = forge_rules.select(own.rules, all, known or { [SECRET] = true })
    if not list[1] then
      return why.code
    end
    local names = {}
    for index, one in ipairs(list) do
      names[index] = one.pipeline
    end
    return table.concat(names, " "), list[1].note
  end

  local function changed(...)
    return { changes = { { branch = "main", paths = { ... } } } }
  end

  it("takes a repository in upper and lower case", function()
    assert.equal("web", select({ { repository = "Acme/Web" } }, { repository = "ACME/web" }))
    assert.equal("web", select({ { repository = "acme/*" } }))
    assert.equal("web", select({ {} }))
    assert.equal("UNKNOWN_REPOSITORY", select({ { repository = "acme/api" } }))
    assert.equal("UNKNOWN_REPOSITORY", select({ { repository = "*" } }, { repository = false }))
  end)

  it("takes pushes, or the events that it names", function()
    assert.equal("IGNORED_EVENT", select({ {} }, { name = "issues" }))
    assert.equal("IGNORED_EVENT", select({ {} }, { name = false }))
    assert.equal("IGNORED_EVENT", select({ { event = "release" } }))
    assert.equal("web", select({ { event = { "push", "release" } } }, { name = "release" }))
    assert.equal("web", select({ { event = "release.published" } }, { name = "release", action = "published" }))
    assert.equal("IGNORED_EVENT", select({ { event = "release.published" } }, { name = "release", action = "deleted" }))
  end)

  it("takes branches, tags or both", function()
    local tag = { changes = { { tag = "v1" } } }
    assert.equal("web", select({ { branch = "main" } }))
    assert.equal("IGNORED_REFERENCE", select({ { branch = "main" } }, tag))
    assert.equal("IGNORED_REFERENCE", select({ { branch = { "release/*", "dev" } } }))
    assert.equal("IGNORED_REFERENCE", select({ { tag = "v*" } }))
    assert.equal("web", select({ { tag = "v*" } }, tag))
    assert.equal("web", select({ { tag = "v*", branch = "x" } }, tag))
    assert.equal("web", select({ {} }, tag))
    assert.equal("IGNORED_REFERENCE", select({ { branch = "**" } }, { name = "push", changes = { {} } }))
    assert.equal("IGNORED_REFERENCE", select({ {} }, { changes = {} }))
  end)

  it("takes changed paths, and builds where they cannot be known", function()
    local rules = function() return { { paths = { "images/**", "!**/*.md" } } } end
    assert.equal("web", select(rules(), changed("docs/a", "images/x/y.sh")))
    assert.equal("IGNORED_PATHS", select(rules(), changed("docs/a", "images/README.md")))
    assert.equal("IGNORED_PATHS", select(rules(), changed()))
    assert.same({ "web", "the push was forced" }, { select(rules(), { changes = { { branch = "main",
      undecided = "the push was forced" } } }) })
    assert.same({ "web" }, { select({ {} }, { changes = { { branch = "main", undecided = "the push was forced" } } }) })
  end)

  it("never takes what was deleted", function()
    assert.equal("IGNORED_DELETION", select({ {} }, { changes = { { branch = "main", deleted = true } } }))
    assert.equal("web", select({ {} }, { changes = { { branch = "old", deleted = true }, { branch = "main" } } }))
  end)

  it("obeys its own secret only, if it has one", function()
    local rules = function() return { { secret = OTHER }, { pipeline = "api" } } end
    assert.equal("api", select(rules()))
    assert.equal("web", select(rules(), nil, { [OTHER] = true }))
    assert.equal("web api", select(rules(), nil, { [OTHER] = true, [SECRET] = true }))
    assert.equal("UNKNOWN_REPOSITORY", select({ { secret = OTHER } }))
  end)

  it("builds each pipeline once, and the reason is that of the rule that came closest", function()
    assert.equal("web api", select({ { branch = "main" }, { repository = "acme/*" }, { pipeline = "api" } }))
    assert.equal("IGNORED_PATHS", select({ { repository = "x" }, { branch = "dev" }, { paths = "a" }, { event = "x" } },
      changed("b")))
  end)
end)
