--- What raises (a programmer's mistake, named in the message) and what is refused, one row each.

local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local action = { product = "Ecs", version = "2014-05-26", action = "Any" }

local function prepare(attempt, operation, args)
  return core.prepare(fixture.session(), operation or "pipeline.delete", args or { id = "ip-1" },
    fixture.attempt(attempt))
end

local function finish(reply)
  return core.finish(assert(prepare()), reply)
end

describe("a programmer's mistake", function()
  local cases = {
    { "attempt.region must be a string", function() prepare({ region = 1 }) end },
    { "attempt.endpoint must be a string", function() prepare({ endpoint = 1 }) end },
    { "attempt.headers must be a table", function() prepare({ headers = "x" }) end },
    { "attempt.now must be unix seconds", function() prepare({ now = -2 }) end },
    { "attempt.now must be unix seconds", function() prepare({ now = 0 / 0 }) end },
    { "attempt.now must be unix seconds", function() prepare({ now = 253402300800 }) end },
    { "reply.status must be an HTTP status", function() finish({ body = "{}", headers = {} }) end },
    { "reply.status must be an HTTP status", function() finish({ status = 0.5, body = "", headers = {} }) end },
    { "reply.body must be a string", function() finish({ status = 200, headers = {} }) end },
    { "signature_version is not one of", function() fixture.session({ signature_version = "2" }) end },
    { "placement is not one of", function() fixture.session({ placement = 1 }) end },
    { "query must be a string", function() core.sign.v1({ method = "POST", query = {}, access_key_secret = "" }) end },
    { "a map of strings is expected", function() core.sign.canonical_query({ "a" }) end },
    { "headers must be a map", function() core.sign.v3({ method = "POST", headers = "x" }) end },
    { "headers must be a small map", function() core.sign.v3({ method = "POST", headers = { a = 1 } }) end },
    { "operation.product must be a string", function() prepare({}, { version = "v", action = "A" }, {}) end },
    { "may hold only letters", function() prepare({}, { product = "E&", version = "v", action = "A" }, {}) end },
    { "needs product, version and action", function()
      prepare({}, { product = "", version = "v", action = "A" }, {})
    end },
    { "1 to 256 bytes", function() core.random(0) end },
    { "number expected, got no value", function() core.random() end },
    { "1 to 256 bytes", function() core.token(0) end },
    { "1 to 256 bytes", function() core.token(257) end },
    { "0 to 86400 seconds", function() core.sleep(-1) end },
  }
  for _, case in ipairs(cases) do
    it("raises: " .. case[1], function()
      assert.error_matches(case[2], case[1], 1, true)
    end)
  end
end)

describe("an attempt", function()
  it("takes 32 extra headers, under both signatures", function()
    local many = {}
    for i = 1, 32 do
      many["x-acs-h" .. i] = "v"
    end
    for _, version in ipairs({ "v3", "1.0" }) do
      local request = assert(core.prepare(fixture.session({ signature_version = version }), "pipeline.delete",
        { id = "ip-1" }, fixture.attempt({ headers = many, credentials = fixture.credentials({ security_token = "t",
          provider = "p" }) })))
      assert.equal("v", request.headers["x-acs-h32"])
    end
    many["x-acs-h33"] = "v"
    local _, err = prepare({ headers = many })
    assert.matches("at most 32", err.message, 1, true)
  end)

  it("is refused for headers and nonces that could not be sent as they are", function()
    local many = {}
    for i = 1, 60 do
      many["x-h" .. i] = "v"
    end
    for _, attempt in ipairs({ { headers = { a = 1 } }, { headers = { "a" } }, { headers = many },
      { headers = { [""] = "v" } }, { nonce = "a\nb" } }) do
      local request, err = prepare(attempt)
      assert.is_nil(request)
      assert.same({ "validation", false }, { err.kind, err.sent })
    end
  end)
end)

describe("arguments", function()
  it("of a whole are larger than a request may be", function()
    local deep = "v"
    for _ = 1, 5 do
      deep = { [("n"):rep(250)] = deep }
    end
    for _, args in ipairs({ { A = ("x"):rep(1024 * 1024) }, deep }) do
      local request, err = prepare({}, action, args)
      assert.is_nil(request)
      assert.equal("validation", err.kind)
      assert.is_truthy(err.message:find("larger than a request may be", 1, true))
    end
  end)

  it("in the service's own spelling are refused when they cannot be written", function()
    for _, case in ipairs({ { print, "a string, number, boolean or table" }, { "a\255", "valid UTF-8" },
      { { 1, nil, 3 }, "a list without holes" }, { { [true] = 1 }, "a list or a map, not both" } }) do
      local _, err = prepare({}, action, { A = case[1] })
      assert.equal(case[2], err.failures[1].rule)
    end
  end)

  it("of a known operation are refused when they cannot be written", function()
    local failures = fixture.failures("pipeline.create", fixture.create_args({
      system_disk_size = "-", internet_max_bandwidth_out = "1e3", add_account = { a = 1 }, repair_item = { x = "y" },
      tags = { k = {} }, name = { [true] = 1 },
    }))
    assert.equal("a whole number", failures.system_disk_size.rule)
    assert.equal("a whole number", failures.internet_max_bandwidth_out.rule)
    assert.equal("a list", failures.repair_item.rule)
    assert.equal("a string", failures["tags.k"].rule)
    assert.equal("a string", failures.name.rule)
  end)

  it("take truth as a boolean or as its word, and nothing else", function()
    for value, wire in pairs({ [true] = "true", ["true"] = "true", ["false"] = "false" }) do
      assert.equal(wire, fixture.params("pipeline.create",
        fixture.create_args({ delete_instance_on_failure = value })).DeleteInstanceOnFailure)
    end
    assert.equal("false", fixture.params("pipeline.create",
      fixture.create_args({ delete_instance_on_failure = false })).DeleteInstanceOnFailure)
    local failures = fixture.failures("pipeline.create", fixture.create_args({ delete_instance_on_failure = "yes" }))
    assert.equal("true or false", failures.delete_instance_on_failure.rule)
  end)

  it("that are identifiers are told which characters are allowed", function()
    local failures = fixture.failures("pipeline.create", fixture.create_args({ instance_type = "ecs g7" }))
    assert.equal("may hold only printable ASCII characters without spaces", failures.instance_type.rule)
  end)
end)
