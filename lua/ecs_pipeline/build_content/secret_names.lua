--- Names whose value is a secret (`DB_PASSWORD=`, `--api-key`, `"token": `), and where that value
-- stands. Pure; accepts any bytes. Only a bounded part of a line before and after a name is read
-- for it.
local secret_names = {}

local function set(words)
  local names = {}
  for word in words:gmatch("%S+") do
    names[word] = true
  end
  return names
end

-- Parts of a name that make it the name of a secret, and last parts that make it another name.
local ENDS = { "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey",
  "privatekey", "credential", "credentials", "activationkey", "requirepass", "authkey", "psk" }
local PAIRS = { "api_key", "access_key", "private_key", "secret_key", "auth_key", "activation_key",
  "account_key", "encryption_key", "master_key", "shared_key", "license_key", "signing_key" }
-- Parts that are a password: `dbpass`, but not `compass`.
local PASS = set("dbpass userpass rootpass adminpass mailpass smtppass ftppass ldappass keypass "
  .. "storepass sshpass authpass")
-- Each of the names above has one of these in it.
local ROOTS = { "pass", "pwd", "secret", "token", "key", "credential", "psk" }
local HARMLESS = set("file path dir url uri name id length policy endpoint type arn stdin ttl "
  .. "lifetime expiry env var header days len min max size count tries retries timeout rotation "
  .. "rule rules store prompt source helper provider process mode method manager algorithm "
  .. "encoding encryption field service server host port hook enabled required version dummy "
  .. "example sample")
-- Parts that say that the secret itself is not there: --ask-password, --disabled-password.
local ABSENT = set("ask disabled no without existing prompt")
local NO_SECRET = set("true false yes no none null nil required optional y n on off files dummy "
  .. "placeholder redacted x-oauth-basic x-access-token")
-- What a value begins with, in lower case, that is a reference or a placeholder.
local NO_VALUES = { "^[$`<%%*({=/&|;!:@]", "^%l+:/", "^env:", "^change[-_]", "^your[-_]", "^x+$",
  "^replace[-_]", "^insert[-_]" }

--- Can the text, in lower case, hold the name of a secret?
function secret_names.has_root(lower)
  for _, root in ipairs(ROOTS) do
    if lower:find(root, 1, true) then
      return true
    end
  end
  return false
end

