--- Found by `make faults` with libcurl 7.88: a service that closes an idle connection with a 408, or a proxy that
-- answers twice, leaves bytes on a connection in the pool. libcurl before 8.0 read them as the reply to the next
-- request: a describe got the pipelines of another request, and a create could have got another request's id. Now the
-- transport checks a pooled connection before it sends, and uses another one if there are bytes on it.

local harness = require("spec.faults.harness")

describe("bytes on an idle connection", function()
  for fault, play in pairs({ ["another reply"] = "stray_later", ["408"] = "stray_408" }) do
    it(fault .. ": are nobody's answer", function()
      local open = harness.open()
      finally(function() open:close() end)
      local client = open.plain
      for _ = 1, 3 do
        open.server.play({ play }, false, true)
        assert.equal(open.existing, assert(client.pipeline.describe(open.existing)).id)
        require("ecs_pipeline.core").sleep(0.06)
        assert.equal(open.existing, assert(client.pipeline.describe(open.existing)).id)
      end
    end)
  end
end)
