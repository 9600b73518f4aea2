--- Found by `make faults` with libcurl 7.88: a service that gives up an idle connection with a 408, or a proxy that
-- answers twice, leaves bytes on the connection that the pool keeps. libcurl before 8.0 took them for the answer to
-- the next request: a describe got somebody else's pipelines, a create could have got somebody else's id. The
-- transport now looks at a kept connection before it sends, and takes another when this one is not quiet.

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
