-- Webhooks of forges, from the request to the start of a bake and to its repetition.
local cjson = require("cjson").new()
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local forge_messages = require("spec.support.forge_messages")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")

local SECRETS = forge_messages.SECRETS
local logged, refused = handler_harness.logged, handler_harness.refused

local RULES = {
  { repository = "acme/web", branch = "main", paths = { "images/**" }, pipeline = "web" },
  { repository = "acme/web", tag = "v*", pipeline = "web" },
}

-- A handler that takes the same of each forge.
local function open(options, emulator_options, host_options)
  local forges = {}
  for _, name in ipairs(forge_messages.NAMES) do
    forges[name] = { secret = SECRETS[name], rules = RULES }
  end
  local all = { forges = forges }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return handler_harness.open(all, emulator_options, host_options)
end

-- Sends a body with headers; `more`: fields of `fake_request.serve`.
local function post(host, handler, body, headers, more)
  local asked = { method = "POST", uri = "/bakes/webhook", headers = headers, body = body }
  for name, value in pairs(more or {}) do
    asked[name] = value or nil
  end
  return fake_request.serve(host, handler, asked)
end

local function push(host, handler, name, given)
  given = given or {}
  given.now = host.now()
  return post(host, handler, forge_messages.push(name, given))
end

local function starts(emulator)
  return #emulator:state().executions
end

describe("a webhook of", function()
  for _, name in ipairs(forge_messages.NAMES) do
    it(name .. " starts a bake once, however often it is delivered", function()
      local host, handler, emulator = open()
      local body, headers = forge_messages.push(name, { now = host.now() })
      local answer = post(host, handler, body, headers)
      assert.same({ 202, true, "started", name, "push", "acme/web", "start" }, { answer.status, answer.json.ok,
        answer.json.outcome, answer.json.forge, answer.json.event, answer.json.repository, answer.json.action },
        answer.body)
      local row = answer.json.pipelines[1]
      assert.same({ "web", "started", emulator:state().executions[1].ExecutionId }, { row.pipeline, row.state,
        row.execution_id })
      assert.equal(name == "bitbucket" and "the path filter did not decide, so it builds: Bitbucket lists no changed "
        .. "paths" or name == "standard" and "the path filter did not decide, so it builds: the message lists no "
        .. "changed paths" or nil, row.note)
      -- with another id, where the id is not signed
      if name ~= "standard" and name ~= "gitlab" then
        body, headers = forge_messages.push(name, { now = host.now(), id = "redelivered" })
      end
      for _ = 1, 3 do
        local again = post(host, handler, body, headers)
        assert.same({ 200, true, "duplicate", true, "duplicate" }, { again.status, again.json.ok, again.json.outcome,
          again.json.duplicate, again.json.pipelines[1].state }, again.body)
      end
      assert.equal(1, starts(emulator))
      assert.is_nil((answer.body .. logged(host)):find(SECRETS[name], 1, true))
    end)

    it(name .. " is worked on again when its first delivery failed", function()
      local host, handler, emulator = open()
      local body, headers = forge_messages.push(name, { now = host.now() })
      emulator:fault({ kind = "status", status = 503 })
      local answer = post(host, handler, body, headers)
      assert.equal(503, answer.status, answer.body)
      assert.same({ "failed", answer.json.error.code }, { answer.json.pipelines[1].state,
        answer.json.pipelines[1].code })
      assert.equal(0, starts(emulator))
      answer = post(host, handler, body, headers)
      assert.same({ 202, "started" }, { answer.status, answer.json.outcome }, answer.body)
      assert.equal(1, starts(emulator))
    end)

    it(name .. " without the right secret, too large or unknown starts nothing, and says which", function()
      local host, handler, emulator = open({ max_body = 2000 })
      local answer = push(host, handler, name, { secret = "a secret of somebody else" })
      refused(401, "BAD_SIGNATURE", answer)
      local body, headers = forge_messages.push(name, { now = host.now() })
      headers["content-length"] = "2001"
      answer = post(host, handler, body, headers)
      refused(413, "TOO_LARGE", answer)
      assert.is_nil(answer.read) -- the body was not even read
      answer = push(host, handler, name, { repository = "acme/other" })
      assert.truthy(refused(404, "UNKNOWN_REPOSITORY", answer):find("forges." .. name, 1, true))
      answer = push(host, handler, name, { branch = "other" })
      assert.same({ 200, "ignored", "IGNORED_REFERENCE" }, { answer.status, answer.json.outcome, answer.json.code })
      answer = push(host, handler, name, { body = "payload=%7B%7D" })
      assert.truthy(refused(400, "NOT_JSON", answer):find("application/json", 1, true))
      assert.equal(0, starts(emulator))
      local log = logged(host)
      for _, text in ipairs({ "webhook of " .. name .. ", delivery delivery-", "event push, repository acme/other: "
        .. "UNKNOWN_REPOSITORY", "BAD_SIGNATURE", "event push, repository acme/web: IGNORED_REFERENCE", "NOT_JSON" }) do
        assert.truthy(log:find(text, 1, true), text .. " is not in " .. log)
      end
    end)
  end
end)

