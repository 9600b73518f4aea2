--- Measures rows in turns, and says how they compare: medians, and ratios to the first row.
local turns = {}

local function quantile(sorted, share)
  local place = 1 + (#sorted - 1) * share
  local low = math.floor(place)
  local high = math.min(low + 1, #sorted)
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low)
end

--- The median of a list, and its quartiles: half of the values lie between them.
function turns.spread(list)
  local sorted = {}
  for index, value in ipairs(list) do
    sorted[index] = value
  end
  table.sort(sorted)
  return { median = quantile(sorted, 0.5), low = quantile(sorted, 0.25), high = quantile(sorted, 0.75) }
end

-- There and back again: what comes first in one round comes last in the next, so that a machine that gets slower or
-- faster with time favours none.
local function each_in_turn(rows, round, visit)
  for step = 1, #rows do
    visit(rows[round % 2 == 1 and step or #rows + 1 - step])
  end
end

--- Runs each row once a round: `row.run()` → { metric → value }. Rows with `missing` are left out.
-- → { row → list of samples, one a round }
function turns.measure(rows, rounds)
  local samples = {}
  for round = 1, rounds do
    each_in_turn(rows, round, function(row)
      if not row.missing then
        samples[row] = samples[row] or {}
        samples[row][round] = row.run()
      end
    end)
  end
  return samples
end

local function values(samples, metric, floor)
  local list = {}
  for round, sample in ipairs(samples) do
    list[round] = sample[metric] / (floor and floor[round][metric] or 1)
  end
  return list
end

--- The value of a metric, and its ratio to the floor's of the same round: `{ value =, ratio = }`, spreads.
function turns.compare(samples, floor, metric)
  return { value = turns.spread(values(samples, metric)), ratio = turns.spread(values(samples, metric, floor)) }
end

--- Is the ratio 1.00? Within the spread, or as near as figures of two runs of one program get.
function turns.same(ratio)
  return (ratio.low <= 1 and 1 <= ratio.high) or math.abs(ratio.median - 1) <= 0.02
end

return turns
