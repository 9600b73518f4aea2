local proxy = require("ecs_pipeline.call.proxy")

local function resolve(url, option, variables)
  return proxy.resolve(url, option, function(name) return (variables or {})[name] end)
end

local URL = "https://ecs.cn-hangzhou.aliyuncs.com"

describe("proxy", function()
  it("is the option, and none when the option is false", function()
    local variables = { HTTPS_PROXY = "http://env:1", NO_PROXY = "*" }
    assert.equal("http://mine:1", resolve(URL, "http://mine:1", variables))
    assert.equal("", resolve(URL, false, { HTTPS_PROXY = "http://env:1" }))
    assert.equal("", resolve(URL))
  end)

  it("comes from the environment by scheme", function()
    assert.equal("http://a:1", resolve(URL, nil, { HTTPS_PROXY = "http://a:1" }))
    assert.equal("http://b:1", resolve(URL, nil, { HTTPS_PROXY = "http://a:1",
      https_proxy = "http://b:1" }))
    assert.equal("", resolve(URL, nil, { HTTP_PROXY = "http://a:1" }))
    assert.equal("http://a:1", resolve("http://h:80", nil, { HTTP_PROXY = "http://a:1" }))
  end)

  it("may be one for all schemes, after that of the scheme", function()
    assert.equal("socks5h://a:1", resolve(URL, nil, { ALL_PROXY = "socks5h://a:1" }))
    assert.equal("http://b:1", resolve("http://h", nil, { all_proxy = "http://b:1", ALL_PROXY = "http://a:1" }))
    assert.equal("http://b:1", resolve(URL, nil, { HTTPS_PROXY = "http://b:1", ALL_PROXY = "http://a:1" }))
    assert.equal("http://a:1", resolve("http://h", nil, { HTTP_PROXY = "http://evil:1", ALL_PROXY = "http://a:1",
      REQUEST_METHOD = "GET" }))
  end)

  it("is refused by the name of its variable when it is no address", function()
    for _, wrong in ipairs({ "ftp://h:1", "http://u:p w@h:1", "http://h:99999", "h:0", "http://", "http://h:x", "://h",
      "h/p" }) do
      local none, why = resolve(URL, nil, { HTTPS_PROXY = wrong })
      assert.same({ "nil", "HTTPS_PROXY is not the address of a proxy: write http://host:port or "
        .. "http://user:password@host:port, with a port from 1 to 65535" }, { tostring(none), why }, wrong)
    end
    assert.equal("h:3128", resolve(URL, nil, { HTTPS_PROXY = "h:3128" }))
    assert.equal("http://u:p@[::1]:3128/", resolve(URL, nil, { HTTPS_PROXY = "http://u:p@[::1]:3128/" }))
    local _, why = resolve(URL, nil, { HTTPS_PROXY = "http://h:1\n" })
    assert.equal("HTTPS_PROXY holds a control character: set it again without", why)
    _, why = resolve(URL, nil, { HTTPS_PROXY = "http://h:1", NO_PROXY = "a\1b" })
    assert.equal("NO_PROXY holds a control character: set it again without", why)
  end)

  it("ignores HTTP_PROXY under CGI", function()
    assert.equal("", resolve("http://h", nil, { HTTP_PROXY = "http://evil:1",
      REQUEST_METHOD = "GET" }))
  end)

  local bypassed = { "*", "aliyuncs.com", ".aliyuncs.com", "ALIYUNCS.com",
    "other, ecs.cn-hangzhou.aliyuncs.com",
    "aliyuncs.com:443" }
  local used = { "", "iyuncs.com", "cn-hangzhou", "aliyuncs.com:8443", "aliyuncs.com.evil", "." }
  for _, list in ipairs(bypassed) do
    it("is bypassed by NO_PROXY=" .. list, function()
      assert.equal("", resolve(URL, nil, { https_proxy = "http://a:1", NO_PROXY = list }))
    end)
  end
  for _, list in ipairs(used) do
    it("is used in spite of NO_PROXY=" .. list, function()
      assert.equal("http://a:1", resolve(URL, nil, { https_proxy = "http://a:1", no_proxy = list }))
    end)
  end

  it("knows addresses and IPv6", function()
    local variables = { https_proxy = "http://a:1", no_proxy = "127.0.0.1,[::1]:8443" }
    assert.equal("", resolve("https://127.0.0.1:8443", nil, variables))
    assert.equal("", resolve("https://[::1]:8443", nil, variables))
    assert.equal("http://a:1", resolve("https://[::1]:9", nil, variables))
  end)

  it("is none for what is no URL", function()
    for _, url in ipairs({ "nonsense", "http://:80", "https://[::1" }) do
      assert.equal("", proxy.resolve(url, nil, function() return "http://proxy:3128" end))
    end
  end)
end)
