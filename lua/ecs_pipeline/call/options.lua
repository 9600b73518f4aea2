--- All options: name, type, default, range. A wrong option is a programmer's mistake and raises.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local retry = require("ecs_pipeline.call.retry")
local tables = require("ecs_pipeline.tables")

local options = {}

local function one_of(...)
  local words = { ... }
  return function(value)
    for _, word in ipairs(words) do
      if value == word then
        return nil
      end
    end
    return "must be \"" .. table.concat(words, "\", \"") .. "\""
  end
end

local function above_zero(value)
  -- NaN is not equal to itself
  if value ~= value or value <= 0 then
    return "must be above 0 (seconds)"
  end
end

local function no_control_characters(value)
  if value:find("%c") then
    return "must not hold control characters"
  end
end

local function whole_from_1(value)
  if value < 1 or value % 1 ~= 0 then
    return "must be a whole number from 1"
  end
end

local function only(wanted)
  return function(value)
    if value ~= wanted then
      return "must be " .. tostring(wanted) .. " when it is a boolean"
    end
  end
end

local function tag_set(value)
  for key, item in pairs(value) do
    local in_map = type(key) == "string" and type(item) == "string"
    local in_list = type(item) == "table" and type(item.key) == "string"
    if not in_map and not in_list then
      return "must be a map of strings, or a list of { key =, value = }"
    end
  end
end

-- One row per name: Lua types accepted; `check(value)` → what is wrong, for the type it is keyed
-- by; `fields` of a table whose names are fixed; `wants` in messages, if the types say too little.
local RETRY = {
  attempts = { "number", check = { number = whole_from_1 } },
  deadline = { "number", check = { number = above_zero } },
  base = { "number", check = { number = above_zero } },
  cap = { "number", check = { number = above_zero } },
}
local TIMEOUT = {
  connect = { "number", check = { number = above_zero } },
  total = { "number", check = { number = above_zero } },
}
local RATE_LIMIT = {
  per_second = { "number", check = { number = above_zero }, required = true },
  burst = { "number", check = { number = whole_from_1 } },
}

-- Rows that a client and a single call have in common.
local REGION = { "string" }
local TIMEOUT_ROW = { "number", "table", check = { number = above_zero }, fields = TIMEOUT }
local RETRY_ROW = { "table", "boolean", check = { boolean = only(false) }, fields = RETRY }
local VALIDATE = { "string", check = { string = one_of("strict", "warn", "off") } }
local KEEP_RAW = { "boolean" }

-- The text that the option `insecure` must have if `verify = false`, so that nobody leaves that in
-- by accident.
local INSECURE = "I understand"

local CLIENT = {
  region = REGION,
  credentials = { "table", "userdata" },
  endpoint = { "string", "table" },
  endpoint_type = { "string", check = { string = one_of("public", "vpc") } },
  transport = { "string", "table", check = { string = one_of("auto", "curl", "cosocket") } },
  timeout = TIMEOUT_ROW,
  retry = RETRY_ROW,
  proxy = { "string", "boolean",
    check = { boolean = only(false), string = no_control_characters } },
  ca_file = { "string", check = { string = no_control_characters } },
  verify = { "boolean" },
  insecure = { "string", check = { string = one_of(INSECURE) } },
  user_agent = { "string", check = { string = no_control_characters } },
  signature_version = { "string", check = { string = one_of("auto", "v3", "1.0") } },
  placement = { "string", check = { string = one_of("auto", "query", "form") } },
  default_tags = { "table", check = { table = tag_set } },
  rate_limit = { "table", fields = RATE_LIMIT, object = "take" }, -- or a limiter with take()
  validate = VALIDATE,
  keep_raw = KEEP_RAW,
  on_event = { "function" },
  log = { "string", "function", check = { string = one_of("off", "warn", "debug") } },
  platform = { "table" }, -- for tests and unusual hosts: fields of platform.lua to replace
}

