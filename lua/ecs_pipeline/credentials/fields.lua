--- Checks the options of a provider: a wrong one is a programmer's mistake and raises. Pure.
local errors = require("ecs_pipeline.errors")

local fields = {}

-- Terraform's names → those of STS.
local ALIASES = { session_name = "role_session_name", session_expiration = "duration_seconds" }

--- A copy of the options, with terraform's names replaced.
-- @tparam string where "credentials.oidc", for the message
-- @tparam ?table given as the user wrote them
-- @tparam table known name → Lua types, separated by blanks
-- @treturn table
-- @raise unknown names, wrong types, numbers that are no time, control characters in a string
function fields.check(where, given, known)
  if given ~= nil and type(given) ~= "table" then
    errors.raise(where .. ": options must be a table, not a " .. type(given))
  end
  local checked = {}
  for name, value in pairs(given or {}) do
    local own = ALIASES[name] and known[ALIASES[name]] and ALIASES[name] or name
    local types = known[own]
    if not types then
      errors.raise(where .. ": unknown field \"" .. tostring(name) .. "\"")
    elseif not (" " .. types .. " "):find(" " .. type(value) .. " ", 1, true) then
      errors.raise(where .. ": \"" .. name .. "\" must be a " .. types:gsub(" ", " or ")
        .. ", not a " .. type(value))
    elseif type(value) == "number" and not (value > 0 and value < math.huge) then
      errors.raise(where .. ": \"" .. name .. "\" must be a number of seconds above 0")
    elseif type(value) == "string" and value:find("%c") then
      errors.raise(where .. ": \"" .. name .. "\" must not hold control characters")
    end
    checked[own] = value
  end
  return checked
end

--- A table that can only be read by name: code that prints its owner does not show its values.
-- @tparam table values
-- @treturn table
function fields.hidden(values)
  return setmetatable({}, { __index = function(_, name) return values[name] end })
end

return fields
