-- What a webhook may ask for, within which bounds.
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")

local SECRET = fake_request.SECRET
local open, ask = handler_harness.open, handler_harness.ask
local refused = handler_harness.refused

describe("the request of a webhook", function()
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
        headers = openresty.sign(SECRET, text, { timestamp = host.now() }) })
    end
    refused(413, "TOO_LARGE", in_file(("x"):rep(101)))
    assert.equal(200, in_file('{"action":"show","pipeline":"web"}').status)
    os.remove(path)
    refused(400, "NOT_JSON", fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook",
      headers = openresty.sign(SECRET, "", { timestamp = host.now() }) }))
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
end)
