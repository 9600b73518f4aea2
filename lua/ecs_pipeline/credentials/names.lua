--- Every environment variable that this library reads, in the order in which it is read, and the
-- tools that read it too: CLI = aliyun-cli eadd68d, SDK = the vendor's credentials packages
-- (credentials-go 9ac55b4, Java b9b5c10, Python 0e6d313), TF = terraform-provider-alicloud 81c43b6.
--
-- An empty variable counts as not set. docs/credentials.md shows the table and says why the order
-- is this one where two tools disagree.
local platform = require("ecs_pipeline.platform")

local names = {}

--- Keys, by family: id, secret and token of one family belong together.
names.KEYS = {
  { id = "ALIBABA_CLOUD_ACCESS_KEY_ID", secret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token = "ALIBABA_CLOUD_SECURITY_TOKEN", tools = "CLI SDK TF" },
  { id = "ALICLOUD_ACCESS_KEY", secret = "ALICLOUD_SECRET_KEY", token = "ALICLOUD_SECURITY_TOKEN",
    tools = "TF" },
  { id = "ALIBABACLOUD_ACCESS_KEY_ID", secret = "ALIBABACLOUD_ACCESS_KEY_SECRET",
    token = "ALIBABACLOUD_SECURITY_TOKEN", tools = "CLI TF" },
  { id = "ALICLOUD_ACCESS_KEY_ID", secret = "ALICLOUD_ACCESS_KEY_SECRET",
    token = "ALICLOUD_SECURITY_TOKEN", tools = "CLI" },
}

--- The CLI's names without a prefix. Other software uses such names too, so these come after all
-- files, as in the CLI.
names.SHORT_KEYS = {
  { id = "ACCESS_KEY_ID", secret = "ACCESS_KEY_SECRET", token = "SECURITY_TOKEN", tools = "CLI" },
}

