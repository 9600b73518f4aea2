--- Runs inside nginx: so many describes at once, by the library or by a hand-written loop on cosockets that signs each
-- request with libcrypto and decodes each reply.
local by_hand = require("bench.clients.by_hand")
local cjson = require("cjson").new()
local ecs = require("ecs_pipeline")
local ffi = require("ffi")
local requests = require("bench.requests")

local POOL = 1024 -- kept connections

ffi.cdef [[
unsigned char *SHA256(const unsigned char *data, size_t length, unsigned char *digest);
const void *EVP_sha256(void);
unsigned char *HMAC(const void *md, const void *key, int key_length, const unsigned char *data, size_t length,
  unsigned char *out, unsigned int *out_length);
int RAND_bytes(unsigned char *out, int count);
]]
local digest, length = ffi.new("unsigned char[32]"), ffi.new("unsigned int[1]")

local function hex(count)
  return by_hand.hex(ffi.string(digest, count))
end

local function signer(keys, authority, query)
  local crypto = ffi.load("crypto.so.3")
  return by_hand.signer({
    sha256 = function(text)
      crypto.SHA256(text, #text, digest)
      return hex(32)
    end,
    hmac = function(key, text)
      crypto.HMAC(crypto.EVP_sha256(), key, #key, text, #text, digest, length)
      return hex(32)
    end,
    nonce = function()
      crypto.RAND_bytes(digest, 16)
      return hex(16)
    end,
  }, keys, authority, query)
end

-- way → function(given) → function(count) that makes so many calls at once
local ways = {}

function ways.hand(given)
  local authority, query = "127.0.0.1:" .. given.port, given.query
  local sign = signer({ access_key_id = given.id, access_key_secret = given.secret }, authority, query)
  local function one()
    local connection = ngx.socket.tcp()
    connection:settimeouts(5000, 5000, 30000)
    assert(connection:connect("127.0.0.1", given.port, { pool = "hand" .. given.port, pool_size = POOL }))
    assert(connection:send(by_hand.request(sign, authority, query)))
    local body = by_hand.read(connection)
    by_hand.check(cjson.decode(body), body)
    assert(connection:setkeepalive(30000, POOL))
  end
  return function(count)
    local threads = {}
    for index = 1, count do
      threads[index] = ngx.thread.spawn(one)
    end
    for index = 1, count do
      assert(ngx.thread.wait(threads[index]))
    end
  end
end

function ways.ours(given)
  local client = requests.client("http://127.0.0.1:" .. given.port)
  return function(count)
    local items = {}
    for index = 1, count do
      items[index] = requests.ID
    end
    for _, one in ipairs(ecs.map(items, client.pipeline.describe, { concurrency = count })) do
      assert(one.ok, one.message)
      assert(one.value.name == "web-1")
    end
  end
end

local worker, kept = {}, {}

--- `/bench?way=hand|ours&port=…&query=…&id=…&secret=…&count=…&times=…`: `times` times `count` calls at once. Answers
-- with the wall and CPU time of one call in microseconds.
function worker.answer()
  local given = ngx.req.get_uri_args()
  local key = given.way .. given.port
  kept[key] = kept[key] or ways[given.way](given)
  local clock = require("ecs_pipeline.core").clock
  local wall, cpu = clock(), os.clock()
  for _ = 1, tonumber(given.times) do
    kept[key](tonumber(given.count))
  end
  cpu, wall = os.clock() - cpu, clock() - wall
  local calls = given.times * given.count
  local text = ("%.3f %.3f"):format(wall / calls * 1e6, cpu / calls * 1e6)
  ngx.header["Content-Length"] = #text
  ngx.print(text)
end

return worker
