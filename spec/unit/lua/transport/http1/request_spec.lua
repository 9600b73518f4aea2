-- A request as bytes, checked.
local request = require("ecs_pipeline.transport.http1.request")

local function read(more)
  local asked = { method = "POST", url = "https://ecs.aliyuncs.com/?a=b", headers = { ["X-A"] = "1" }, body = "body" }
  for name, value in pairs(more or {}) do asked[name] = value end
  return request.read(asked)
end

describe("a URL", function()
  it("is taken apart", function()
    assert.same({ tls = true, host = "h", port = 443, authority = "h", target = "/", literal = false },
      request.url("HTTPS://h"))
    assert.same({ tls = false, host = "h", port = 8080, authority = "h:8080", target = "/a?b", literal = false },
      request.url("http://h:8080/a?b#c"))
    assert.equal("/?a", request.url("http://h?a").target)
    assert.same({ "[::1]", 80, true }, { request.url("http://[::1]/").host, request.url("http://[::1]/").port,
      request.url("http://[::1]/").literal })
    assert.is_true(request.url("http://127.0.0.1:1").literal)
  end)

  it("is refused with another scheme, a user, no host, a bad port, blanks and control characters", function()
    for _, url in ipairs({ "ftp://h", "h", "http://u@h", "http://u:p@h/", "http://", "http://:80", "http://h:0",
      "http://h:65536", "http://h/a b", "http://h/\n", "http://[::1", "http://h:80:80" }) do
      local none, why = request.url(url)
      assert.is_nil(none, url)
      assert.is_nil(why:find("p@h", 1, true))
    end
  end)
end)

describe("each byte", function()
  it("is one of a token, a control character, or neither", function()
    for byte = 0, 255 do
      local char = string.char(byte)
      local control = byte < 32 or byte == 127
      local token = not control and byte < 127 and not (" \"(),/:;<=>?@[\\]{}"):find(char, 1, true)
      assert.equal(token, request.is_token("a" .. char), byte)
      assert.equal(control, request.has_control("a" .. char), byte)
      assert.is_false(request.has_control("a" .. char, byte), byte)
    end
    assert.is_false(request.is_token(""))
    assert.is_false(request.has_control(""))
  end)
end)

describe("a request", function()
  it("has the fields that it needs, each once", function()
    local parts = assert(read())
    assert.equal("POST /?a=b HTTP/1.1\r\nX-A: 1\r\nHost: ecs.aliyuncs.com\r\nAccept-Encoding: identity\r\n"
      .. "Content-Length: 4\r\n\r\nbody", request.bytes(parts))
    parts = assert(read({ headers = { host = "own", ["content-length"] = 4, ["Accept-Encoding"] = "x" } }))
    assert.is_nil(parts.fields:find("Host:", 1, true))
    assert.is_nil(parts.fields:find("identity", 1, true))
    assert.equal("GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\n\r\n",
      request.bytes(assert(request.read({ method = "GET", url = "http://h" }))))
    assert.truthy(assert(request.read({ method = "PUT", url = "http://h" })).fields:find("Content-Length: 0", 1, true))
  end)

  it("names the whole URL to a proxy, and asks for a tunnel by host and port", function()
    local parts, proxy = assert(read()), { authorization = "Proxy-Authorization: Basic x\r\n" }
    assert.matches("^POST https://ecs.aliyuncs.com/%?a=b HTTP/1.1\r\n", request.bytes(parts, proxy))
    assert.truthy(request.bytes(parts, proxy):find(proxy.authorization, 1, true))
    assert.equal("CONNECT ecs.aliyuncs.com:443 HTTP/1.1\r\nHost: ecs.aliyuncs.com:443\r\n" .. proxy.authorization
      .. "\r\n", request.connect(parts.url, proxy))
  end)

  for wrong, more in pairs({
    ["a token such as POST"] = { method = "HEAD" }, ["a token such as"] = { method = "GET x" },
    ["a header name is empty"] = { headers = { ["a b"] = "1" } },
    ["header x-a holds a control character"] = { headers = { ["x-a"] = "1\r\nb: 2" } },
    ["header Connection is the transport's"] = { headers = { Connection = "close" } },
    ["header transfer-encoding is the"] = { headers = { ["transfer-encoding"] = "chunked" } },
    ["content-length is not the body's length"] = { headers = { ["content-length"] = "5" } },
    ["a header is longer than 64 KiB"] = { headers = { a = ("x"):rep(65536) } },
    ["the URL must begin"] = { url = "ftp://h" },
  }) do
    it("cannot go on a wire: " .. wrong, function()
      local none, why = read(more)
      assert.is_nil(none)
      assert.truthy(why:find(wrong, 1, true), why)
    end)
  end

  it("raises for wrong types", function()
    assert.error_matches(function() request.read("x") end, "the request must be a table, not a string")
    assert.error_matches(function() read({ method = 1 }) end, "request.method must be a string, not a number")
    assert.error_matches(function() read({ headers = "x" }) end, "request.headers must be a table, not a string")
    assert.error_matches(function() read({ headers = { a = true } }) end, "not string = boolean")
    assert.error_matches(function() read({ headers = { "a" } }) end, "not number = string")
  end)
end)
