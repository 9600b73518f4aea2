local ports = require("ecs_pipeline.emulator.nginx.ports")

describe("a free port", function()
  it("is below those of outgoing connections, and not the other one", function()
    local first = ports.free()
    assert.is_true(first >= 20000 and first < 32000)
    for _ = 1, 5 do
      assert.is_true(ports.free(first) ~= first)
    end
  end)
end)
