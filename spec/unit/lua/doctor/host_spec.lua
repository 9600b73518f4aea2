-- ecs.doctor, of what this process is made of.
local core = require("ecs_pipeline.core")
local doctor_rows = require("spec.support.doctor_rows")

local offline, passes, fails, skips = doctor_rows.offline, doctor_rows.passes, doctor_rows.fails, doctor_rows.skips

describe("ecs.doctor, of this process", function()
  it("says which Lua, core, OpenSSL and cjson it found", function()
    local rows = offline()
    passes(rows.lua, rawget(_G, "jit") and "^LuaJIT 2" or "^" .. _VERSION .. "$")
    passes(rows.core, "^core 0%.1%.0$")
    passes(rows.openssl, "^OpenSSL %d")
    passes(rows.cjson, "^cjson %d")
    passes(offline({}, {}, { in_nginx = function() return true end }).lua, ", inside nginx$")
  end)

  it("says when the C module is not that of these files", function()
    local check = require("ecs_pipeline.doctor.host").core
    fails(check({ version = "9.9.9" }), "core 0.1.0.*the Lua files are 9.9.9", "two installations are mixed")
    assert.is_true(check({ version = core._VERSION }).ok)
  end)

  it("says how to get cjson", function()
    fails(offline({}, {}, { cjson = function() return nil, "module 'cjson' not found:\nmany lines" end })
      .cjson, "^module 'cjson' not found:$", "luarocks install lua%-cjson")
  end)

  it("names the transport, or says why there is none", function()
    passes(offline({ transport = "curl" }).transport, "^libcurl/%S+ %S+$")
    local function cosocket() return { name = "cosocket", send = function() end } end
    passes(offline({ transport = "cosocket" }, {}, { cosocket = cosocket }).transport,
      "^cosockets of nginx; libcurl is %l*%s?loaded")
    fails(offline({ transport = "cosocket" }).transport, "nginx", "correct what it reports")
    passes(offline({ transport = { send = function() end } }).transport, "your own transport")
  end)

  it("names whose certificates are trusted", function()
    passes(offline().certificates, "those of the system")
    passes(offline({ transport = "cosocket" }, {}, { cosocket = function() return { name = "cosocket" } end })
      .certificates, "lua_ssl_trusted_certificate")
    skips(offline({ transport = { send = function() end } }).certificates, "transport decides")
    fails(offline({ verify = false, insecure = "I understand" }).certificates, "verify = false", "ca_file")
    local files = {
      ["/no.pem"] = {}, ["/key.pem"] = { "-----BEGIN PRIVATE KEY-----" },
      ["/ca.pem"] = { "-----BEGIN CERTIFICATE-----" },
    }
    local host = { read_file = function(path) return files[path][1], "No such file" end }
    fails(offline({ ca_file = "/no.pem" }, {}, host).certificates, "/no.pem: No such file", "PEM file")
    fails(offline({ ca_file = "/key.pem" }, {}, host).certificates, "does not contain a certificate", "PEM file")
    host.file_status = function(path) return path ~= "/no.pem" and { regular = path ~= "/certs",
      folder = path == "/certs" } or nil, "No such file" end
    passes(offline({ ca_file = "/ca.pem" }, {}, host).certificates, "^/ca.pem$")
    passes(offline({ ca_file = "/certs" }, {}, host).certificates, "^/certs$")
    passes(offline({}, { SSL_CERT_FILE = "/ca.pem" }, host).certificates, "^/ca.pem %(SSL_CERT_FILE%)$")
    fails(offline({}, { SSL_CERT_FILE = "/no.pem" }, host).certificates, "^SSL_CERT_FILE names /no.pem: No such file",
      "PEM file")
    passes(offline({ transport = "cosocket" }, { SSL_CERT_FILE = "/ca.pem" }, { cosocket = function()
      return { name = "cosocket" }
    end }).certificates, "lua_ssl_trusted_certificate of nginx.conf; SSL_CERT_FILE is ignored$")
  end)
end)
