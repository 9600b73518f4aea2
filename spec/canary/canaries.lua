--- Known secret values that nobody may be able to read anywhere, and the encodings in which they would still be
-- readable.
local mime = require("mime")

local canaries = {}

--- Name → value. The part in `CORES` is looked for, so that half of one is found as well; it has the bytes that
-- encodings change.
canaries.VALUES = {
  key_id = "LTAI5tqCanaryKeyId0kwxyz",
  secret = "qSecretCanary+/k0Zq7u8w",
  token = "CAISqTokenCanary+/k1Zq9u7wCAFvbWFsbA==",
  oidc = "eyJhbGciqOidcCanary+/k2.Zq5u6w.sIg",
  proxy = "qProxyCanary+k3Zq1u2w",
  query = "qQueryCanary+k4Zq3u4w",
  userinfo = "qUserCanary+k5Zq8u1w",
  content = "qContentCanary+/k6Zq2u9w",
  password = "qPasswordCanary+/k7Zq6u3w",
  printed = "qPrintedCanary+/k8Zq4u5w",
}

canaries.CORES = {
  key_id = "qCanaryKeyId0k", secret = "qSecretCanary+/k0", token = "qTokenCanary+/k1", oidc = "qOidcCanary+/k2",
  proxy = "qProxyCanary+k3", query = "qQueryCanary+k4", userinfo = "qUserCanary+k5", content = "qContentCanary+/k6",
  password = "qPasswordCanary+/k7", printed = "qPrintedCanary+/k8",
}

--- Their names in order.
canaries.NAMES = {}
for name in pairs(canaries.VALUES) do
  canaries.NAMES[#canaries.NAMES + 1] = name
end
table.sort(canaries.NAMES)

local function percent(text)
  return (text:gsub("[^%w._~-]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function hex(text)
  return (text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

local function unicode(text)
  return (text:gsub("[^%w ]", function(byte) return ("\\u%04x"):format(byte:byte()) end))
end

local function entities(text)
  return (text:gsub("[^%w ]", function(byte) return ("&#%d;"):format(byte:byte()) end))
end

--- Ways to write a text: name → function.
canaries.ENCODINGS = {
  plain = function(text) return text end,
  percent = percent,
  ["percent, lower case"] = function(text) return (percent(text):gsub("%%%x%x", string.lower)) end,
  ["percent, twice"] = function(text) return percent(percent(text)) end,
  JSON = function(text) return (text:gsub("[\"\\/]", "\\%0"):gsub("\n", "\\n")) end,
  ["JSON, \\u"] = unicode,
  HTML = entities,
  ["percent, then HTML"] = function(text) return entities(percent(text)) end,
  ["percent, then JSON"] = function(text) return unicode(percent(text)) end,
  Base64 = function(text) return (mime.b64(text)) end,
  ["Base64 in a URL"] = function(text) return (mime.b64(text):gsub("+", "-"):gsub("/", "_"):gsub("=", "")) end,
  hex = hex,
  ["hex, upper case"] = function(text) return hex(text):upper() end,
}

-- What every text with the core in it has in Base64, wherever the core begins.
local function base64_cores(core, into)
  for before = 0, 2 do
    local text = mime.b64(("."):rep(before) .. core)
    -- the first digit that is the core's alone, up to the last one
    local inner = text:sub(before == 0 and 1 or before + 2, math.floor((before + #core) * 8 / 6))
    into[#into + 1] = { "Base64", inner }
    into[#into + 1] = { "Base64 in a URL", (inner:gsub("+", "-"):gsub("/", "_")) }
  end
end

local function forms_of(core)
  local forms = {}
  for name, encode in pairs(canaries.ENCODINGS) do
    if not name:find("Base64", 1, true) then
      forms[#forms + 1] = { name, encode(core) }
    end
  end
  base64_cores(core, forms)
  return forms
end

--- A thing to look for.
-- @treturn table `{ name, forms }`
function canaries.watch(name, core)
  return { name = name, forms = forms_of(core) }
end

canaries.WATCHED = {}
for _, name in ipairs(canaries.NAMES) do
  canaries.WATCHED[#canaries.WATCHED + 1] = canaries.watch(name, canaries.CORES[name])
end

local function add_found(text, watched, found)
  for _, thing in ipairs(watched) do
    for _, form in ipairs(thing.forms) do
      local at = not found[thing.name] and text:find(form[2], 1, true)
      if at then
        found[thing.name] = ("%s (%s): …%s…"):format(thing.name, form[1],
          text:sub(math.max(1, at - 60), at + #form[2]):gsub("%c", " "))
      end
    end
  end
end

--- What can be read in a text.
-- @tparam string text
-- @tparam ?table more things of `watch`, beside the known ones
-- @treturn table name → where
function canaries.find(text, more)
  local found = {}
  add_found(text, canaries.WATCHED, found)
  add_found(text, more or {}, found)
  return found
end

return canaries
