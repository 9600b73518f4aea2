--- The send contract as tests: what every transport must do, however it is implemented.
--
--   local send_contract = require("spec.contract.send_contract")
--   send_contract("libcurl", function(options) return transport end, { clock = core.clock })
--
-- make_transport gets `{ max_reply_bytes, max_header_bytes }` and returns a table with `send(request, deadline)`.
-- options: `clock` (the clock of the deadlines), `close` (function(transport), optional).

local assert = require("luassert")
local busted = require("busted")
local raw_server = require("spec.support.raw_server")

-- A required module does not see what busted puts into spec files.
local describe, it = busted.describe, busted.it
local setup, teardown = busted.setup, busted.teardown
local before_each, after_each = busted.before_each, busted.after_each

local all_bytes = {}
for byte = 0, 255 do
  all_bytes[#all_bytes + 1] = string.char(byte)
end
all_bytes = table.concat(all_bytes)

-- path → kind, code. Each of them breaks the exchange after the request has arrived.
local broken_replies = {
  { "/silent", "transport", "RESET" },
  { "/reset", "transport", "RESET" },
  { "/reset_in_body", "transport", "RESET" },
  { "/truncated", "transport", "RESET" },
  { "/truncated_chunk", "transport", "RESET" },
  { "/bad_chunk", "protocol", "PROTOCOL" },
  { "/garbage", "protocol", "PROTOCOL" },
  { "/two_lengths", "protocol", "PROTOCOL" },
  { "/length_and_chunked", "protocol", "PROTOCOL" },
  { "/bad_length", "protocol", "PROTOCOL" },
  { "/negative_length", "protocol", "PROTOCOL" },
  { "/odd_transfer_encoding", "protocol", "PROTOCOL" },
  { "/status/101", "protocol", "PROTOCOL" },
  { "/brotli", "protocol", "PROTOCOL" },
  { "/no_colon", "protocol", "PROTOCOL" },
  { "/space_in_name", "protocol", "PROTOCOL" },
  { "/nul_in_header", "protocol", "PROTOCOL" },
  { "/control_in_header", "protocol", "PROTOCOL" },
  { "/long_header/100000", "protocol", "TOO_LARGE" },
  { "/many_headers/6000", "protocol", "TOO_LARGE" },
  { "/endless_interim", "protocol", "TOO_LARGE" },
}

-- What must never reach a wire: name of the case → fields of the request.
local unsendable = {
  ["a line break in a header"] = { headers = { ["x-a"] = "1\r\nX-Injected: 2" } },
  ["a bare LF in a header"] = { headers = { ["x-a"] = "1\nX-Injected: 2" } },
  ["a NUL byte in a header"] = { headers = { ["x-a"] = "1\0002" } },
  ["a header name with a colon"] = { headers = { ["x-a: 1\r\nx-b"] = "2" } },
  ["an empty header name"] = { headers = { [""] = "2" } },
  ["a line break in the URL"] = { path = "/ok HTTP/1.1\r\nX-Injected: 1\r\n\r\n" },
  ["a line break in the method"] = { method = "POST /ok HTTP/1.1\r\nX: " },
  ["another length than the body's"] = { headers = { ["content-length"] = "1" } },
  ["a transfer encoding"] = { headers = { ["transfer-encoding"] = "chunked" } },
}

--- Splits what /echo returns: request line, { [lower-case name] = value }, body.
local function parse(raw)
  local stop = raw:find("\r\n\r\n", 1, true)
  local head, body = raw:sub(1, stop + 1), raw:sub(stop + 4)
  local headers = {}
  for name, value in head:gmatch("\r\n([^:\r\n]+):[ \t]*([^\r\n]*)") do
    assert.is_nil(headers[name:lower()], "sent twice: " .. name)
    headers[name:lower()] = value
  end
  return head:match("^[^\r\n]*"), headers, body
end

return function(name, make_transport, options)
  local clock = options.clock

  describe(name .. " keeps the send contract:", function()
    local server, transport

    setup(function()
      server = raw_server.start(240)
    end)

    teardown(function()
      server.stop()
    end)

    before_each(function()
      transport = make_transport({})
    end)

    local function request(path, fields)
      local result = { method = "POST", url = server.url(path), headers = {}, body = "a=1" }
      for field, value in pairs(fields or {}) do
        result[field] = value
      end
      if fields and fields.path then
        result.url, result.path = server.url(fields.path), nil
      end
      return result
    end

    local function send(path, fields, deadline)
      return transport.send(request(path, fields), deadline)
    end

    --- connections, requests of the server so far, without the two of this question
    local function count()
      local reply = assert(transport.send(request("/count")))
      local connections, requests = reply.body:match("^(%d+) (%d+)$")
      return tonumber(connections), tonumber(requests) - 1
    end

    local function assert_failure(reply, err, kind, code, sent)
      assert.is_nil(reply)
      assert.is_table(err)
      local met = tostring(err.kind) .. " " .. tostring(err.code)
      assert.equal(kind .. " " .. code, met, err.message)
      assert.is_string(err.message)
      assert.is_true(#err.message > 0)
      if sent == false then
        assert.is_false(err.sent)
      else
        assert.is_not_false(err.sent)
      end
    end

    -- Whatever a test did to it, the transport still works.
    after_each(function()
      local reply, err = transport.send(request("/ok"), clock() + 10)
      assert.is_table(reply, err and err.message)
      assert.equal(200, reply.status)
      assert.equal("{}", reply.body)
      if options.close then
        options.close(transport)
      end
    end)

    describe("the request", function()
      it("arrives byte for byte, 48 KB of every byte value included", function()
        local body = all_bytes:rep(192)
        local reply = assert(send("/echo/a%20b%2Fc/../d?x=%2F&y=&z=%00", { body = body }))
        local line, headers, arrived = parse(reply.body)
        assert.equal("POST /echo/a%20b%2Fc/../d?x=%2F&y=&z=%00 HTTP/1.1", line)
        assert.equal(#body, #arrived)
        assert.is_true(body == arrived)
        assert.equal(tostring(#body), headers["content-length"])
      end)

      it("is larger than a socket buffer and still arrives", function()
        local body = all_bytes:rep(8 * 4096)
        local reply = assert(send("/echo", { body = body }))
        local _, headers, arrived = parse(reply.body)
        assert.is_nil(headers.expect)
        assert.is_true(body == arrived)
      end)

      it("has the headers it was given and only what HTTP needs besides", function()
        local given = {
          ["content-type"] = "application/x-www-form-urlencoded",
          accept = "application/json",
          ["user-agent"] = "spec/1",
          ["x-acs-date"] = "2026-01-01T00:00:00Z",
          ["x-empty"] = "",
          ["x-bytes"] = "caf\195\169",
        }
        local reply = assert(send("/echo", { headers = given }))
        local _, headers = parse(reply.body)
        for field, value in pairs(given) do
          assert.equal(value, headers[field], field)
          headers[field] = nil
        end
        for _, field in ipairs({ "host", "content-length", "accept-encoding", "connection" }) do
          headers[field] = nil
        end
        assert.same({}, headers)
      end)

      it("has no header that was not asked for", function()
        local reply = assert(send("/echo"))
        local _, headers = parse(reply.body)
        assert.is_nil(headers["content-type"])
        assert.is_nil(headers.accept)
        assert.is_nil(headers["user-agent"])
        assert.is_nil(headers.expect)
        assert.equal("127.0.0.1:" .. server.port, headers.host)
      end)

      it("may name its host itself", function()
        local reply = assert(send("/echo", { headers = { host = "ecs.cn-hangzhou.aliyuncs.com" } }))
        local _, headers = parse(reply.body)
        assert.equal("ecs.cn-hangzhou.aliyuncs.com", headers.host)
      end)

      it("may have an empty body", function()
        for _, method in ipairs({ "POST", "PUT", "PATCH" }) do
          local reply = assert(send("/echo", { method = method, body = "" }))
          local line, headers, arrived = parse(reply.body)
          assert.equal(method .. " /echo HTTP/1.1", line)
          assert.equal("", arrived)
          assert.equal("0", headers["content-length"], method)
        end
      end)

      it("may be of a method that says nothing of a body", function()
        for _, method in ipairs({ "GET", "DELETE" }) do
          local reply = assert(send("/echo", { method = method, body = "" }))
          local line, headers, arrived = parse(reply.body)
          assert.equal(method .. " /echo HTTP/1.1", line)
          assert.equal("", arrived)
          assert.is_nil(headers["content-length"], method)
        end
      end)

      it("is left as it was", function()
        local asked = request("/ok", { headers = { ["x-a"] = "1" } })
        assert(transport.send(asked))
        assert.same(request("/ok", { headers = { ["x-a"] = "1" } }), asked)
      end)

      for case, fields in pairs(unsendable) do
        it("is refused with " .. case, function()
          local _, before = count()
          local reply, err = send("/ok", fields)
          assert_failure(reply, err, "protocol", "REQUEST", false)
          local _, after = count()
          assert.equal(before + 1, after) -- the first count itself, nothing else
        end)
      end
    end)

    describe("the reply", function()
      it("is status, headers with lower-case names, body", function()
        local reply = assert(send("/headers"))
        assert.equal(200, reply.status)
        assert.equal("200", tostring(reply.status))
        assert.equal("{}", reply.body)
        assert.same({
          ["x-case"] = "MiXed",
          ["x-twice"] = "one, two",
          ["x-empty"] = "",
          ["x-folded"] = "first second",
          ["x-bytes"] = "caf\195\169",
          ["content-length"] = "2",
        }, reply.headers)
      end)

      it("may be chunked, with trailers", function()
        local reply = assert(send("/chunked"))
        assert.equal('{"a":1}', reply.body)
        assert.is_nil(reply.headers["x-sum"])
      end)

      it("may end with the connection", function()
        assert.equal("until the end", assert(send("/close_delimited")).body)
      end)

      it("may follow interim replies, whose headers are dropped", function()
        local reply = assert(send("/interim"))
        assert.equal(200, reply.status)
        assert.equal("{}", reply.body)
        assert.equal("1", reply.headers["x-final"])
        assert.is_nil(reply.headers["x-interim"])
        assert.is_nil(reply.headers.link)
      end)

      it("may have any status", function()
        for _, status in ipairs({ 201, 400, 403, 404, 429, 500, 503 }) do
          local reply = assert(send("/status/" .. status))
          assert.equal(status, reply.status)
          assert.equal('{"Code":"Scripted"}', reply.body)
        end
      end)

      it("may be a redirect, which is not followed", function()
        local _, before = count()
        local reply = assert(send("/redirect"))
        assert.equal(302, reply.status)
        assert.equal("elsewhere", reply.body)
        assert.equal(server.url("/ok"), reply.headers.location)
        local _, after = count()
        assert.equal(before + 2, after)
      end)
    end)

    describe("connections", function()
      it("are kept and used again", function()
        local before = count()
        for _ = 1, 5 do
          assert(send("/ok"))
        end
        assert.equal(before, (count()))
      end)

      it("that the server closed while they were idle are not a failure", function()
        for _ = 1, 3 do
          assert(send("/bye"))
          assert(send("/slow/0.02"))
        end
      end)

      it("that close on the next request: sent again once, or a reset, maybe sent", function()
        assert(send("/stale"))
        local reply, err = send("/stale")
        if reply then
          assert.equal(200, reply.status)
        else
          assert_failure(reply, err, "transport", "RESET")
        end
      end)

      it("of a broken exchange are not used again", function()
        local before = count()
        send("/two_lengths")
        assert.equal(before + 1, (count()))
      end)
    end)

    describe("deadlines", function()
      it("in the past: nothing is sent", function()
        local _, before = count()
        for _, deadline in ipairs({ clock(), clock() - 100, 0, -1e300 }) do
          local reply, err = send("/ok", nil, deadline)
          assert_failure(reply, err, "timeout", "DEADLINE", false)
        end
        local _, after = count()
        assert.equal(before + 1, after)
      end)

      it("far away do no harm", function()
        for _, deadline in ipairs({ clock() + 60, clock() + 1e12, 1e300, math.huge }) do
          assert(send("/ok", nil, deadline))
        end
      end)

      for _, path in ipairs({ "/hang", "/hang_in_body", "/drip/0.02" }) do
        it("end " .. path .. ", and it may have been sent", function()
          local started = clock()
          local reply, err = send(path, nil, started + 0.25)
          local took = clock() - started
          assert_failure(reply, err, "timeout", "TIMEOUT")
          assert.is_true(took >= 0.2 and took < 20, "took " .. took)
        end)
      end

      it("that are not reached let a slow reply through", function()
        assert.equal(200, assert(send("/slow/0.2", nil, clock() + 10)).status)
        assert.equal(200, assert(send("/drip/0.001", nil, clock() + 20)).status)
      end)
    end)

    describe("failures", function()
      it("to connect say that nothing was sent", function()
        local reply, err = send("/", { url = "http://127.0.0.1:1/" }, clock() + 5)
        assert_failure(reply, err, "transport", "CONNECT", false)
      end)

      it("to resolve say that nothing was sent", function()
        local reply, err = send("/", { url = "http://no-such-host.invalid/" }, clock() + 10)
        assert_failure(reply, err, "transport", "DNS", false)
      end)

      for _, case in ipairs(broken_replies) do
        it(("%s is %s %s"):format(case[1], case[2], case[3]), function()
          local reply, err = send(case[1], nil, clock() + 10)
          assert_failure(reply, err, case[2], case[3])
        end)
      end

      it("of the caller's types raise", function()
        assert.has_error(function() transport.send() end)
        assert.has_error(function() send("/ok", { url = {} }) end)
        assert.has_error(function() send("/ok", { body = {} }) end)
        assert.has_error(function() send("/ok", { headers = { ["x-a"] = {} } }) end)
        assert.has_error(function() send("/ok", nil, "soon") end)
      end)
    end)

    describe("bounds", function()
      it("let a reply of exactly the limit through and no more", function()
        transport = make_transport({ max_reply_bytes = 1000 })
        assert.equal(1000, #assert(send("/ok/1000")).body)
        local reply, err = send("/ok/1001")
        assert_failure(reply, err, "protocol", "TOO_LARGE")
      end)

      it("hold without an announced length", function()
        transport = make_transport({ max_reply_bytes = 100000 })
        local reply, err = send("/unbounded/64")
        assert_failure(reply, err, "protocol", "TOO_LARGE")
      end)

      it("let large replies through by default", function()
        assert.equal(8 * 1024 * 1024, #assert(send("/ok/8388608")).body)
      end)

      it("hold for headers", function()
        transport = make_transport({ max_header_bytes = 2000 })
        assert(send("/long_header/1000"))
        local reply, err = send("/long_header/2000")
        assert_failure(reply, err, "protocol", "TOO_LARGE")
      end)
    end)
  end)
end
