-- A whole reply from pieces of any size.
local reply = require("ecs_pipeline.transport.http1.reply")

local LIMITS = { max_header_bytes = 200, max_reply_bytes = 20 }

-- Gives the text in pieces, then `ending`.
local function reader(text, size, ending)
  local at = 1
  return function()
    if at > #text then
      return nil, ending or "closed"
    end
    local piece = text:sub(at, at + size - 1)
    at = at + #piece
    return piece
  end
end

local function read(text, ending, tunnel)
  local whole, keep = reply.read(reader(text, #text + 1, ending), LIMITS, tunnel)
  for size = 1, 3 do -- the pieces must not matter
    local again, kept = reply.read(reader(text, size, ending), LIMITS, tunnel)
    assert.same({ whole, type(keep) == "table" and keep.code or keep },
      { again, type(kept) == "table" and kept.code or kept })
  end
  return whole, keep
end

describe("a reply", function()
  it("has the body that its head announces", function()
    local got, keep = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello")
    assert.same({ status = 200, headers = { ["content-length"] = "5", a = "b" }, body = "hello" }, got)
    assert.is_true(keep)
  end)

  it("may come byte by byte: what has come is not copied for each of them", function()
    local head = "HTTP/1.1 200 OK\r\nA: " .. ("b"):rep(8192) .. "\r\nContent-Length: 2\r\n\r\nok"
    local limits = { max_header_bytes = 1e5, max_reply_bytes = 20 }
    local function allocated(size)
      collectgarbage()
      collectgarbage("stop")
      local before = collectgarbage("count")
      local got = reply.read(reader(head, size), limits)
      local after = collectgarbage("count")
      collectgarbage("restart")
      assert.equal("ok", got.body)
      return after - before
    end
    assert.is_true(allocated(1) < allocated(#head) + 4096) -- KiB; copies made 32 MiB
  end)

  it("in chunks is joined, extensions and trailers dropped", function()
    local got, keep = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2 \r\nlo\r\n0\r\n"
      .. "Trailer: t\r\n\r\n")
    assert.same({ "hello", true }, { got.body, keep })
    assert.is_nil(got.headers.trailer)
  end)

  it("without a length ends with the connection", function()
    local got, keep = read("HTTP/1.1 200 OK\r\n\r\nhello")
    assert.same({ "hello", false }, { got.body, keep })
  end)

  it("comes after interim ones", function()
    assert.equal("ok", read("HTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok").body)
  end)

  it("with bytes behind it takes the connection out of use", function()
    local _, keep = reply.read(reader("HTTP/1.1 204 x\r\n\r\nmore", 100), LIMITS)
    assert.is_false(keep)
  end)

  it("to CONNECT has no body, however it is framed", function()
    local got, keep = reply.read(reader("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 100), LIMITS, true)
    assert.same({ "", true }, { got.body, keep })
    assert.equal("no", read("HTTP/1.1 407 x\r\nContent-Length: 2\r\n\r\nno", nil, true).body)
  end)

  for what, row in pairs({
    ["nothing"] = { "", "RESET", "without a reply" },
    ["half a head"] = { "HTTP/1.1 200 OK\r\nA: ", "RESET", "cut short inside its headers" },
    ["half a body"] = { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "RESET", "was cut short" },
    ["half of the chunks"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", "RESET",
      "was cut short" },
    ["another protocol"] = { "SSH-2.0-x\r\n", "PROTOCOL", "no HTTP/1.1" },
    ["a chunk without size"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "PROTOCOL",
      "no size" },
    ["a chunk that is longer than it says"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
      "PROTOCOL", "no line end behind a chunk" },
    ["too many bytes"] = { "HTTP/1.1 200 OK\r\n\r\n" .. ("x"):rep(21), "TOO_LARGE", "longer than 20 bytes" },
    ["too large a head"] = { "HTTP/1.1 200 OK\r\nA: " .. ("x"):rep(200), "TOO_LARGE", "too large or too many" },
  }) do
    it("that is " .. what .. " is none", function()
      local none, problem = read(row[1])
      assert.is_nil(none)
      assert.equal(row[2], problem.code)
      assert.truthy(problem.message:find(row[3], 1, true), problem.message)
      assert.equal(what == "nothing", problem.nothing == true)
    end)
  end

  it("that does not come in time, or breaks off, says so", function()
    assert.same({ "timeout", "TIMEOUT" }, { select(2, read("HTTP/1.1 2", "timeout")).kind,
      select(2, read("HTTP/1.1 2", "timeout")).code })
    assert.equal("the connection broke: reset", select(2, read("HTTP/1.1 200 OK\r\n\r\nhel", "reset")).message)
  end)
end)
