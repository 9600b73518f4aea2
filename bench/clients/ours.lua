-- The library: lua ours.lua CALLS WARM WHAT BASE CA NUMBER. CA: a file, or "-". What NUMBER is, the function says that
-- WHAT names. Prints what measure.lua does.
local ecs = require("ecs_pipeline")
local measure = require("bench.clients.measure")
local requests = require("bench.requests")

local calls, warm, what, base, ca_file, number = tonumber(arg[1]), tonumber(arg[2]), arg[3], arg[4], arg[5], arg[6]
number = tonumber(number)

local function client(region)
  return requests.client(base, region, ca_file ~= "-" and ca_file or nil)
end

local function repeated(call)
  return function(count)
    for _ = 1, count do
      call()
    end
  end
end

-- WHAT → a function that makes so many calls
local runs = {}

function runs.describe()
  local describe = client().pipeline.describe
  return repeated(function() assert(assert(describe(requests.ID)).name == "web-1") end)
end

function runs.create()
  local create = client().pipeline.create
  return repeated(function() assert(create(requests.CREATE)) end)
end

--- `ecs.map` with NUMBER in flight.
function runs.map()
  local describe = client().pipeline.describe
  return function(count)
    local items = {}
    for index = 1, count do
      items[index] = requests.ID
    end
    for _, one in ipairs(ecs.map(items, describe, { concurrency = number })) do
      assert(one.ok, one.message)
      assert(one.value.name == "web-1")
    end
  end
end

--- A region with NUMBER pipelines.
function runs.list()
  local list = client("cn-total-" .. number).pipeline.list
  return repeated(function() assert(#assert(list()) == number) end)
end

function runs.each()
  local each = client("cn-total-" .. number).pipeline.each
  return repeated(function()
    local seen = 0
    for pipeline, message in each() do
      assert(pipeline, message)
      seen = seen + 1
    end
    assert(seen == number)
  end)
end

-- The stages of a call alone: nothing is sent.
local function core_of()
  return require("ecs_pipeline.core"), requests.session(), requests.attempt()
end

--- A reply with NUMBER templates.
function runs.finish()
  local core, session, attempt = core_of()
  local request = assert(core.prepare(session, "pipeline.describe", { ids = { requests.ID } }, attempt))
  local reply = { status = 200, headers = { ["content-type"] = "application/json" },
    body = require("bench.replies").page(number) }
  return repeated(function() assert(core.finish(request, reply)) end)
end

local function prepare(args)
  local core, session, attempt = core_of()
  return repeated(function() assert(core.prepare(session, "pipeline.create", args, attempt)) end)
end

local function check(args)
  local core, _, attempt = core_of()
  return repeated(function() assert(core.check("pipeline.create", args, attempt)) end)
end

--- NUMBER tags.
function runs.prepare_tags()
  return prepare(requests.create_with("tags", requests.tags(number)))
end

function runs.check_tags()
  return check(requests.create_with("tags", requests.tags(number)))
end

--- NUMBER bytes of build content.
function runs.prepare_content()
  return prepare(requests.create_with("build_content", requests.content(number)))
end

function runs.check_content()
  return check(requests.create_with("build_content", requests.content(number)))
end

function runs.lint_content()
  local content = requests.content(number)
  return repeated(function() ecs.build_content.lint(content) end)
end

measure(runs[what](), calls, warm)
