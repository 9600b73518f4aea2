-- Words of the command line as arguments of the library.
local json = require("ecs_pipeline.sorted_json")
local requests = require("ecs_pipeline.command.requests")

describe("tags", function()
  it("are KEY=VALUE, or KEY for any value", function()
    assert.same({ a = "b", c = "", d = "x=y", e = true }, requests.tags({ "a=b", "c=", "d=x=y", "e" }))
    assert.is_nil(requests.tags(nil))
  end)

  it("without a key are refused", function()
    for _, word in ipairs({ "", "=", "=x" }) do
      assert.has_error(function() requests.tags({ word }) end)
    end
  end)
end)

it("an empty list stays a list, a failure stays as it is", function()
  local context = {}
  assert.equal("[]", json.encode((requests.list(context, "images", {}))))
  assert.equal("no images", context.nothing)
  for _, case in ipairs({ { { a = {}, b = {} }, "no images" }, { { a = {}, b = { { id = "m-1" } } } },
    { { { id = "m-1" } } }, { { count = 0 } } }) do
    context = {}
    assert.equal(case[1], requests.list(context, "images", case[1]))
    assert.equal(case[2], context.nothing)
  end
  assert.same({ nil, "why", { kind = "api" } }, { requests.list({}, "images", nil, "why", { kind = "api" }) })
end)

it("options of a build are those of its wait and its own", function()
  local context = { progress = print }
  assert.same({ timeout = 9, poll = 2, accept = { "partial" }, on_progress = print, journal = "j", max_age = 1,
    when_running = "adopt", force = true },
    requests.build(context, { timeout = 9, poll = 2, accept = { "partial" }, journal = "j", max_age = 1,
      when_running = "adopt", force = true, file = "x", yes = true }))
end)
