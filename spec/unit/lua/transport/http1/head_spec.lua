-- The head of a reply, line by line.
local heads = require("ecs_pipeline.transport.http1.head")

-- Lines without their ends → head, problem of the last one.
local function read(status, fields, limit)
  local head = heads.new(limit or 65536, 1000)
  local problem = head:status_line(status .. "\r\n")
  for _, line in ipairs(problem and {} or fields or {}) do
    local _, wrong = head:field(line .. "\r\n")
    problem = problem or wrong
  end
  return head, problem
end

describe("a status line", function()
  it("is HTTP/1.0 or 1.1 with three digits, a reason or none", function()
    for _, line in ipairs({ "HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/1.1 200 " }) do
      local head, problem = read(line)
      assert.same({ 200, nil }, { head.status, problem }, line)
    end
    for _, line in ipairs({ "HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 099 x", "http/1.1 200", "",
      "200" }) do
      assert.equal("PROTOCOL", select(2, read(line)).code, line)
    end
  end)

  it("may be interim, but switch to nothing", function()
    assert.is_true(read("HTTP/1.1 103 x").interim)
    assert.matches("another protocol", select(2, read("HTTP/1.1 101 x")).message)
  end)
end)

describe("a header field", function()
  it("has a name in lower case, a trimmed value, and equal names are joined", function()
    local head = read("HTTP/1.1 200 OK", { "A: 1", "b:\t2 \t", "a:3", "c:" })
    assert.same({ a = "1, 3", b = "2", c = "" }, head:headers())
  end)

  it("may go on in the next line", function()
    local head = read("HTTP/1.1 200 OK", { "a: 1", " 2", "\t3 ", "b:", " 4" })
    assert.same({ a = "1 2 3", b = "4" }, head:headers())
    assert.equal("PROTOCOL", select(2, read("HTTP/1.1 200 OK", { " 1" })).code)
  end)

  it("is refused with another name, control characters, or no colon", function()
    for _, line in ipairs({ "a b: 1", "a : 1", ": 1", "a", "\195\164: 1", "a: \0", "a: b\rc", "a: \127" }) do
      assert.equal("PROTOCOL", select(2, read("HTTP/1.1 200 OK", { line })).code, line)
    end
    assert.is_nil((select(2, read("HTTP/1.1 200 OK", { "a: b\tc" }))))
  end)

  it("is bounded, in bytes and in number, over all heads of a reply", function()
    assert.equal("TOO_LARGE", select(2, read("HTTP/1.1 200 OK", { ("a"):rep(50) .. ": 1" }, 60)).code)
    local fields = {}
    for i = 1, 257 do fields[i] = "a: 1" end
    assert.equal("TOO_LARGE", select(2, read("HTTP/1.1 200 OK", fields)).code)
    fields[257] = nil
    assert.is_nil((select(2, read("HTTP/1.1 200 OK", fields))))
    local head = heads.new(100, 0)
    head:status_line("HTTP/1.1 100 x\r\n")
    assert.equal(84, head:left())
    head:status_line("HTTP/1.1 200 x\r\n")
    assert.equal(68, head:left())
  end)

  it("of a trailer is checked and dropped", function()
    local head = read("HTTP/1.1 200 OK")
    assert.is_false((head:field("a: 1\r\n", true)))
    assert.equal("PROTOCOL", select(2, head:field("a\r\n", true)).code)
    assert.same({}, head:headers())
    assert.is_true((head:field("\r\n", true)))
  end)
end)

describe("the framing of a reply", function()
  local function framing(fields, status)
    return read(status or "HTTP/1.1 200 OK", fields):framing()
  end

  it("is a length, chunks, nothing, or the end of the connection", function()
    assert.same({ length = 7, keep = true }, framing({ "Content-Length: 7" }))
    assert.same({ length = 7, keep = true }, framing({ "Content-Length: 7", "Content-Length: 07" }))
    assert.same({ chunked = true, keep = true }, framing({ "Transfer-Encoding: Chunked" }))
    assert.same({ none = true, keep = true }, framing({ "Content-Length: 7" }, "HTTP/1.1 204 x"))
    assert.same({ keep = true }, framing({ "Content-Encoding: identity" }))
  end)

  it("keeps the connection unless somebody says close", function()
    assert.is_false(framing({ "Connection: Close" }).keep)
    assert.is_false(framing({ "Connection: a, close" }).keep)
    assert.is_true(framing({ "Connection: closed" }).keep)
    assert.is_false(framing({}, "HTTP/1.0 200 OK").keep)
  end)

  for what, fields in pairs({
    ["two lengths"] = { "Content-Length: 7", "Content-Length: 8" }, ["a list of lengths"] = { "Content-Length: 7, 7" },
    ["a sign"] = { "Content-Length: +7" },
    ["length and chunks"] = { "Content-Length: 7", "Transfer-Encoding: chunked" },
    ["another coding"] = { "Transfer-Encoding: gzip, chunked" },
    ["chunks twice"] = { "Transfer-Encoding: chunked", "Transfer-Encoding: chunked" },
    ["compression"] = { "Content-Encoding: gzip" },
  }) do
    it("is refused with " .. what, function()
      local none, problem = framing(fields)
      assert.same({ nil, "PROTOCOL" }, { none, problem.code })
    end)
  end

  it("is refused when it announces more than is allowed", function()
    assert.equal(1000, framing({ "Content-Length: 1000" }).length)
    assert.equal("TOO_LARGE", select(2, framing({ "Content-Length: 1001" })).code)
    assert.equal("TOO_LARGE", select(2, framing({ "Content-Length: " .. ("9"):rep(400) })).code)
  end)
end)
