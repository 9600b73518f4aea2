-- Options of providers, checked.
local ecs = require("ecs_pipeline")
local fields = require("ecs_pipeline.credentials.fields")

describe("options of providers", function()
  for what, case in pairs({
    ["options must be a table, not a string"] = { "profile", "x" },
    ["unknown field \"nam\""] = { "profile", { nam = "x" } },
    ["\"name\" must be a string, not a number"] = { "profile", { name = 1 } },
    ["\"uri\" must not hold control characters"] = { "uri", { uri = "http://h/\n" } },
    ["\"credentials\" must be a table or userdata, not a string"] = { "assume_role", { credentials = "x" } },
    ["\"timeout\" must be a number of seconds above 0"] = { "process", { command = "a", timeout = 0 } },
    ["\"life\" must be a number of seconds above 0"] = { "process", { command = "a", life = -5 } },
    ["\"duration_seconds\" must be a number of seconds above 0"] = { "oidc", { duration_seconds = 0 / 0 } },
    ["\"session_expiration\" must be a number of seconds above 0"] = { "assume_role", {
      role_arn = "acs:ram::1:role/a", session_expiration = math.huge } },
    ["\"command\" must be a command, its quotes closed"] = { "process", { command = "a 'b" } },
    ["word 2 of \"command\" must be a string without zero bytes"] = { "process", { command = { "a", "b\0" } } },
  }) do
    it("raise: " .. what, function()
      local _, raised = pcall(ecs.credentials[case[1]], case[2])
      assert.is_truthy(tostring(raised):find("credentials." .. case[1] .. ": " .. what, 1, true), tostring(raised))
    end)
  end

  it("may have terraform's names where there is such an option", function()
    assert.same({ role_session_name = "s", duration_seconds = 900 }, fields.check("f",
      { session_name = "s", session_expiration = 900 }, { role_session_name = "string", duration_seconds = "number" }))
    assert.error_matches(function() fields.check("f", { session_name = "s" }, {}) end,
      "f: unknown field \"session_name\"")
    assert.same({}, fields.check("f", nil, {}))
  end)

  it("that are hidden can be read by name, and not be listed", function()
    local hidden = fields.hidden({ policy = "secret" })
    assert.equal("secret", hidden.policy)
    assert.is_nil(next(hidden))
  end)
end)
