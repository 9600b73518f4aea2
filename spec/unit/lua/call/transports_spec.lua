local fake = require("spec.support.fake")
local transports = require("ecs_pipeline.call.transports")

local A, B = "https://a.test", "https://b.test"

-- A set whose platform records what it opens.
local function set(options, variables)
  local host = fake.platform(variables)
  host.opened, host.closed = {}, 0
  host.file_status = require("ecs_pipeline.core").file_status
  host.curl = function(given)
    host.opened[#host.opened + 1] = given
    return { close = function() host.closed = host.closed + 1 end }
  end
  return transports.new({}, options or {}, host), host
end

describe("transports", function()
  it("are opened at the first use and kept, one per host and connect timeout", function()
    local open, host = set()
    assert.equal(0, #host.opened)
    local first = open:pick(A, 5)
    assert.equal(first, open:pick(A, 5))
    assert.equal(1, #host.opened)
    assert.not_equal(first, open:pick(B, 5))
    assert.not_equal(first, open:pick(A, 1))
    local direct = open:pick(A, 5, true)
    assert.not_equal(first, direct)
    assert.equal(direct, open:pick(A, 5, true))
    open:close()
    open:close()
    assert.equal(4, host.closed)
    local none, err = open:pick(A, 5)
    assert.same({ "nil", "NO_TRANSPORT", false, 4 }, { tostring(none), err.code, err.sent, #host.opened })
  end)

  it("get what the options and the environment say", function()
    local open, host = set({ ca_file = "/ca.pem" }, { https_proxy = "http://p:1",
      no_proxy = "b.test" })
    open:pick(A, 2)
    open:pick(B, 2)
    assert.same({ ca_file = "/ca.pem", verify = true, proxy = "http://p:1", connect_timeout = 2 },
      host.opened[1])
    assert.equal("", host.opened[2].proxy)
    open, host = set({ verify = false, proxy = "http://mine:1" }, { no_proxy = "*" })
    open:pick(A, 2)
    assert.is_false(host.opened[1].verify)
    assert.equal("http://mine:1", host.opened[1].proxy)
  end)

  it("are not opened with a CA file for which TLS would wait", function()
    local path = os.tmpname()
    assert(os.execute(("rm %s && mkfifo %s"):format(path, path)))
    for named, case in pairs({ ["ca_file names " .. path] = { { ca_file = path } },
      ["ca_file names /dev/zero"] = { { ca_file = "/dev/zero" } },
      ["SSL_CERT_FILE names " .. path] = { {}, { SSL_CERT_FILE = path } } }) do
      local open, host = set(case[1], case[2])
      local none, err = open:pick(A, 5)
      assert.is_nil(none)
      assert.same({ kind = "transport", code = "TLS", reason = "ca_file", sent = false,
        message = named .. ", which is neither a file nor a folder" }, err)
      assert.equal(0, #host.opened)
    end
    assert.is_table((set({ ca_file = "/tmp" }):pick(A, 5)))
    os.remove(path)
  end)

  it("may be the user's, which we do not close", function()
    local closed = false
    local own = { send = function() end, close = function() closed = true end }
    local open, host = set({ transport = own })
    assert.equal(own, open:pick(A, 5))
    open:close()
    assert.is_false(closed)
    assert.equal(0, #host.opened)
  end)

  it("say why libcurl cannot be used, and try again the next time", function()
    local open, host = set()
    host.curl = function() error("no libcurl here", 0) end
    local none, err = open:pick(A, 5)
    assert.is_nil(none)
    assert.same({ kind = "transport", code = "NO_TRANSPORT", message = "no libcurl here",
      sent = false }, err)
    host.curl = function() return {} end
    assert.is_table(open:pick(A, 5))
  end)

  it("are ours where the platform has none: libcurl, which blocks", function()
    local host = fake.platform()
    local transport = assert(transports.new({}, {}, host):pick(A, 5))
    assert.same({ "curl", true }, { transport.name, transport.native })
  end)

  it("are cosockets inside nginx, a blocking one there only when asked for", function()
    for _, case in ipairs({ { "auto", true, "cosocket" }, { "cosocket", true, "cosocket" }, { "curl", true, "curl" },
        { "auto", false, "curl" }, { "curl", false, "curl" }, { "cosocket", false, "cosocket" } }) do
      local open, host = set({ transport = case[1] })
      host.in_nginx = function() return case[2] end
      host.curl = function() return { name = "curl" } end
      host.cosocket = function() return { name = "cosocket" } end
      assert.equal(case[3], open:pick(A, 5).name, case[1])
    end
  end)

  it("say that cosockets exist inside nginx only", function()
    local open, host = set({ transport = "cosocket" })
    assert.is_nil(host.cosocket)
    local none, err = open:pick(A, 5)
    assert.is_nil(none)
    assert.equal("NO_TRANSPORT", err.code)
    assert.is_truthy(err.message:find("^cosockets exist inside nginx only"), err.message)
  end)

  it("end a call that has none, and a source of credentials, before anything is sent", function()
    local ecs = require("ecs_pipeline")
    local given = { access_key_id = "a", access_key_secret = "b" }
    for _, keys in ipairs({ given, ecs.credentials.uri({ uri = "http://h/" }) }) do
      local client = ecs.new({ region = "cn-hangzhou", log = "off", transport = "cosocket", credentials = keys })
      local listed, message, err = client.pipeline.list({})
      assert.is_nil(listed)
      assert.is_truthy(message:find("cosockets exist inside nginx only", 1, true), message)
      assert.same({ 1, false }, { err.attempts, err.sent })
    end
  end)

  it("are shared with a derived client unless it asks for another kind of connection", function()
    assert.is_true(transports.shareable({ region = "cn-qingdao", timeout = 3 }))
    for _, name in ipairs({ "transport", "proxy", "ca_file", "verify" }) do
      assert.is_false(transports.shareable({ [name] = false }), name)
    end
  end)

  it("trust what the environment names, unless nginx.conf decides or nothing is checked", function()
    local function asked(options, values, there)
      local open, host = set(options)
      host.env = function(name) return values[name] end
      host.in_nginx = function() return false end
      host.file_status = function() return there and { regular = true } or nil, "No such file" end
      host.curl = function(given) return { trusts = given.ca_file or "the system's" } end
      host.cosocket = host.curl
      local transport, err = open:pick(A, 5)
      return transport and transport.trusts or err.message, err
    end
    local values = { SSL_CERT_FILE = "/a.pem", CURL_CA_BUNDLE = "/b.pem" }
    assert.equal("/a.pem", (asked({}, values, true)))
    assert.equal("/own.pem", (asked({ ca_file = "/own.pem" }, values, true)))
    assert.equal("the system's", (asked({ verify = false }, values, true)))
    assert.equal("the system's", (asked({ transport = "cosocket" }, values, true)))
    assert.equal("the system's", (asked({}, {}, true)))
    local message, err = asked({}, values, false)
    assert.equal("SSL_CERT_FILE names /a.pem: No such file", message)
    assert.same({ "TLS", "ca_file" }, { err.code, err.reason })
  end)

  it("do not show a position in this library when they cannot be made", function()
    local open, host = set({ transport = "curl", proxy = "http://h:99999" })
    host.curl = nil
    local none, err = open:pick(A, 5)
    assert.is_nil(none)
    assert.is_truthy(err.message:find("'proxy' must be a URL", 1, true), err.message)
    assert.is_nil(err.message:find("%.lua:%d"), err.message)
  end)
end)
