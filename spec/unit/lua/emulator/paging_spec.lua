-- Pages by token and by number.
local paging = require("ecs_pipeline.emulator.paging")

local function records(count)
  local list = {}
  for i = 1, count do
    list[i] = { number = i, id = "r-" .. i, region = "cn-hangzhou", tags = {}, reply = { Id = i } }
  end
  return list
end

local function numbers(page)
  local list = {}
  for i, record in ipairs(page) do list[i] = record.number end
  return list
end

describe("paging by token", function()
  it("gives every record once, rising or falling, and no empty page", function()
    for order, wanted in pairs({ rising = { 1, 2, 3, 4 }, falling = { 4, 3, 2, 1 } }) do
      local list, seen, token = records(4), {}, nil
      if order == "falling" then
        table.sort(list, function(a, b) return a.number > b.number end)
      end
      for _ = 1, 2 do
        local page, reply = paging.page(list, { MaxResults = "2", NextToken = token }, "scope", order)
        assert.same({ 2, 4 }, { #page, reply.TotalCount })
        for _, number in ipairs(numbers(page)) do seen[#seen + 1] = number end
        token = reply.NextToken
      end
      assert.same({ wanted, "" }, { seen, token })
    end
  end)

  it("stays right while records before and after the token go away", function()
    local list = records(5)
    local _, reply = paging.page(list, { MaxResults = "2" }, "scope")
    table.remove(list, 3)
    table.remove(list, 1)
    assert.same({ 4, 5 }, numbers((paging.page(list, { MaxResults = "2", NextToken = reply.NextToken }, "scope"))))
  end)

  it("refuses a token of another question or another making, and a size out of range", function()
    local _, reply = paging.page(records(3), { MaxResults = "1" }, "scope")
    local function code(flat, scope, most)
      return select(2, paging.page(records(3), flat, scope or "scope", nil, most)).code
    end
    assert.equal("Invalid.NextToken", code({ NextToken = reply.NextToken }, "another"))
    assert.equal("Invalid.NextToken", code({ NextToken = "AAAAAV" }))
    assert.equal("Invalid.NextToken", code({ NextToken = reply.NextToken:sub(1, -2) }))
    for _, size in ipairs({ "0", "501", "-1", "x" }) do
      assert.equal("InvalidParameter", code({ MaxResults = size }), size)
    end
    assert.equal("InvalidParameter", code({ MaxResults = "101" }, nil, 100))
  end)

  it("takes 50 a page by itself, or the largest size where another is named", function()
    assert.equal(50, select(2, paging.page({}, {}, "s")).MaxResults)
    assert.equal(100, select(2, paging.page({}, {}, "s", nil, 100)).MaxResults)
  end)

  it("is bound to the tags that were asked for, with and without a value", function()
    assert.equal("name/a=b/c=*", paging.scope({ "name" }, { { key = "a", value = "b" }, { key = "c" } }))
  end)

  it("answers the replies of a region's records that ids, tags and a filter leave", function()
    local list = records(4)
    list[2].region, list[3].tags = "cn-beijing", { { key = "a", value = "b" } }
    local call = { region = "cn-hangzhou", flat = {} }
    local function ids(wanted_ids, wanted_tags, keep)
      local set = assert(paging.replies(list, call, wanted_ids, wanted_tags, {}, keep or function() return true end))
      local out = {}
      for i, reply in ipairs(set) do out[i] = reply.Id end
      return out
    end
    assert.same({ 1, 3, 4 }, ids({}, {}))
    assert.same({ 4 }, ids({ "r-2", "r-4" }, {}))
    assert.same({ 3 }, ids({}, { { key = "a" } }))
    assert.same({ 1 }, ids({}, {}, function(record) return record.number == 1 end))
  end)
end)

describe("paging by number", function()
  it("reads number and size, 1 and 10 unless given", function()
    assert.same({ number = 1, size = 10 }, paging.read_numbered({}, 50, "Bad"))
    assert.same({ number = 2, size = 50 }, paging.read_numbered({ PageNumber = "2", PageSize = "50" }, 50, "Bad"))
    for _, flat in ipairs({ { PageSize = "51" }, { PageSize = "0" }, { PageNumber = "0" }, { PageNumber = "x" } }) do
      assert.equal("Bad", select(2, paging.read_numbered(flat, 50, "Bad")).code)
    end
  end)

  it("gives the last page what is left, and nothing beyond", function()
    local page, reply = paging.numbered({ "a", "b", "c" }, { number = 2, size = 2 })
    assert.same({ { "c" }, { TotalCount = 3, PageNumber = 2, PageSize = 2 } }, { page, reply })
    assert.same({}, (paging.numbered({ "a" }, { number = 5, size = 2 })))
  end)
end)
