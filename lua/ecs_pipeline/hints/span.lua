--- A time span for people, in one unit. Pure.
-- @tparam number seconds either sign
-- @treturn string "90 s", "30 min", "2.5 h", "40 days"
return function(seconds)
  local span = math.abs(seconds)
  if span < 120 then
    return ("%.0f s"):format(span)
  elseif span < 7200 then
    return ("%.0f min"):format(span / 60)
  elseif span < 2 * 86400 then
    return ("%.1f h"):format(span / 3600)
  end
  return ("%.0f days"):format(span / 86400)
end
