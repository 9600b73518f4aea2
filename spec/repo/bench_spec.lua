-- What `make bench` computes and writes: medians, ratios, tables; and docs/performance.md shows what was measured.
local repo = require("spec.support.repo")
local report = require("bench.report")
local turns = require("bench.turns")

describe("turns", function()
  it("gives medians and quartiles", function()
    assert.same({ low = 2, median = 3, high = 4 }, turns.spread({ 5, 1, 4, 2, 3 }))
    assert.same({ low = 1.75, median = 2.5, high = 3.25 }, turns.spread({ 4, 3, 2, 1 }))
    assert.same({ low = 7, median = 7, high = 7 }, turns.spread({ 7 }))
  end)

  it("runs each row once a round, every second round in the opposite order, and no row that is missing", function()
    local order = {}
    local function row(name, missing)
      return { missing = missing, run = function()
        order[#order + 1] = name
        return { cpu = #order }
      end }
    end
    local rows = { row("a"), row("b"), row("c", "no c here"), row("d") }
    local samples = turns.measure(rows, 3)
    assert.equal("a b d d b a a b d", table.concat(order, " "))
    assert.same({ { cpu = 1 }, { cpu = 6 }, { cpu = 7 } }, samples[rows[1]])
    assert.is_nil(samples[rows[3]])
  end)

  it("compares with the floor of the same round", function()
    local floor = { { cpu = 10 }, { cpu = 100 }, { cpu = 20 } }
    local compared = turns.compare({ { cpu = 30 }, { cpu = 200 }, { cpu = 20 } }, floor, "cpu")
    assert.same({ low = 25, median = 30, high = 115 }, compared.value)
    assert.same({ low = 1.5, median = 2, high = 2.5 }, compared.ratio)
  end)

  it("calls a ratio the same when 1.00 is within its spread, or as near as equal programs are", function()
    assert.is_true(turns.same({ low = 0.9, median = 1.06, high = 1.1 }))
    assert.is_true(turns.same({ low = 1.001, median = 1.015, high = 1.1 }))
    assert.is_false(turns.same({ low = 1.01, median = 1.05, high = 1.1 }))
    assert.is_false(turns.same({ low = 0.8, median = 0.95, high = 0.99 }))
  end)
end)

describe("the report", function()
  local spread = { median = 1234.5, low = 1200, high = 1300 }
  local ratio = { median = 2, low = 1.9, high = 2.1 }
  local one = { value = spread, ratio = ratio }
  local results = {
    { title = "First", metrics = { "cpu", "wall" }, rows = {
      { name = "floor", metrics = { cpu = one, wall = one } },
      { name = "peer", missing = "peer is not here", metrics = {} },
    } },
    { title = "Second", metrics = { "instructions" }, rows = { { name = "floor", metrics = { instructions = one } } } },
  }
  local lines = { "# Measured on a machine." }
  for _, result in ipairs(results) do
    for _, line in ipairs(report.lines(result)) do
      lines[#lines + 1] = line
    end
  end
  local text = table.concat(lines, "\n") .. "\n"

  it("reads what it writes", function()
    local read = report.read(text)
    assert.equal(2, #read)
    assert.same({ "cpu", "wall" }, read[1].metrics)
    assert.same(results[1].rows[1], read[1].rows[1])
    assert.equal("peer is not here", read[1].rows[2].missing)
    assert.same(results[2], read[2])
  end)

  it("shows each row in the page, and says what was not measured and why", function()
    local page = report.fill("before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n", text)
    assert.equal([[
before
<!-- measured: begin -->
Measured on a machine.

**First**

| | CPU µs | ratio (quartiles) | wall µs | ratio (quartiles) |
|---|---:|---:|---:|---:|
| floor | 1234.5 | 2.00 (1.90-2.10) | 1234.5 | 2.00 (1.90-2.10) |
| peer | not measured: peer is not here | | | |

**Second**

| | k instructions | ratio (quartiles) |
|---|---:|---:|
| floor | 1234.5 | 2.00 (1.90-2.10) |
<!-- measured: end -->
after
]], page)
  end)

  it("wants the marks of the page", function()
    assert.has_error(function() report.fill("no marks", text) end)
  end)
end)

describe("docs/performance.md", function()
  local page, folder = repo.read("docs/performance.md"), "docs/performance/"

  it("shows what docs/performance/table.tsv holds", function()
    local text = repo.read(folder .. "table.tsv")
    assert.is_true(#report.read(text) > 10)
    assert.equal(report.fill(page, text), page)
  end)

  it("has a picture for each data file, of figures between their quartiles", function()
    local files = repo.files(folder, "%.dat$")
    assert.is_true(#files >= 5)
    for _, path in ipairs(files) do
      local picture = path:gsub("%.dat$", ".svg")
      assert.truthy(page:find("](" .. picture:gsub("^docs/", "") .. ")", 1, true), picture)
      local lines = 0
      for line in repo.read(path):gmatch("[^\n]+") do
        local at, median, low, high = line:match("^(%d+) ([%d.]+) ([%d.]+) ([%d.]+)$")
        if at then
          lines = lines + 1
          assert.is_true(tonumber(low) <= tonumber(median) and tonumber(median) <= tonumber(high), path .. ": " .. line)
        else
          assert.truthy(line:find('^"[^"]+"$'), path .. ": " .. line)
          assert.truthy(repo.read(picture):find(line:match('"(.*)"'), 1, true), picture .. " has no line " .. line)
        end
      end
      assert.is_true(lines >= 10, path)
    end
  end)

  it("has pictures that can be read on a dark page", function()
    for _, path in ipairs(repo.files(folder, "%.svg$")) do
      assert.truthy(repo.read(path):find("fill=\"#ffffff\"", 1, true), path)
    end
  end)
end)
