--- Finds texts in a line that look like secrets. Reports their kind, never their value, and masks
-- them. Pure; accepts any bytes.
local secret_inputs = require("ecs_pipeline.build_content.secret_inputs")
local secret_names = require("ecs_pipeline.build_content.secret_names")
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
  { "glrt-", "glrt%-" .. repeated("[%w_-]", 20), "a GitLab token" },
  { "GR1348941", "GR1348941" .. repeated("[%w_-]", 12), "a GitLab token" },
  { "oy2", "oy2" .. repeated("[%l%d]", 43), "a NuGet key" },
  { "tskey-", "tskey%-%l+%-" .. repeated("[%w-]", 12), "a Tailscale key" },
  { "SWMTKN-1-", "SWMTKN%-1%-" .. repeated("[%w-]", 20), "a Docker Swarm token" },
  { ":AA", repeated("%d", 6) .. ":AA" .. repeated("[%w_-]", 20), "a Telegram token" },
  { "SG.", "SG%." .. repeated("[%w_-]", 16) .. "[%w_-]*%." .. repeated("[%w_-]", 16),
    "a SendGrid key" },
  { "AKID", "AKID" .. repeated("%w", 28), "a Tencent Cloud key id" },
  { "hf_", "hf_" .. repeated("%w", 30), "a Hugging Face token" },
  { "sk-", "sk%-" .. repeated("[%w_-]", 30), "an API key" },
  { "shp", "shp[ac]%l?[at]_" .. repeated("%x", 32), "a Shopify token" },
  { "do", "do[opr]_v1_" .. repeated("%x", 32), "a DigitalOcean token" },
  { "AGE-SECRET-KEY-1", "AGE%-SECRET%-KEY%-1" .. repeated("[%u%d]", 16), "an age key" },
  { "base64:", "base64:" .. repeated("[%w+/]", 43) .. "=", "a key of an application" },
  { "eyJ", "eyJ" .. repeated("[%w_-]", 16), "a JSON web token", "[%w_/+=.-]*" },
}

-- Passwords without a name, whose end is known: word; what stands before, the value, what stands
-- after; is the value a secret? `https://user:pass@host`, bearer tokens.
local INSIDE = {
  { "://", "(://[^/%s:@\"']+:)([^/%s@\"']+)(@)", secret_names.is_literal },
  { "earer", "([Bb]earer%s+)([%w._~+/=-]+)(.?)", function(value) return #value >= 16 end },
  { "uthorization", "([Aa]uthorization:%s*%a+%s+)([%w._~+/=-]+)(.?)",
    function(value) return #value >= 8 end },
  { "://", "(://)(%w+)(@)", function(value) return #value >= 20 end }, -- a token as the user
  { "x-oauth-basic", "(://)(%w+)(:x%-oauth%-basic@)", function(value) return #value >= 20 end },
  { "$", "(%$[1256y][aby]?%$)([%w./$=,-]+)(.?)", function(value) return #value >= 20 end },
}

local URL = "https?://[^%s\"'<>|\\]+"

-- Do letters and digits change as often as in a key that a program made?
local function is_made(word)
  local _, changes = word:gsub("%a%f[%d]", "")
  return #word >= 12 and changes >= 2 and not word:find("[^%w_-]")
end

-- A URL that is a secret itself: a webhook, or signed. → where its secret part begins
local function in_url(url)
  for name, at, value in url:gmatch("[?&;]([%w_-]+)=()([^&;#]*)") do
    name = name:lower()
    if (name:find("^x%-%l+%-signature$") or name == "signature" or name == "sig")
        and #value >= 8 and secret_names.is_literal(value) or name == "key" and is_made(value) then
      return at
    end
  end
  local last = url:match("/()[^/?#]+[^/]*$")
  if last and is_made(url:match("^[^?#]+", last)) and url:lower():find("hooks?[/.]") then
    return last
  end
  return nil
end

local function has_secret_url(line)
  for url in line:gmatch(URL) do
    if in_url(url) then
      return true
    end
  end
  return false
end

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
  return { keys = present(KEYS, text), inside = present(INSIDE, text),
    url = holds(text, "://"), named = secret_names.has_root(lower),
    private = holds(text, "PRIVATE KEY"), inputs = secret_inputs.possible(lower),
    options = secret_options.possible(text) }
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
  if possible.named and secret_names.find(line) or inside(line, possible.inside)
    or possible.url and has_secret_url(line) or possible.inputs and secret_inputs.find(line)
    or secret_options.find(line, possible.options) then
    list[#list + 1] = { code = "password", what = "a password, secret or token" }
  end
  return list
end

--- Is `ENV name value` a secret?
function secrets.is_named_value(name, value)
  return secret_names.is_secret(name) and secret_names.is_literal(value)
end

local function of_env(line)
  local name, at, value = line:match("^%s*[Ee][Nn][Vv]%s+([%w_.-]+)%s+()(%S+)")
  return name and secrets.is_named_value(name, value) and at or nil
end

local function option_at(line)
  return secret_options.find(line, secret_options.possible(line))
end

local WHOLE = { secret_names.find, secret_inputs.find, option_at, of_env, key_at }

local function mask(line)
  for _, row in ipairs(KEYS) do
    if holds(line, row[1]) then
      line = line:gsub(row[2] .. (row[4] or "[%w_/+=-]*"), MASK)
    end
  end
  if holds(line, "://") then
    line = line:gsub(URL, function(url)
      local at = in_url(url)
      return at and url:sub(1, at - 1) .. MASK or nil
    end)
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
