-- A reply as bytes, for the faults to cut and bend.
local write = {}

--- Status line and headers, without the empty line. `without` leaves a header out, `more` is put
-- last as it stands.
function write.head(good, more, without)
  local lines = { ("HTTP/1.1 %d Some Reason\r\n"):format(good.status) }
  local length = { ["content-length"] = tostring(#good.body) }
  for _, headers in ipairs({ good.headers or {}, length }) do
    for name, value in pairs(headers) do
      if name ~= without then
        lines[#lines + 1] = name .. ": " .. value .. "\r\n"
      end
    end
  end
  return table.concat(lines) .. (more or "")
end

--- The whole reply.
function write.reply(good, more)
  return write.head(good, more) .. "\r\n" .. good.body
end

--- Another body, headers kept.
function write.with(good, body, more, status)
  return write.reply({ status = status or good.status, headers = good.headers, body = body }, more)
end

--- The body in chunks of a few bytes, without the last one.
function write.chunks(body)
  return (body:gsub(("."):rep(7), "7\r\n%0\r\n"):gsub("([^\n]+)$", function(rest)
    return ("%x\r\n%s\r\n"):format(#rest, rest)
  end))
end

--- `data` compressed by gzip.
function write.gzip(data)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(data)
  file:close()
  local pipe = assert(io.popen("gzip -9 -n -c <'" .. path .. "'", "r"))
  local packed = pipe:read("*a")
  pipe:close()
  os.remove(path)
  return packed
end

return write