describe("a delivery", function()
  it("that is ignored is no error, and is logged below warnings", function()
    local host, handler, emulator = open()
    local answer = push(host, handler, "github", { paths = { "docs/a.md" } })
    assert.same({ 200, "IGNORED_PATHS", "no changed path matches" }, { answer.status, answer.json.code,
      answer.json.message })
    assert.equal(host.NOTICE, host.lines[#host.lines].level)
    answer = push(host, handler, "github", { event = "issues" })
    assert.same({ 200, "IGNORED_EVENT" }, { answer.status, answer.json.code })
    answer = push(host, handler, "github", { event = "ping", payload = { zen = "Keep it simple." } })
    assert.same({ 200, "ping" }, { answer.status, answer.json.outcome })
    answer = push(host, handler, "bitbucket", { event = "diagnostics:ping", payload = { test = true } })
    assert.same({ 200, "ping" }, { answer.status, answer.json.outcome })
    assert.equal(0, starts(emulator))
    local metrics = fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body
    assert.truthy(metrics:find('ecs_pipeline_webhooks_total{action="ignored",status="200"} 4\n', 1, true), metrics)
    push(host, handler, "github", { secret = "a secret of somebody else" })
    assert.equal(host.WARN, host.lines[#host.lines].level)
  end)

  it("says why a path filter did not decide", function()
    for note, given in pairs({ ["the push was forced"] = { forced = true }, ["the branch is new"] = { created = true },
      ["the message lists no commits"] = { commits = {} } }) do
      local host, handler, emulator = open()
      given.paths = { "docs/a.md" }
      local answer = push(host, handler, "github", given)
      assert.equal(202, answer.status, answer.body)
      assert.equal("the path filter did not decide, so it builds: " .. note, answer.json.pipelines[1].note)
      assert.truthy(logged(host):find("web started (the path filter did not decide, so it builds: " .. note, 1, true))
      assert.equal(1, starts(emulator))
    end
  end)

  it("of a forge without an option or without a secret is refused", function()
    local host, handler = open({ forges = { github = { secret = "", rules = RULES } } })
    assert.equal(200, handler_harness.ask(host, handler, "show").status)
    assert.truthy(refused(401, "UNKNOWN_FORGE", push(host, handler, "bitbucket")):find("forges = { bitbucket", 1, true))
    -- it also has the headers of GitHub, whose rules for lists of commits are others
    refused(401, "UNKNOWN_FORGE", push(host, handler, "gitea"))
    assert.truthy(refused(503, "NO_SECRET", push(host, handler, "github")):find("env NAME;", 1, true))
    host, handler = open({ secret = "", forges = { gitea = { secret = SECRETS.gitea, rules = RULES } } })
    assert.equal(202, push(host, handler, "gitea").status) -- a secret of our own is not needed for that
    assert.truthy(refused(503, "NO_SECRET", handler_harness.ask(host, handler, "start")):find("env NAME;", 1, true))
    host, handler = open({ secret = "", forges = { gitea = { rules = RULES } } })
    assert.matches("openresty.handler: there is no secret", logged(host))
    refused(503, "NO_SECRET", fake_request.serve(host, handler, {}))
    host, handler = open({ forges = { gitea = { secret = SECRETS.forgejo, rules = RULES } } })
    assert.equal(202, push(host, handler, "forgejo").status) -- one option serves both
  end)

  it("counts as refused as any other message of its address", function()
    local host, handler = open({ refusals = 1 })
    refused(401, "BAD_SIGNATURE", push(host, handler, "github", { secret = "a secret of somebody else" }))
    refused(429, "TOO_MANY_REFUSED", push(host, handler, "github", { secret = "a secret of somebody else" }))
    assert.equal(1, #host.lines) -- no line for each further one
    assert.equal(202, push(host, handler, "github").status)
  end)

  it("with our own signature is ours, whatever other headers it has", function()
    local host, handler = open()
    assert.equal(200, handler_harness.ask(host, handler, "show", { headers = { ["x-github-event"] = "push" } }).status)
  end)

  it("in a file of nginx is hashed in pieces", function()
    local host, handler, emulator = open()
    local paths = { "images/a" }
    for index = 2, 20000 do
      paths[index] = "docs/a-path-that-is-quite-long/" .. index
    end
    local body, headers = forge_messages.push("github", { paths = paths })
    assert.is_true(#body > 700000)
    local path = os.tmpname()
    finally(function() os.remove(path) end)
    local function in_file(text)
      local file = assert(io.open(path, "wb"))
      file:write(text)
      file:close()
      return post(host, handler, nil, headers, { body = false, body_file = path })
    end
    refused(401, "BAD_SIGNATURE", in_file(body .. " "))
    assert.equal(202, in_file(body).status)
    assert.equal("duplicate", in_file(body).json.outcome)
    assert.equal(1, starts(emulator))
    headers["content-length"] = nil -- in chunks
    refused(413, "TOO_LARGE", in_file((" "):rep(1048577)))
  end)

  it("adopts a build that runs, and may come again after its end", function()
    local host, handler, emulator = open()
    assert.equal("started", push(host, handler, "github").json.pipelines[1].state)
    local body, headers = forge_messages.push("github", { after = ("c"):rep(40) })
    for _ = 1, 2 do
      local row = post(host, handler, body, headers).json.pipelines[1]
      assert.equal("adopted", row.state)
      assert.truthy(row.message:find("send this delivery again after its end", 1, true))
    end
    host.run_timers(7200)
    local answer = post(host, handler, body, headers)
    assert.equal("started", answer.json.pipelines[1].state, answer.body)
    assert.equal("duplicate", post(host, handler, body, headers).json.outcome)
    assert.equal(2, starts(emulator))
  end)

  it("is known for 8 days, and its commit is built once even later", function()
    local host, handler, emulator = open()
    local body, headers = forge_messages.push("gitea")
    assert.equal("started", post(host, handler, body, headers).json.pipelines[1].state)
    host.clock = host.clock + 8 * 86400 - 10
    emulator:advance(8 * 86400 - 10)
    assert.equal("duplicate", post(host, handler, body, headers).json.outcome)
    host.clock = host.clock + 20
    for _ = 1, 2 do
      local row = post(host, handler, body, headers).json.pipelines[1]
      assert.same({ "adopted", emulator:state().executions[1].ExecutionId }, { row.state, row.execution_id })
      body, headers = forge_messages.push("gitea", { paths = { "images/other" } }) -- of the same commit
    end
    assert.equal(1, starts(emulator))
  end)

  it("builds several pipelines; those that failed are started when it comes again", function()
    local _, _, emulator, client, id = open()
    local other = assert(client.pipeline.create({ name = "api", base_image = "m-bp1example",
      base_image_type = "IMAGE" })).id
    local host = fake_ngx.new({ now = emulator:now() })
    local handler = openresty.handler({ host = host, client = client,
      pipelines = { web = id, api = other, gone = "ip-gone" }, forges = { github = { secret = SECRETS.github, rules = {
        { pipeline = "web" }, { pipeline = "gone" }, { pipeline = "api" } } } } })
    local answer = push(host, handler, "github")
    refused(404, "InvalidImagePipeline.NotFound", answer)
    local states = {}
    for _, row in ipairs(answer.json.pipelines) do
      states[row.pipeline] = row.state
    end
    assert.same({ web = "started", gone = "failed", api = "started" }, states)
    answer = push(host, handler, "github")
    assert.equal("duplicate", answer.json.pipelines[1].state)
    assert.equal("failed", answer.json.pipelines[2].state)
    assert.equal(2, starts(emulator))
  end)

  it("bakes arguments, and says when nothing has changed", function()
    local host, handler, emulator = open({ pipelines = { web = { spec = { name = "baked", base_image = "m-bp1example",
      base_image_type = "IMAGE", build_content = "RUN true" } } } })
    local answer = push(host, handler, "github")
    assert.same({ 202, "started", "started" }, { answer.status, answer.json.outcome, answer.json.pipelines[1].state },
      answer.body)
    host.run_timers(7200)
    local body, headers = forge_messages.push("github", { after = ("c"):rep(40) })
    answer = post(host, handler, body, headers)
    local row = answer.json.pipelines[1]
    assert.same({ 200, "unchanged", "unchanged" }, { answer.status, answer.json.outcome, row.state }, answer.body)
    assert.matches("^m%-", row.image_id)
    assert.equal("duplicate", post(host, handler, body, headers).json.outcome)
    assert.equal(1, starts(emulator))
  end)

  it("that builds several pipelines is answered within 3 seconds, too", function()
    local _, _, emulator, client, id = open()
    local host = fake_ngx.new({ now = emulator:now() })
    local handler = openresty.handler({ host = host, client = client, pipelines = { web = id, api = id, all = id },
      forges = { github = { secret = SECRETS.github, rules = { { pipeline = "web" }, { pipeline = "api" },
        { pipeline = "all" } } } } })
    handler_harness.slow(host, client, 10)
    local before = host.now()
    local answer = push(host, handler, "github")
    assert.same({ 202, "started", 3, "starting" }, { answer.status, answer.json.outcome, #answer.json.pipelines,
      answer.json.pipelines[3].state }, answer.body)
    assert.is_true(host.now() - before < 3)
    host.run_timers(60)
    assert.equal(1, starts(emulator))
  end)

  it("whose promised start failed in the end is worked on again", function()
    local host, handler, emulator, client = open()
    handler_harness.slow(host, client, 10)
    emulator:fault({ kind = "error", code = "Forbidden.RAM", status = 403, action = "StartImagePipelineExecution" })
    local body, headers = forge_messages.push("github", {})
    local answer = post(host, handler, body, headers)
    assert.same({ 202, "starting" }, { answer.status, answer.json.pipelines[1].state }, answer.body)
    host.run_timers(60)
    assert.truthy(logged(host):find("that was promised failed", 1, true), logged(host))
    assert.equal("starting", post(host, handler, body, headers).json.pipelines[1].state)
    host.run_timers(60)
    assert.equal("duplicate", post(host, handler, body, headers).json.outcome)
    assert.equal(1, starts(emulator))
  end)

  it("that finds no room in the dictionary starts one build, and says what is missing", function()
    local host, handler, emulator = open()
    handler_harness.no_room(host, "delivery:")
    local body, headers = forge_messages.push("github", {})
    assert.equal("started", post(host, handler, body, headers).json.pipelines[1].state)
    assert.truthy(logged(host):find("the shared dictionary is full (no memory)", 1, true), logged(host))
    assert.equal("adopted", post(host, handler, body, headers).json.pipelines[1].state)
    assert.equal(1, starts(emulator))
  end)

  it("with strange names leaves the log readable", function()
    local host, handler = open()
    push(host, handler, "github", { repository = "a\nb\27[31m" .. ("x"):rep(200) })
    local line = host.lines[#host.lines].text
    assert.is_nil(line:find("[%c]"), line)
    assert.truthy(line:find("repository a?b?[31mxxx", 1, true), line)
  end)
end)

it("payloads of the specs are JSON", function()
  for _, name in ipairs(forge_messages.NAMES) do
    assert.is_table(cjson.decode((forge_messages.push(name, { deleted = true }))))
  end
end)
