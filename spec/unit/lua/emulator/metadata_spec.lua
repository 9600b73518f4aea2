-- The metadata service of an instance, in the emulator.
local virtual = require("spec.support.virtual")

describe("the metadata service in the emulator", function()
  local function ask(emulator, method, path, headers)
    local all = { host = "100.100.100.200" }
    for name, value in pairs(headers or {}) do all[name] = value end
    local status, _, body = emulator:handle(method, path, all, "")
    return status, body
  end

  local LIFE = { ["X-aliyun-ecs-metadata-token-ttl-seconds"] = "60" }
  local ROLES = "/latest/meta-data/ram/security-credentials/"

  it("wants a token where IMDSv1 is off, for as long as the token lives", function()
    local _, emulator = virtual.client(nil, { metadata = { role = "web", v1 = false } })
    assert.equal(403, (ask(emulator, "GET", ROLES)))
    local status, token = ask(emulator, "PUT", "/latest/api/token", LIFE)
    assert.equal(200, status)
    local shown = { ["x-aliyun-ecs-metadata-token"] = token }
    assert.same({ 200, "web" }, { ask(emulator, "GET", ROLES, shown) })
    assert.equal(404, (ask(emulator, "GET", ROLES .. "other", shown)))
    emulator:advance(60)
    assert.equal(403, (ask(emulator, "GET", ROLES, shown)))
    assert.equal(400, (ask(emulator, "PUT", "/latest/api/token")))
    assert.equal(405, (ask(emulator, "POST", ROLES, shown)))
  end)

  it("knows nothing without a role", function()
    local _, emulator = virtual.client()
    assert.equal(404, (ask(emulator, "PUT", "/latest/api/token", LIFE)))
  end)
end)
