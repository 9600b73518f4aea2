--- Checks the sender of a webhook: an HMAC-SHA256 of the handler's name, time stamp and body, a
-- window for the time stamp, and a guard that knows the messages that were accepted.
--
-- The guard must not forget a message while its time stamp is accepted. Its records expire on the
-- store's clock, and time stamps are compared with the wall clock, which can be set back; and
-- a restart of nginx empties the dictionary. So the guard also keeps a floor: no message is
-- accepted whose time stamp is not later than those of the messages that the guard no longer knows.
-- For the same reason no message is accepted before its own time.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local request = require("ecs_pipeline.openresty.request")
local to_number = require("ecs_pipeline.sorted_json").to_number

local signature = {}

local SIGN_ROWS = { name = { "string" }, timestamp = { "number" } }

--- Header names, in lower case.
signature.TIMESTAMP = "x-ecs-pipeline-timestamp"
signature.SIGNATURE = "x-ecs-pipeline-signature"

local hmac = core.sign.hmac_sha256_hex

-- Seconds by which a time stamp may be ahead; the handler waits until its time has come.
local AHEAD = 2

-- What is signed before the body. Version 2 names the handler, so that no other handler with the
-- same secret accepts the message.
local BEFORE = {
  v2 = function(name, timestamp)
    return "v2\n" .. name .. "\n" .. timestamp .. "\n"
  end,
  sha256 = function(_, timestamp)
    return timestamp .. "."
  end,
}

--- The headers of a webhook, for senders in Lua.
-- @function openresty.sign
-- @tparam string secret
-- @tparam string body as it will be sent
-- @tparam ?table|number options a time stamp, or
--
--   * `name`: of the handler, default "/bakes/", its default prefix
--   * `timestamp`: unix seconds, default now
-- @treturn[1] table `{ ["x-ecs-pipeline-timestamp"] = …, ["x-ecs-pipeline-signature"] = "v2=…" }`
-- @treturn[2] nil where OpenSSL cannot sign
-- @treturn[2] string message
-- @treturn[2] table err
-- @raise wrong options
function signature.headers(secret, body, given)
  given = type(given) == "number" and { timestamp = given } or given or {}
  options.check("openresty.sign", given, SIGN_ROWS)
  local able, why = core.can_sign("openresty.sign")
  if not able then
    return errors.shown(errors.fail("openresty.sign", why))
  end
  local milliseconds = math.floor((given.timestamp or core.wall()) * 1000)
  local text = ("%.0f.%03.0f"):format(math.floor(milliseconds / 1000), milliseconds % 1000)
  return { [signature.TIMESTAMP] = text, [signature.SIGNATURE] = "v2="
    .. hmac(secret, BEFORE.v2(given.name or "/bakes/", text) .. body) }
end

local blind

--- Compares digests of both texts under a random key, so that the time of the comparison reveals
-- nothing about the texts.
-- @tparam string a
-- @tparam string b
-- @treturn boolean
function signature.equal(a, b)
  blind = blind or core.random(32)
  return hmac(blind, a) == hmac(blind, b)
end

local refuse = request.refuse

local function too_old(hook, age)
  return refuse(403, "TOO_OLD", ("the time stamp is %.0f s %s; at most %.0f s old and %d s ahead "
    .. "is accepted: sign each message when it is sent, and let NTP set the clocks"):format(
    math.abs(age), age > 0 and "old" or "ahead", hook.window, AHEAD))
end

--- Reads time stamp and signature from the headers, and compares the time stamp with the clock,
-- before the body is read.
-- @tparam table hook `name`, `window`, `accept_v1`, `wall`
-- @tparam table headers by lower-case name
-- @treturn[1] table claim `{ timestamp, version, digest }`
-- @treturn[2] nil
-- @treturn[2] table refusal `{ status, code, message }`
function signature.claim(hook, headers)
  local timestamp, given = headers[signature.TIMESTAMP], headers[signature.SIGNATURE]
  if type(timestamp) ~= "string" or type(given) ~= "string" then
    return refuse(401, "NOT_SIGNED", ("send %s (unix seconds) and %s (\"v2=\" and the hexadecimal "
      .. "HMAC-SHA256 of \"v2\", the handler's name, time stamp and body, with a line feed between "
      .. "them), each once"):format(signature.TIMESTAMP, signature.SIGNATURE))
  elseif #timestamp > 21 or not timestamp:find("^%d+$") and not timestamp:find("^%d+%.%d+$") then
    return refuse(401, "NOT_SIGNED", signature.TIMESTAMP
      .. " must be unix seconds: digits, also with a fraction")
  end
  local version, digest = given:lower():match("^(%w+)=(%x+)$")
  if not BEFORE[version] or #digest ~= 64 then
    return refuse(401, "NOT_SIGNED", signature.SIGNATURE
      .. " must be \"v2=\" and 64 hexadecimal digits")
  elseif version ~= "v2" and not hook.accept_v1 then
    return refuse(401, "OLD_SIGNATURE", "a signature \"sha256=\" does not name the handler, and is "
      .. "accepted only with accept_v1 = true: send \"v2=\"")
  end
  local seconds = to_number(timestamp)
  local age = hook.wall() - seconds
  if age > hook.window or age < -AHEAD then
    return too_old(hook, age)
  end
  return { timestamp = timestamp, seconds = seconds, version = version, digest = digest }
end

-- --- the guard ---

local MEMORY = "guard"

