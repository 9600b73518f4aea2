--- Finds texts in a line that look like secrets. Reports their kind, never their value. Pure;
-- accepts any bytes.
local secrets = {}

local function repeated(class, count)
  return class:rep(count)
end

-- Secrets of a known form: pattern, kind.
local KEYS = {
  { "LTAI" .. repeated("%w", 12), "an Alibaba Cloud AccessKey id" },
  { "STS%." .. repeated("%w", 16), "an STS AccessKey id" },
  { "A[KS]IA" .. repeated("[%u%d]", 16), "an AWS access key id" },
  { "gh[pousr]_" .. repeated("%w", 30), "a GitHub token" },
  { "github_pat_" .. repeated("[%w_]", 30), "a GitHub token" },
  { "glpat%-" .. repeated("[%w_-]", 20), "a GitLab token" },
  { "xox[abprs]%-" .. repeated("[%w-]", 10), "a Slack token" },
  { "AIza" .. repeated("[%w_-]", 30), "a Google API key" },
}

-- Parts of a name that make it the name of a secret, and last parts that make it another name.
local SECRET_ENDS = { "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey",
  "accesskey", "privatekey", "credential", "credentials" }
local SECRET_PAIRS = { "api_key", "access_key", "private_key", "secret_key", "auth_key" }
local HARMLESS = { file = true, path = true, dir = true, url = true, uri = true, name = true,
  id = true, length = true, policy = true, endpoint = true, type = true, arn = true, stdin = true,
  ttl = true, lifetime = true, expiry = true, env = true, var = true, header = true }
local NO_SECRET = { ["true"] = true, ["false"] = true, yes = true, no = true, none = true,
  null = true, ["nil"] = true, required = true, optional = true }

local function is_secret_name(name)
  local plain = name:lower():gsub("[-.]", "_"):gsub("^_+", "")
  local last = plain:match("([^_]*)$")
  if HARMLESS[last] then
    return false
  end
  for _, pair in ipairs(SECRET_PAIRS) do
    if plain:find(pair, 1, true) then
      return true
    end
  end
  for part in plain:gmatch("[^_]+") do
    for _, ending in ipairs(SECRET_ENDS) do
      if part:sub(-#ending) == ending then
        return true
      end
    end
  end
  return plain == "pass" or plain:sub(-5) == "_pass"
end

-- A real value, not a reference, a placeholder or an example.
local function is_literal(value)
  return value ~= "" and not value:find("^[$`<%%*({=/&|;]") and not NO_SECRET[value:lower()]
end

-- The value that follows a name, without quotes; nil if there is none.
local function value_after(line, name, at)
  local value = line:match("^=[\"']?([^%s\"',;&]*)", at)
  if value then
    return value
  elseif name:sub(1, 2) == "--" then
    value = line:match("^%s+[\"']?([^%s\"',;&]+)", at)
    return value and value:sub(1, 1) ~= "-" and value or nil
  end
  value = line:match("^[\"']?%s*:%s*[\"']?([^%s\"',;&]+)", at)
  -- Prose has colons too.
  return value and #value >= 8 and value:find("%d") and value or nil
end

local function named(line)
  local from = 1
  while true do
    local start, stop = line:find("[%w_.-]+", from)
    if not start then
      return false
    end
    local name = line:sub(start, stop)
    if is_secret_name(name) then
      local value = value_after(line, name, stop + 1)
      if value and is_literal(value) then
        return true
      end
    end
    from = stop + 1
  end
end

-- Options that accept a password but have another name: command → the option and its value.
local BY_OPTION = {
  { "curl", "%s%-u%s*[\"']?[^%s:\"']+:([^%s\"']+)" },
  { "curl", "%s%-%-user[%s=]+[\"']?[^%s:\"']+:([^%s\"']+)" },
  { "curl", "%s%-%-proxy%-user[%s=]+[\"']?[^%s:\"']+:([^%s\"']+)" },
  { "sshpass", "%s%-p%s*[\"']?([^%s\"']+)" },
  { "docker%s+login", "%s%-p%s*[\"']?([^%s\"']+)" },
  { "mysql%w*", "%s%-p[\"']?([^%s\"']+)" }, -- after a blank comes a database
}

local function by_option(line)
  for part in line:gmatch("[^|;&]+") do
    for _, row in ipairs(BY_OPTION) do
      local _, at = part:find("%f[%w]" .. row[1] .. "%f[%s]")
      local value = at and part:match(row[2], at + 1)
      if value and is_literal(value) then
        return true
      end
    end
  end
  return false
end

-- Passwords without a name: `https://user:pass@host`, `echo user:pass | chpasswd`, bearer tokens,
-- `curl -u user:pass`.
local function unnamed(line)
  local in_url = line:match("://[^/%s:@\"']+:([^/%s@\"']+)@")
  local piped = line:find("|[%s%a]*chpasswd") and line:match("[%s\"'][%w_-]+:([^%s\"'|]+)")
  local bearer = line:match("[Bb]earer%s+([%w._~+/=-]+)")
  return is_literal(in_url or "") or is_literal(piped or "") or (bearer ~= nil and #bearer >= 16)
    or by_option(line)
end

--- The secrets in a line.
-- @tparam string line
-- @treturn table list of `{ code, what }`, each code at most once
function secrets.of_line(line)
  local list = {}
  for _, row in ipairs(KEYS) do
    if line:find(row[1]) then
      list[#list + 1] = { code = "access_key", what = row[2] }
      break
    end
  end
  if line:find("%-%-%-%-%-BEGIN [%u%d ]*PRIVATE KEY") then
    list[#list + 1] = { code = "private_key", what = "a private key" }
  end
  if named(line) or unnamed(line) then
    list[#list + 1] = { code = "password", what = "a password, secret or token" }
  end
  return list
end

--- Is `ENV name value` a secret?
function secrets.is_named_value(name, value)
  return is_secret_name(name) and is_literal(value)
end

return secrets
