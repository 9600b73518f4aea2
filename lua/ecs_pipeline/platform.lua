--- The functions of the host: clock, sleep, random numbers, log, environment. Only this file,
-- `transport/cosocket.lua` and `openresty/` know about nginx. Every function here is a plain field,
-- so a test can give the client a table with its own clock and sleep.
local core = require("ecs_pipeline.core")

local platform = {}

-- Read with rawget: `ngx` is a global only inside nginx, and a host with a strict _G would raise an
-- error for a global that does not exist.
local ngx = rawget(_G, "ngx")

-- A sandbox may lack the libraries `os` and `debug`, or parts of them.
local os = rawget(_G, "os") or {}

--- Lua's debug library. Where there is none, errors have no position and no traceback.
platform.debug = rawget(_G, "debug") or { getinfo = function() end, traceback = function() end }

local snapshot = {}

--- Keeps the present value of an environment variable: nginx clears the environment of its workers
-- after it has read the configuration. `credentials/names.lua` names all that are read.
-- @tparam string name
function platform.remember(name)
  snapshot[name] = os.getenv and os.getenv(name)
end

--- The value of an environment variable: the present one, otherwise the one at
-- the time of loading.
-- An empty variable counts as not set.
-- @tparam string name
-- @treturn ?string
function platform.env(name)
  local live = os.getenv and os.getenv(name)
  if live and live ~= "" then
    return live
  end
  local seen = snapshot[name]
  if seen ~= "" then
    return seen
  end
  return nil
end

--- Does this code run inside an nginx worker (lua-nginx-module)?
-- @treturn boolean
function platform.in_nginx()
  return type(ngx) == "table" and type(ngx.sleep) == "function"
end

--- The text to add to a message about a missing variable: why it may be missing. "" where there is
-- no other reason than that it is not set.
-- @tparam string ... their names
-- @treturn string
function platform.env_note(...)
  if not os.getenv then
    return "; this Lua has no os.getenv: give the option instead"
  elseif not platform.in_nginx() then
    return ""
  end
  return "; nginx clears the environment of its workers: add \"env "
    .. table.concat({ ... }, ";\" and \"env ") .. ";\" to the top of nginx.conf, or "
    .. "require(\"ecs_pipeline\") in init_by_lua_block, where the variables can still be read"
end

--- Monotonic seconds. @treturn number
platform.clock = core.clock

--- Wall clock, unix seconds. @treturn number
platform.wall = core.wall

--- A fresh ClientToken: 32 random hex digits. @treturn string
platform.token = core.token

--- A number in [0, 1), from the operating system: workers that started together must not agree.
-- @treturn number
function platform.random()
  local a, b, c = core.random(3):byte(1, 3)
  return (a * 65536 + b * 256 + c) / 16777216
end

--- Coroutine → the task that runs in it; `transport/scheduler.lua` writes it. Weak: a coroutine
-- without references is collected together with its task.
platform.tasks = setmetatable({}, { __mode = "k" })

--- The running task; nil in ordinary code, and in coroutines that were created inside a task.
-- @treturn ?Task of `transport/scheduler.lua`
function platform.current_task()
  local thread = coroutine.running()
  return thread and platform.tasks[thread]
end

-- Coroutine → true while a body of `platform.light_threads` runs in it; the main one of Lua 5.1 has
-- no name. Weak, as above.
local light = setmetatable({}, { __mode = "k" })
local MAIN = {}

--- Does the running code belong to many calls at the same time: is it in a task, or in a body of
-- `platform.light_threads`?
-- @treturn boolean
function platform.is_concurrent()
  local thread = coroutine.running() or MAIN
  return platform.tasks[thread] ~= nil or light[thread] ~= nil
end

--- Is the host about to end? So is an nginx worker after a reload, and when nginx itself ends: it
-- takes no new requests, and waits for the timers and requests that run. False elsewhere.
-- @treturn boolean
function platform.exiting()
  local worker = platform.in_nginx() and ngx.worker
  return worker and worker.exiting() or false
end

local LONGEST = 86400 -- seconds, of one core.sleep

local function block(seconds)
  while seconds > 0 do
    core.sleep(math.min(seconds, LONGEST))
    seconds = seconds - LONGEST
  end
end

-- Seconds: the longest sleep inside nginx during which nobody asks whether the worker is to end.
local PIECE = 1

-- → true if it ended early
local function sleep_in_nginx(seconds)
  repeat
    local piece = math.min(seconds, PIECE)
    if not core.can_yield() or not pcall(ngx.sleep, piece) then
      return block(seconds)
    end
    seconds = seconds - piece
    if seconds > 0 and platform.exiting() then
      return true
    end
  until seconds <= 0
