--- JSON of files and answers that hold secrets: an error never repeats the text.
local json = {}

local MAX_BYTES = 256 * 1024

--- Decode an object.
-- @tparam string text
-- @treturn ?table nil when it is not a JSON object
function json.object(text)
  if type(text) ~= "string" or #text > MAX_BYTES then
    return nil
  end
  -- a private instance: the host's settings are not ours to rely on
  local decoded, value = pcall(require("cjson").new().decode, text)
  return decoded and type(value) == "table" and value or nil
end

return json
