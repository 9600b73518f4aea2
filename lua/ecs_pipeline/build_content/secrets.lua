--- Finds texts in a line that look like secrets. Reports their kind, never their value, and masks
-- them. Pure; accepts any bytes.
local secret_options = require("ecs_pipeline.build_content.secret_options")

local secrets = {}

local MASK = "***"

local function repeated(class, count)
  return class:rep(count)
end

-- Patterns are slow, and most lines hold no secret. So each pattern has a word that it cannot do
-- without, and is tried only on a text that holds the word.
local function holds(text, word)
  return text:find(word, 1, true) ~= nil
end

-- Secrets of a known form: word, pattern, kind, what may follow.
local KEYS = {
  { "LTAI", "LTAI" .. repeated("%w", 12), "an Alibaba Cloud AccessKey id" },
  { "STS.", "STS%." .. repeated("%w", 16), "an STS AccessKey id" },
  { "IA", "A[KS]IA" .. repeated("[%u%d]", 16), "an AWS access key id" },
  { "gh", "gh[pousr]_" .. repeated("%w", 30), "a GitHub token" },
  { "github_pat_", "github_pat_" .. repeated("[%w_]", 30), "a GitHub token" },
  { "glpat-", "glpat%-" .. repeated("[%w_-]", 20), "a GitLab token" },
  { "xox", "xox[abprs]%-" .. repeated("[%w-]", 10), "a Slack token" },
  { "AIza", "AIza" .. repeated("[%w_-]", 30), "a Google API key" },
  { "npm_", "npm_" .. repeated("%w", 30), "an npm token" },
  { "hvs.", "hvs%." .. repeated("[%w_-]", 20), "a Vault token" },
  { "AKCp", "AKCp" .. repeated("%w", 20), "an Artifactory key" },
  { "dckr_", "dckr_[op]at_" .. repeated("[%w_-]", 20), "a Docker token" },
  { "pypi-", "pypi%-" .. repeated("[%w_-]", 30), "a PyPI token" },
  { "_live_", "[rs]k_live_" .. repeated("%w", 16), "a Stripe key" },
  { "eyJ", "eyJ" .. repeated("[%w_-]", 16), "a JSON web token", "[%w_/+=.-]*" },
}

-- Parts of a name that make it the name of a secret, and last parts that make it another name.
local SECRET_ENDS = { "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey",
  "accesskey", "privatekey", "credential", "credentials", "activationkey", "requirepass" }
local SECRET_PAIRS = { "api_key", "access_key", "private_key", "secret_key", "auth_key",
  "activation_key" }
-- Each of the names above has one of these in it.
local ROOTS = { "pass", "pwd", "secret", "token", "key", "credential" }
local HARMLESS = { file = true, path = true, dir = true, url = true, uri = true, name = true,
  id = true, length = true, policy = true, endpoint = true, type = true, arn = true, stdin = true,
  ttl = true, lifetime = true, expiry = true, env = true, var = true, header = true, days = true,
  len = true, min = true, max = true, size = true, count = true, tries = true, retries = true,
  timeout = true, rotation = true, rule = true, rules = true, store = true, prompt = true }
-- Parts that say that the secret itself is not there: --ask-password, --disabled-password.
local ABSENT = { ask = true, disabled = true, no = true, without = true, existing = true,
  prompt = true }
local NO_SECRET = { ["true"] = true, ["false"] = true, yes = true, no = true, none = true,
  null = true, ["nil"] = true, required = true, optional = true, y = true, n = true }

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
  if not has_root(name:lower()) then
    return false
  end
  local plain = name:gsub("(%l)(%u)", "%1_%2"):lower():gsub("[-.]", "_"):gsub("^_+", "")
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
    if ABSENT[part] then
      return false
    end
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
  return value ~= "" and not value:find("^[$`<%%*({=/&|;!:]") and not NO_SECRET[value:lower()]
end

-- Does a word look made up, unlike words of prose and names of packages?
local function is_random(value)
  local mixed = value:find("%l") and value:find("%u")
  return #value >= 8 and mixed and value:find("%d")
    or #value >= 30 and mixed and not value:find("[^%w+/=]")
end

-- The value that follows a name, without quotes, and where it begins; nil if there is none.
local function value_after(line, name, at)
  local start, value = line:match("^=[\"']?()([^%s\"',;&]*)", at)
  if value then
    return value, start
  elseif name:sub(1, 1) == "-" then
    start, value = line:match("^%s+[\"']?()([^%s\"',;&]+)", at)
    return value and value:sub(1, 1) ~= "-" and value or nil, start
  end
  start, value = line:match("^[\"']?%s*:%s*[\"']?()([^%s\"',;&]+)", at)
  -- Prose has colons too, and blanks.
  if value then
    return #value >= 8 and value:find("%d") and value or nil, start
  end
  start, value = line:match("^[\"']?%s[%s=]*[\"']?()([^%s\"',;&/]+)", at)
  return value and is_random(value) and value or nil, start
end

-- Where the value of a name begins; nil if there is none.
local function named(line)
  if not has_root(line:lower()) then
    return nil
  end
  local from = 1
  while true do
    local start, stop = line:find("[%w_.-]+", from)
    if not start then
      return nil
    end
    local name = line:sub(start, stop)
    if is_secret_name(name) then
      local value, at = value_after(line, name, stop + 1)
      if value and is_literal(value) then
        return at
      end
    end
    from = stop + 1
  end
