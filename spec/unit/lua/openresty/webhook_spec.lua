-- The handler for a location: whom it listens to, what it refuses, what it says when nginx.conf lacks something.
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")

local open, ask = handler_harness.open, handler_harness.ask
local refused, logged = handler_harness.refused, handler_harness.logged

describe("the webhook of openresty.handler", function()
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
    assert.truthy(refused(429, "TOO_MANY_REFUSED", answer):find("the signature does not match", 1, true))
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
