--- Base of providers that delegate to another provider, chosen by a file that may change.
local names = require("ecs_pipeline.credentials.names")

local delegate = {}

--- A class of such providers. An instance has `fallback` (function → context), `memory` (of
-- `files.read`) and, once found, `inner` and `label` (file and profile, for messages).
-- @tparam function find (self, context) → the provider that the file chooses now, or nil, message,
--   err
-- @tparam string source name of the kind of file
-- @treturn table class
function delegate.class(find, source)
  local Provider = {}
  Provider.__index = Provider

  --- The credentials of the provider that the file chooses. Blocks or yields as that does.
  -- @tparam ?table context
  -- @treturn[1] userdata
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err
  function Provider:get(context)
    context = context or self.fallback()
    local inner, message, err = find(self, context)
    if not inner then
      return nil, message, err
    end
    local credentials
    credentials, message, err = inner:get(context)
    if not credentials then
      -- it is set up, so it is never "absent": what it lacks is wrong in this profile
      message, err.absent = self.label .. ": " .. tostring(message), nil
      err.message = message
      return nil, message, err
    end
    return credentials
  end

  --- @tparam table context
  -- @treturn string see `result.identity_of`: file and name, because tools that renew temporary
  -- keys write the new ones there
  function Provider:identity(context)
    return ("%s %s %s"):format(source, self.path or "",
      self.name or names.first(context.platform.env, "profile") or "")
  end

  --- How long they stay valid: seconds, or nil.
  function Provider:seconds_left(context)
    local inner = self.inner
    return inner and inner.seconds_left and inner:seconds_left(context)
  end

  --- The service has refused these credentials as expired: the file is read again.
  function Provider:expire(credentials)
    self.memory.stamp = nil
    if self.inner and self.inner.expire then
      self.inner:expire(credentials)
    end
  end

  return Provider
end

return delegate
