--- Words for a POSIX shell. Pure.

--- @tparam string word
-- @treturn string the word, in quotes if a shell would read it as something else
return function(word)
  if word:find("^[%w_@%%+:,./-]+$") then
    return word
  end
  return "'" .. word:gsub("'", "'\\''") .. "'"
end
