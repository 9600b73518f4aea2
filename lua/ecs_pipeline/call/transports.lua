--- Chooses the transport of a request: the user's object, or one of ours, opened at the first call
-- and kept open.
local current_task = require("ecs_pipeline.platform").current_task

local transports = {}

-- Loaded when first used: a program may say everything by options.
local function names()
  return require("ecs_pipeline.credentials.names")
end

local Set = {}
Set.__index = Set

-- Options that belong to a connection; a derived client that sets one of them gets its own
-- transports.
local OPTIONS = { "transport", "proxy", "ca_file", "verify" }

--- May a derived client with these options use its parent's connections?
-- @tparam table given
-- @treturn boolean
function transports.shareable(given)
  for _, name in ipairs(OPTIONS) do
    if given[name] ~= nil then
      return false
    end
  end
  return true
end

--- The transports of a client. Opens nothing.
-- @param owner the client that may close them
-- @tparam table options of the client
-- @tparam table platform its `curl(options)` and `cosocket(options)`, if it has them, create the
--   transports instead of ours
-- @treturn Set
function transports.new(owner, options, platform)
  return setmetatable({ owner = owner, options = options, platform = platform, open = {},
    open_direct = {} }, Set)
end

local function fail(message)
  return nil, { kind = "transport", code = "NO_TRANSPORT", message = message, sent = false }
end

-- Loaded when first used: an nginx worker never loads libcurl unless the options say so.
local MAKERS = {
  curl = function(options)
    return require("ecs_pipeline.transport.curl").new(options)
  end,
  cosocket = function(options)
    return require("ecs_pipeline.transport.cosocket").new(options)
  end,
}

-- "auto" never blocks an nginx worker: where cosockets do not work, the cosocket transport reports
-- that.
local function chosen(self)
  local wanted = self.options.transport or "auto"
  if wanted == "auto" then
    wanted = self.platform.in_nginx() and "cosocket" or "curl"
  end
  return wanted
end

--- The trusted certificates: the option, then the environment, but not where nginx.conf decides.
-- @treturn[1] ?string a file or a folder; nil: those of the system
-- @treturn[1] ?string the variable that names it
-- @treturn[2] nil
-- @treturn[2] nil
-- @treturn[2] string why it cannot be used
function Set:authorities()
  local path, variable = self.options.ca_file, nil
  if self.options.verify == false or chosen(self) ~= "curl" then
    return path
  elseif not path then
    path, variable = names().first(self.platform.env, "ca")
  end
  if not path then
    return nil
  end
  local status, why = self.platform.file_status(path)
  if not status and variable then -- libcurl reports the option
    return nil, nil, variable .. " names " .. path .. ": " .. tostring(why)
  elseif status and not status.regular and not status.folder then
    -- OpenSSL would wait for a FIFO for ever, whatever the deadline is
    return nil, nil, (variable or "ca_file") .. " names " .. path
      .. ", which is neither a file nor a folder"
  end
  return path, variable
end

local function open_transport(self, url, connect, direct)
  local through, why = "", nil
  if not direct and self.options.proxy ~= false then
    local proxy = require("ecs_pipeline.call.proxy")
    through, why = proxy.resolve(url, self.options.proxy, self.platform.env)
  end
  if not through then
    return fail(why)
  end
  local authorities, _, missing = self:authorities()
  if missing then
    return nil, { kind = "transport", code = "TLS", reason = "ca_file", message = missing,
      sent = false }
  end
  local wanted = chosen(self)
  local made, transport = pcall(self.platform[wanted] or MAKERS[wanted], {
    ca_file = authorities,
    verify = self.options.verify ~= false,
    proxy = through,
    connect_timeout = connect,
  })
  if not made then
    return fail((tostring(transport):gsub("^[^\n:]*%.lua:%d+: ",
      ""))) -- no position in this library
  end
  return transport
end

--- The transport for a URL. Proxy and connect timeout are properties of a transport, so there is
-- one per pair.
-- @tparam string url
-- @tparam number connect timeout, seconds
-- @tparam ?boolean direct never through a proxy
-- @treturn[1] table `{ send, native, close }`
-- @treturn[2] nil
-- @treturn[2] table err of kind "transport"
function Set:pick(url, connect, direct)
  if self.closed then -- by other code, while this call waited
    return fail("the client has been closed")
  elseif type(self.options.transport) == "table" then
    return self.options.transport
  end
  local open = direct and self.open_direct or self.open
  local by_connect = open[url]
  if by_connect and by_connect[connect] then
    return by_connect[connect]
  end
  local transport, err = open_transport(self, url, connect, direct)
  if transport then
    open[url] = by_connect or {}
    open[url][connect] = transport
  end
  return transport, err
end

--- Sends with a transport; inside a task of a scheduler the other tasks continue.
-- @tparam table transport
-- @tparam table request
-- @tparam number deadline on the platform's clock
-- @treturn[1] table reply
-- @treturn[2] nil
-- @treturn[2] table err, always a table
function transports.send(transport, request, deadline)
  local task = current_task()
  local reply, err
  if task and transport.start then
    reply, err = task:send(transport, request, deadline)
  else
    reply, err = transport.send(request, deadline)
  end
  if type(reply) == "table" then
    return reply
  elseif type(err) ~= "table" then
    err = { kind = "transport", message = err and tostring(err) or "the transport gave no reply" }
  end
  return nil, err
end

--- Closes the transports that were opened here. The user's own transport is not closed.
function Set:close()
  for _, open in ipairs({ self.open, self.open_direct }) do
    for _, by_connect in pairs(open) do
      for _, transport in pairs(by_connect) do
        if transport.close then
          transport.close()
        end
      end
    end
  end
  self.open, self.open_direct, self.closed = {}, {}, true
end

return transports
