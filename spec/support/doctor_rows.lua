--- What the specs of ecs.doctor share: the rows of a report by name, and how one is judged.
local assert = require("luassert")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local M = {}

-- The rows of a report by name, which must be unique.
function M.rows_of(report)
  local by_name = {}
  for _, row in ipairs(report.checks) do
    assert.is_nil(by_name[row.name], row.name)
    by_name[row.name] = row
    assert.is_string(row.detail)
    assert.is_true(row.ok ~= false or type(row.hint) == "string", row.name .. " has no hint")
  end
  return by_name
end

-- The report of a client on a host with these variables; nothing is sent.
function M.offline(options, variables, platform)
  local all = { log = "off", platform = fake.platform(variables) }
  for name, value in pairs(platform or {}) do
    all.platform[name] = value
  end
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local report = ecs.new(all).doctor({ online = false })
  return M.rows_of(report), report
end

function M.passes(row, pattern)
  assert.is_true(row.ok, row.detail)
  assert.matches(pattern, row.detail)
end

function M.fails(row, pattern, hint)
  assert.is_false(row.ok)
  assert.matches(pattern, row.detail)
  assert.matches(hint, row.hint)
end

function M.skips(row, pattern)
  assert.is_nil(row.ok)
  assert.matches(pattern, row.detail)
end

return M
