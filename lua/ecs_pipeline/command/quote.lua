--- Words for a POSIX shell, as people write them. Pure.
local quote = require("ecs_pipeline.text").quote

--- @tparam string word
-- @treturn string the word, in quotes if a shell would read it as something else
return function(word)
  if word:find("^[%w_@%%+:,./-]+$") then
    return word
  end
  return quote(word)
end
