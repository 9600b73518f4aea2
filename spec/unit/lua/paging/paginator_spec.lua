-- Pages: which are asked for, where they end, and what a service that errs cannot do to us. More of pages by token is
-- in find/pipelines_spec.lua.
local info = require("ecs_pipeline.call.info")
local paginator = require("ecs_pipeline.paging.paginator")

local function items(from, to)
  local list = {}
  for number = from, to do
    list[#list + 1] = { id = "m-" .. number }
  end
  return list
end

-- A client whose replies are `{ from, to, total, size }` or an error, and the arguments that it was given.
local function client_of(script)
  local client = { asked = {} }
  function client:invoke(operation, args)
    self.asked[#self.asked + 1] = args
    local step = script[math.min(#self.asked, #script)]
    if step.kind then
      return nil, step.message, step
    end
    local result = { images = items(step[1], step[2]), total_count = step[3], page_size = step[4] }
    info.set(result, { request_ids = { operation }, attempts = 1, elapsed = 0 })
    return result
  end
  return client
end

local function collect(script, args)
  local client, facts = client_of(script), paginator.facts()
  local next_page = paginator.open(client, { operation = "image.describe", field = "images", name = "image.list",
    options = {}, args = args or {}, facts = facts })
  local walked = false
  local list, message, err = paginator.collect(paginator.each(function()
    if not walked then
      walked = true
      return next_page
    end
    return nil
  end, function() return true end), facts)
  return list, client.asked, err, message, facts
end

describe("pages by number", function()
  local ends = { -- what: pages, items, calls
    { "a short page", { { 1, 100, 180 }, { 101, 180, 180 } }, 180, 2 },
    { "TotalCount, without asking for an empty page", { { 1, 100, 200 }, { 101, 200, 200 } }, 200, 2 },
    { "a short page where the service tells no total", { { 1, 100 }, { 101, 150 } }, 150, 2 },
    { "an empty page where it tells none", { { 1, 100 }, { 1, 0 } }, 100, 2 },
    { "the first page, with nothing", { { 1, 0, 0 } }, 0, 1 },
    { "the size the service used", { { 1, 50, 120, 50 }, { 51, 100, 120, 50 }, { 101, 120, 120, 50 } }, 120, 3 },
    { "an empty page whose size is said to be 0", { { 1, 2, nil, 0 }, { 1, 0, nil, 0 } }, 2, 2 },
    { "a page whose total is no number", { { 1, 2, "x" } }, 2, 1 },
    { "a total that grows meanwhile", { { 1, 100, 100 + 1 }, { 101, 102, 102 } }, 102, 2 },
  }
  for _, row in ipairs(ends) do
    it("end at " .. row[1], function()
      local list, asked = collect(row[2])
      assert.equal(row[3], #list)
      assert.equal(row[4], #asked)
      for number, args in ipairs(asked) do
        assert.same({ page_number = number, page_size = 100 }, args)
      end
    end)
  end

  it("keep the other arguments, and the caller's page size", function()
    local given = { owners = "self", page_size = 2 }
    local list, asked = collect({ { 1, 2, 3 }, { 3, 3, 3 } }, given)
    assert.equal(3, #list)
    assert.same({ { owners = "self", page_size = 2, page_number = 1 },
      { owners = "self", page_size = 2, page_number = 2 } }, asked)
    assert.same({ owners = "self", page_size = 2 }, given)
  end)

  it("are as large as the caller says in the API's spelling", function()
    local given = { extra = { PageSize = 2 } }
    local list, asked = collect({ { 1, 2, 3 }, { 3, 3, 3 } }, given)
    assert.equal(3, #list)
    assert.same({ { extra = given.extra, page_number = 1 }, { extra = given.extra, page_number = 2 } }, asked)
  end)

  it("give an item once that another pushed to the next page", function()
    local list = assert(collect({ { 1, 3, 5 }, { 3, 5, 5 } }, { page_size = 3 }))
    assert.equal(5, #list)
  end)

  it("end with an error on a page that repeats, with what was found", function()
    local list, asked, err, message = collect({ { 1, 3, 9 }, { 1, 3, 9 } }, { page_size = 3 })
    assert.is_nil(list)
    assert.same({ "protocol", 2, 3, "image.list" }, { err.kind, #asked, #err.partial, err.operation })
    assert.matches("page 2 is the same as the one before", message)
  end)

  it("end with an error after ten thousand pages", function()
    local client, made = {}, 0
    function client.invoke()
      made = made + 1
      local result = { images = { { id = "m-" .. made } } }
      info.set(result, { request_ids = {}, attempts = 1, elapsed = 0 })
      return result
    end
    local next_page = paginator.open(client, { operation = "image.describe", field = "images", name = "image.list",
      options = {}, args = { page_size = 1 }, facts = paginator.facts() })
    local page, message
    repeat
      page, message = next_page()
    until not page
    assert.equal(10000, made)
    assert.matches("more than 10000 pages", message)
    assert.is_nil((next_page()))
  end)

  it("end with the failure of a call", function()
    local _, asked, err = collect({ { 1, 3, 9 },
      { kind = "denied", operation = "image.describe", message = "image.describe: no" } },
      { page_size = 3 })
    assert.same({ "denied", 2, 3, "image.list" }, { err.kind, #asked, #err.partial, err.operation })
  end)

  it("gather what ecs.info tells", function()
    local _, _, _, _, facts = collect({ { 1, 100, 180 }, { 101, 180, 180 } })
    assert.same({ 2, 180, 2 }, { facts.attempts, facts.total_count, #facts.request_ids })
  end)
end)

describe("pages by token", function()
  local TOO_LARGE = { kind = "protocol", code = "TOO_LARGE", message = "too large" }

  -- What is asked for, when the first page has one item and a token and the second has the rest.
  local function walk(operation, args, failure)
    local asked = {}
    local client = { invoke = function(_, _, given)
      asked[#asked + 1] = given
      if failure and (given.max_results or 0) > 50 then
        return nil, failure.message, failure
      end
      local result = { list = { { id = #asked } }, next_token = not given.next_token and "t" or nil }
      info.set(result, { request_ids = {}, attempts = 1, elapsed = 0 })
      return result
    end }
    local next_page = paginator.open(client, { operation = operation, field = "list", name = "x.list", args = args,
      options = {}, facts = paginator.facts() })
    local pages, page, message = 0, next_page(), nil
    while page do
      pages = pages + 1
      page, message = next_page()
    end
    return asked, pages, message or page
  end

  for operation, largest in pairs({ ["pipeline.describe"] = 500, ["component.describe"] = 500,
    ["execution.describe"] = 500, ["instance_type.list"] = 100 }) do
    it("of " .. operation .. " are the largest that the service allows", function()
      assert.same({ { name = "web", max_results = largest },
        { name = "web", max_results = largest, next_token = "t" } },
        (walk(operation, { name = "web" })))
    end)
  end

  it("are as large as the caller says, in either spelling", function()
    assert.same({ { max_results = 7 }, { max_results = 7, next_token = "t" } },
      (walk("pipeline.describe", { max_results = 7 })))
    local extra = { MaxResults = 7 }
    assert.same({ { extra = extra }, { extra = extra, next_token = "t" } },
      (walk("pipeline.describe", { extra = extra })))
  end)

  it("have no size where the action has none", function()
    assert.same({ {}, { next_token = "t" } }, (walk("tags.list", {})))
  end)

  it("are asked for once more, as large as the service likes, when the reply is too large for us", function()
    local asked, pages = walk("pipeline.describe", {}, TOO_LARGE)
    assert.same({ { max_results = 500 }, {}, { next_token = "t" } }, asked)
    assert.equal(2, pages)
  end)

  it("fail when the caller's own size is too large, and at any other failure", function()
    local asked, pages, message = walk("pipeline.describe", { max_results = 400 },
      { kind = "protocol", code = "TOO_LARGE", message = "too large", operation = "pipeline.describe" })
    assert.same({ 1, 0, false }, { #asked, pages, message })
    asked, pages = walk("pipeline.describe", {},
      { kind = "denied", code = "Forbidden.RAM", message = "no", operation = "pipeline.describe" })
    assert.same({ 1, 0 }, { #asked, pages })
  end)
end)
