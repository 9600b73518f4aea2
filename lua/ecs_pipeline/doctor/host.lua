--- Checks of this process: versions, transport, trusted certificates.
local core = require("ecs_pipeline.core")
local hints = require("ecs_pipeline.hints")
local keys = require("ecs_pipeline.hints.keys")
local names = require("ecs_pipeline.credentials.names")
local redact = require("ecs_pipeline.redact")
local report = require("ecs_pipeline.doctor.report")

local host = {}

local MOST_BYTES = 4 * 1024 * 1024 -- of a certificate file

--- The interpreter and the host around it.
function host.lua(state)
  local jit = rawget(_G, "jit")
  local where = state.client.platform.in_nginx() and ", inside nginx" or ""
  return report.passed("lua", (jit and jit.version or _VERSION) .. where)
end

--- The C module: it has the version of the Lua files.
function host.core(state)
  local detail = "core " .. core._VERSION
  if core._VERSION ~= state.version then
    return report.failed("core", detail .. "; the Lua files are " .. state.version,
      "two installations are mixed: make package.path and package.cpath lead to the same one")
  end
  return report.passed("core", detail)
end

--- OpenSSL: its configuration lets it sign.
function host.openssl()
  local version = core.crypto_version()
  if not core.can_sign("doctor") then
    return report.failed("openssl", version .. " cannot sign", keys.OPENSSL)
  end
  return report.passed("openssl", version)
end

--- The JSON library.
function host.cjson(state)
  local cjson, why = state.client.platform.cjson()
  if not cjson then
    return report.failed("cjson", tostring(why):match("^[^\n]*"),
      "install it for this Lua: luarocks install lua-cjson, or on Debian apt install lua-cjson")
  end
  return report.passed("cjson", "cjson " .. tostring(cjson._VERSION))
end

local function name_of(transport)
  if transport.name == "curl" then
    return transport.version:match("^%S+ %S+") or transport.version
  elseif transport.name == "cosocket" then
    return "cosockets of nginx; libcurl is "
      .. (package.loaded["ecs_pipeline.curl"] and "loaded too" or "not loaded")
  end
  return tostring(transport.name or "your own transport")
end

--- The transport.
function host.transport(state)
  local client = state.client
  local transport, err = client.transports:pick(state.url or "https://ecs.aliyuncs.com",
    state.options.timeout.connect)
  if not transport then
    return report.failed("transport", redact.text(err.message),
      "correct what it reports, or choose another transport with the option")
  end
  state.transport = transport
  return report.passed("transport", name_of(transport))
end

-- A folder counts as readable: which of its files are used depends on the authority.
local function readable(state, path)
  local status = state.client.platform.file_status(path)
  if status and status.folder then
    return true
  end
  local text, why = state.client.platform.read_file(path, MOST_BYTES)
  if not text then
    return nil, path .. ": " .. why
  elseif not text:find("-----BEGIN [%u ]*CERTIFICATE-----") then
    return nil, path .. " does not contain a certificate in PEM"
  end
  return true
end

--- The trusted certificate authorities.
function host.certificates(state)
  local options = state.client.options
  if type(options.transport) == "table" then
    return report.skipped("certificates", "your own transport decides")
  elseif options.verify == false then
    return report.failed("certificates", "not checked: verify = false",
      "leave verify out; give your own authority with ca_file")
  elseif state.transport and state.transport.name == "cosocket" then
    local _, ignored = names.first(state.client.platform.env, "ca")
    return report.passed("certificates", "lua_ssl_trusted_certificate of nginx.conf"
      .. (ignored and "; " .. ignored .. " is ignored" or ""))
  end
  local path, origin, missing = state.client.transports:authorities()
  if not path and not missing then
    return report.passed("certificates", "those of the system")
  end
  local fine, why = nil, missing
  if path then
    fine, why = readable(state, path)
  end
  if not fine then
    return report.failed("certificates", why,
      hints.hint({ kind = "transport", code = "TLS", reason = "ca_file" }))
  end
  return report.passed("certificates", path .. (origin and " (" .. origin .. ")" or ""))
end

return host
