-- ecs.doctor through libcurl: the emulator behind nginx over TLS, and servers that a client must refuse.
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local server = require("ecs_pipeline.emulator.nginx.server")
local tls_server = require("spec.support.tls_server")

local running, tls

setup(function()
  running, tls = assert(server.start()), tls_server.start()
end)

teardown(function()
  running.stop()
  tls.stop()
end)

-- The rows of a client with these options, by name, and the report.
local function doctor(options)
  local all = { region = "cn-hangzhou", proxy = false, log = "off", ca_file = running.ca_file,
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" },
    endpoint = "https://localhost:" .. running.https_port }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local client = ecs.new(all)
  local report, rows = client.doctor(), {}
  client.close()
  for _, row in ipairs(report.checks) do
    rows[row.name] = row
  end
  return rows, report
end

describe("ecs.doctor over TLS", function()
  it("finds nothing wrong with a service that works", function()
    local rows, report = doctor()
    assert.is_true(report.ok, tostring(report))
    assert.matches("^libcurl/%d", rows.transport.detail)
    assert.equal(curl.new().version:match("^%S+ %S+"), rows.transport.detail)
    assert.equal(running.ca_file, rows.certificates.detail)
    assert.equal("certificate and host name accepted", rows.tls.detail)
    assert.matches("^[01] s off", rows.clock.detail)
    assert.equal("accepted", rows.signature.detail)
    assert.matches("of account %d+$", rows.identity.detail)
  end)

  it("does so in tasks, beside each other", function()
    local report
    local done = ecs.map({ 1, 2 }, function()
      local _
      _, report = doctor()
      return report.ok
    end)
    assert.is_true(done[1].ok and done[1].value and done[2].ok and done[2].value, tostring(report))
  end)

  it("says what is wrong with a certificate", function()
    for name, hint in pairs({ expired = "renew the certificate", other = "the name that the certificate is for",
      stranger = "with ca_file", old = "TLS 1.2" }) do
      local rows, report = doctor({ endpoint = tls.url(name):gsub("/$", ""), ca_file = tls.ca_file })
      assert.is_false(report.ok)
      assert.is_true(rows.connection.ok)
      assert.is_false(rows.tls.ok, name)
      assert.matches(hint, rows.tls.hint)
      assert.is_nil(rows.signature.ok)
    end
  end)

  it("says that nobody listens, and that the authority's file is missing", function()
    local rows = doctor({ endpoint = "https://127.0.0.1:1" })
    assert.is_false(rows.connection.ok)
    assert.matches("firewall", rows.connection.hint)
    rows = doctor({ ca_file = "/nowhere/ca.pem" })
    assert.is_false(rows.certificates.ok)
    assert.matches("^/nowhere/ca.pem: .....", rows.certificates.detail)
  end)
end)
