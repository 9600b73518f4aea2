-- What nginx says → an error that names the directive.
local failures = require("ecs_pipeline.transport.cosocket_errors")

describe("an error of a cosocket", function()
  it("is none in a phase that has cosockets", function()
    for _, phase in ipairs({ "rewrite", "access", "content", "timer", "ssl_cert" }) do
      assert.is_nil(failures.phase(phase), phase)
    end
  end)

  for phase, advice in pairs({ init = "init_worker_by_lua", exit_worker = "no event loop runs any more",
    balancer = "access_by_lua", log = "ngx.timer.at(0", header_filter = "ngx.timer.at(0" }) do
    it("says what to do in the " .. phase .. " phase", function()
      local err = failures.phase(phase)
      assert.same({ "transport", "NO_TRANSPORT", false }, { err.kind, err.code, err.sent })
      assert.truthy(err.message:find("in the " .. phase .. " phase", 1, true))
      assert.truthy(err.message:find(advice, 1, true), err.message)
    end)
  end

  it("tells a call from where Lua cannot yield from whatever else nginx raised", function()
    assert.same({ "NO_TRANSPORT", "NO_TRANSPORT", "OTHER" }, {
      failures.raised("attempt to yield across C-call boundary").code,
      failures.raised("attempt to yield from outside a coroutine").code, failures.raised("bad request").code })
    assert.same({ false, true }, { failures.raised("yield across").sent, failures.raised("x").sent })
  end)

  for said, row in pairs({
    ["no resolver defined to resolve \"h\""] = { "NO_TRANSPORT", "add \"resolver", "NO_TRANSPORT" },
    ["timeout"] = { "TIMEOUT", "took too long", "TIMEOUT" },
    ["h could not be resolved (3: Host not found)"] = { "DNS", "could not be resolved", "PROXY" },
    ["too many open files"] = { "TOO_MANY_OPEN_FILES", "worker_rlimit_nofile", "TOO_MANY_OPEN_FILES" },
    ["too many open files in system"] = { "TOO_MANY_OPEN_FILES", "too many open files", "TOO_MANY_OPEN_FILES" },
    ["connection refused"] = { "CONNECT", "cannot connect to h: connection refused", "PROXY" },
  }) do
    it("of connecting, " .. said, function()
      local err = failures.connect(said, "h", false)
      assert.same({ row[1], false }, { err.code, err.sent })
      assert.truthy(err.message:find(row[2], 1, true), err.message)
      assert.equal(row[3], failures.connect(said, "h", true).code)
    end)
  end

  for said, reason in pairs({
    ["10: certificate has expired"] = "expired", ["9: certificate is not yet valid"] = "not_yet_valid",
    ["19: self-signed certificate in certificate chain"] = "untrusted",
    ["20: unable to get local issuer certificate"] = "untrusted", ["18: self signed certificate"] = "self_signed",
    ["23: certificate revoked"] = "revoked", ["certificate host mismatch"] = "wrong_host", ["99: odd"] = "none",
  }) do
    it("of a certificate: " .. said, function()
      local err = failures.handshake(said, "h")
      assert.same({ "TLS", reason, false }, { err.code, err.reason or "none", err.sent })
    end)
  end

  it("of a handshake that broke may be repeated, whatever number stands before it", function()
    for _, said in ipairs({ "handshake failed", "closed", "20: connection reset by peer" }) do
      assert.equal("RESET", failures.handshake(said, "h").code, said)
    end
    assert.equal("timeout", failures.handshake("timeout", "h").kind)
    assert.truthy(failures.handshake("", "h").message:find("lua_ssl_trusted_certificate", 1, true))
  end)

  it("of an address under verification names the way out", function()
    assert.truthy(failures.address("10.0.0.1").message:find("use a name in endpoint", 1, true))
  end)
end)
