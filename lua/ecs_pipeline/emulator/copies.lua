--- Scripted copies of images: each becomes Available after a while, unless the script says
-- otherwise. An entry of the script, all fields optional: outcome, "Available" (default) or a state
-- in which the copy stays, as "CreateFailed"; seconds, over the default.
local text = require("ecs_pipeline.emulator.text")

local M = {}
M.__index = M

--- Seconds from CopyImage to the copy.
M.SECONDS = 300

local fields = { outcome = "string", seconds = "number" }

--- Nil, or what is wrong with an entry.
local function wrong(entry)
  if type(entry) ~= "table" then
    return "a scripted copy is a table, not " .. text.shown(entry)
  end
  for name, value in pairs(entry) do
    if fields[name] == nil then
      return "unknown field of a scripted copy: " .. tostring(name)
    elseif type(value) ~= fields[name] then
      return name .. " of a scripted copy must be a " .. fields[name]
    end
  end
  return nil
end

--- options: { seconds = 300, script = { entries } }, or only the entries.
-- → object, or nil and what is wrong.
function M.new(options)
  options = options or {}
  if options[1] ~= nil then
    options = { script = options }
  end
  for name in pairs(options) do
    if name ~= "seconds" and name ~= "script" then
      return nil, "unknown option of copies: " .. tostring(name)
    end
  end
  local self = setmetatable({ seconds = options.seconds or M.SECONDS, entries = {} }, M)
  for _, entry in ipairs(options.script or {}) do
    local ok, why = self:add(entry)
    if not ok then
      return nil, why
    end
  end
  return self
end

--- Appends an entry. → true, or nil and what is wrong with it.
function M:add(entry)
  local why = wrong(entry)
  if why then
    return nil, why
  end
  self.entries[#self.entries + 1] = { outcome = entry.outcome, seconds = entry.seconds }
  return true
end

--- The outcome of the next copy: { outcome, seconds }.
function M:next()
  local entry = table.remove(self.entries, 1) or {}
  return { outcome = entry.outcome or "Available", seconds = entry.seconds or self.seconds }
end

return M
