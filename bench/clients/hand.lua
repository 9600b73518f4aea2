-- Hand-written loops in Lua: luajit hand.lua CALLS WARM luasocket|lua-curl BASE CA QUERY ID SECRET, or
-- lua hand.lua CALLS WARM cjson TEMPLATES. CA: a file, or "-". Prints what measure.lua does.
local by_hand = require("bench.clients.by_hand")
local cjson = require("cjson").new()
local measure = require("bench.clients.measure")

local calls, warm, way = tonumber(arg[1]), tonumber(arg[2]), arg[3]

local function signer(authority, query, keys)
  local digest, hmac, rand = require("openssl.digest"), require("openssl.hmac"), require("openssl.rand")
  return by_hand.signer({
    sha256 = function(text) return by_hand.hex(digest.new("sha256"):final(text)) end,
    hmac = function(key, text) return by_hand.hex(hmac.new(key, "sha256"):final(text)) end,
    nonce = function() return by_hand.hex(rand.bytes(16)) end,
  }, keys, authority, query)
end

local ways = {}

function ways.luasocket(base, ca_file, query, sign, authority)
  local socket = require("socket")
  local host, port = authority:match("^(.*):(%d+)$")
  local connection
  local function connect()
    connection = assert(socket.connect(host, tonumber(port)))
    connection:setoption("tcp-nodelay", true)
    connection:settimeout(30)
    if base:find("^https:") then
      connection = assert(require("ssl").wrap(connection, { mode = "client", protocol = "any", verify = "peer",
        cafile = ca_file, options = { "all", "no_sslv3", "no_tlsv1", "no_tlsv1_1" } }))
      connection:sni(host)
      assert(connection:dohandshake())
    end
  end
  return function()
    if not connection then
      connect()
    end
    assert(connection:send(by_hand.request(sign, authority, query)))
    local body = by_hand.read(connection)
    by_hand.check(cjson.decode(body), body)
  end
end

ways["lua-curl"] = function(base, ca_file, query, sign)
  local curl = require("curl")
  local easy, parts = curl.easy_init(), {}
  easy:setopt(curl.OPT_URL, base .. "/?" .. query)
  easy:setopt(curl.OPT_POST, 1)
  easy:setopt(curl.OPT_POSTFIELDS, "")
  easy:setopt(curl.OPT_POSTFIELDSIZE, 0)
  easy:setopt(curl.OPT_PROXY, "")
  easy:setopt(curl.OPT_WRITEFUNCTION, function(data)
    parts[#parts + 1] = data
    return #data
  end)
  if ca_file ~= "-" then
    easy:setopt(curl.OPT_CAINFO, ca_file)
  end
  return function()
    local date, nonce, content, authorization = sign()
    easy:setopt(curl.OPT_HTTPHEADER, { "accept: application/json", "user-agent: bench",
      "x-acs-action: DescribeImagePipelines", "x-acs-version: 2014-05-26", "x-acs-date: " .. date,
      "x-acs-signature-nonce: " .. nonce, "x-acs-content-sha256: " .. content, "authorization: " .. authorization,
      "Expect:", "Content-Type:" })
    parts = {}
    assert(easy:perform())
    local body = table.concat(parts)
    by_hand.check(cjson.decode(body), body)
  end
end

local call
if way == "cjson" then
  local body = require("bench.replies").page(tonumber(arg[4]))
  call = function() by_hand.check(cjson.decode(body), body) end
else
  local base, ca_file, query = arg[4], arg[5], arg[6]
  local authority = base:match("://(.*)$")
  local keys = { access_key_id = arg[7], access_key_secret = arg[8] }
  call = ways[way](base, ca_file, query, signer(authority, query, keys), authority)
end

measure(function(count)
  for _ = 1, count do
    call()
  end
end, calls, warm)
