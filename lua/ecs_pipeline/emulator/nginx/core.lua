--- What the emulator needs of the C module, for the Lua of nginx: the C module of another Lua
-- cannot be loaded there. The digests are those of the OpenSSL in nginx.
local ffi = require("ffi")

ffi.cdef([[
  const void *EVP_sha1(void);
  const void *EVP_sha256(void);
  unsigned char *SHA256(const char *data, size_t size, unsigned char *digest);
  unsigned char *HMAC(const void *kind, const char *key, int key_size, const char *data,
    size_t size, unsigned char *digest, unsigned int *digest_size);
]])

local core = { sign = {} }

local digest, digest_size = ffi.new("unsigned char[64]"), ffi.new("unsigned int[1]")

local function hex(bytes)
  return (bytes:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

local function hmac(kind, key, text)
  assert(ffi.C.HMAC(kind, key, #key, text, #text, digest, digest_size) ~= nil, "HMAC failed")
  return ffi.string(digest, digest_size[0])
end

--- @tparam string text
-- @treturn string 64 digits
function core.sign.sha256_hex(text)
  assert(ffi.C.SHA256(text, #text, digest) ~= nil, "SHA256 failed")
  return hex(ffi.string(digest, 32))
end

function core.sign.hmac_sha256_hex(key, text)
  return hex(hmac(ffi.C.EVP_sha256(), key, text))
end

function core.sign.hmac_sha1_base64(key, text)
  return ngx.encode_base64(hmac(ffi.C.EVP_sha1(), key, text))
end

--- RFC 3986: all but letters, digits, "-", "_", "." and "~".
function core.percent_encode(text)
  return (text:gsub("[^A-Za-z0-9_.~-]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

core.clock = ngx.now

return core
