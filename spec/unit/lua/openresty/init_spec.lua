-- ecs_pipeline.openresty: what it offers, and that naming it loads nothing more.
local child_lua = require("spec.support.child_lua")
local core = require("ecs_pipeline.core")
local openresty = require("ecs_pipeline.openresty")
local repo = require("spec.support.repo")

describe("ecs_pipeline.openresty", function()
  it("is a plain table of its functions", function()
    assert.same({ "handler", "sign", "single_flight", "token_bucket", "watch" }, repo.sorted(openresty))
    for _, name in ipairs(repo.sorted(openresty)) do
      assert.is_function(openresty[name], name)
    end
    assert.is_nil(getmetatable(openresty))
  end)

  it("signs name, time stamp and body", function()
    local headers = openresty.sign("a secret of some length", "{}", { name = "/images/", timestamp = 1795491843.25 })
    assert.equal("1795491843.250", headers["x-ecs-pipeline-timestamp"])
    local digest = core.sign.hmac_sha256_hex("a secret of some length", "v2\n/images/\n1795491843.250\n{}")
    assert.equal("v2=" .. digest, headers["x-ecs-pipeline-signature"])
    assert.same(openresty.sign("secret", "{}", { name = "/bakes/", timestamp = 1795491843 }),
      openresty.sign("secret", "{}", 1795491843))
    assert.error_matches(function() openresty.sign("secret", "{}", "now") end, "options must be a table")
    assert.error_matches(function() openresty.sign("secret", "{}", { timestamp = "now" }) end, "timestamp")
  end)

  it("loads every hook and the library at once", function()
    local ok, printed = child_lua.run([[
      require("ecs_pipeline.openresty")
      for _, name in ipairs({ "ecs_pipeline", "ecs_pipeline.openresty.handler", "ecs_pipeline.openresty.single_flight",
        "ecs_pipeline.openresty.token_bucket", "ecs_pipeline.openresty.watch" }) do
        assert(package.loaded[name], name)
      end]])
    assert.is_true(ok, printed)
  end)
end)
