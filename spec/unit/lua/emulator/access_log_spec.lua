-- The emulator's log of requests.
local access_log = require("ecs_pipeline.emulator.access_log")
local cjson = require("cjson").new()
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

before_each(function()
  emulator = emulators.new({ now = 1767225600 })
  client = caller.new(emulator)
end)

local function create(more)
  local status, reply = client:create(more)
  assert(status == 200, reply.Code)
  return reply.ImagePipelineId
end

describe("the access log", function()
  it("says what arrived and what was answered", function()
    client:create({ Name = "web", ClientToken = "t" })
    caller.new(emulator, { scheme = "1.0", placement = "form" }):create({ Name = "x" })
    local requests = emulator:state().requests
    local first, second = requests[1], requests[2]
    assert.are.same({ "CreateImagePipeline", "V3", "query", 5, 200, "t" },
      { first.action, first.scheme, first.placement, first.parameters, first.status, first.client_token })
    assert.are.same({ "1.0", "query+form", 4, 400, "InvalidName.Malformed" },
      { second.scheme, second.placement, second.parameters, second.status, second.code })
    assert.are.same({ CreateImagePipeline = 2 }, emulator:state().count)
  end)

  it("is a copy, like all of the state", function()
    create()
    emulator:state().pipelines[1].Name = "changed"
    emulator:state().requests[1] = nil
    assert.are_not.equal("changed", emulator:state().pipelines[1].Name)
    assert.are.equal(1, #emulator:state().requests)
    assert.is_truthy(cjson.encode(emulator:state()))
  end)

  it("keeps a thousand entries, and goes on counting", function()
    local log = access_log.new()
    for _ = 1, 1005 do
      log:open()
    end
    assert.same({ 1000, 6, 1005 }, { #log.entries, log.entries[1].number, log.entries[1000].number })
    assert.same({ ["?"] = 1000 }, log:counts())
  end)

  it("counts no parameter of the protocol, and notes no value of one", function()
    local entry = {}
    access_log.note(entry, { method = "GET", query = { 1 }, form = {}, raw_query = "abc", body = "", headers = {},
      params = { Action = "A", Signature = "secret", SecurityToken = "secret", Name = "x" } }, { token = "secret" })
    assert.same({ method = "GET", placement = "query", parameters = 1, query_bytes = 3, body_bytes = 0, token = true },
      entry)
  end)
end)
