--- Reads one HTTP/1.1 reply from a function that gives bytes. Bounded, strict, and pure but for
-- that function. Sources: RFC 9112 §6 (body), §7.1 (chunks), §8 (incomplete messages).
local heads = require("ecs_pipeline.transport.http1.head")

local reply = {}

local broken, too_large = heads.broken, heads.too_large

-- What has arrived and is not used yet.
local Source = {}
Source.__index = Source

-- What the end of the stream means, by where it came.
local CUT = {
  nothing = "the connection was closed without a reply",
  head = "the reply was cut short inside its headers",
  body = "the reply was cut short",
}

-- More bytes, once all that had come are used; a problem instead at the end of the stream.
-- `nothing` in it says that not one byte of the reply had come.
function Source:fill()
  local bytes, err = self.read()
  if bytes and bytes ~= "" then
    self.buffer, self.at = bytes, 1
    self.where = self.where == "nothing" and "head" or self.where
    return nil
  elseif err == "timeout" then
    return { kind = "timeout", code = "TIMEOUT", message = "no whole reply before the deadline" }
  end
  local message = err == "closed" and CUT[self.where]
    or "the connection broke: " .. tostring(err)
  return { kind = "transport", code = "RESET", message = message, closed = err == "closed",
    said = err, nothing = self.where == "nothing" }
end

-- A line, ending included, of at most `limit` bytes.
function Source:line(limit, begins_with)
  local pieces, size, begins = nil, 0, ""
  while true do
    local stop = self.buffer:find("\n", self.at, true)
    local last = stop or #self.buffer
    local piece = self.buffer:sub(self.at, last)
    size = size + #piece
    if begins_with and #begins < #begins_with then
      begins = (begins .. piece):sub(1, #begins_with)
      if begins ~= begins_with:sub(1, #begins) then
        return nil, broken("the reply is no HTTP/1.1")
      end
    end
    if size > limit then
      return nil, too_large("the reply's headers are too large or too many")
    end
    self.at = last + 1
    if stop and not pieces then
      return piece
    end
    pieces = pieces or {}
    pieces[#pieces + 1] = piece
    if stop then
      return table.concat(pieces)
    end
    local problem = self:fill()
    if problem then
      return nil, problem
    end
  end
end

-- `count` bytes into the body.
function Source:take(count, body)
  while count > 0 do
    local piece = self.buffer:sub(self.at, self.at + count - 1)
    self.at = self.at + #piece
    body.bytes = body.bytes + #piece
    if body.bytes > body.limit then
      return too_large(("the reply is longer than %d bytes"):format(body.limit))
    end
    body[#body + 1] = piece
    count = count - #piece
    local problem = count > 0 and self:fill()
    if problem then
      return problem
    end
  end
end

-- Everything until the connection ends.
local function read_open(source, body)
  while true do
    local problem = source:take(#source.buffer - source.at + 1, body) or source:fill()
    if problem then
      return not problem.closed and problem or nil
    end
  end
end

local BAD_CHUNK = "broken chunked reply: "

-- A chunk's size; extensions are counted against the bound of the heads and dropped.
local function chunk_size(source, head)
  local line, problem = source:line(head:left())
  if not line then
    return nil, problem
  end
  local digits, rest = line:gsub("\r?\n$", ""):match("^(%x+)[ \t]*(.*)$")
  if not digits or #digits > 16 or (rest ~= "" and rest:sub(1, 1) ~= ";") then
    return nil, broken(BAD_CHUNK .. "no size")
  end
  head.seen_bytes = head.seen_bytes + #rest
  return tonumber(digits, 16)
end

local function read_chunks(source, head, body)
  while true do
    local size, problem = chunk_size(source, head)
    if not size then
      return problem
    elseif size == 0 then
      break
    end
    problem = source:take(size, body)
    if problem then
      return problem
    end
    local ending
    ending, problem = source:line(2)
    if problem and problem.code ~= "TOO_LARGE" then
      return problem
    elseif ending ~= "\r\n" and ending ~= "\n" then
      return broken(BAD_CHUNK .. "no line end behind a chunk")
    end
  end
  local done = false
  while not done do
    local line, problem = source:line(head:left())
    if not problem then
      done, problem = head:field(line, true)
    end
    if problem then
      return problem
    end
  end
end

local function read_head(source, head)
  repeat
    local line, problem = source:line(head:left(), "HTTP/")
    problem = problem or head:status_line(line)
    local done = false
    while not problem and not done do
      line, problem = source:line(head:left())
      if not problem then
        done, problem = head:field(line)
      end
    end
    if problem then
      return problem
    end
  until not head.interim
end

local function read_body(source, head, framing, body)
  source.where = "body"
  if framing.none then
    return nil
  elseif framing.chunked then
    return read_chunks(source, head, body)
  elseif framing.length then
    return source:take(framing.length, body)
  end
  framing.keep = false
  return read_open(source, body)
end

--- Read a reply; interim ones before it are dropped.
-- @tparam function read → bytes, or nil and "closed", "timeout" or other words
-- @tparam table limits `{ max_header_bytes, max_reply_bytes }`
-- @tparam[opt] boolean tunnel the answer to CONNECT: a 2xx has no body
-- @treturn[1] table `{ status, headers = { [lower-case name] = value }, body }`
-- @treturn[1] boolean whether the connection may carry another exchange
-- @treturn[2] nil
-- @treturn[2] table problem `{ kind, code, message, nothing }`; nothing = not one byte had come
function reply.read(read, limits, tunnel)
  local source = setmetatable({ read = read, buffer = "", at = 1, where = "nothing" }, Source)
  local head = heads.new(limits.max_header_bytes, limits.max_reply_bytes)
  local problem = read_head(source, head)
  if problem then
    return nil, problem
  end
  local framing
  framing, problem = head:framing()
  if not framing then
    return nil, problem
  end
  if tunnel and head.status < 300 then
    framing = { none = true, keep = true }
  end
  local body = { bytes = 0, limit = limits.max_reply_bytes }
  problem = read_body(source, head, framing, body)
  if problem then
    return nil, problem
  end
  -- Bytes behind the reply belong to nothing that was asked.
  local keep = framing.keep and source.at > #source.buffer
  return { status = head.status, headers = head:headers(), body = table.concat(body) }, keep
end

return reply
