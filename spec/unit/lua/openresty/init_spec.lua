-- The hooks by name, each loaded when it is first named.
local openresty = require("ecs_pipeline.openresty")

describe("ecs_pipeline.openresty", function()
  it("has its hooks by name, each the same function every time, and nothing else", function()
    for _, name in ipairs({ "handler", "single_flight", "token_bucket", "watch" }) do
      local hook = openresty[name]
      assert.is_function(hook, name)
      assert.equal(hook, openresty[name])
      assert.equal(require("ecs_pipeline.openresty." .. name).new, hook)
    end
    assert.is_nil(openresty.singleflight)
  end)
end)
