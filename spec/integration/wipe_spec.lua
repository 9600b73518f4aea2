-- What SECURITY.md says about our C copies: no block of memory that core.so or curl.so frees holds a secret, and
-- nothing is left of credentials that were collected. A process that watches free() makes calls of every kind.
local child_lua = require("spec.support.child_lua")
local raw_server = require("spec.support.raw_server")

local server, watch

setup(function()
  server = raw_server.start(60)
  watch = child_lua.build_module("memory_watch")
end)

teardown(function()
  server.stop()
end)

-- What each process begins with. Secrets are made of halves, so that this file's text holds none.
local HEAD = [[
local watch = require("memory_watch")
local ecs = require("ecs_pipeline")
local base = "%s"
local id, secret, token, proxy, content = "LTAI5t" .. "WatchedKey0001", "watched-" .. "secret-6f1d",
  "watched-" .. "token-93ab", "watched-" .. "proxy-77cd", "watched-" .. "content-e0e0"
local function collect()
  for _ = 1, 4 do
    collectgarbage()
  end
end
]]

local function run(source)
  local ok, output = child_lua.run(HEAD:format(server.url("")) .. source, "LD_PRELOAD=" .. watch)
  assert.is_true(ok, output)
  return output
end

describe("memory that is given back", function()
  it("holds no secret that core.so or curl.so had", function()
    local output = run([[
for _, text in ipairs({ secret, token, proxy, content }) do
  watch.watch(text)
end
local function calls(options, path)
  local all = { region = "cn-hangzhou", endpoint = base, log = "off", transport = "curl", retry = false,
    timeout = 5, proxy = false,
    credentials = { access_key_id = id, access_key_secret = secret, security_token = token } }
  for name, value in pairs(options) do
    all[name] = value
  end
  local client = ecs.new(all)
  local args = { base_image = "m-1", base_image_type = "IMAGE", build_content = "RUN " .. content }
  client.pipeline.create(args)
  args.build_content = args.build_content .. ("x"):rep(12000) -- grows every buffer, goes out as a form
  client.pipeline.create(args)
  client.render("pipeline.create", args)
  client.pipeline.validate(args)
  client.pipeline.list({})
  ecs.map({ 1, 2 }, function() return client.pipeline.create(args) end) -- the same on curl_multi
  client.close()
end
for _, version in ipairs({ "v3", "1.0" }) do
  for _, placement in ipairs({ "query", "form" }) do
    calls({ signature_version = version, placement = placement })
  end
end
calls({ proxy = "http://user:" .. proxy .. "@127.0.0.1:1" })
calls({ endpoint = "http://127.0.0.1:1" })
local core = require("ecs_pipeline.core")
core.sign.hmac_sha256_hex(secret, content)
core.sign.hmac_sha256(secret):update(content):hex()
core.sign.hmac_sha1_base64(secret, content)
calls = nil
collect()
for library, found in pairs(watch.freed()) do
  print(library, ("%d %d %s"):format(found[1], found[2], found[3]))
end
]])
    for _, library in ipairs({ "core%.so", "curl%.so", "libcrypto[^\t]*" }) do -- what OpenSSL keeps of a key is ours
      local blocks, held, what = output:match("%f[%w]" .. library .. "\t(%d+) (%d+) ([%w-]*)\n")
      assert.is_true(tonumber(blocks) > 20, output)
      assert.equal("0 ", held .. " " .. what, output)
    end
    -- The watch sees what is not wiped: strings of Lua (LuaJIT frees none by itself), and libcurl's buffers.
    local seen = output:match("libcurl[^\t]*\t%d+ (%d+)")
    assert.is_true(tonumber(seen) > 0, output)
  end)

  it("holds nothing of credentials that were collected", function()
    assert.equal("1 0", run([[
local core = require("ecs_pipeline.core")
local kept = assert(core.credentials({ access_key_id = id, access_key_secret = secret, security_token = token }))
local before = watch.side_by_side(id, secret)
kept = nil
collect()
io.write(("%d %d"):format(before, watch.side_by_side(id, secret)))
]]))
  end)

  it("holds no copy of a secret that signed by both versions", function()
    assert.equal("true true", run([[
local core = require("ecs_pipeline.core")
local function copies() return watch.side_by_side(secret:sub(1, 8), secret:sub(9)) end
local before = copies()
local kept = assert(core.credentials({ access_key_id = id, access_key_secret = secret }))
for _, version in ipairs({ "v3", "1.0", "v3", "1.0" }) do
  local session = core.session({ decode = require("cjson").new().decode, user_agent = "spec",
    signature_version = version })
  assert(core.prepare(session, "pipeline.delete", { id = "ip-1" }, { credentials = kept, endpoint = base,
    region = "cn-hangzhou" }))
end
local during = copies()
kept = nil
collect()
io.write(tostring(during > before) .. " " .. tostring(copies() == before))
]]))
  end)

  it("holds nothing of those of a client that was closed and dropped", function()
    assert.equal("1 0", run([[
local client = ecs.new({ region = "cn-hangzhou", endpoint = base, log = "off", transport = "curl", retry = false,
  proxy = false, credentials = { access_key_id = id, access_key_secret = secret, security_token = token } })
client.pipeline.list({})
local before = watch.side_by_side(id, secret)
client.close()
client = nil
collect()
io.write(("%d %d"):format(before, watch.side_by_side(id, secret)))
]]))
  end)
end)
