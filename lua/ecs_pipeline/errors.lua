--- Errors: their kinds and the two ways to fail. The kind of each Code is in error_codes.lua, hints
-- are in hints/.
--
--   * `errors.fail` returns `nil, message, err`: for failures that data, network or service cause;
--   * `errors.raise` raises: for a programmer's mistake; it names the line outside this library.
local error_codes = require("ecs_pipeline.error_codes")
local debug = require("ecs_pipeline.platform").debug
local redact = require("ecs_pipeline.redact")

local errors = {}

--- Every `err.kind` → the words for it in a message.
errors.KINDS = {
  validation = "arguments refused",
  credentials = "credentials not usable",
  not_found = "not found",
  conflict = "in conflict with the present state",
  throttled = "throttled",
  denied = "not permitted",
  api = "refused by the service",
  transport = "no exchange with the service",
  timeout = "timed out",
  protocol = "reply not understood",
  cancelled = "cancelled",
  storage = "storage failed",
}

--- Kind of a service Code.
-- @tparam ?string code
-- @treturn string one of `errors.KINDS`; "api" for an unknown Code
function errors.kind_of(code)
  return error_codes.of(code).kind or "api"
end

-- "a: first broken rule; b: second": at most five, and the number of the others; all of them are in
-- err.failures.
local function join_failures(failures)
  local lines = {}
  for index = 1, math.min(#failures, 5) do
    lines[index] = failures[index].message
  end
  if #failures > 5 then
    lines[6] = "and " .. (#failures - 5) .. " more"
  end
  return table.concat(lines, "; ")
end

local function why(err)
  local text
  if err.failures and #err.failures > 0 then
    text = join_failures(err.failures)
  else
    text = err.message and err.message ~= "" and redact.text(err.message, err.redact)
      or "no reason given"
  end
  if err.stopped then
    text = text .. " (" .. err.stopped .. ")"
  end
  return text
end

-- For logs and terminals.
local function on_one_line(text)
  return (text:gsub("%s*[\r\n]+%s*", " "))
end

local function message_of(err)
  local parts = {}
  if err.code then
    parts[#parts + 1] = tostring(err.code)
  end
  if err.request_id then
    parts[#parts + 1] = err.request_id
  end
  local what = err.status and not err.code and err.kind == "api"
    and ("HTTP status " .. err.status) or errors.KINDS[err.kind]
  local text = err.operation .. ": " .. what .. ": " .. why(err)
  if #parts > 0 then
    text = text .. " [" .. table.concat(parts, ", ") .. "]"
  end
  return on_one_line(text)
end

local function load_hints()
  return require("ecs_pipeline.hints")
end

-- Hints are loaded by the first failure. If their files cannot be read at that moment, for example
-- because there are no free descriptors, the failure is reported without a hint.
local function hint_of(err)
  local loaded, hints = pcall(load_hints)
  return loaded and hints.hint(err) or nil
end

--- The message as the user's call returns it: with the hint at its end, so that `assert` and logs
-- show that too.
-- @tparam table err of `errors.fail`
-- @treturn string
function errors.with_hint(err)
  return err.hint and err.message .. "; hint: " .. on_one_line(err.hint)
    or err.message
end

--- What a function returned, with the hint in the message of a failure.
-- @param ... a value (if it is an iterator, the same for each of its steps); or nil, message, err
-- @return as many
function errors.shown(...)
  local value, message, err = ...
  if type(value) == "function" then
    return function(...) return errors.shown(value(...)) end
  elseif not value and type(err) == "table" and message == err.message then
    return value, errors.with_hint(err), select(3, ...)
  end
  return ...
end

local Error = { __tostring = errors.with_hint }

--- Completes an error table and returns the three values that every failed call returns.
-- @tparam string operation "pipeline.create"
-- @tparam table err as the C module or a transport created it: `kind`, `message` (the reason), and
--   more of the fields below (see docs/errors.md) if they are known; `redact`: `more` of
--   `redact.text`
-- @treturn nil
-- @treturn string `operation: what: why [Code, RequestId]`
-- @treturn table err: `{ kind, code, message, status, request_id, operation, attempts, retryable,
--   param, failures, hint, … }`; `tostring(err)` is the message with the hint
function errors.fail(operation, err)
  err.operation = operation
  if err.kind == "api" then
    err.kind = errors.kind_of(err.code)
  elseif not errors.KINDS[err.kind] then
    err.kind = "protocol"
  end
  err.retryable = err.retryable or false
  if err.failures and err.failures[1] and not err.param then
    err.param = err.failures[1].param
  end
  if err.kind == "conflict" and err.message then
    err.execution_id = err.execution_id or err.message:match("exec%-[%w]+")
  end
  err.hint = err.hint or hint_of(err)
  redact.error(err)
  err.message = message_of(err)
  -- Only the hint needs it. The trace contains the signed text, with the token and the content.
  err.trace, err.signer, err.redact, err.answer = nil, nil, nil, nil
  return nil, err.message, setmetatable(err, Error)
end

--- Returns an error that was stored as data, such as in a shared dictionary.
-- @tparam table err as `errors.fail` created it, without its metatable
-- @return as `errors.fail`
function errors.again(err)
  return nil, err.message, setmetatable(err, Error)
end

--- Reports an inner call's error under the name of the function that the user called.
-- @tparam string operation "pipeline.list"
-- @tparam table err of `errors.fail`
-- @treturn string message
-- @treturn table err, the same one
function errors.relabel(operation, err)
  local prefix = err.operation .. ": "
  if err.message:sub(1, #prefix) == prefix then
    err.message = operation .. ": " .. err.message:sub(#prefix + 1)
  end
  err.operation = operation
  return err.message, err
end

-- The folder of this library in chunk names: "@…/ecs_pipeline/".
local here = debug.getinfo(1, "S")
local HOME = here and here.source:match("^(.*)errors%.lua$")

--- Raises a programmer's mistake, with the position of the first line outside this library.
-- The stack is searched for it, because the number of our frames differs: tail calls count in Lua
-- 5.1, but not in later versions.
-- @tparam string message
function errors.raise(message)
  local level = 2
  local frame = HOME and debug.getinfo(level, "S")
  while frame do
    if (frame.what == "Lua" or frame.what == "main") and frame.source:sub(1, #HOME) ~= HOME then
      error(message, level)
    end
    level = level + 1
    frame = debug.getinfo(level, "S")
  end
  error(message, 2)
end

return errors
