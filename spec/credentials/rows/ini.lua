-- Sections of the SDKs' ini file.
local harness = require("spec.credentials.harness")
local ecs = require("ecs_pipeline")

local function row(what, text, fails, more)
  local all = { what, provider = function() return ecs.credentials.ini() end, fails = fails,
    setup = { files = { [harness.INI] = text } } }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

local KEYS = "[default]\ntype = access_key\naccess_key_id = emulator-key\naccess_key_secret = emulator-secret\n"
local ROLE = KEYS:gsub("access_key\n", "ram_role_arn\n", 1) .. "role_arn = " .. harness.ROLE .. "\n"

return { { name = "ini", rows = {
  row("present: access_key", KEYS),
  row("present: comments, quotes, CR LF", "; c\r\n[default] # c\r\ntype=access_key ; c\r\n"
    .. "access_key_id = 'emulator-key'\r\naccess_key_secret=emulator-secret #c\r\n"),
  row("present: ram_role_arn", ROLE),
  row("present: ecs_ram_role", "[default]\ntype = ecs_ram_role\nrole_name = web\n", nil, { setup = { metadata = false,
    emulator = { metadata = { role = "web" } }, files = { [harness.INI] = "[default]\ntype = ecs_ram_role\n" } } }),
  row("present: another section", "", nil, { setup = { env = { ALIBABA_CLOUD_PROFILE = "web" },
    files = { [harness.INI] = (KEYS:gsub("default", "web")) } } }),
  row("present: another file", "", nil, { setup = { env = { ALIBABA_CLOUD_CREDENTIALS_FILE = "/keys" },
    files = { ["/keys"] = KEYS } } }),
  row("present: gone, and back as it was", KEYS, nil, { after = function(self, client)
    local file = self.files[harness.INI]
    self.files[harness.INI] = nil
    local gone = client.pipeline.list({})
    self.files[harness.INI] = file
    local _, message = client.pipeline.list({})
    return gone and "works without its file" or message
  end }),
  row("warns: others can read it", "", nil, { setup = { files = { [harness.INI] = { text = KEYS, mode = 416 } } },
    after = function(self) return #self:warnings() ~= 1 and #self:warnings() .. " warnings" or nil end }),
  { "absent: no file", provider = function() return ecs.credentials.ini() end,
    fails = "no file ~/.alibabacloud/credentials" },
  { "absent: no home", provider = function(self) self.env.HOME = nil return ecs.credentials.ini() end,
    fails = "HOME is not set" },
  row("absent: no section", KEYS:gsub("default", "web"), "it has no section [default]"),
  row("absent: enable = no", KEYS .. "enable = no\n",
    "it is switched off by enable: only enable = true switches it on"),
  row("present: enable = TRUE, and a value given twice", KEYS .. "enable = TRUE\ntype = access_key\n"),
  row("broken: two values, of two sections of one name", KEYS .. KEYS:gsub("emulator%-key", "canary-key"),
    "[default]: access_key_id has two values: remove one of them"),
  row("broken: no ini", "{\"canary-broken\": 1}", "it has no section"),
  row("broken: an unknown type", KEYS:gsub("access_key\n", "canary\n", 1), "its type canary is not supported"),
  row("broken: no type", KEYS:gsub("type[^\n]*\n", ""), "it has no type"),
  row("broken: no secret", KEYS:gsub("access_key_secret[^\n]*\n", ""), "it has no access_key_secret"),
  row("broken: a role without an ARN", ROLE:gsub("role_arn = [^\n]*\n", ""), "it has no role_arn"),
} } }