--- All families: what fills the empty keys of a profile.
names.ALL_KEYS = {}
for _, families in ipairs({ names.KEYS, names.SHORT_KEYS }) do
  for _, family in ipairs(families) do
    names.ALL_KEYS[#names.ALL_KEYS + 1] = family
  end
end

-- Settings: the first variable that is set counts.
local LISTS = {
  profile = { { "ALIBABACLOUD_PROFILE", "CLI" }, { "ALIBABA_CLOUD_PROFILE", "CLI SDK TF" },
    { "ALICLOUD_PROFILE", "CLI TF" } },
  region = { { "ALIBABA_CLOUD_REGION_ID", "CLI" }, { "ALIBABA_CLOUD_REGION", "TF" },
    { "ALIBABACLOUD_REGION_ID", "CLI" }, { "ALICLOUD_REGION_ID", "CLI" },
    { "ALICLOUD_REGION", "TF" } },
  -- after the profile's region, as in the CLI
  short_region = { { "REGION_ID", "CLI" }, { "REGION", "CLI" } },
  config_file = { { "ALIBABA_CLOUD_CONFIG_FILE", "SDK" },
    { "ALICLOUD_SHARED_CREDENTIALS_FILE", "TF" } },
  credentials_file = { { "ALIBABA_CLOUD_CREDENTIALS_FILE", "SDK TF" } },
  endpoint = { { "ALIBABA_CLOUD_ENDPOINT", "CLI" } },
  endpoint_type = { { "ALIBABA_CLOUD_ENDPOINT_TYPE", "CLI" },
    { "ALIBABACLOUD_ENDPOINT_TYPE", "CLI" }, { "ALICLOUD_ENDPOINT_TYPE", "CLI" },
    { "ENDPOINT_TYPE", "CLI" } },
  endpoint_ecs = { { "ALIBABA_CLOUD_ENDPOINT_ECS", "" } },
  endpoint_vpc = { { "ALIBABA_CLOUD_ENDPOINT_VPC", "" } },
  endpoint_resourcemanager = { { "ALIBABA_CLOUD_ENDPOINT_RESOURCEMANAGER", "" } },
  endpoint_sts = { { "ALIBABA_CLOUD_ENDPOINT_STS", "" }, { "ALIBABA_CLOUD_STS_ENDPOINT", "CLI" } },
  sts_region = { { "ALIBABA_CLOUD_STS_REGION", "SDK" } },
  role_arn = { { "ALIBABA_CLOUD_ROLE_ARN", "CLI SDK TF" }, { "ALIBABACLOUD_ROLE_ARN", "CLI" } },
  role_session_name = { { "ALIBABA_CLOUD_ROLE_SESSION_NAME", "SDK" } },
  oidc_provider_arn = { { "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "CLI SDK" },
    { "ALIBABACLOUD_OIDC_PROVIDER_ARN", "CLI" } },
  oidc_token_file = { { "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "CLI SDK" },
    { "ALIBABACLOUD_OIDC_TOKEN_FILE", "CLI" } },
  external_id = { { "ALIBABA_CLOUD_EXTERNAL_ID", "CLI" }, { "ALIBABACLOUD_EXTERNAL_ID", "CLI" } },
  -- with keys of the environment, terraform assumes this role
  assumed_role = { { "ALICLOUD_ASSUME_ROLE_ARN", "TF" } },
  ecs_role = { { "ALIBABA_CLOUD_ECS_METADATA", "SDK TF" }, { "ALICLOUD_ECS_ROLE_NAME", "TF" } },
  credentials_uri = { { "ALIBABA_CLOUD_CREDENTIALS_URI", "CLI SDK TF" },
    { "ALICLOUD_CREDENTIALS_URI", "TF" } },
  ca = { { "ECS_PIPELINE_CA_FILE", "" }, { "SSL_CERT_FILE", "OpenSSL Go" },
    { "SSL_CERT_DIR", "OpenSSL Go" }, { "CURL_CA_BUNDLE", "curl" } },
  https_proxy = { { "https_proxy", "curl" }, { "HTTPS_PROXY", "curl" } },
  http_proxy = { { "http_proxy", "curl" }, { "HTTP_PROXY", "Go" } },
  all_proxy = { { "all_proxy", "curl" }, { "ALL_PROXY", "curl" } },
  no_proxy = { { "no_proxy", "curl" }, { "NO_PROXY", "curl" } },
  home = { { "HOME", "" } },
  log = { { "ECS_PIPELINE_LOG", "" } },
  cgi = { { "REQUEST_METHOD", "" } },
}

-- Switches: on by 1, or by the word true in any case.
local SWITCHES = {
  no_cli_profile = { { "ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "SDK" },
    { "ALIBABA_CLOUD_IGNORE_PROFILE", "CLI" }, { "ALIBABACLOUD_IGNORE_PROFILE", "CLI" } },
  no_external = { { "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "CLI" } },
  no_metadata = { { "ALIBABA_CLOUD_ECS_METADATA_DISABLED", "SDK" } },
  no_imds_v1 = { { "ALIBABA_CLOUD_IMDSV1_DISABLED", "SDK" } },
  sts_vpc = { { "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "SDK" } },
  -- runs the command of a profile although other users can change the file
  unsafe_commands = { { "ECS_PIPELINE_ALLOW_UNSAFE_COMMANDS", "" } },
}

--- The first variable of a setting that is set.
-- @tparam function env name → value or nil
-- @tparam string setting "profile", "region", …
-- @treturn[1] string value
-- @treturn[1] string the variable
-- @treturn[2] nil
function names.first(env, setting)
  for _, row in ipairs(LISTS[setting]) do
    local value = env(row[1])
    if value and value ~= "" then
      return value, row[1]
    end
  end
  return nil
end

--- The variable that names the endpoint of a product.
-- @tparam function env
-- @tparam string product in lower case
-- @treturn[1] string value
-- @treturn[1] string the variable
-- @treturn[2] nil
function names.endpoint(env, product)
  if LISTS["endpoint_" .. product] then
    return names.first(env, "endpoint_" .. product)
  end
  local variable = "ALIBABA_CLOUD_ENDPOINT_" .. product:upper():gsub("-", "_")
  return env(variable), variable
end

--- The variable to name when a setting is missing.
-- @tparam string setting
-- @treturn string
function names.main(setting)
  return LISTS[setting][1][1]
end

--- Is a switch on?
-- @tparam function env
-- @tparam string switch "no_external", …
-- @treturn ?string the variable by which it is on
function names.on(env, switch)
  for _, row in ipairs(SWITCHES[switch]) do
    local word = (env(row[1]) or ""):lower()
    if word == "1" or word == "true" then
      return row[1]
    end
  end
  return nil
end

local function list_unused(env, rows, out)
  local value, first
  for _, row in ipairs(rows) do
    local given = env(row[1])
    if given and given ~= "" and not first then
      value, first = given, row[1]
    elseif given and given ~= "" and given ~= value then
      out[#out + 1] = { name = row[1], why = first .. " comes first" }
    end
  end
end

--- Variables of key ids that are set and have no effect.
-- @tparam function env
-- @tparam ?table out list to add to
-- @treturn {table,...} `{ name, why }`
function names.unused_keys(env, out)
  local used
  out = out or {}
  for _, family in ipairs(names.KEYS) do
    local id, secret = env(family.id), env(family.secret)
    if id and secret and not used then
      used = { family = family, id = id }
    elseif id and secret and id ~= used.id then
      out[#out + 1] = { name = family.id, why = used.family.id .. " comes first" }
    elseif (id or secret) and not (id and secret) then
      out[#out + 1] = { name = id and family.id or family.secret,
        why = (id and family.secret or family.id) .. " is missing" }
    end
  end
  return out
end

-- Variables of other tools that mean something which is not supported here.
local ELSEWHERE = {
  { "ALIBABA_CLOUD_BEARER_TOKEN", "bearer tokens are not supported" },
  { "ALIBABA_CLOUD_PRIVATE_KEY_FILE", "key pairs are not supported" },
}

--- The variables that are set and have no effect, because another one comes first, or because they
-- are incomplete, or not supported.
-- @tparam function env
-- @treturn {table,...} `{ name, why }`, sorted by name; never a value
function names.unused(env)
  local out = {}
  for _, rows in pairs(LISTS) do
    list_unused(env, rows, out)
  end
  names.unused_keys(env, out)
  for _, row in ipairs(ELSEWHERE) do
    if env(row[1]) then
      out[#out + 1] = { name = row[1], why = row[2] }
    end
  end
  table.sort(out, function(a, b) return a.name < b.name end)
  return out
end

-- Calls visit(name, setting, tools) for every variable.
local function each(visit)
  for _, tables in ipairs({ LISTS, SWITCHES }) do
    for setting, rows in pairs(tables) do
      for _, row in ipairs(rows) do
        visit(row[1], setting, row[2])
      end
    end
  end
  for _, family in ipairs(names.ALL_KEYS) do
    for _, field in ipairs({ "id", "secret", "token" }) do
      visit(family[field], "keys", family.tools)
    end
  end
end

--- All variables that are read, with the tools that read them too, for the documentation.
-- @treturn {table,...} `{ setting, name, tools }` in no order of settings
function names.all()
  local out = {}
  each(function(name, setting, tools)
    out[#out + 1] = { setting = setting, name = name, tools = tools }
  end)
  return out
end

-- nginx clears the environment of its workers after it has read the configuration.
each(platform.remember)

return names
