-- NO_PROXY: hosts and lists, held against curl's own program; where curl has no rule, against Go's.
local no_proxy = require("ecs_pipeline.call.no_proxy")

-- list, host, named?; "go": curl has no such rule, or as with networks of IPv6 the curl of Debian 12 (7.88) does not
-- keep its own
local PAIRS = {
  { "*", "a.test", true }, { "", "a.test", false }, { "a.test", "a.test", true }, { "A.Test", "a.test", true },
  { "a.test", "b.a.test", true }, { ".a.test", "b.a.test", true }, { ".a.test", "a.test", true },
  { "a.test", "ba.test", false }, { "a.test", "a.test.evil", false }, { "test", "a.test", true },
  { "b.test,a.test", "a.test", true }, { "b.test, a.test", "a.test", true }, { "b.test a.test", "a.test", true },
  { "b.test,,a.test", "a.test", true }, { "a.test.", "a.test", true }, { "a.test", "a.test.", true },
  { "a.tes", "a.test", false }, { ".", "a.test", false }, { "x.a.test", "a.test", false }, { ",", "a.test", false },
  { "127.0.0.1", "127.0.0.1", true }, { "127.0.0.1", "127.0.0.2", false }, { "0.0.1", "127.0.0.1", false },
  { "10.0.0.0/8", "10.1.2.3", true }, { "10.0.0.0/8", "11.1.2.3", false }, { "192.168.0.0/16", "192.168.3.4", true },
  { "192.168.0.0/17", "192.168.127.4", true }, { "192.168.0.0/17", "192.168.128.4", false },
  { "10.1.2.3/32", "10.1.2.3", true }, { "10.1.2.3/32", "10.1.2.4", false }, { "10.1.2.3/31", "10.1.2.2", true },
  { "10.0.0.0/33", "10.0.0.0", false }, { "10.0.0.0/8", "ten.test", false }, { "100.100.0.0/16,a.test", "a.test",
    true },
  { "::1", "::1", true }, { "[::1]", "::1", true, "go" }, { "::2", "::1", false }, { "fd00::/8", "fd12:3456::1", true,
    "go" },
  { "fd00::/8", "fe80::1", false }, { "[fd00::]/8", "fd12::1", true, "go" }, { "fe80::/10", "febf::1", true, "go" },
  { "fe80::/10", "fec0::1", false }, { "2001:db8::/32", "2001:db8:ffff::1", true, "go" },
  { "2001:db8::/32", "2001:db9::1", false }, { "2001:db8::/127", "2001:db8::1", true, "go" },
  { "2001:db8::/129", "2001:db8::", false }, { "fd00::/8", "10.0.0.1", false }, { "10.0.0.0/8", "fd00::1", false },
  { "0:0:0:0:0:0:0:1", "::1", true, "go" }, { "2001:DB8:0::1", "2001:db8::1", true, "go" },
  { "::ffff:10.0.0.1", "10.0.0.1", true, "go" }, { "0.0.0.0/0", "8.8.8.8", true, "go" }, { "::/0", "::1", true, "go" },
  { "*.a.test", "b.a.test", true, "go" }, { "*.a.test", "a.test", false, "go" }, { "*.a.test", "xa.test", false, "go" },
  { "a.test:80", "a.test", true, "go" }, { "a.test:81", "a.test", false, "go" }, { "[::1]:80", "::1", true, "go" },
  { "[::1]:81", "::1", false, "go" }, { "10.0.0.1:80", "10.0.0.1", true, "go" }, { "b.test,*", "a.test", true, "go" },
  { "10.0.0.0/8:80", "10.0.0.1", false, "go" }, { "300.1.1.1", "300.1.1.1", true },
}

-- Does curl go to the host itself? The proxy is port 1, the host itself is led to port 2; both are closed.
local function curl_goes_directly(list, host)
  local shown = host:find(":", 1, true) and "[" .. host .. "]" or host
  local pipe = assert(io.popen(("env -u LD_PRELOAD curl -sS -m 5 -x http://127.0.0.1:1 --noproxy '%s' "
    .. "--connect-to ::127.0.0.1:2 'http://%s/' 2>&1"):format(list, shown)))
  local text = pipe:read("*a")
  pipe:close()
  local port = text:match("port (%d+)")
  assert.is_truthy(port == "1" or port == "2", text)
  return port == "2"
end

describe("NO_PROXY", function()
  it("has at least sixty cases", function()
    assert.is_true(#PAIRS >= 60)
  end)

  for _, case in ipairs(PAIRS) do
    local list, host, named, rule = case[1], case[2], case[3], case[4]
    it(("%s names %s: %s"):format(list, host, tostring(named)), function()
      assert.equal(named, no_proxy.names(list, host, "80"))
      if rule ~= "go" and list ~= "" then
        assert.equal(named, curl_goes_directly(list, host), "curl does otherwise")
      end
    end)
  end

  it("takes no text with a zero byte for an address", function()
    assert.is_false(no_proxy.names("10.0.0.1", "10.0.0.1\0", "80"))
    assert.is_false(no_proxy.names("10.0.0.1\0", "10.0.0.1", "80"))
  end)
end)