--- Is this the name of a secret?
function secret_names.is_secret(name)
  if not secret_names.has_root(name:lower()) then
    return false
  end
  local plain = name:gsub("(%l)(%u)", "%1_%2"):lower():gsub("[-.]", "_"):gsub("^_+", "")
  if HARMLESS[plain:match("([^_]*)$")] then
    return false
  end
  for _, pair in ipairs(PAIRS) do
    if plain:find(pair, 1, true) then
      return true
    end
  end
  for part in plain:gmatch("[^_]+") do
    if ABSENT[part] then
      return false
    elseif PASS[part] then
      return true
    end
    for _, ending in ipairs(ENDS) do
      if part:sub(-#ending) == ending then
        return true
      end
    end
  end
  return plain == "pass" or plain:sub(-5) == "_pass"
end

--- A real value, not a reference, a placeholder or an example.
function secret_names.is_literal(value)
  local lower = value:lower()
  for _, pattern in ipairs(NO_VALUES) do
    if lower:find(pattern) then
      return false
    end
  end
  return value ~= "" and not NO_SECRET[lower]
end

local is_literal = secret_names.is_literal

-- Does a word look made up, unlike words of prose and names of packages?
local function is_random(value)
  local mixed = value:find("%l") and value:find("%u")
  return #value >= 8 and mixed and value:find("%d")
    or #value >= 30 and mixed and not value:find("[^%w+/=]")
end

local function has_digit(value)
  return #value >= 6 and value:find("%d") ~= nil
end

local function is_long(value)
  return #value >= 4
end

-- A value, perhaps in quotes, which may be escaped; the position is that of its first character.
local VALUE = "[\\\"']*()([^%s\"',;&\\]+)"
local QUOTED = "\\?[\"'][\\\"']*()([^%s\"',;&\\]+)"

-- A word that is no expression: `token = vault.token[0]`
local function is_word(value)
  return has_digit(value) and not value:find("^%a[%w_]*[.(%[]")
end

-- What stands between a name and its value; which values count there.
local BETWEEN = {
  { "^>%s*()([^<>%s]+)</", is_literal }, -- XML
  { "^><Value>()([^<>%s]+)</", is_literal },
  { "^:[=-]%s*" .. VALUE, is_literal }, -- ${PASSWORD:=x}
  { "^%s*[%])]?[\"']?[%])]?%s*=>?%s*" .. QUOTED, is_literal }, -- password = "x"
  { "^[\"']?%s*=%s+" .. VALUE, is_word }, -- password = x
  { "^\\?[\"']?%s*:%s*" .. VALUE, has_digit }, -- prose has colons, too
  { "^[\"']?%s[%s=]*" .. "[\"']?()([^%s\"',;&/]+)", is_random },
}

local WINDOW = 200

-- What stands before a name that is a value itself; what its value stands behind.
local APART = {
  { "%(%s*\\?[\"']$", "^\\?[\"']%s*,%s*" .. QUOTED, has_digit }, -- set("PASSWORD", "x")
  { "[Nn]ame\\?[\"']?[%s:=]+\\?[\"']?$", "[Vv]alue\\?[\"']?[%s:=]+" .. VALUE, is_long },
  { "%s[\"']?$", "^[\"']?%s+%-[Vv]alue%s+" .. VALUE, is_long },
  { "/[vV]%s+\"?$", "/[dD]%s+" .. VALUE, is_long },
  { "[Ss][Ee][Tt][Xx]%s+[\"']?$", "^[\"']?%s+" .. VALUE, is_long },
  { "%f[%a]set%s+%-%a+%s+$", "^%s+" .. VALUE, is_long },
  { "%f[%a]config%a*%s+set%s[^|;&]*$", "^[\"']?%s+" .. VALUE, is_long },
}

-- Is the name compared, not set? `[ "$TOKEN" = x ]`
local function is_compared(before, rest)
  return rest:find("^[\"'}%s]+=") and (before:find("[\"']%${?$") or before:find("%[%s+%${?$")
    or before:find("test%s+%${?$") or before:find("%-[ao]%s+%${?$"))
end

-- `-Name DB_PASSWORD -Value x`, `setx DB_PASSWORD x`, `configure set secretKey x`
local function apart(before, rest)
  for _, row in ipairs(APART) do
    local at, value
    if before:find(row[1]) then
      at, value = rest:match(row[2])
    end
    if value and row[3](value) and value:sub(1, 1) ~= "-" and is_literal(value) then
      return at
    end
  end
  return nil
end

-- Where in `rest`, which follows a name, its value begins; nil if it has none.
local function value_after(name, before, rest)
  local at, value = rest:match("^=[\\\"']*()([^%s\"',;&\\]*)")
  if value then
    return is_literal(value) and at or nil
  elseif name:sub(1, 1) == "-" then
    at, value = rest:match("^%s+" .. VALUE)
    return value and value:sub(1, 1) ~= "-" and is_literal(value) and at or nil
  end
  for _, row in ipairs(is_compared(before, rest) and {} or BETWEEN) do
    at, value = rest:match(row[1])
    if value and is_literal(value) and row[2](value) then
      return at
    end
  end
  if before:find("^[%s\"'-]*$") then -- a line of YAML
    at, value = rest:match("^[\"']?:%s+" .. VALUE .. "[\"']?,?%s*$")
  elseif name:find("^r?e?set%-") then -- reset-admin-password x
    at, value = rest:match("^%s+" .. VALUE)
    value = value and has_digit(value) and value
  else
    value = nil
  end
  return value and is_literal(value) and at or apart(before, rest)
end

--- Where the value of the first name of a secret begins.
-- @tparam string line
-- @treturn ?number position; nil if there is none
function secret_names.find(line)
  if not secret_names.has_root(line:lower()) then
    return nil
  end
  local start, stop = line:find("[%w_.-]+")
  while start do
    local name = line:sub(start, stop)
    local at = secret_names.is_secret(name) and value_after(name,
      line:sub(math.max(1, start - WINDOW), start - 1), line:sub(stop + 1, stop + WINDOW))
    if at then
      return stop + at
    end
    start, stop = line:find("[%w_.-]+", stop + 1)
  end
  return nil
end

return secret_names
