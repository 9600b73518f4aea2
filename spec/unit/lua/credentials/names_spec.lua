-- The variables that are read. What each does: spec/credentials/rows/variables.lua.
local names = require("ecs_pipeline.credentials.names")
local platform = require("ecs_pipeline.platform")

local function reader(values)
  return function(name) return values[name] end
end

describe("the names of variables", function()
  it("are read in their order; an empty one counts as not set", function()
    local value, name = names.first(reader({ ALIBABACLOUD_PROFILE = "", ALICLOUD_PROFILE = "b" }), "profile")
    assert.same({ "b", "ALICLOUD_PROFILE" }, { value, name })
    assert.is_nil(names.first(reader({}), "profile"))
    assert.equal("ALIBABA_CLOUD_REGION_ID", names.main("region"))
  end)

  it("are on by 1 and by the word true", function()
    for word, on in pairs({ ["1"] = true, ["true"] = true, ["TRUE"] = true, ["0"] = false, ["yes"] = false }) do
      assert.equal(on and "ALIBABA_CLOUD_IMDSV1_DISABLED" or nil,
        names.on(reader({ ALIBABA_CLOUD_IMDSV1_DISABLED = word }), "no_imds_v1"), word)
    end
  end)

  it("name the endpoint of any product", function()
    local env = reader({ ALIBABA_CLOUD_ENDPOINT_MY_CDN = "a", ALIBABA_CLOUD_STS_ENDPOINT = "b" })
    assert.equal("a", (names.endpoint(env, "my-cdn")))
    assert.equal("b", (names.endpoint(env, "sts")))
    assert.is_nil((names.endpoint(env, "ecs")))
  end)

  it("that have no effect are listed, sorted, without their values", function()
    local list = names.unused(reader({ ALIBABACLOUD_PROFILE = "a", ALICLOUD_PROFILE = "b", ALIBABA_CLOUD_PROFILE = "a",
      ALIBABA_CLOUD_ACCESS_KEY_ID = "id", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s", ALICLOUD_ACCESS_KEY = "other",
      ALICLOUD_SECRET_KEY = "s", ALIBABACLOUD_ACCESS_KEY_ID = "half", ALICLOUD_ACCESS_KEY_ID = "id",
      ALICLOUD_ACCESS_KEY_SECRET = "s", ALIBABA_CLOUD_PRIVATE_KEY_FILE = "/k" }))
    assert.same({
      { name = "ALIBABACLOUD_ACCESS_KEY_ID", why = "ALIBABACLOUD_ACCESS_KEY_SECRET is missing" },
      { name = "ALIBABA_CLOUD_PRIVATE_KEY_FILE", why = "key pairs are not supported" },
      { name = "ALICLOUD_ACCESS_KEY", why = "ALIBABA_CLOUD_ACCESS_KEY_ID comes first" },
      { name = "ALICLOUD_PROFILE", why = "ALIBABACLOUD_PROFILE comes first" },
    }, list)
    assert.same({}, names.unused(reader({})))
    assert.equal("ALICLOUD_ACCESS_KEY is missing", names.unused_keys(reader({ ALICLOUD_SECRET_KEY = "s" }))[1].why)
  end)

  it("that have no effect are listed also if they are half of something, or no word that a switch knows", function()
    local function listed(values)
      local parts = {}
      for index, row in ipairs(names.unused(reader(values))) do parts[index] = row.name .. ": " .. row.why end
      return table.concat(parts, "; ")
    end
    local A, B = "ALIBABA_CLOUD_", "ALICLOUD_"
    for expected, values in pairs({
      ["ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: its value is neither true nor false"] = {
        [A .. "DISABLE_EXTERNAL_PROCESS"] = "yes", [A .. "IMDSV1_DISABLED"] = "False" },
      ["ALIBABA_CLOUD_ROLE_ARN: OIDC needs ALIBABA_CLOUD_OIDC_PROVIDER_ARN too"] = { [A .. "ROLE_ARN"] = "r" },
      ["ALIBABACLOUD_OIDC_PROVIDER_ARN: OIDC needs ALIBABA_CLOUD_ROLE_ARN too; "
        .. "ALIBABA_CLOUD_OIDC_TOKEN_FILE: OIDC needs ALIBABA_CLOUD_ROLE_ARN too"] = {
        ALIBABACLOUD_OIDC_PROVIDER_ARN = "p", [A .. "OIDC_TOKEN_FILE"] = "/t" },
      ["ALICLOUD_ASSUME_ROLE_ARN: ALIBABA_CLOUD_ACCESS_KEY_ID is missing"] = { [B .. "ASSUME_ROLE_ARN"] = "r" },
      ["ALIBABA_CLOUD_SECURITY_TOKEN: ALIBABA_CLOUD_ACCESS_KEY_ID is missing"] = { [A .. "SECURITY_TOKEN"] = "t",
        [B .. "ACCESS_KEY"] = "i", [B .. "SECRET_KEY"] = "s", [B .. "SECURITY_TOKEN"] = "u" },
      ["ALICLOUD_SECURITY_TOKEN: ALICLOUD_ACCESS_KEY is missing"] = { [B .. "SECURITY_TOKEN"] = "t" },
      [""] = { [A .. "ROLE_ARN"] = "r", [A .. "OIDC_TOKEN_FILE"] = "/t", ALIBABACLOUD_OIDC_PROVIDER_ARN = "p",
        [B .. "ACCESS_KEY_ID"] = "i", [B .. "ACCESS_KEY_SECRET"] = "s", [B .. "SECURITY_TOKEN"] = "t",
        [B .. "ASSUME_ROLE_ARN"] = "r" },
    }) do
      assert.equal(expected, listed(values))
    end
  end)

  it("stand in docs/credentials.md, each with the tools that read it, and in no other file of the library", function()
    local file = assert(io.open("docs/credentials.md"))
    local text = file:read("*a")
    file:close()
    for _, row in ipairs(names.all()) do
      assert.is_truthy(text:find("`" .. row.name .. "`", 1, true), row.name .. " (" .. row.tools .. ")")
      assert.is_function(platform.env)
    end
  end)
end)
