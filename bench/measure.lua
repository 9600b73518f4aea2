--- What the benches share: medians, and rows of rounds.
local measure = {}

function measure.median(list)
  local sorted = {}
  for index, value in ipairs(list) do
    sorted[index] = value
  end
  table.sort(sorted)
  return sorted[math.ceil(#sorted / 2)]
end

--- The value below which a share of a list lies.
function measure.percentile(list, share)
  local sorted = {}
  for index, value in ipairs(list) do
    sorted[index] = value
  end
  table.sort(sorted)
  return sorted[math.max(1, math.ceil(#sorted * share))]
end

return measure
