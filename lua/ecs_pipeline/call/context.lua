--- The context that a source of credentials needs to send a request: transport, clock, endpoints,
-- session, a way to warn. It is passed in, because `credentials/` must not require a higher floor.
local events = require("ecs_pipeline.call.events")
local current_task = require("ecs_pipeline.platform").current_task
local transports = require("ecs_pipeline.call.transports")

local context = {}

--- The context of a client.
-- @tparam table client internal client
-- @treturn table
--
--   * `platform`: as platform.lua
--   * `send(request, deadline, connect, direct)` → reply or nil, err; `connect`: seconds, `direct`:
--     without a proxy
--   * `cancelled()` → why the task we are in was cancelled, or nil
--   * `session()` → session of the C module
--   * `endpoint(product, region, network)` → URL, or nil and why
--   * `now()` → unix seconds, corrected by the known offset of the service's clock
--   * `stamp(offset)` → stamp of call/service_clock.lua, for what is signed
--   * `learn(stamp, err)` → offset for the next attempt, if it was refused because of its time
--   * `warn(message)`
--   * `deadline`: of the call that needs the credentials, on `platform.clock`; nil = none
function context.new(client)
  local self = { platform = client.platform }

  function self.send(request, deadline, connect, direct)
    local host = request.url:match("^%a+://[^/?#]+")
    local transport, err = client.transports:pick(host, connect, direct)
    if not transport then
      return nil, err
    end
    return transports.send(transport, request, deadline)
  end

  function self.cancelled()
    local task = current_task()
    return task and task.cancelled
  end

  function self.session()
    return client:session()
  end

  function self.endpoint(product, region, network)
    return client:url_of(product, region, network)
  end

  function self.now()
    return client.service_clock:now()
  end

  function self.stamp(offset)
    return client.service_clock:stamp(offset)
  end

  function self.learn(stamp, err)
    return client.service_clock:learn(client, "credentials", stamp, err)
  end

  function self.warn(message)
    events.emit(client, { type = "warning", operation = "credentials", message = message })
  end

  self.__index = self -- what until_deadline makes reads the rest here
  return self
end

--- The context for one call.
-- @tparam table whole context of the client
-- @tparam number deadline
-- @treturn table
function context.until_deadline(whole, deadline)
  return setmetatable({ deadline = deadline }, whole)
end

local function nothing_is_sent()
  return nil, { kind = "transport", code = "NO_TRANSPORT", sent = false,
    message = "not asked, because nothing may be sent here" }
end

--- A context that sends and starts nothing: only caches and files are read.
-- @tparam table whole context of the client
-- @treturn table
function context.offline(whole)
  local platform = setmetatable({
    popen = function() return nil, "nothing may be started here" end,
  }, { __index = whole.platform })
  return setmetatable({ send = nothing_is_sent, platform = platform }, { __index = whole })
end

return context
