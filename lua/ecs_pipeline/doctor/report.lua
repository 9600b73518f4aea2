--- The result of a check as a row, and all rows as a report. Pure. Texts from outside have been
-- redacted before.
local report = {}

local function row(name, ok, detail, hint)
  return { name = name, ok = ok, detail = detail, hint = hint }
end

--- A check that passed.
-- @tparam string name
-- @tparam string detail
-- @tparam ?string hint a note, although the check passed
-- @treturn table
function report.passed(name, detail, hint)
  return row(name, true, detail, hint)
end

--- A check that failed.
-- @tparam string name
-- @tparam string detail
-- @tparam string hint what to do next
-- @treturn table
function report.failed(name, detail, hint)
  return row(name, false, detail, hint)
end

--- A check that could not be made, or does not apply: it has no `ok`.
-- @tparam string name
-- @tparam string why
-- @tparam ?string hint
-- @treturn table
function report.skipped(name, why, hint)
  return row(name, nil, why, hint)
end

local function word(check)
  if check.ok == nil then
    return "-"
  end
  return check.ok and "ok" or "FAILED"
end

-- One check is one line, also if the service's text has line ends.
local function line(text)
  return (text:gsub("%c+", " "))
end

local function write(result)
  local width = 0
  for _, check in ipairs(result.checks) do
    width = math.max(width, #check.name)
  end
  local lines = { ("ecs_pipeline %s: %d passed, %d failed, %d not checked"):format(result.version,
    result.passed, result.failed, result.skipped) }
  local pattern = "  %-6s  %-" .. width .. "s  %s"
  for _, check in ipairs(result.checks) do
    lines[#lines + 1] = line(pattern:format(word(check), check.name, check.detail))
    if check.hint then
      lines[#lines + 1] = line(pattern:format("", "", "-> " .. check.hint))
    end
  end
  return table.concat(lines, "\n")
end

local Report = { __tostring = write }

--- The report.
-- @tparam string version of this library
-- @tparam {table,...} checks
-- @treturn table `{ ok, version, passed, failed, skipped, checks }`
function report.new(version, checks)
  local result = { version = version, checks = checks, passed = 0, failed = 0, skipped = 0 }
  for _, check in ipairs(checks) do
    local count = check.ok and "passed" or check.ok == false and "failed" or "skipped"
    result[count] = result[count] + 1
  end
  result.ok = result.failed == 0
  return setmetatable(result, Report)
end

return report
