-- Ids of a filter, and how they are put into batches.
local ids = require("ecs_pipeline.paging.ids")
local reference = require("ecs_pipeline.paging.reference")

local function read(given)
  return ids.read("pipeline.list", given, reference.PIPELINE)
end

describe("ids.read", function()
  it("takes one, a list, and tables with id; each once, in order", function()
    assert.same({ "ip-1" }, read("ip-1"))
    assert.same({ "ip-1" }, read({ id = "ip-1" }))
    assert.same({ "ip-2", "ip-1" }, read({ "ip-2", { id = "ip-1" }, "ip-2", { image_pipeline_id = "ip-1" } }))
  end)

  it("knows none from an empty list", function()
    assert.is_nil(read(nil))
    assert.is_nil(read({}))
  end)

  it("rejects a list with something else in it", function()
    for _, given in ipairs({ { "ip-1", "" }, { {} }, "" }) do
      local list, message, err = read(given)
      assert.is_false(list)
      assert.matches("^pipeline%.list: ", message)
      assert.same({ "validation", "image_pipeline_id" }, { err.kind, err.param })
    end
    assert.has_error(function() read({ 7 }) end)
  end)
end)

describe("ids.batches", function()
  it("cuts a list into pieces, the last one shorter", function()
    assert.same({ { 1, 2 }, { 3, 4 }, { 5 } }, ids.batches({ 1, 2, 3, 4, 5 }, 2))
    assert.same({ { 1, 2 } }, ids.batches({ 1, 2 }, 2))
    assert.same({}, ids.batches({}, 2))
  end)
end)

describe("ids.each", function()
  -- A page for each batch: its ids, or "all".
  local function collect(list, size, keep)
    local opened, result = {}, {}
    local next_item = ids.each(list, size, function(batch)
      opened[#opened + 1] = batch or "none"
      local page = batch or { "all" }
      return function()
        local items = page
        page = nil
        return items
      end
    end, keep or function() return true end)
    for item in next_item do
      result[#result + 1] = item
    end
    return result, opened
  end

  it("sends a request for each batch", function()
    local items, opened = collect({ "a", "b", "c" }, 2)
    assert.same({ "a", "b", "c" }, items)
    assert.same({ { "a", "b" }, { "c" } }, opened)
  end)

  it("sends one without ids", function()
    local items, opened = collect(nil, 2)
    assert.same({ { "all" }, { "none" } }, { items, opened })
  end)

  it("keeps what the predicate keeps", function()
    assert.same({ "b" }, (collect({ "a", "b", "c" }, 1, function(item) return item == "b" end)))
  end)
end)
