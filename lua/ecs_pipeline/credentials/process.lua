--- Credentials that a command prints, as JSON: `{ mode, access_key_id, access_key_secret,
-- sts_token, expiration }` or any other profile, the form of the CLI's External profiles. No shell
-- reads the command: its words are quoted one by one.
local core = require("ecs_pipeline.core")
local cache = require("ecs_pipeline.credentials.cache")
local dates = require("ecs_pipeline.dates")
local documents = require("ecs_pipeline.credentials.documents")
local errors = require("ecs_pipeline.errors")
local fields = require("ecs_pipeline.credentials.fields")
local names = require("ecs_pipeline.credentials.names")
local result = require("ecs_pipeline.credentials.result")

local process = {}

local KNOWN = { command = "string table", timeout = "number", life = "number" }
local MAX_BYTES = 64 * 1024

local Source = {}
Source.__index = Source

--- Splits a command as a shell would, without expansions: quotes, backslashes, blanks.
-- @tparam string text
-- @treturn ?table words, nil if a quote is not closed
function process.split(text)
  local words, word, quote, at = {}, nil, nil, 1
  while at <= #text do
    local char = text:sub(at, at)
    if char == "\\" and quote ~= "'" and at < #text then
      at = at + 1
      word = (word or "") .. text:sub(at, at)
    elseif quote then
      if char == quote then
        quote = nil
      else
        word = word .. char
      end
    elseif char == "'" or char == "\"" then
      quote, word = char, word or ""
    elseif char:find("%s") then
      words[#words + 1] = word
      word = nil
    else
      word = (word or "") .. char
    end
    at = at + 1
  end
  words[#words + 1] = word
  return not quote and words or nil
end

local function quoted(words)
  local out = {}
  for index, word in ipairs(words) do
    out[index] = "'" .. word:gsub("'", "'\\''") .. "'"
  end
  return table.concat(out, " ")
end

-- For sh: starts the command and a watcher, which sends TERM after the timeout and KILL two seconds
-- later. After the output come a zero byte, how the command ended, and another zero byte: Lua
-- 5.1 does not return the status, and a child of the command may keep the pipe open for ever.
local SCRIPT = [[
command -v sleep >/dev/null || { printf '\0unwatched\0'; exit; }
%s </dev/null & command=$!
# What the shell says of processes that are ended is not shown.
exec 2>/dev/null
(
  fired=0
  trap 'kill $sleep; exit $fired' TERM
  sleep %.0f & sleep=$!
  wait $sleep
  fired=1
  kill $command
  sleep 2 & sleep=$!
  wait $sleep
  kill -KILL $command
  exit 1
) >/dev/null </dev/null & watcher=$!
trap 'kill $command' HUP INT TERM
wait $command
status=$?
kill $watcher
wait $watcher
[ $? = 1 ] && status=timeout
printf '\0%%s\0' "$status"
]]

-- What comes before the first zero byte, and how the command ended; less if it prints too much.
local function read(pipe)
  local output, at, size = { {}, {} }, 1, 0
  local byte = pipe:read(1) -- more would wait until as many have come
  while byte and at <= 2 and size <= MAX_BYTES do
    if byte == "\0" then
      at = at + 1
    else
      size = size + 1
      output[at][#output[at] + 1] = byte
    end
    byte = at <= 2 and pipe:read(1)
  end
  return table.concat(output[1]), at == 3 and table.concat(output[2])
end

-- How the command ended → why there are no credentials.
local ENDS = {
  unwatched = function() return "the command is not run: this machine has no program sleep, which "
    .. "keeps the timeout" end,
  timeout = function(_, seconds) return ("the command took more than %.0f s"):format(seconds) end,
  ["126"] = function(word) return "the command may not be run: " .. word end,
  ["127"] = function(word) return "the command was not found: " .. word end,
}

local function run(context, words, seconds)
  local pipe, why = context.platform.popen(SCRIPT:format(quoted(words), math.ceil(seconds)))
  if not pipe then
    return result.fail("the command cannot be started: " .. why,
      { cause = { code = "NO_TRANSPORT" } })
  end
  local text, status = read(pipe)
  pipe:close()
  if not status then
    return result.fail("the command prints more than 64 KiB, or was stopped")
  elseif ENDS[status] then
    return result.fail(ENDS[status](words[1], seconds))
  elseif not status:find("^%d%d?%d?$") then -- the command's own zero bytes; never shown
    return result.fail("the command prints a zero byte, which no JSON object has")
  elseif status ~= "0" then
    return result.fail("the command ended with status " .. status)
  end
  return text
end

-- Unix seconds; false if the value is not a time.
local function expiration_of(value)
  if type(value) == "number" and value > 0 then
    return value
  elseif result.text(value) then
    return dates.utc(value) or false
  end
  return nil
end

-- The keys of a profile that has to get them first, valid as long as those are.
local function of_profile(self, context, document)
  local provider, message, err = self.printed(document)
  local credentials
  if provider then
    credentials, message, err = provider:get(context)
  end
  if not credentials then
    return result.fail("the command printed a profile: " .. message,
      { cause = err.cause, advice = err.advice })
  end
  local left = provider.seconds_left and provider:seconds_left(context)
  return { credentials = credentials, expires = left and context.now() + left, life = self.life }
end

local WANTED = "mode, access_key_id, access_key_secret, sts_token and expiration, as in a profile "
  .. "of the CLI"

--- Runs the command and reads its output.
function Source:fetch(context)
  local forbidden = names.on(context.platform.env, "no_external")
  if forbidden then
    return result.fail("the command is not run: switched off by " .. forbidden,
      { advice = "unset " .. forbidden .. ", or use another source of credentials" })
  end
  local text, message, err = run(context, self.words(), self.timeout)
  if not text then
    return nil, message, err
  end
  local document = documents.decode(text)
  if not document then
    return result.fail("the command does not print a JSON object")
  end
  local mode, token = result.text(document.mode), result.text(document.sts_token)
  local kind = (mode or token and "StsToken" or "AK"):lower()
  local id, secret = result.text(document.access_key_id), result.text(document.access_key_secret)
  if kind ~= "ak" and kind ~= "ststoken" or not mode and not id and not secret
      and result.text(document.ram_role_name) then
    return of_profile(self, context, document)
  elseif kind == "ststoken" and not token then
    return result.fail("the command printed no sts_token")
  elseif not id or not secret then
    return result.fail("the command printed no " .. (id and "access_key_secret"
      or "access_key_id") .. ": it must print " .. WANTED)
  end
  local expires = expiration_of(document.expiration)
  if expires == false then
    return result.fail("the command printed an expiration that is not a time")
  end
  local credentials, why = core.credentials({
    access_key_id = id, access_key_secret = secret, security_token = token,
  })
  if not credentials then
    return result.fail("the command: " .. why)
  end
  return { credentials = credentials, expires = expires, life = self.life }
end

--- @treturn string see `result.identity_of`; a digest, because a word may be a password
function Source:identity()
  return "command " .. core.sign.sha256_hex(table.concat(self.words(), "\0"))
end

local function copy_of(words)
  local copy = {}
  for index, word in ipairs(words) do
    if type(word) ~= "string" or word:find("%z") then
      errors.raise("credentials.process: word " .. index .. " of \"command\" must be a string "
        .. "without zero bytes")
    end
    copy[index] = word
  end
  return copy
end

--- A provider of credentials that a command prints. Runs it when a refresh is due, and blocks
-- meanwhile; not for nginx.
-- @function credentials.process
-- @tparam table options
--
--   * `command`: text, or list of words
--   * `timeout`: seconds, default 60
--   * `life`: seconds after which credentials without an expiration are asked for again, default
--     300
-- @tparam ?function fallback → context
-- @tparam function printed (profile) → provider of a profile that the command prints, or nil,
--   message, err; see `modes.printed`
-- @treturn table provider
-- @raise unknown names, wrong types, a command that cannot be split
function process.new(options, fallback, printed)
  local checked = fields.check("credentials.process", options, KNOWN)
  local words = checked.command
  if type(words) == "string" then
    words = process.split(words)
  end
  if type(words) ~= "table" or #words == 0 then
    errors.raise("credentials.process: \"command\" must be a command, its quotes closed, or a list "
      .. "of words")
  end
  local own = copy_of(words)
  -- a function, so that code that prints a provider does not show a password among the words
  return cache.new(setmetatable({ words = function() return own end,
    timeout = checked.timeout or 60, life = checked.life or 300, printed = printed }, Source),
    fallback)
end

return process
