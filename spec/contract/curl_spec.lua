-- The libcurl transport fulfils the send contract and its own promises: TLS, proxies, one shared pool, forks,
-- finalizers.

local child = require("spec.support.child_lua")
local core = require("ecs_pipeline.core")
local curl = require("ecs_pipeline.transport.curl")
local raw_server = require("spec.support.raw_server")
local raw_server_tls = require("spec.support.raw_server_tls")
local tls_server = require("spec.support.tls_server")

require("spec.contract.send_contract")("libcurl", curl.new, {
  clock = core.clock,
  close = function(transport) transport.close() end,
})

local function assert_failure(reply, err, kind, code, sent)
  assert.is_nil(reply)
  assert.equal(kind .. " " .. code, err.kind .. " " .. err.code, err.message)
  assert.equal(sent, err.sent, err.message)
  assert.is_nil(err.message:find("s3cret", 1, true))
  return err.message
end

local function post(url, headers)
  return { method = "POST", url = url, headers = headers or {}, body = "a=1" }
end

describe("the libcurl transport", function()
  local server

  setup(function()
    server = raw_server.start(240)
  end)

  teardown(function()
    server.stop()
  end)

  local function connections()
    local reply = assert(curl.new().send(post(server.url("/count"))))
    return tonumber(reply.body:match("^%d+"))
  end

  it("is made of C functions, and says so", function()
    local transport = curl.new()
    assert.equal("curl", transport.name)
    assert.is_true(transport.native)
    assert.equal("C", debug.getinfo(transport.send, "S").what)
    assert.is_string(require("ecs_pipeline.curl").version():match("^libcurl/"))
  end)

  it("refuses options it does not know and wrong types, never quoting a proxy", function()
    for name, value in pairs({ timeout = 1, [1] = 1, verify = 1, ca_file = 1, proxy = 1,
        connect_timeout = 0, max_reply_bytes = -1, max_header_bytes = "64" }) do
      assert.has_error(function() curl.new({ [name] = value }) end)
    end
    for _, value in ipairs({ 0 / 0, math.huge, -1 }) do
      assert.has_error(function() curl.new({ connect_timeout = value }) end)
    end
    assert.has_error(function() curl.new({ ca_file = "" }) end)
    assert.has_error(function() curl.new({ ca_file = "/etc/ssl\0/x" }) end)
    local ok, message = pcall(curl.new, { proxy = "http://user:s3cret@[::1" })
    assert.is_false(ok)
    assert.is_string(message:match("option 'proxy' must be a URL"))
    assert.is_nil(message:find("s3cret", 1, true))
  end)

  it("asks for gzip and nothing else, and inflates it", function()
    local transport = curl.new()
    local echo = assert(transport.send(post(server.url("/echo"))))
    assert.is_string(echo.body:match("\r\nAccept%-Encoding: gzip\r\n"))
    assert.equal('{"packed":true}', assert(transport.send(post(server.url("/gzip")))).body)
  end)

  it("bounds what a reply inflates to", function()
    local reply, err = curl.new().send(post(server.url("/gzip_bomb/20")))
    assert_failure(reply, err, "protocol", "TOO_LARGE", true)
    local wide = curl.new({ max_reply_bytes = 32 * 1024 * 1024 })
    assert.equal(20 * 1024 * 1024, #assert(wide.send(post(server.url("/gzip_bomb/20")))).body)
  end)

  it("refuses a body that does not inflate", function()
    local reply, err = curl.new().send(post(server.url("/gzip_corrupt")))
    assert_failure(reply, err, "protocol", "PROTOCOL", true)
  end)

  it("refuses other schemes", function()
    local urls = { "file:///etc/passwd", "ftp://127.0.0.1/", "//127.0.0.1/", "", "http:" }
    for _, url in ipairs(urls) do
      local reply, err = curl.new().send(post(url))
      assert_failure(reply, err, "protocol", "REQUEST", false)
    end
  end)

  it("raises after close, which may be repeated and leaves other transports alone", function()
    local one, other = curl.new(), curl.new()
    local before = connections()
    one.close()
    one.close()
    assert.has_error(function()
      one.send(post(server.url("/ok")))
    end, "send: the transport is closed")
    assert(other.send(post(server.url("/ok"))))
    assert.equal(before, connections())
  end)

  it("ends the connections with the last transport that closes", function()
    local ok, output = child.run(([[
      local curl = require("ecs_pipeline.transport.curl")
      local function connections(transport)
        return assert(transport.send({ method = "POST", url = %q, body = "" })).body:match("^%%d+")
      end
      local one, other = curl.new(), curl.new()
      local first = connections(one)
      one.close()
      local second = connections(other)
      other.close()
      print(second - first, connections(curl.new()) - second)
    ]]):format(server.url("/count")))
    assert.is_true(ok, output)
    assert.equal("0 1", (output:gsub("%.0", ""):gsub("%s+", " "):gsub(" $", "")))
  end)

  it("forgets one call's options before the next", function()
    local proxy = server.url("")
    local with_password = curl.new({ proxy = (proxy:gsub("//", "//user:s3cret@")) })
    assert(with_password.send(post("http://a.test/ok")))
    local asked = post("http://a.test/echo", { ["x-a"] = "1" })
    asked.method = "DELETE"
    assert(curl.new({ proxy = proxy }).send(asked))
    local reply = assert(curl.new({ proxy = proxy }).send(post("http://a.test/echo")))
    assert.equal("POST", reply.body:match("^%u+"))
    assert.is_nil(reply.body:find("Proxy-Authorization", 1, true))
    assert.is_nil(reply.body:find("x-a", 1, true))
    assert.is_nil(assert(curl.new().send(post(server.url("/echo")))).body:find("a.test", 1, true))
  end)

  it("shares its connections with every other transport of the state", function()
    local before = connections()
    for limit = 1000, 1004 do
      assert(curl.new({ max_reply_bytes = limit }).send(post(server.url("/ok"))))
    end
    assert.equal(before, connections())
  end)

  it("frees what an error in the middle of a request leaves behind", function()
    local transport = curl.new()
    local headers = { ["x-a"] = ("1"):rep(5000), ["x-b"] = {}, ["x-c"] = "3" }
    for _ = 1, 200 do
      assert.is_false(pcall(transport.send, post(server.url("/ok"), headers)))
    end
    assert(transport.send(post(server.url("/ok"))))
  end)

  describe("under connect_timeout", function()
    it("gives up on a TLS handshake that hangs; nothing was sent", function()
      -- The raw server waits for an HTTP request that a ClientHello never becomes.
      local url = server.url("/ok"):gsub("^http", "https")
      -- Once without a clock: the certificates are read at the first call, slowly under a harness.
      curl.new({ connect_timeout = 0.2 }).send(post(url), core.clock() + 10)
      local started = core.clock()
      local reply, err = curl.new({ connect_timeout = 0.2 }).send(post(url), started + 60)
      assert_failure(reply, err, "timeout", "TIMEOUT", false)
      assert.is_true(core.clock() - started < 30)
    end)

    it("does not limit the wait for the reply", function()
      local transport = curl.new({ connect_timeout = 0.1 })
      assert(transport.send(post(server.url("/slow/0.3")), core.clock() + 10))
    end)
  end)

  describe("with a proxy", function()
    it("sends through it, with its user and password", function()
      local proxy = server.url(""):gsub("//", "//user:s3cret%%40@")
      local reply = assert(curl.new({ proxy = proxy }).send(post("http://service.test/echo")))
      assert.is_string(reply.body:match("^POST http://service%.test/echo HTTP/1%.1\r\n"))
      -- user:s3cret@
      assert.is_string(reply.body:match("\r\nProxy%-Authorization: Basic dXNlcjpzM2NyZXRA\r\n"))
    end)

    it("that refuses the tunnel: PROXY, nothing was sent", function()
      local proxy = server.url(""):gsub("//", "//user:s3cret@")
      local reply, err = curl.new({ proxy = proxy }).send(post("https://service.test/"))
      local message = assert_failure(reply, err, "transport", "PROXY", false)
      assert.is_string(message:match("407"))
    end)

    it("that never answers: the deadline ends it, nothing was sent", function()
      local transport = curl.new({ proxy = server.url("") })
      local reply, err = transport.send(post("https://hang.test/"), core.clock() + 0.2)
      assert_failure(reply, err, "timeout", "TIMEOUT", false)
    end)

    it("that cannot be reached or found: PROXY, nothing was sent", function()
      for _, proxy in ipairs({ "http://user:s3cret@127.0.0.1:1",
          "http://user:s3cret@no-such-host.invalid:3128", "socks5h://user:s3cret@127.0.0.1:1" }) do
        local transport = curl.new({ proxy = proxy })
        local reply, err = transport.send(post("https://service.test/"), core.clock() + 10)
        assert_failure(reply, err, "transport", "PROXY", false)
      end
    end)

    it("in the environment: not asked", function()
      local ok, output = child.run(([[
        local transport = require("ecs_pipeline.transport.curl").new()
        print(assert(transport.send({ method = "POST", url = %q, body = "" })).status)
      ]]):format(server.url("/ok")), "http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1")
      assert.is_true(ok, output)
      assert.equal("200\n", output)
    end)

    it("in the options and NO_PROXY in the environment: the options win", function()
      local ok, output = child.run(([[
        local transport = require("ecs_pipeline.transport.curl").new({ proxy = %q })
        local request = { method = "POST", url = "http://service.test/ok", body = "" }
        print(assert(transport.send(request)).status)
      ]]):format(server.url("")), "no_proxy='*' NO_PROXY='*'")
      assert.is_true(ok, output)
      assert.equal("200\n", output)
    end)
  end)

  describe("over TLS", function()
    local tls

    setup(function()
      tls = tls_server.start()
    end)

    teardown(function()
      tls.stop()
    end)

    local function get(name, options, path)
      return curl.new(options).send(post(tls.url(name, path)), core.clock() + 10)
    end

    it("accepts a certificate of the CA it was given, by name and by address", function()
      local reply = assert(get("good", { ca_file = tls.ca_file }))
      assert.equal('{"tls":"TLSv1.3"}', reply.body)
      local by_name = post((tls.url("good"):gsub("127%.0%.0%.1", "localhost")))
      assert.equal(200, assert(curl.new({ ca_file = tls.ca_file }).send(by_name)).status)
    end)

    it("refuses a certificate it cannot trust, before anything is sent, and says why", function()
      for _, case in ipairs({ { "good", {}, "untrusted" },
          { "stranger", { ca_file = tls.ca_file }, "self_signed" },
          { "other", { ca_file = tls.ca_file }, "wrong_host" } }) do
        local reply, err = get(case[1], case[2])
        local message = assert_failure(reply, err, "transport", "TLS", false)
        assert.is_string(message:match("^the certificate is .*%(checked against .+%.[crtpem]+%)$"), message)
        assert.equal(case[3], err.reason)
      end
    end)

    it("calls a client certificate that is wanted by its name: before the request, and after it", function()
      local options = { ca_file = tls.ca_file }
      local folder = tls.ca_file:match("^(.*)/")
      for version, reason in pairs({ [12] = "no_cipher", [13] = "client_certificate" }) do
        local front = raw_server_tls.start(folder, "good", 1, { wants = version })
        local reply, err = curl.new(options).send(post(front.url .. "/"), core.clock() + 10)
        front.stop()
        assert.matches("client", assert_failure(reply, err, "transport", "TLS", false))
        assert.equal(reason, err.reason)
      end
    end)

    it("does not lend a connection that was not verified to a transport that verifies", function()
      assert(get("stranger", { verify = false }))
      local reply, err = get("stranger", { ca_file = tls.ca_file })
      assert_failure(reply, err, "transport", "TLS", false)
    end)

    it("accepts any certificate with verify = false", function()
      for _, name in ipairs({ "good", "other", "stranger" }) do
        assert.equal(200, assert(get(name, { verify = false })).status)
      end
    end)

    it("refuses TLS 1.1", function()
      local reply, err = get("old", { verify = false })
      assert_failure(reply, err, "transport", "TLS", false)
    end)

    it("names a CA file that is not there", function()
      local reply, err = get("good", { ca_file = "/nowhere/ca.pem" })
      local message = assert_failure(reply, err, "transport", "TLS", false)
      assert.is_number(message:find("/nowhere/ca.pem", 1, true), message)
      assert.equal("ca_file", err.reason)
    end)

    -- With Debian's libcurl each new connection would parse 145 certificates (20 ms and more) again.
    it("does not read the CA bundle again for a new connection", function()
      local path = os.tmpname()
      local function write(text)
        local file = assert(io.open(path, "w"))
        file:write(text)
        file:close()
      end
      local bundle = assert(io.open(tls.bundle_file))
      write(bundle:read("*a"))
      bundle:close()
      local transport = curl.new({ ca_file = path })
      assert.equal(200, assert(transport.send(post(tls.url("good", "/once")))).status)
      write("no certificate at all") -- whoever reads it now can connect to nobody
      for _ = 1, 3 do
        assert.equal(200, assert(transport.send(post(tls.url("good", "/once")))).status)
      end
      os.remove(path)
    end)

    it("keeps the parent's connection alive whatever a forked child does", function()
      child.build_forking()
      local ok, output = child.run(([[
        local forking = require("forking")
        local url, ca_file = %q, %q
        local transport = require("ecs_pipeline.transport.curl").new({ ca_file = ca_file })
        local function connection()
          return assert(transport.send({ method = "POST", url = url, body = "" })).body
        end
        local before = connection()
        assert(before == connection(), "the connection is not kept")
        for _, ending in ipairs({ "send", "close", "collect" }) do
          local pid = forking.fork()
          if pid == 0 then
            local good = true
            if ending == "send" then
              good = pcall(function()
                local own = connection()
                assert(own ~= before and own == connection())
              end)
            elseif ending == "close" then
              transport.close()
            else
              transport = nil
              collectgarbage()
              return -- and the end of the state runs every finalizer
            end
            forking.exit(good and 0 or 1)
          end
          assert(forking.wait(pid) == 0, "the child failed: " .. ending)
          assert(before == connection(), "the parent lost its connection: " .. ending)
        end
        print("parent kept its connection")
      ]]):format(tls.url("good", "/connection"), tls.ca_file),
        "ASAN_OPTIONS=detect_leaks=0") -- the child abandons the inherited handle on purpose
      assert.is_true(ok, output)
      assert.equal("parent kept its connection\n", output)
    end)
  end)

  describe("and finalizers:", function()
    -- A proxy object whose __gc runs fn, on every Lua.
    local prelude = [[
      local function finalizer(fn)
        if newproxy then
          local object = newproxy(true)
          getmetatable(object).__gc = fn
          return object
        end
        return setmetatable({}, { __gc = fn })
      end
      local url = %q
    ]]

    it("one that sends from inside a send gets its own reply and spoils nobody's", function()
      local ok, output = child.run(prelude:format(server.url("")) .. [[
        require("spec.support.eager_collector")()
        local transport = require("ecs_pipeline.transport.curl").new()
        local wrong, inner, outer, depth = 0, 0, 0, 0
        local function call(body)
          local reply = assert(transport.send({ method = "POST", url = url .. "/echo", body = body,
            headers = { ["x-a"] = body:rep(20), ["x-b"] = body } }))
          local own_header = "x-b: " .. body .. "\r\n"
          if reply.body:sub(-#body) ~= body or not reply.body:find(own_header, 1, true) then
            wrong = wrong + 1
          end
        end
        local function spawn()
          finalizer(function()
            if depth == 0 then
              depth = 1
              inner = inner + 1
              call(("i%06d"):format(inner))
              depth = 0
            end
          end)
        end
        for i = 1, 300 do
          for _ = 1, 3 do spawn() end
          outer = outer + 1
          call(("o%06d"):format(i))
          collectgarbage("step", 50)
        end
        print(wrong, outer, inner > 50)
      ]])
      assert.is_true(ok, output)
      assert.equal("0\t300\ttrue\n", output)
    end)

    it("one that closes the transport in the middle of a send gets an error raised there", function()
      local ok, output = child.run(prelude:format(server.url("/ok")) .. [[
        require("spec.support.eager_collector")()
        local curl = require("ecs_pipeline.transport.curl")
        local raised = 0
        local request = { method = "POST", url = url, body = "", headers = { ["x-a"] = "1" } }
        for i = 1, 3000 do
          local transport = curl.new({ ca_file = ("x"):rep(5000) })
          finalizer(transport.close)
          -- Some of these bring the collector's next step into the send.
          local _ = ("y"):rep(i % 8192) .. i
          local done, reply = pcall(transport.send, request)
          if not done then
            assert(reply:match("closed"), reply)
            raised = raised + 1
          else
            assert(reply.status == 200)
          end
        end
        print(raised > 0)
      ]])
      assert.is_true(ok, output)
      assert.equal("true\n", output)
    end)

    it("one that sends while the state closes gets a reply or an error, never a crash", function()
      local ok, output = child.run(prelude:format(server.url("/ok")) .. [[
        -- Older than the module: finalized after it.
        local transport
        held = finalizer(function()
          local done, reply = pcall(transport.send, { method = "POST", url = url, body = "" })
          print(done, done and reply and reply.status)
        end)
        transport = require("ecs_pipeline.transport.curl").new()
        assert(transport.send({ method = "POST", url = url, body = "" }))
        younger = finalizer(function()
          print("younger", transport.send({ method = "POST", url = url, body = "" }).status)
        end)
      ]])
      assert.is_true(ok, output)
      assert.is_string(output:match("younger\t200"), output)
      assert.is_string(output:match("true\t200") or output:match("false"), output)
    end)
  end)
end)

describe("the libcurl transport that cannot be loaded", function()
  it("says what is missing", function()
    local ok, output = child.run([[
      local curl = require("ecs_pipeline.transport.curl")
      package.cpath = ""
      print(pcall(curl.new, {}))
    ]])
    assert.is_true(ok, output)
    assert.matches("^false\tthe libcurl transport cannot be loaded %(Debian", output)
  end)
end)
