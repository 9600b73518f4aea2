-- Credentials are keyed once for each signature version and sign any number of requests: each signature is the one that
-- new credentials would give.
local child = require("spec.support.child_lua")

local SOURCE = [[
local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")
local sessions = { fixture.session({ signature_version = "v3" }), fixture.session({ signature_version = "1.0" }) }

local function signature(version, args, credentials)
  local request = assert(core.prepare(sessions[version], "pipeline.create", args,
    fixture.attempt({ credentials = credentials })))
  return (request.headers.authorization or request.url):match("Signature=([%w%%]+)$")
end

local kept = { fixture.credentials(), fixture.credentials({ access_key_secret = "another-secret" }) }
local seen, count = {}, 0
for round = 1, 4 do
  for which, credentials in ipairs(kept) do
    for version in ipairs(sessions) do
      local args = fixture.create_args({ description = ("x"):rep(round * 60), name = round < 4 and "same" or nil })
      local new = fixture.credentials({ access_key_secret = which == 2 and "another-secret" or nil })
      local signed = assert(signature(version, args, credentials))
      assert(signed == signature(version, args, new), "another signature in round " .. round)
      count = count + (seen[signed] and 0 or 1)
      seen[signed] = true
    end
  end
end
print(count)
]]

describe("credentials that sign again", function()
  it("sign as new ones do", function()
    local ok, output = child.run(SOURCE)
    assert.is_true(ok, output)
    assert.equal("16\n", output)
  end)

  it("do so where OpenSSL 3.0.0 to 3.0.2 pretend to restart", function()
    local old = child.build_module("openssl_3_0_2", "-Wl,--no-as-needed -lcrypto") -- the one that core.so loads
    local others = os.getenv("LD_PRELOAD") or "" -- a sanitizer wants to come first
    local ok, output = child.run(SOURCE, ("LD_PRELOAD=%s:%s"):format(others, old))
    assert.is_true(ok, output)
    assert.equal("16\n", output)
  end)
end)
