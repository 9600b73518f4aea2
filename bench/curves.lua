--- The scaling curves of docs/performance.md: how the time of a call grows with what it is given.
-- `rows(number, service)` are the rows at one point of `at`; a row's `per` divides its time. `log` names the axes that
-- are logarithmic.
local programs = require("bench.programs")
local requests = require("bench.requests")

local LUAS = { "lua5.4", "luajit" }

-- A row of the library; `calls` so that each figure takes about a fifth of a second.
local function ours(name, lua, what, base, number, calls)
  return programs.timed(name, programs.ours(lua, what, base, nil, number), calls, math.ceil(calls / 10))
end

local function pages(templates)
  local rows, calls = {}, math.ceil(20000 / templates)
  for index, lua in ipairs(LUAS) do
    rows[index] = programs.timed("cjson alone, " .. lua, programs.cjson(lua, templates), calls, math.ceil(calls / 10))
    rows[#LUAS + index] = ours("core.finish, " .. lua, lua, "finish", nil, templates, calls)
  end
  for _, row in ipairs(rows) do
    row.per = templates
  end
  return rows
end

local function of_arguments(what, calls)
  return function(number)
    local rows = {}
    for _, stage in ipairs({ "prepare", "check" }) do
      for _, lua in ipairs(LUAS) do
        rows[#rows + 1] = ours(("core.%s, %s"):format(stage, lua), lua, stage .. "_" .. what, nil, number, calls)
      end
    end
    for _, lua in ipairs(what == "content" and LUAS or {}) do
      rows[#rows + 1] = ours("build_content.lint, " .. lua, lua, "lint_content", nil, number,
        math.ceil(200000 / (number + 1000)))
    end
    return rows
  end
end

local function lists(pipelines, service)
  local rows = {}
  for _, verb in ipairs({ "list", "each" }) do
    for _, lua in ipairs(LUAS) do
      local row = ours(("pipeline.%s, %s"):format(verb, lua), lua, verb, service.pages, pipelines,
        math.max(1, math.floor(10000 / pipelines)))
      row.per = pipelines
      rows[#rows + 1] = row
    end
  end
  return rows
end

local function in_flight(concurrency, service)
  local query = requests.query("pipeline.describe", { ids = { requests.ID } })
  local rows = { programs.timed("bare C, libcurl multi",
    programs.bare(service.http, nil, concurrency, "DescribeImagePipelines", query), 3000, 1000) }
  for _, lua in ipairs(LUAS) do
    rows[#rows + 1] = programs.timed("ecs.map, " .. lua, programs.ours(lua, "map", service.http, nil, concurrency),
      2000, 1000)
  end
  return rows
end

return {
  { name = "page_size", title = "Decoding a page of pipelines", x = "pipelines on the page", y = "CPU µs a pipeline",
    log = "x", at = { 1, 5, 20, 50, 100, 200, 500 }, rows = pages },
  { name = "tags", title = "pipeline.create with tags", x = "tags", y = "CPU µs a call", log = "",
    at = { 0, 5, 10, 15, 20 }, rows = of_arguments("tags", 4000) },
  { name = "content", title = "pipeline.create with build content", x = "bytes of build content", y = "CPU µs a call",
    log = "xy", at = { 100, 500, 2000, 4000, 8000, 16000 }, rows = of_arguments("content", 1000) },
  { name = "pipelines", title = "Listing a region", x = "pipelines in the region", y = "CPU µs a pipeline", log = "x",
    at = { 10, 100, 1000, 5000, 20000 }, rows = lists },
  { name = "concurrency", title = "Calls in flight", x = "calls in flight", y = "CPU µs a call", log = "x",
    at = { 1, 4, 16, 64, 256, 512 }, rows = in_flight },
}
