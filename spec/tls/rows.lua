-- How a client treats each kind of server: one row per server and options.
--   { server = name in tls_server.lua, what = text, options = fields of ecs.new besides the usual ones,
--     reason = err.reason, or nil: the call succeeds; message = text, hint = pattern that they must contain;
--     warnings = number for each call, default 0 }
-- `ca_file = true` stands for the certificate authority of the tests, "folder" for a folder with it, "empty folder" for
-- one without; so do the values of `variables`, the environment.

local INSECURE = "I understand"

local function trusting(more)
  local options = { ca_file = true }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

local function unverified(more)
  local options = { verify = false, insecure = INSECURE }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

local rows = {
  { server = "good", what = "the authority is given" },
  { server = "good", what = "by name instead of address", host = "localhost" },
  { server = "chain", what = "the authority is sent along as well" },
  { server = "good", what = "the authority is not given", options = {}, reason = "untrusted",
    message = "of an unknown authority", hint = "ca_file" },
  { server = "chain", what = "its authority is sent along, but not given", options = {}, reason = "untrusted",
    message = "of an unknown authority", hint = "ca_file" },
  { server = "incomplete", what = "the authority in between is not sent", reason = "untrusted",
    message = "of an unknown authority", hint = "authority" },
  { server = "stranger", what = "signed by itself", reason = "self_signed", message = "signed by itself",
    hint = "that certificate" },
  { server = "other", what = "for another host", reason = "wrong_host", message = "another host name",
    hint = "endpoint" },
  { server = "expired", what = "expired", reason = "expired", message = "has expired", hint = "renew" },
  { server = "future", what = "not valid yet", reason = "not_yet_valid", message = "not valid yet", hint = "clock" },
  { server = "old", what = "TLS 1.1 at most", reason = "old_protocol", message = "no TLS 1.2 or later",
    hint = "TLS 1.2" },
  { server = "cipher", what = "no common cipher", reason = "no_cipher", message = "no cipher in common",
    hint = "cipher" },
  { server = "plain", what = "no TLS at all", reason = "not_tls", message = "does not speak TLS", hint = "port" },
  { server = "good", what = "a CA file that is not there", options = { ca_file = "/nonexistent/ca.pem" },
    reason = "ca_file", message = "/nonexistent/ca.pem cannot be read", hint = "PEM" },
  { server = "good", what = "a CA file that is a device", options = { ca_file = "/dev/zero" },
    reason = "ca_file", message = "ca_file names /dev/zero, which is neither a file nor a folder", hint = "PEM" },
  { server = "good", what = "the authority is in a folder", options = { ca_file = "folder" } },
  { server = "other", what = "a folder, and for another host", options = { ca_file = "folder" }, reason = "wrong_host",
    message = "another host name", hint = "endpoint" },
  { server = "good", what = "an empty folder", options = { ca_file = "empty folder" }, reason = "untrusted",
    message = "of an unknown authority", hint = "ca_file" },
  { server = "good", what = "SSL_CERT_FILE", options = {}, variables = { SSL_CERT_FILE = true } },
  { server = "good", what = "SSL_CERT_DIR", options = {}, variables = { SSL_CERT_DIR = "folder" } },
  { server = "good", what = "ECS_PIPELINE_CA_FILE before SSL_CERT_FILE", options = {},
    variables = { ECS_PIPELINE_CA_FILE = true, SSL_CERT_FILE = "/nonexistent/ca.pem" } },
  { server = "good", what = "CURL_CA_BUNDLE", options = {}, variables = { CURL_CA_BUNDLE = true } },
  { server = "good", what = "a variable that names nothing", options = {},
    variables = { SSL_CERT_FILE = "/nonexistent/ca.pem" }, reason = "ca_file",
    message = "SSL_CERT_FILE names /nonexistent/ca.pem: No such file", hint = "PEM" },
  { server = "good", what = "`insecure` alone checks as ever", options = trusting({ insecure = INSECURE }) },
  { server = "stranger", what = "`insecure` alone checks as ever", options = trusting({ insecure = INSECURE }),
    reason = "self_signed", message = "signed by itself", hint = "that certificate" },
}

for _, server in ipairs({ "good", "stranger", "other", "expired", "future", "incomplete" }) do
  rows[#rows + 1] = { server = server, what = "unverified, and every call warns", options = unverified(), warnings = 1 }
end
for server, reason in pairs({ old = "old_protocol", cipher = "no_cipher", plain = "not_tls" }) do
  rows[#rows + 1] = { server = server, what = "not even unverified", options = unverified(), reason = reason,
    message = "TLS", hint = ".", warnings = 1 }
end

for _, row in ipairs(rows) do
  row.options = row.options or trusting()
end

return rows
