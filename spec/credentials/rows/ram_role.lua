-- The metadata service of an instance.
local harness = require("spec.credentials.harness")
local cjson = require("cjson")
local ecs = require("ecs_pipeline")

local ROLES = "/latest/meta-data/ram/security-credentials/"

local function provider(options)
  return function() return ecs.credentials.ecs_ram_role(options) end
end

local function imds(options, env)
  return { metadata = false, emulator = { metadata = options }, env = env }
end

-- The service answers, but to the last question something else.
local function last(reply)
  local setup = imds({ role = "web" })
  setup.metadata = function(self, request)
    if request.url:find("/web$") then
      return reply(self)
    end
  end
  return setup
end

local function lying(what, reply, fails)
  return { "lying: " .. what, provider = provider(), fails = fails, setup = last(reply) }
end

local function document(more, seconds)
  return function(self) return harness.reply(200, self:document(more, seconds)) end
end

local function asked(wanted)
  return function(self)
    local got = table.concat(self.emulator.metadata.asked, ", ")
    return got ~= wanted and "asked " .. got or nil
  end
end

local function once_more(self, client)
  local before = self.count.metadata
  client.pipeline.list({})
  return self.count.metadata ~= before and "asked again at once" or nil
end

return { { name = "ecs_ram_role", rows = {
  { "present: IMDSv2", provider = provider(), setup = imds({ role = "web", v1 = false }),
    after = asked("PUT /latest/api/token, GET " .. ROLES .. ", GET " .. ROLES .. "web") },
  { "present: the role is known", provider = provider({ role_name = "web" }), setup = imds({ role = "web" }),
    after = asked("PUT /latest/api/token, GET " .. ROLES .. "web") },
  { "present: by ALIBABA_CLOUD_ECS_METADATA", provider = provider(),
    setup = imds({ role = "web" }, { ALIBABA_CLOUD_ECS_METADATA = "web" }),
    after = asked("PUT /latest/api/token, GET " .. ROLES .. "web") },
  { "present: IMDSv1, allowed", provider = provider({ allow_imds_v1 = true }), setup = imds({ role = "web",
    v2 = false }) },
  { "broken: IMDSv1, not allowed", provider = provider(), setup = imds({ role = "web", v2 = false }),
    fails = "gives no IMDSv2 token", after = asked("PUT /latest/api/token") },
  { "broken: IMDSv1, forbidden by the environment", provider = provider({ allow_imds_v1 = true }),
    setup = imds({ role = "web", v2 = false }, { ALIBABA_CLOUD_IMDSV1_DISABLED = "True" }),
      fails = "gives no IMDSv2 token" },
  { "absent: no role", provider = provider({ role_name = nil }), fails = "no RAM role is attached",
    setup = { metadata = function(_, request)
      return harness.reply(request.method == "PUT" and 200 or 404, "token")
    end } },
  { "absent: no metadata service", provider = provider(), fails = "no metadata service: connection refused",
    after = once_more },
  { "slow", provider = provider(), setup = { metadata = harness.slow },
    fails = "no metadata service: no answer in time",
    after = once_more },
  { "unreachable, and there a minute later", provider = provider(), fails = "no metadata service",
    setup = { emulator = { metadata = { role = "web" } } }, after = function(self, client)
      self.metadata = nil
      self.emulator:advance(61)
      return select(2, client.pipeline.list({}))
    end },
  lying("a redirect", function() return harness.reply(302, "", { location = "http://canary-user@x/" }) end,
    "status 302"),
  lying("no JSON", function() return harness.reply(200, "canary-broken") end, "is not a JSON object"),
  lying("too large", function() return harness.reply(200, ("x"):rep(70000)) end, "larger than 64 KiB"),
  lying("no success", document({ Code = "Failed\ncanary" }), "Code is not Success but Failed?canary"),
  lying("no secret", document({ AccessKeySecret = cjson.null }), "has no AccessKeySecret"),
  lying("an expiration that is none", document({ Expiration = "tomorrow" }), "Expiration is not a time"),
  lying("a secret with a blank", document({ AccessKeySecret = "canary-secret " }), "white space"),
  { "lying: a role with a slash", provider = provider(), fails = "the name of the RAM role",
    setup = { metadata = function(_, request)
      return harness.reply(200, request.method == "PUT" and "token" or "../canary-broken")
    end } },
  { "lying: a token with a line break", provider = provider(), fails = "the token is malformed",
    setup = { metadata = function() return harness.reply(200, "a\nx: canary-token") end } },
  { "expired", provider = provider(), setup = last(document(nil, -1)), fails = "had already expired" },
} } }