-- `floor`; `earlier` and `latest`: the latest time stamps of the messages of the half of the memory
-- before this one and up to now; `since`: when this half began, on the store's clock; `half`: its
-- seconds. All messages that the guard no longer knows are older than the two halves.
local FIELDS = { "floor", "earlier", "latest", "since", "half" }

local function written(memory)
  local parts = {}
  for index, name in ipairs(FIELDS) do
    parts[index] = ("%.0f"):format(math.floor(memory[name] * 1000 + 0.5))
  end
  return table.concat(parts, " ")
end

local function read(text)
  local memory, index = {}, 0
  for number in text:gmatch("%d+") do
    index = index + 1
    memory[FIELDS[index]] = tonumber(number) / 1000
  end
  return memory
end

-- After one half the floor rises to what the half before had; after two, all records may have
-- expired.
local function aged(memory, now)
  if now - memory.since >= 2 * memory.half then
    memory.floor, memory.earlier, memory.since = memory.latest, memory.latest, now
  elseif now - memory.since >= memory.half then
    memory.floor, memory.earlier, memory.since = memory.earlier, memory.latest, now
  end
  return memory
end

-- Remembers that a message with this time stamp came (nil: none). A half is longer than the window
-- of each handler with this store, so no message of now can be below the floor.
-- → memory, or nil, message, err
local function remember(hook, seconds)
  local memory
  local kept, message, err = hook.store:update(MEMORY, function(text, now)
    memory = text and read(text) or { floor = hook.born, earlier = hook.born, latest = hook.born,
      since = now, half = 0 }
    memory.half = math.max(memory.half, hook.window + AHEAD + 1)
    aged(memory, now)
    memory.latest = math.max(memory.latest, seconds or 0)
    return written(memory)
  end)
  return kept and memory, message, err
end

-- When nginx began, in unix seconds: before that, no message was accepted with this store, or the
-- store has a memory. Where the system does not say, it is when this file was loaded.
local loaded = core.wall()

local function read_file(path)
  local file = io.open(path, "rb")
  local text = file and file:read("*a") or ""
  if file then
    file:close()
  end
  return text
end

-- Name, parent and age in seconds of a process, on Linux.
local function process(pid)
  local name, parent, rest = read_file("/proc/" .. pid .. "/stat"):match("%((.*)%) %S (%d+)(.*)")
  local ticks = rest and rest:match(("^" .. ("%s%S+"):rep(17) .. "%s(%d+)"))
  local seconds, hundredths = read_file("/proc/uptime"):match("^(%d+)%.(%d%d)")
  if ticks and seconds then
    return name, parent, (seconds * 100 + hundredths - ticks) / 100
  end
end

-- The kernel counts both times in hundredths, so an age may be that much too small. nginx takes
-- longer than that from the end of the one before to its first message.
local TICK = 0.01

-- The dictionary is as old as the master. A worker may be younger: its parent is the master.
local function nginx_start(phase)
  local name, parent, age = process("self")
  if name and phase ~= "init" then
    local master, _, older = process(parent)
    age = master == name and older or age
  end
  return age and age >= 0 and core.wall() - age - TICK or loaded
end

--- Begins the guard's memory, if the store has none: messages of the time before may have been
-- accepted by an nginx that has ended.
-- @tparam table hook `store`, `window`, `host`
function signature.begin(hook)
  hook.born = hook.host.started or math.min(loaded, nginx_start(hook.host.get_phase()))
  remember(hook, nil)
end

local function is_new(hook, claim)
  local memory, message = remember(hook, claim.seconds)
  if not memory then
    return refuse(503, "SHARED_DICT_FULL", message)
  elseif claim.seconds <= memory.floor then
    return refuse(403, "BEFORE_MEMORY", "the message was signed before the time that this handler "
      .. "remembers, which begins when nginx starts: sign it again")
  end
  local fresh
  fresh, message = hook.store:add("seen:" .. claim.digest, "1", 3 * memory.half)
  if fresh == nil then
    return refuse(503, "SHARED_DICT_FULL", message)
  elseif not fresh then
    return refuse(409, "REPLAYED", "this message came before: each is accepted once; put a new "
      .. "\"nonce\" into the body to send the same again")
  end
  return true
end

--- Checks that the sender knows a secret, and that the message is new.
-- @tparam table hook `secrets` (list), `name`, `window` (seconds), `store`, `host`, `wall`, `born`
-- of
--   `signature.begin`
-- @tparam table claim
-- @tparam Body body of `request.body`
-- @treturn[1] boolean true
-- @treturn[1] nil
-- @treturn[1] string the secret
-- @treturn[2] nil
-- @treturn[2] table refusal `{ status, code, message }`
function signature.check(hook, claim, body)
  local before, known = BEFORE[claim.version](hook.name, claim.timestamp), nil
  for _, secret in ipairs(hook.secrets) do
    known = signature.equal(body:hmac(secret, before), claim.digest) and secret or known
  end
  if not known then
    return refuse(401, "BAD_SIGNATURE", ("the signature does not match: the HMAC-SHA256 is that of "
      .. "\"v2\", the name of this handler (%s), time stamp and body as sent, byte for byte, with "
      .. "a line feed between them, and with the secret of this handler"):format(hook.name))
  end
  local early = claim.seconds - hook.wall()
  if early > 0 then
    hook.host.sleep(early)
  end
  local fresh, refusal = is_new(hook, claim)
  return fresh, refusal, known
end

return signature
