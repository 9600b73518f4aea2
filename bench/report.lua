--- The results of the benches as text: tables on the screen, a file of lines, and the tables of docs/performance.md,
-- which are made of that file alone. A result is `{ title =, metrics = { … }, rows = { … } }`, a row of it
-- `{ name =, missing =, metrics = { metric → { value =, ratio = } } }`; value and ratio are spreads of turns.lua.
local report = {}

-- metric → heading, and a figure of it as text
local METRICS = {
  cpu = { "CPU µs", "%.1f" }, wall = { "wall µs", "%.1f" }, total = { "total ms", "%.1f" },
  ping = { "/ping p99 ms", "%.2f" }, instructions = { "k instructions", "%.1f" },
}
local RATIO = "ratio (quartiles)"

-- The cells of a row after its name: two a metric.
local function cells(result, row)
  local list = {}
  for _, metric in ipairs(result.metrics) do
    local is = row.metrics[metric]
    list[#list + 1] = METRICS[metric][2]:format(is.value.median)
    list[#list + 1] = ("%.2f (%.2f-%.2f)"):format(is.ratio.median, is.ratio.low, is.ratio.high)
  end
  return list
end

local function headings(result)
  local list = {}
  for _, metric in ipairs(result.metrics) do
    list[#list + 1] = METRICS[metric][1]
    list[#list + 1] = RATIO
  end
  return list
end

-- Multibyte characters count as one column.
local function pad(text, width)
  local _, more = text:gsub("[\128-\191]", "")
  return text .. (" "):rep(width - #text + more)
end

local function print_line(name, list)
  local line = pad(name, 40)
  for index, cell in ipairs(list) do
    line = line .. pad(cell, index % 2 == 1 and 16 or 22)
  end
  print((line:gsub("%s+$", "")))
end

--- Prints a result on the screen.
function report.print(result, note)
  print("\n" .. result.title .. note)
  print_line("", headings(result))
  for _, row in ipairs(result.rows) do
    print_line("  " .. row.name, row.missing and { "not measured: " .. row.missing } or cells(result, row))
  end
  io.stdout:flush()
end

local FIGURES = { { "value", "median" }, { "value", "low" }, { "value", "high" }, { "ratio", "median" },
  { "ratio", "low" }, { "ratio", "high" } }

--- A result as lines of a file: title, row, metric, then the figures (median, quartiles, the same of the ratio), by
-- tabs, with the digits that are shown: what is read again is shown alike. A row that was not measured has the reason
-- there, and no figures.
function report.lines(result)
  local lines = {}
  for _, row in ipairs(result.rows) do
    for _, metric in ipairs(result.metrics) do
      local line = { result.title, row.name, metric }
      for _, figure in ipairs(row.missing and {} or FIGURES) do
        local digits = figure[1] == "ratio" and "%.2f" or METRICS[metric][2]
        line[#line + 1] = digits:format(row.metrics[metric][figure[1]][figure[2]])
      end
      line[#line + 1] = row.missing
      lines[#lines + 1] = table.concat(line, "\t")
    end
  end
  return lines
end

local function fields(line)
  local list = {}
  for field in (line .. "\t"):gmatch("(.-)\t") do
    list[#list + 1] = field
  end
  return list
end

-- The entry of a list with that value under a key, made if it is not there.
local function entry(list, key, value, made)
  local last = list[#list]
  if not last or last[key] ~= value then
    made[key] = value
    list[#list + 1] = made
    return made
  end
  return last
end

--- The results of such a file.
function report.read(text)
  local results = {}
  for text_line in text:gmatch("[^\n]+") do
    if not text_line:find("^#") then
      local line = fields(text_line)
      local result = entry(results, "title", line[1], { metrics = {}, rows = {} })
      local row = entry(result.rows, "name", line[2], { metrics = {} })
      if #result.rows == 1 then
        table.insert(result.metrics, line[3])
      end
      local is = { value = {}, ratio = {} }
      for index, figure in ipairs(FIGURES) do
        is[figure[1]][figure[2]] = tonumber(line[3 + index])
      end
      row.metrics[line[3]] = is
      row.missing = #line == 4 and line[4] or nil
    end
  end
  return results
end

--- The tables in Markdown, from the text of the file; its first line says how it was measured.
function report.markdown(text)
  local out = { (text:match("^# ([^\n]+)")) }
  for _, result in ipairs(report.read(text)) do
    local names = headings(result)
    out[#out + 1] = ("\n**%s**\n\n| | %s |\n|---|%s"):format(result.title,
      table.concat(names, " | "), ("---:|"):rep(#names))
    for _, row in ipairs(result.rows) do
      local list = row.missing and { "not measured: " .. row.missing } or cells(result, row)
      out[#out + 1] = ("| %s | %s |%s"):format(row.name, table.concat(list, " | "), (" |"):rep(#names - #list))
    end
  end
  return table.concat(out, "\n") .. "\n"
end

local BEGIN, FINISH = "<!-- measured: begin -->\n", "<!-- measured: end -->"

--- A document with the tables of `text` between its two marks.
function report.fill(document, text)
  local _, from = document:find(BEGIN, 1, true)
  local to = document:find(FINISH, 1, true)
  assert(from and to, "no marks")
  return document:sub(1, from) .. report.markdown(text) .. document:sub(to)
end

return report
