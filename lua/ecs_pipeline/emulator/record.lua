--- What is wrong with a record that is put into the store: the emulator's own code relies on these
-- fields. Other fields are answered as they are.

local M = {}

-- The ends of the names of texts.
local TEXTS = { "Id$", "Name$", "Status$", "Message$", "Code$", "Info$", "Alias$", "Time$" }

local function is_text(name)
  for _, ending in ipairs(TEXTS) do
    if name:find(ending) then
      return name ~= "ImageOwnerId"
    end
  end
  return false
end

local function wrong_tags(tags)
  local list = type(tags) == "table" and tags.Tag
  for _, tag in ipairs(type(list) == "table" and list or { false }) do
    if type(tag) ~= "table" or type(tag.TagKey) ~= "string" or type(tag.TagValue) ~= "string" then
      return "Tags must be { Tag = { { TagKey = text, TagValue = text }, … } }"
    end
  end
  return nil
end

--- Nil, or what is wrong.
function M.wrong(record)
  if type(record) ~= "table" then
    return "a record to be put is a table, not a " .. type(record)
  end
  for name, value in pairs(record) do
    if type(name) ~= "string" then
      return "a record to be put has the API's names of fields, not a list"
    elseif is_text(name) and type(value) ~= "string" then
      return name .. " of a record to be put must be a text, not a " .. type(value)
    elseif type(value) == "userdata" then
      return name .. " of a record to be put is null: leave it out"
    end
  end
  return record.Tags ~= nil and wrong_tags(record.Tags) or nil
end

return M
