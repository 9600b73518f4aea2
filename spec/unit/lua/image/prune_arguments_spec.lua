-- The arguments of image.prune: what is refused before anything is sent, and what they become.
local prune_arguments = require("ecs_pipeline.image.prune_arguments")
local virtual = require("spec.support.virtual")

describe("the arguments of image.prune", function()
  it("are refused before anything is sent", function()
    local client, emulator = virtual.client()
    local rows = {
      { { keep = 1 }, "pipeline" }, { { name_regex = "x" }, "keep" }, { { name_regex = "x", keep = -1 }, "keep" },
      { { name_regex = "x", keep = 1.5 }, "keep" }, { { name_regex = "x", keep = "2" }, "keep" },
      { { name_regex = "x", older_than = 0 }, "older_than" },
      { { name_regex = "x", older_than = 0 / 0 }, "older_than" },
      { { name_regex = "x", keep = 1, in_use = "yes" }, "in_use" },
      { { name_regex = "x", keep = 1, keep_copied = 1 }, "keep_copied" },
      { { name_regex = "x", keep = 1, apply = "yes" }, "apply" },
      { { name_regex = "x", keep = 1, owners = "system" }, "owners" },
      { { name_regex = "x", keep = 1, most_recent = true }, "most_recent" },
      { { ids = {}, keep = 0 }, "ids" }, { { name_regex = "x", ids = {}, keep = 0 }, "ids" },
      { { tags = {}, keep = 0 }, "tags" }, { { image_family = "", keep = 0 }, "image_family" },
      { { name = "", keep = 0 }, "name" }, { { image_name = "", keep = 0 }, "image_name" },
    }
    for _, row in ipairs(rows) do
      local _, _, err = client.image.prune(row[1])
      assert.same({ "validation", row[2] }, { err.kind, err.param })
    end
    local _, message = client.image.prune({ pipeline = {}, keep = 1 })
    assert.matches("^image.prune: ", message)
    assert.equal(0, #emulator:state().requests)
    assert.equal("validation", select(3, client.image.prune({ name_regex = "x", kept = 1, keep = 1 })).kind)
    assert.has_error(function() client.image.prune() end)
  end)

  it("are split into what to do, with defaults, and the filter of the images", function()
    local own_options, filter = prune_arguments("image.prune", { name_regex = "^web", keep = 3, tags = { a = "b" } })
    assert.same({ keep = 3, in_use = "keep", keep_copied = false, snapshots = false, apply = false }, own_options)
    assert.same({ name_regex = "^web", tags = { a = "b" }, owners = "self" },
      { name_regex = filter.name_regex, tags = filter.tags, owners = filter.owners })
    assert.is_nil(filter.keep)
    assert.is_not_nil(filter.status)
    own_options, filter = prune_arguments("image.prune", { pipeline = "ip-1", older_than = 60, status = "Available",
      in_use = "delete", keep_copied = true, snapshots = true, apply = true })
    assert.same({ keep = 1, older_than = 60, in_use = "delete", keep_copied = true, snapshots = true,
      apply = true, pipeline = "ip-1" }, own_options)
    assert.same({ owners = "self", status = "Available" }, filter)
  end)
end)
