--- The head of an HTTP/1.1 reply, line by line, bounded and strict: the rules of csrc/curl/head.c.
-- Pure. Sources: RFC 9112 §4, §5 (obsolete folding), §6.3 (body length); RFC 9110 §5.1, §15.2.
local request = require("ecs_pipeline.transport.http1.request")
local trim = require("ecs_pipeline.text").trim

local head = {}

local Head = {}
Head.__index = Head

local MAX_FIELDS = 256
local BLANKS = " \t"
local TAB, LF, CR = 9, 10, 13

local function broken(message)
  return { kind = "protocol", code = "PROTOCOL", message = message }
end

local function too_large(message)
  return { kind = "protocol", code = "TOO_LARGE", message = message }
end

head.broken, head.too_large = broken, too_large

local LARGE = "the reply's headers are too large or too many"
local NO_HEADER = "the reply holds a line that is no header"

--- One exchange's heads: interim replies, the final one, trailers. The bounds are over all of them.
-- @tparam integer max_bytes
-- @tparam integer max_body_bytes what a Content-Length may announce
-- @treturn Head
function head.new(max_bytes, max_body_bytes)
  return setmetatable({ max_bytes = max_bytes, max_body_bytes = max_body_bytes, seen_bytes = 0,
    seen_fields = 0 }, Head)
end

--- How many bytes the next line may have.
function Head:left()
  return self.max_bytes - self.seen_bytes
end

-- The line without its ending, counted; nil and a problem when it is too much.
local function count(self, line)
  self.seen_bytes = self.seen_bytes + #line
  if self.seen_bytes > self.max_bytes then
    return nil, too_large(LARGE)
  end
  local last = #line
  if line:byte(last) == LF then
    last = last - (line:byte(last - 1) == CR and 2 or 1)
  end
  return line:sub(1, last)
end

--- Reads a status line: begins a head, and drops the one before.
-- @tparam string line ending included
-- @treturn ?table problem `{ kind, code, message }`
function Head:status_line(line)
  local text, problem = count(self, line)
  if not text then
    return problem
  end
  local minor, status = text:match("^HTTP/1%.([01]) (%d%d%d)%f[ %z]")
  if not status or status:sub(1, 1) == "0" then
    return broken("the reply does not begin with a status line of HTTP/1.1")
  end
  self.status, self.minor, self.names, self.values = tonumber(status), minor, {}, {}
  self.interim = self.status < 200
  if self.status == 101 then
    return broken("the server switches to another protocol, which was not asked for")
  end
end

-- A tab does not count.
local function has_control(text)
  return request.has_control(text, TAB)
end

local function continue_field(self, text, trailer)
  local last = #self.values
  if has_control(text) or (not trailer and last == 0) then
    return broken(NO_HEADER)
  end
  local more = trim(text, BLANKS)
  if not trailer and more ~= "" then
    local before = self.values[last]
    self.values[last] = before == "" and more or before .. " " .. more
  end
end

--- Reads one field, or a line that continues one.
-- @tparam string line ending included
-- @tparam[opt] boolean trailer checked, counted and dropped
-- @treturn boolean whether it was the empty line that ends the head
-- @treturn ?table problem
function Head:field(line, trailer)
  local text, problem = count(self, line)
  if not text then
    return false, problem
  elseif text == "" then
    return true
  end
  if BLANKS:find(text:sub(1, 1), 1, true) then
    return false, continue_field(self, text, trailer)
  end
  local colon = text:find(":", 1, true)
  local name = text:sub(1, (colon or 1) - 1)
  local value = trim(text:sub(#name + 2), BLANKS)
  if not request.is_token(name) or has_control(value) then
    return false, broken(NO_HEADER)
  end
  self.seen_fields = self.seen_fields + 1
  if self.seen_fields > MAX_FIELDS then
    return false, too_large(LARGE)
  end
  if not trailer then
    local index = #self.names + 1
    self.names[index], self.values[index] = name:lower(), value
  end
  return false
end

local DISAGREE = "the reply's headers disagree about its length"
local CODING = "the reply has an encoding that was not asked for"

-- → length, or nil and a problem. A number that is too large for Lua is still above the bound.
local function one_length(value, before)
  if not value:find("^%d+$") then
    return nil, broken(DISAGREE)
  end
  local length = tonumber(value)
  if before and before ~= length then
    return nil, broken(DISAGREE)
  end
  return length
end

--- After the empty line: how the body ends.
-- RFC 9112 §6.3 permits repairs for some heads that are refused here; a signed exchange with one
-- known service does not need them.
-- @treturn[1] table `{ length }`, `{ chunked = true }`, `{ none = true }`, or empty: with the
--   connection; `keep` = the connection may carry another exchange
-- @treturn[2] nil
-- @treturn[2] table problem
function Head:framing()
  local framing = { keep = self.minor == "1" }
  for index, name in ipairs(self.names) do
    local value, problem = self.values[index], nil
    if name == "content-length" then
      framing.length, problem = one_length(value, framing.length)
    elseif name == "transfer-encoding" then
      problem = (framing.chunked or value:lower() ~= "chunked") and broken(CODING) or nil
      framing.chunked = true
    elseif name == "content-encoding" then
      problem = value:lower() ~= "identity" and broken(CODING) or nil
    elseif name == "connection" then
      framing.keep = framing.keep and not (", " .. value:lower() .. ","):find("[, ]close[, ]")
    end
    if problem then
      return nil, problem
    end
  end
  if framing.chunked and framing.length then
    return nil, broken(DISAGREE)
  elseif (framing.length or 0) > self.max_body_bytes then
    return nil, too_large("the reply announces more bytes than allowed")
  end
  if self.status == 204 or self.status == 304 then
    return { none = true, keep = framing.keep }
  end
  return framing
end

--- Fields as `{ [lower-case name] = value }`; equal names are joined with ", " (RFC 9110 §5.3).
-- @treturn table
function Head:headers()
  local headers = {}
  for index, name in ipairs(self.names) do
    local value = self.values[index]
    headers[name] = headers[name] and headers[name] .. ", " .. value or value
  end
  return headers
end

return head
