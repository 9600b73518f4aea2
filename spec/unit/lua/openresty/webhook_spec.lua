-- The handler for a location: whom it listens to, what it refuses, what it says when nginx.conf lacks something.
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")

local SECRET = fake_request.SECRET
local open, ask = handler_harness.open, handler_harness.ask
local refused, logged = handler_harness.refused, handler_harness.logged

describe("the webhook of openresty.handler", function()
  it("refuses who does not know the secret", function()
    local host, handler, emulator = open()
    local function attempt(headers, more)
      more = more or {}
      more.headers = headers
      return ask(host, handler, "start", more)
    end
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-signature"] = false }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = false }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = { "1", "2" } }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = "1e9" }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-signature"] = "sha256=abc" }))
    refused(401, "BAD_SIGNATURE", attempt({ ["x-ecs-pipeline-signature"] = "sha256=" .. ("0"):rep(64) }))
    refused(401, "BAD_SIGNATURE", ask(host, handler, "start", { secret = "another secret of them" }))
    refused(401, "BAD_SIGNATURE", attempt({ ["x-ecs-pipeline-timestamp"] = ("%d"):format(host.now() + 1) }))
    assert.equal(0, #emulator:state().executions)
  end)

  it("accepts each of several secrets, in either case", function()
    local host, handler = open({ secret = { "an old secret of ours", SECRET } })
    assert.equal(200, ask(host, handler, "show", { secret = "an old secret of ours" }).status)
    assert.equal(200, ask(host, handler, "show").status)
    local body = '{"action":"show","pipeline":"web"}'
    local headers = openresty.sign(SECRET, body, host.now())
    headers["x-ecs-pipeline-signature"] = headers["x-ecs-pipeline-signature"]:upper():gsub("SHA", "sha")
    assert.equal(200, fake_request.webhook(host, handler, body, { headers = headers }).status)
  end)

  it("takes each message once, and none from another time", function()
    local host, handler = open({ window = 60 })
    local message = { action = "show", pipeline = "web" }
    for _, age in ipairs({ 61, -61 }) do
      local answer = fake_request.webhook(host, handler, message, { timestamp = host.now() - age })
      assert.truthy(refused(403, "TOO_OLD", answer):find(age > 0 and "61 s old" or "61 s ahead", 1, true))
    end
    local sent = host.now() + 59
    assert.equal(200, fake_request.webhook(host, handler, message, { timestamp = sent }).status)
    for _ = 1, 4 do
      local answer = fake_request.webhook(host, handler, message, { timestamp = sent })
      assert.truthy(refused(409, "REPLAYED", answer):find("nonce", 1, true))
      host.sleep(29) -- up to the end of the window of the message
    end
    host.sleep(4)
    refused(403, "TOO_OLD", fake_request.webhook(host, handler, message, { timestamp = sent }))
  end)

  it("tells an address that guesses to stop, and no other", function()
    local host, handler = open({ refusals = 3 })
    local function wrong(more)
      local asked = { secret = "wrong wrong wrong" }
      for name, value in pairs(more or {}) do
        asked[name] = value
      end
      return ask(host, handler, "start", asked)
    end
    for _ = 1, 3 do
      refused(401, "BAD_SIGNATURE", wrong())
    end
    local answer = wrong()
    assert.truthy(refused(429, "TOO_MANY_REFUSED", answer):find("the signature does not fit", 1, true))
    assert.equal("60", answer.headers["retry-after"])
    assert.equal(200, ask(host, handler, "show").status) -- nobody is shut out by what others send
    refused(401, "BAD_SIGNATURE", wrong({ address = "192.0.2.2" }))
    host.sleep(61)
    refused(401, "BAD_SIGNATURE", wrong())
  end)

  it("keeps no more addresses than it has room for", function()
    local host, handler = open()
    for index = 1, 1500 do
      refused(401, "NOT_SIGNED", fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook",
        address = "2001:db8::" .. index }))
    end
    assert.is_true(#host.shared.ecs_pipeline:get_keys() < 1010)
    assert.equal(200, ask(host, handler, "show").status)
  end)

  it("refuses bodies that are too long, before or after they are read", function()
    local host, handler = open({ max_body = 100 })
    local long = ask(host, handler, "show", { headers = { ["content-length"] = "101" } })
    refused(413, "TOO_LARGE", long)
    assert.is_nil(long.read)
    refused(413, "TOO_LARGE", ask(host, handler, "show", nil, { key = ("k"):rep(100) }))
    local path = os.tmpname()
    local function in_file(text)
      local file = assert(io.open(path, "wb"))
      file:write(text)
      file:close()
      return fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook", body_file = path,
        headers = openresty.sign(SECRET, text, host.now()) })
    end
    refused(413, "TOO_LARGE", in_file(("x"):rep(101)))
    assert.equal(200, in_file('{"action":"show","pipeline":"web"}').status)
    os.remove(path)
    refused(400, "NOT_JSON", fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook",
      headers = openresty.sign(SECRET, "", host.now()) }))
  end)

  it("says what is wrong with a message", function()
    local host, handler = open({ pipelines = { web = { id = "ip-1", actions = "show" }, api = { id = "ip-2" } } })
    refused(400, "NOT_JSON", fake_request.webhook(host, handler, "action=start"))
    refused(400, "UNKNOWN_FIELD", ask(host, handler, "start", nil, { branch = "main" }))
    refused(400, "WRONG_FIELD", ask(host, handler, "start", nil, { key = true }))
    refused(400, "UNKNOWN_ACTION", ask(host, handler, "delete"))
    refused(400, "NO_PIPELINE", fake_request.webhook(host, handler, { action = "start" }))
    local message = refused(404, "UNKNOWN_PIPELINE", ask(host, handler, "start", nil, { pipeline = "wbe" }))
    assert.truthy(message:find("[\"wbe\"] = \"ip-…\"", 1, true))
    assert.truthy(message:find("name one of: api, web", 1, true))
    refused(403, "NOT_PERMITTED", ask(host, handler, "start"))
  end)

  it("answers other methods and addresses", function()
    local host, handler = open()
    local answer = fake_request.serve(host, handler, { method = "PUT" })
    refused(405, "NO_SUCH_METHOD", answer)
    assert.equal("GET, HEAD", answer.headers.allow)
    answer = fake_request.serve(host, handler, { uri = "/bakes/webhook" })
    refused(405, "NO_SUCH_METHOD", answer)
    assert.equal("POST", answer.headers.allow)
    refused(404, "NO_SUCH_PAGE", fake_request.serve(host, handler, { uri = "/bakes/other" }))
    local message = refused(503, "WRONG_PREFIX", fake_request.serve(host, handler, { uri = "/images/" }))
    assert.truthy(message:find("location /bakes/ { … }", 1, true))
    assert.equal(200, fake_request.serve(host, handler, { method = "HEAD", uri = "/bakes/metrics" }).status)
  end)