end

-- Passwords without a name, whose end is known: word; what stands before, the value, what stands
-- after; is the value a secret? `https://user:pass@host`, bearer tokens.
local INSIDE = {
  { "://", "(://[^/%s:@\"']+:)([^/%s@\"']+)(@)", is_literal },
  { "earer", "([Bb]earer%s+)([%w._~+/=-]+)(.?)", function(value) return #value >= 16 end },
  { "uthorization", "([Aa]uthorization:%s*%a+%s+)([%w._~+/=-]+)(.?)",
    function(value) return #value >= 8 end },
  { "://", "(://)(%w+)(@)", function(value) return #value >= 20 end }, -- a token as the user
  { "$", "(%$[1256y][aby]?%$)([%w./$=,-]+)(.?)", function(value) return #value >= 20 end },
}

local function inside(line, rows)
  for _, row in ipairs(rows) do
    if holds(line, row[1]) then
      local _, value = line:match(row[2])
      if value and row[3](value) then
        return true
      end
    end
  end
  return false
end

local function key_at(line)
  return holds(line, "PRIVATE KEY") and line:find("%-%-%-%-%-BEGIN [%u%d ]*PRIVATE KEY") or nil
end

-- A line without the way to write a single quote inside single quotes.
local function unquoted(line)
  return holds(line, "'\\''") and line:gsub("'\\''", "'") or line
end

local function present(rows, text)
  local list = {}
  for _, row in ipairs(rows) do
    list[#list + 1] = holds(text, row[1]) and row or nil
  end
  return list
end

--- What a text can hold: most lines of most texts need no closer look.
-- @tparam string text
-- @treturn table for `secrets.of_line`
function secrets.possible(text)
  local lower = text:lower()
  return { keys = present(KEYS, text), inside = present(INSIDE, text), named = has_root(lower),
    private = holds(text, "PRIVATE KEY"), options = secret_options.possible(text, lower) }
end

--- The secrets in a line.
-- @tparam string line
-- @tparam ?table possible of `secrets.possible` for a text with this line
-- @treturn table list of `{ code, what }`, each code at most once
function secrets.of_line(line, possible)
  line = unquoted(line)
  possible = possible or secrets.possible(line)
  local list = {}
  for _, row in ipairs(possible.keys) do
    if holds(line, row[1]) and line:find(row[2]) then
      list[#list + 1] = { code = "access_key", what = row[3] }
      break
    end
  end
  if possible.private and key_at(line) then
    list[#list + 1] = { code = "private_key", what = "a private key" }
  end
  if possible.named and named(line) or inside(line, possible.inside)
    or possible.options and secret_options.find(line, is_literal, possible.options) then
    list[#list + 1] = { code = "password", what = "a password, secret or token" }
  end
  return list
end

--- Is `ENV name value` a secret?
function secrets.is_named_value(name, value)
  return is_secret_name(name) and is_literal(value)
end

local function of_env(line)
  local name, at, value = line:match("^%s*[Ee][Nn][Vv]%s+([%w_.-]+)%s+()(%S+)")
  return name and secrets.is_named_value(name, value) and at or nil
end

local function option_at(line)
  return secret_options.find(line, is_literal)
end

local WHOLE = { named, option_at, of_env, key_at }

local function mask(line)
  for _, row in ipairs(KEYS) do
    if holds(line, row[1]) then
      line = line:gsub(row[2] .. (row[4] or "[%w_/+=-]*"), MASK)
    end
  end
  for _, row in ipairs(INSIDE) do
    if holds(line, row[1]) then
      line = line:gsub(row[2], function(before, value, after)
        return row[3](value) and before .. MASK .. after or nil
      end)
    end
  end
  local from
  for _, find in ipairs(WHOLE) do
    local at = find(line)
    from = at and math.min(at, from or at) or from
  end
  return from and line:sub(1, from - 1) .. MASK or line, from ~= nil
end

--- A line with its secrets as "***". A value whose end is not known is masked to the end of the
-- line.
-- @tparam string line
-- @treturn string
-- @treturn boolean was it masked to its end?
function secrets.masked_line(line)
  local plain = unquoted(line)
  local masked, to_end = mask(plain)
  return masked == plain and line or masked, to_end
end

-- Does a private key, which began above, go on in this line?
local function continues_key(line)
  return line:find("^[%s\"'+-]*[%w+/=]*[\\n\"'%s]*$") ~= nil or line:find("^[%w-]+: ") ~= nil
    or line:find("%-%-%-%-%-END [%u%d ]*PRIVATE KEY") ~= nil
end

--- The lines of a text with their secrets as "***", also those that go on in the lines after.
-- @tparam {string,...} lines
-- @treturn {string,...} as many
function secrets.masked(lines)
  local masked, in_value, in_key = {}, false, false
  for index, line in ipairs(lines) do
    in_key = in_key and continues_key(line)
    if in_value or in_key then
      masked[index] = MASK
    else
      masked[index], in_value = secrets.masked_line(line)
      in_key = key_at(line) ~= nil
    end
    in_key = in_key and not holds(line, "-----END ")
    in_value = in_value and line:find("\\%s*$") ~= nil
  end
  return masked
end

return secrets
