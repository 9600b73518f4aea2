--- Calls with a journal behind a link, which several processes make at the same time.
local journal_file = require("ecs_pipeline.bake.journal_file")

local PUTS = 25

return {
  { name = "build", before = function(client)
    return assert(client.pipeline.create({ name = "web", base_image = "m-bp1example", base_image_type = "IMAGE" })).id
  end, run = function(client, id, folder) -- ends before the build does: all of them overlap
    local result, message = client.execution.build(id, { journal = folder .. "/link", timeout = 20, poll = 15 })
    return result and result.execution_id .. " " .. result.outcome, message
  end },
  { name = "put", before = function() return "" end, run = function(_, _, folder)
    local done, why = journal_file.new(folder .. "/link"):put("killed " .. os.getenv("WRITER"), "x")
    return done and "done", why
  end },
  { name = "puts", before = function() return "" end, run = function(_, _, folder)
    local file = journal_file.new(folder .. "/link")
    for number = 1, PUTS do
      assert(file:put(os.getenv("WRITER") .. " " .. number, "x"))
    end
    return "done"
  end },
}