end

--- Sleeps. Inside a task of a scheduler the other tasks continue; inside nginx it yields if the
-- phase allows that; otherwise it blocks.
-- @tparam number seconds
-- @treturn ?boolean true if it ended early because the host is about to end; never for up to a
--   second
function platform.sleep(seconds)
  local task = platform.current_task()
  if seconds <= 0 then
    return nil
  elseif task then
    return task:sleep(seconds)
  end
  return (platform.in_nginx() and sleep_in_nginx or block)(seconds)
end

if platform.in_nginx() then
  local TURN = 0.001 -- seconds after which other requests of the worker get their turn
  local APART = 0.00006 -- seconds between those that have given way: some 16 go on in a turn
  local LONGEST_TURNS = 0.02 -- seconds that one call gives to others
  local goes_on = 0

  --- Lets the worker serve other requests if this turn of its event loop has been long. nginx
  -- reads its clock once in each turn, so the age of that clock is the age of the turn. Light
  -- threads that wait here go on one after another, not all in one turn. Nil outside nginx.
  function platform.give_way()
    if core.wall() - ngx.now() > TURN and core.can_yield() then
      local now = core.clock()
      goes_on = math.min(math.max(goes_on + APART, now + TURN), now + LONGEST_TURNS)
      ngx.sleep(goes_on - now)
    end
  end

  --- Runs a function in several light threads, and waits for all of them; where nginx cannot yield,
  -- runs it once. Nil outside nginx.
  -- @tparam function body
  -- @tparam integer count
  function platform.light_threads(body, count)
    local function marked()
      local thread = coroutine.running() or MAIN
      local before = light[thread]
      light[thread] = true
      body()
      light[thread] = before
    end
    if not core.can_yield() then
      return marked()
    end
    local threads, since = {}, core.clock()
    for index = 1, count do
      if core.clock() - since > TURN / 2 then -- the next turn sends the requests that have begun
        ngx.sleep(0.001)
        since = core.clock()
      end
      threads[index] = assert(ngx.thread.spawn(marked))
    end
    for index = 1, count do
      assert(ngx.thread.wait(threads[index]))
    end
  end
end

--- The status of a file. @function file_status
-- @tparam string path
-- @treturn[1] table `{ mode, size, modified, regular }`
-- @treturn[2] nil
-- @treturn[2] string why
-- @treturn[2] boolean true if there is no such file
platform.file_status = core.file_status

--- The absolute path of a file, without links and dots. @function real_path
-- @tparam string path
-- @treturn[1] string
-- @treturn[1] ?string name of a link on the way that another user can exchange
-- @treturn[2] nil
-- @treturn[2] string why
platform.real_path = core.real_path

--- The text of a small, plain file. Does not wait for a FIFO. @function read_file
-- @tparam string path
-- @tparam integer max_bytes
-- @treturn[1] string
-- @treturn[2] nil
-- @treturn[2] string why, without the path
platform.read_file = core.read_file

--- Starts a command whose output can be read. Blocks; fails on a host without `io.popen`.
-- @tparam string command for the shell
-- @treturn[1] file
-- @treturn[2] nil
-- @treturn[2] string why, without the command: it may contain a secret
function platform.popen(command)
  if platform.in_nginx() then
    return nil, "a command would block the nginx worker"
  end
  local started, file, why = pcall(io.popen, command, "r")
  if not started or not file then
    why = tostring(why or file)
    local begins = why:sub(1, #command) == command
    return nil, "this Lua cannot start commands: " .. (begins and why:sub(#command + 3) or why)
  end
  return file
end

--- The JSON library, or why it cannot be loaded.
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string why
function platform.cjson()
  local loaded, cjson = pcall(require, "cjson")
  if not loaded then
    return nil, cjson
  end
  return cjson
end

--- Writes one line to the host's log: nginx's error log, or standard error.
-- @tparam string level "warn" or "debug"
-- @tparam string text
function platform.log(level, text)
  if platform.in_nginx() then
    ngx.log(level == "warn" and ngx.WARN or ngx.DEBUG, text)
    return
  end
  if rawget(_G, "io") then
    io.stderr:write(text, "\n")
  end
end

--- A copy of this table with some fields replaced, for tests and unusual hosts.
-- @tparam ?table replacements fields of this table; `curl` and `cosocket` replace the functions
--   that make a transport, see `call/transports.lua`
-- @treturn table
function platform.with(replacements)
  if not replacements then
    return platform
  end
  return setmetatable(replacements, { __index = platform })
end

return platform
