-- The order of the sources, and the error if no source has credentials.
local harness = require("spec.credentials.harness")
local ecs = require("ecs_pipeline")

local ENV = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret" }
local RRSA = { ALIBABA_CLOUD_ROLE_ARN = harness.ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN = harness.IDP,
  ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/jwt" }
local CONFIG = harness.json({ current = "p", profiles = { { name = "p", mode = "AK", access_key_id = "cli-key",
  access_key_secret = "canary-secret", region_id = "cn-beijing" } } })
local INI = "[default]\ntype = access_key\naccess_key_id = ini-key\naccess_key_secret = canary-secret\n"

-- Everything that comes after a source is there too: only the order decides.
local function setup(from)
  local all = { env = { ALIBABA_CLOUD_CREDENTIALS_URI = harness.SIDECAR }, files = {}, metadata = harness.unreachable,
    sidecar = function(self) return harness.reply(200, self:document()) end,
    emulator = { metadata = { role = "web" }, credentials = { ["emulator-key"] = { secret = "emulator-secret" },
      ["cli-key"] = { secret = "canary-secret" }, ["ini-key"] = { secret = "canary-secret" } } } }
  local function add(values)
    for name, value in pairs(values) do all.env[name] = value end
  end
  if from <= 5 then all.metadata = false end
  if from <= 4 then all.files[harness.INI] = INI end
  if from <= 3 then all.files[harness.CONFIG] = CONFIG end
  if from <= 2 then add(RRSA) all.files["/jwt"] = "canary-jwt" end
  if from <= 1 then add(ENV) end
  return all
end

local function key_of(self)
  local requests = self.emulator:state().requests
  return requests[#requests].access_key_id
end

local function wants_key(key)
  return function(self)
    local got = key_of(self)
    return not got:find(key) and "signed with " .. got or nil
  end
end

local function wants_sent(first)
  return function(self)
    return self.sent[1] ~= first and "sent " .. tostring(self.sent[1]) or nil
  end
end

local NAMES = { "environment", "OIDC", "CLI profile", "ini profile", "ECS RAM role", "credentials URI" }

return { { name = "chain", rows = {
  { "1: environment", setup = setup(1), after = wants_key("^emulator%-key$") },
  { "2: OIDC", setup = setup(2), after = wants_sent("POST sts.aliyuncs.com/") },
  { "3: CLI profile", setup = setup(3), after = wants_key("^cli%-key$") },
  { "4: ini profile", setup = setup(4), after = wants_key("^ini%-key$") },
  { "5: ECS RAM role", setup = setup(5), after = wants_sent("PUT 100.100.100.200/latest/api/token") },
  { "6: credentials URI", setup = setup(6), after = wants_key("^STS") },
  { "the CLI profile can be switched off", setup = (function()
    local all = setup(3)
    all.env.ALIBABA_CLOUD_CLI_PROFILE_DISABLED = "TRUE"
    return all
  end)(), after = wants_key("^ini%-key$") },
  { "the metadata service can be switched off", setup = (function()
    local all = setup(5)
    all.env.ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true"
    return all
  end)(), after = function(self) return self.count.metadata and "was asked" or nil end },
  { "absent: each source says why", fails = "no source has credentials", after = function(_, _, _, message, err)
    for index, name in ipairs(NAMES) do
      if not message:find(name .. ": ", 1, true) or err.sources[index].source ~= name then
        return name .. " is missing in " .. message
      end
    end
  end },
  { "absent: a broken one is told from an absent one",
    fails = "CLI profile: ~/.aliyun/config.json is not a JSON object",
    setup = { files = { [harness.CONFIG] = "canary-broken" } }, after = function(_, _, _, _, err)
      return (err.sources[3].absent or not err.sources[1].absent) and "they look alike" or nil
    end },
  { "a broken source is passed over with a warning", setup = (function()
    local all = setup(4)
    all.files[harness.CONFIG] = "canary-broken"
    return all
  end)(), after = function(self, client)
    assert(client.pipeline.list({}))
    local warnings = self:warnings()
    local right = #warnings == 2 and warnings[1]:find("CLI profile are not usable", 1, true)
      and warnings[2]:find("there are others, which other tools may prefer: credentials URI", 1, true)
    return not right and table.concat(warnings, " | ") or nil
  end },
  { "never sticks to a failed source", fails = "no source has credentials", setup = { emulator = { credentials = {
    ["cli-key"] = { secret = "canary-secret" } } } }, after = function(self, client)
      self.files[harness.CONFIG] = { text = CONFIG }
      return select(2, client.pipeline.list({}))
    end },
  { "leaves a source that fails later", setup = setup(3), after = function(self, client)
    self.files[harness.CONFIG] = nil
    self.files[harness.INI] = { text = INI }
    local _, message = client.pipeline.list({})
    return message or wants_key("^ini%-key$")(self)
  end },
  { "the region of the CLI profile is the default", setup = setup(3), after = function(self)
    local client = ecs.new({ platform = self.platform, log = "off", transport = { send = harness.unreachable } })
    local rendered = assert(client.render("pipeline.describe", {}))
    return rendered.region ~= "cn-beijing" and rendered.region or nil
  end },
  { "own sources, in the order given", provider = function()
    return ecs.credentials.chain({ sources = { ecs.credentials.uri(), ecs.credentials.env() } })
  end, setup = { env = ENV } },
} } }
