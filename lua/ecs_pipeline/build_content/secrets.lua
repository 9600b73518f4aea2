--- Finds texts in a line that look like secrets. Reports their kind, never their value. Pure;
-- accepts any bytes.
local secrets = {}

local function repeated(class, count)
  return class:rep(count)
end

-- Patterns are slow, and most lines hold no secret. So each pattern has a word that it cannot do
-- without, and is tried only on a text that holds the word.
local function holds(text, word)
  return text:find(word, 1, true) ~= nil
end

-- Secrets of a known form: word, pattern, kind.
local KEYS = {
  { "LTAI", "LTAI" .. repeated("%w", 12), "an Alibaba Cloud AccessKey id" },
  { "STS.", "STS%." .. repeated("%w", 16), "an STS AccessKey id" },
  { "IA", "A[KS]IA" .. repeated("[%u%d]", 16), "an AWS access key id" },
  { "gh", "gh[pousr]_" .. repeated("%w", 30), "a GitHub token" },
  { "github_pat_", "github_pat_" .. repeated("[%w_]", 30), "a GitHub token" },
  { "glpat-", "glpat%-" .. repeated("[%w_-]", 20), "a GitLab token" },
  { "xox", "xox[abprs]%-" .. repeated("[%w-]", 10), "a Slack token" },
  { "AIza", "AIza" .. repeated("[%w_-]", 30), "a Google API key" },
}

-- Parts of a name that make it the name of a secret, and last parts that make it another name.
local SECRET_ENDS = { "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey",
  "accesskey", "privatekey", "credential", "credentials" }
local SECRET_PAIRS = { "api_key", "access_key", "private_key", "secret_key", "auth_key" }
-- Each of the names above has one of these in it.
local ROOTS = { "pass", "pwd", "secret", "token", "key", "credential" }
local HARMLESS = { file = true, path = true, dir = true, url = true, uri = true, name = true,
  id = true, length = true, policy = true, endpoint = true, type = true, arn = true, stdin = true,
  ttl = true, lifetime = true, expiry = true, env = true, var = true, header = true }
local NO_SECRET = { ["true"] = true, ["false"] = true, yes = true, no = true, none = true,
  null = true, ["nil"] = true, required = true, optional = true }

-- Can the text, in lower case, hold the name of a secret?
local function has_root(lower)
  for _, root in ipairs(ROOTS) do
    if holds(lower, root) then
      return true
    end
  end
  return false
end

local function is_secret_name(name)
  local lower = name:lower()
  if not has_root(lower) then
    return false
  end
  local plain = lower:gsub("[-.]", "_"):gsub("^_+", "")
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
  if not has_root(line:lower()) then
    return false
  end
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

-- Options that accept a password but have another name: word, command, the options with a value.
local BY_OPTION = {
  { "curl", "%f[%w]curl%f[%s]", "%s%-u%s*[\"']?[^%s:\"']+:([^%s\"']+)",
    "%s%-%-user[%s=]+[\"']?[^%s:\"']+:([^%s\"']+)",
    "%s%-%-proxy%-user[%s=]+[\"']?[^%s:\"']+:([^%s\"']+)" },
  { "sshpass", "%f[%w]sshpass%f[%s]", "%s%-p%s*[\"']?([^%s\"']+)" },
  { "docker", "%f[%w]docker%s+login%f[%s]", "%s%-p%s*[\"']?([^%s\"']+)" },
  { "mysql", "%f[%w]mysql%w*%f[%s]", "%s%-p[\"']?([^%s\"']+)" }, -- after a blank: a database
}

local function has_option(part, row)
  local _, at = part:find(row[2])
  for index = 3, at and #row or 0 do
    local value = part:match(row[index], at + 1)
    if value and is_literal(value) then
      return true
    end
  end
  return false
end

local function by_option(line)
  for _, row in ipairs(BY_OPTION) do
    if holds(line, row[1]) then
      for part in line:gmatch("[^|;&]+") do
        if holds(part, row[1]) and has_option(part, row) then
          return true
        end
      end
    end
  end
  return false
end

-- Passwords without a name: `https://user:pass@host`, `echo user:pass | chpasswd`, bearer tokens,
-- `curl -u user:pass`.
local function unnamed(line)
  local in_url = holds(line, "://") and line:match("://[^/%s:@\"']+:([^/%s@\"']+)@")
  local piped = holds(line, "chpasswd") and line:find("|[%s%a]*chpasswd")
    and line:match("[%s\"'][%w_-]+:([^%s\"'|]+)")
  local bearer = holds(line, "earer") and line:match("[Bb]earer%s+([%w._~+/=-]+)")
  return is_literal(in_url or "") or is_literal(piped or "")
    or (bearer and #bearer >= 16 or by_option(line))
end

--- The secrets in a line.
-- @tparam string line
-- @treturn table list of `{ code, what }`, each code at most once
function secrets.of_line(line)
  local list = {}
  for _, row in ipairs(KEYS) do
    if holds(line, row[1]) and line:find(row[2]) then
      list[#list + 1] = { code = "access_key", what = row[3] }
      break
    end
  end
  if holds(line, "PRIVATE KEY") and line:find("%-%-%-%-%-BEGIN [%u%d ]*PRIVATE KEY") then
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
