-- What follows the end of a build: on_end and notify, for each build that was seen running, at least once.
local cjson = require("cjson").new()
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")

local ask = handler_harness.ask

-- → host, handler, emulator, client, id, what on_end got, what was sent
local function open(more)
  local _, _, emulator, client, id = handler_harness.open()
  local ended, sent = {}, {}
  local options = { pipelines = { web = id }, on_end = function(manifest, name)
    ended[#ended + 1] = { name, manifest }
  end, notify = { url = "https://ci.example.org/hook" } }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  local host, handler = handler_harness.around(client, emulator, options)
  host.cosocket = function()
    return { send = function(request)
      sent[#sent + 1] = cjson.decode(request.body)
      return { status = 200, headers = {} }
    end }
  end
  return host, handler, emulator, client, id, ended, sent
end

local function finish(host, emulator)
  emulator:advance(86400)
  host.run_timers(120)
end

describe("after a bake", function()
  it("on_end is called and the receiver is told, once, also about what others started", function()
    local host, handler, emulator, client, id, ended, sent = open()
    local first = ask(host, handler, "start").json.execution_id
    finish(host, emulator)
    assert.same({ "web", first, "success", true }, { ended[1][1], ended[1][2].execution_id, ended[1][2].outcome,
      ended[1][2].ok })
    assert.same({ "bake.ended", "web", first, id }, { sent[1].type, sent[1].data.name, sent[1].data.execution_id,
      sent[1].data.pipeline.id })
    local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
    assert.same({ "ci.example.org", "delivered", 1, 200, first }, { bake.notified[1].to, bake.notified[1].state,
      bake.notified[1].attempts, bake.notified[1].status, bake.notified[1].execution_id })
    local second = assert(client.execution.start(id)).id
    host.run_timers(400) -- until the service is asked again
    finish(host, emulator)
    assert.same({ 2, second, 2, second }, { #ended, ended[2][2].execution_id, #sent, sent[2].data.execution_id })
  end)

  it("nothing is told of a build that had ended before", function()
    local host, handler, emulator, client, id, ended, sent = open()
    assert(client.execution.start(id))
    emulator:advance(86400)
    assert.equal("ended", ask(host, handler, "show").json.bake.state)
    host.run_timers(120)
    assert.same({ 0, 0 }, { #ended, #sent })
    assert.truthy(fake_request.serve(host, handler, { uri = "/bakes/manifest.json" }).json.pipelines.web)
  end)

  it("a failure is told with its message; what cannot be read is told without it", function()
    local host, handler, emulator, client, _, ended, sent = open()
    emulator:script_build({ outcome = "FAILED", error_code = "Bad.Luck", error_info = "no more luck" })
    ask(host, handler, "start")
    client.pipeline.describe = function()
      return nil, "not now", { kind = "transport", message = "not now" }
    end
    finish(host, emulator)
    assert.same({ "failed", false, "no more luck", "Bad.Luck" }, { ended[1][2].outcome, ended[1][2].ok,
      ended[1][2].message, ended[1][2].error_code })
    assert.equal("no more luck", sent[1].data.message)
    assert.is_nil(ended[1][2].content_hash)
    assert.matches("not now", handler_harness.logged(host))
  end)

  it("a build that can never be read is told as lost", function()
    local host, handler, _, client, _, ended, sent = open()
    client.execution.describe = function()
      return nil, "gone", { kind = "not_found", code = "Gone", message = "gone" }
    end
    local id = ask(host, handler, "start").json.execution_id
    host.run_timers(120)
    assert.same({ "lost", false, id, "gone" }, { ended[1][2].outcome, ended[1][2].ok, ended[1][2].execution_id,
      ended[1][2].message })
    assert.same({ 1, "lost" }, { #sent, sent[1].data.outcome })
  end)

  it("the end of a build is told also if its pipeline was replaced while it ran", function()
    local args = { name = "shop", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN a" }
    local host, handler, emulator, _, _, ended, sent = open({ pipelines = { web = { spec = args } } })
    local first = ask(host, handler, "start").json
    args.build_content = "RUN b" -- as after a reload
    host.run_timers(10)
    local second = ask(host, handler, "start").json
    assert.not_equal(first.created, second.created)
    finish(host, emulator)
    assert.same({ 2, 2 }, { #ended, #sent })
    local told = {}
    for _, message in ipairs(sent) do
      told[message.data.execution_id] = message.data.pipeline.id
    end
    assert.same({ [first.execution_id] = first.created, [second.execution_id] = second.created }, told)
    local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
    assert.same({ second.created, second.execution_id, 2 }, { bake.pipeline_id, bake.execution_id, #bake.builds })
  end)

  it("what on_end raises is logged, and the receiver is told all the same", function()
    local host, handler, emulator, _, _, _, sent = open({ on_end = function() error("no luck here", 0) end })
    local id = ask(host, handler, "start").json.execution_id
    finish(host, emulator)
    assert.matches("on_end failed on " .. id:gsub("%-", "%%-") .. ": no luck here", handler_harness.logged(host))
    assert.equal(1, #sent)
  end)
end)