--- Call options: the last argument of every function that sends something.
-- @table call_options
--
--   * `region`: of this call, default that of the client
--   * `timeout`: seconds for each attempt, or `{ connect = 5, total = 30 }`; functions that wait
--     have a `timeout` of their own
--   * `deadline`: seconds for the call with all its retries, default that of `retry`
--   * `retry`: as `ecs.new`
--   * `client_token`: with the same token the service carries a write out once; default a new one
--     for each call
--   * `validate`: as `ecs.new`
--   * `keep_raw`: as `ecs.new`
--   * `dry_run`: true checks the arguments and renders the request; sends only what reads
local CALL = {
  region = REGION,
  timeout = TIMEOUT_ROW,
  deadline = { "number", check = { number = above_zero } },
  retry = RETRY_ROW,
  client_token = { "string" },
  validate = VALIDATE,
  keep_raw = KEEP_RAW,
  dry_run = { "boolean" },
}

--- The known name that a misspelt one probably means, for the end of a message.
-- @tparam string name
-- @tparam table known by name
-- @treturn string " (did you mean …?)", or ""
function options.did_you_mean(name, known)
  -- sorted, so that the suggestion is always the same
  local nearest = core.nearest(name, tables.sorted_keys(known))
  return nearest and " (did you mean \"" .. nearest .. "\"?)" or ""
end

local function check_value(where, name, value, row, check_table)
  local kind = type(value)
  local accepted = false
  for _, wanted in ipairs(row) do
    accepted = accepted or kind == wanted
  end
  if not accepted then
    errors.raise(where .. ": option \"" .. name .. "\" must be "
      .. (row.wants or "a " .. table.concat(row, " or ")) .. ", not a " .. kind)
  end
  local wrong = row.check and row.check[kind] and row.check[kind](value)
  if wrong then
    errors.raise(where .. ": option \"" .. name .. "\" " .. wrong)
  end
  if kind == "table" and row.fields and type(row.object and value[row.object]) ~= "function" then
    check_table(where, value, row.fields, name .. ".")
  end
end

local function check_table(where, given, known, prefix)
  for name, value in pairs(given) do
    if type(name) ~= "string" or not known[name] then
      errors.raise(where .. ": unknown option \"" .. prefix .. tostring(name) .. "\""
        .. (type(name) == "string" and options.did_you_mean(name, known) or ""))
    end
    check_value(where, prefix .. name, value, known[name], check_table)
  end
  for name, row in pairs(known) do
    if row.required and given[name] == nil then
      errors.raise(where .. ": option \"" .. prefix .. name .. "\" is missing")
    end
  end
end

--- Checks `given` and merges it over `base`. No defaults are filled in.
-- @tparam string where "ecs.new", for the message
-- @tparam ?table given as the user wrote them
-- @tparam ?table base options checked earlier
-- @treturn table
function options.client(where, given, base)
  if given ~= nil and type(given) ~= "table" then
    errors.raise(where .. ": options must be a table, not a " .. type(given))
  end
  check_table(where, given or {}, CLIENT, "")
  local merged = tables.merge(tables.copy(base), given)
  if merged.verify == false and merged.insecure ~= INSECURE then
    errors.raise(where .. ": option \"verify\" = false lets anybody read and change the calls; "
      .. "trust the server's authority with ca_file instead, or give insecure = \"" .. INSECURE
      .. "\" too")
  end
  return merged
end

-- A number is the total. A connect timeout above the total would never be reached.
local function timeouts(given, base)
  if type(given) == "number" then
    given = { total = given }
  end
  given = given or {}
  local total = given.total or base.total
  return { connect = math.min(given.connect or base.connect, total), total = total }
end

local function retries(given, base)
  if given == nil then
    return base
  elseif given == false then
    return false
  end
  return tables.merge(tables.copy(base or retry.DEFAULTS), given)
end

--- What a client's options say of each call, defaults filled in.
-- @tparam table given a client's options
-- @treturn table `{ timeout = { connect = 5, total = 30 }, retry = { attempts = 5, deadline = 120,
--   base = 0.5, cap = 20 } or false, validate = "strict", keep_raw = nil }`; seconds
function options.limits(given)
  return {
    timeout = timeouts(given.timeout, { connect = 5, total = 30 }),
    retry = retries(given.retry, retry.DEFAULTS),
    validate = given.validate or "strict", keep_raw = given.keep_raw,
  }