end)

describe("openresty.handler and what nginx.conf lacks:", function()
  it("the dictionary", function()
    local host, handler = open(nil, nil, { dicts = {} })
    local line = "add \"lua_shared_dict ecs_pipeline 1m;\" to the http block of nginx.conf"
    assert.truthy(logged(host):find(line, 1, true))
    assert.truthy(refused(503, "NO_SHARED_DICT", ask(host, handler, "start")):find(line, 1, true))
    host.get_phase = function() return "init_worker" end
    handler()
    assert.equal(3, #host.lines)
  end)

  it("the secret", function()
    for _, secret in ipairs({ "", " " }) do
      local host, handler = open({ secret = secret })
      assert.truthy(logged(host):find("add \"env NAME;\" to the top of nginx.conf", 1, true))
      assert.matches("^ecs_pipeline: openresty.handler: there is no secret", (logged(host))) -- named once
      assert.truthy(refused(503, "NO_SECRET", ask(host, handler, "start")):find("env NAME;", 1, true))
    end
  end)

  it("room in the dictionary", function()
    local host, handler = open(nil, nil, { most = 0 })
    assert.truthy(refused(503, "SHARED_DICT_FULL", ask(host, handler, "start")):find("a larger size", 1, true))
    assert.equal(200, fake_request.serve(host, handler, { uri = "/bakes/metrics" }).status)
    local full = 0
    for most = 1, 12 do -- full at every later point: an answer each time, and in the end it is done
      host, handler = open(nil, nil, { most = most })
      local answer = ask(host, handler, "start")
      if answer.status == 503 then
        refused(503, "SHARED_DICT_FULL", answer)
        full = full + 1
      else
        assert.equal(202, answer.status, answer.body)
      end
      answer = ask(host, handler, "show")
      if answer.status ~= 200 then
        refused(503, "SHARED_DICT_FULL", answer)
      end
    end
    assert.is_true(full > 0)
  end)
end)

describe("the options of openresty.handler", function()
  local function raises(text, change)
    local options = { secret = SECRET, pipelines = { web = "ip-1" }, host = fake_ngx.new() }
    for name, value in pairs(change) do
      options[name] = value or nil
    end
    assert.error_matches(function() openresty.handler(options) end, text, 1, true)
  end

  it("are checked", function()
    assert.error_matches(function() openresty.handler() end, "options must be a table", 1, true)
    raises("unknown option \"pipeline\" (did you mean \"pipelines\"?)", { pipeline = "ip-1" })
    raises("option \"pipelines\" is missing", { pipelines = false })
    raises("option \"pipelines\" names none", { pipelines = {} })
    raises("a name must be a text", { pipelines = { "ip-1" } })
    raises("a name must be a text", { pipelines = { ["a\nb"] = "ip-1" } })
    raises("pipelines[\"web\"]: options must be a table, not a number", { pipelines = { web = 1 } })
    raises("option \"id\" is missing", { pipelines = { web = { region_id = "cn-qingdao" } } })
    raises("no id", { pipelines = { web = "" } })
    raises("must be \"start\", \"cancel\", \"show\"", { pipelines = { web = { id = "ip-1", actions = { "stop" } } } })
    raises("at least 16 bytes: openssl rand -hex 32", { secret = "short" })
    raises("must be a string, or a list of them", { secret = { 1 } })
    raises("must begin and end with \"/\"", { prefix = "/bakes" })
    raises("works inside nginx only", { host = false })
  end)
end)