end

--- Checks options of a function that are not call options.
-- @tparam string operation "openresty.watch", for the message
-- @param given
-- @tparam table rows
-- @raise wrong options
function options.check(operation, given, rows)
  if type(given) ~= "table" then
    errors.raise(operation .. ": options must be a table, not a " .. type(given))
  end
  check_table(operation, given, rows, "")
end

local function check_call(operation, given, extra)
  if given ~= nil and type(given) ~= "table" then
    errors.raise(operation .. ": call options must be a table, not a " .. type(given))
  end
  check_table(operation, given or {}, extra and tables.merge(tables.copy(CALL), extra) or CALL, "")
end

--- Splits the options of a function that makes many calls: its own options, checked, and the call
-- options that are passed to each call. `timeout` in seconds is an option of its own where the
-- function waits (see docs/options.md); as a table it is about attempts everywhere.
-- @tparam string operation "execution.wait", for the message
-- @tparam ?table given
-- @tparam table rows of its own options
-- @treturn table own_options
-- @treturn table call_options, for `Client:call_options`
function options.own(operation, given, rows)
  check_call(operation, given, rows)
  local own_options, call_options = {}, {}
  for name, value in pairs(given or {}) do
    local of_attempts = name == "timeout" and type(value) == "table"
    local target = rows[name] and not of_attempts and own_options or call_options
    target[name] = value
  end
  return own_options, call_options
end

--- Options of one call, with the client's limits as defaults.
-- @tparam string operation "pipeline.delete", for the message
-- @tparam ?table given the last argument of the function
-- @tparam table limits of `options.limits`
-- @tparam ?table extra rows of options that only this function has
-- @treturn table `{ region, timeout = { connect, total }, retry, deadline (seconds), client_token,
--   validate, keep_raw, dry_run, … }`
function options.call(operation, given, limits, extra)
  if given == nil then -- nearly every call
    return { timeout = limits.timeout, retry = limits.retry, validate = limits.validate,
      keep_raw = limits.keep_raw,
      deadline = limits.retry and limits.retry.deadline or retry.DEFAULTS.deadline }
  end
  check_call(operation, given, extra)
  local merged = tables.copy(given)
  merged.timeout = timeouts(merged.timeout, limits.timeout)
  merged.retry = retries(merged.retry, limits.retry)
  merged.deadline = merged.deadline or (merged.retry and merged.retry.deadline)
    or retry.DEFAULTS.deadline
  merged.validate = merged.validate or limits.validate
  if merged.keep_raw == nil then
    merged.keep_raw = limits.keep_raw
  end
  return merged
end

--- The rows of clients and of calls.
options.CLIENT, options.CALL = CLIENT, CALL

--- A row: one of some words.
options.one_of = function(...)
  return { "string", check = { string = one_of(...) } }
end

--- A row: a duration above 0.
options.SECONDS = { "number", check = { number = above_zero } }

--- A row of a function that waits: seconds for all that it does; as a table, of each attempt.
options.TIMEOUT = TIMEOUT_ROW

--- A row: a whole number from 1.
options.COUNT = { "number", check = { number = whole_from_1 } }

--- Rows of a rate: `per_second`, `burst`.
options.RATE = RATE_LIMIT

--- A row: a function.
options.FUNCTION = { "function" }

--- A row: one of some words, or a list of them.
options.words = function(...)
  local one = one_of(...)
  local function each(list)
    for _, word in ipairs(list) do
      local wrong = one(word)
      if wrong then
        return wrong
      end
    end
  end
  return { "string", "table", check = { string = one, table = each } }
end

--- A row: a number of seconds, or `{ min, max }`.
options.RANGE = { "number", "table", fields = { min = options.SECONDS, max = options.SECONDS },
  check = { number = above_zero, table = function(range)
    if type(range.min) == "number" and type(range.max) == "number" and range.min > range.max then
      return "must not have min above max"
    end
  end } }

return options
