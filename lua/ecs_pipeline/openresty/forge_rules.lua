--- The option `forges` of `openresty.handler`: secrets, and rules that say which message builds
-- which pipeline.
local errors = require("ecs_pipeline.errors")
local forges = require("ecs_pipeline.openresty.forges")
local glob = require("ecs_pipeline.openresty.glob")
local options = require("ecs_pipeline.call.options")
local secrets = require("ecs_pipeline.openresty.secrets")

local forge_rules = {}

local function list_of(given)
  return type(given) == "table" and given or { given }
end

local PATTERNS = { "string", "table", check = {
  string = function(value) return glob.wrong({ value }) end,
  table = function(list)
    return list[1] == nil and "must not be empty" or glob.wrong(list)
  end,
} }

local SECRET = { "string", "table" }

local RULE = {
  pipeline = { "string", required = true }, secret = SECRET, event = PATTERNS,
  repository = PATTERNS, branch = PATTERNS, tag = PATTERNS, paths = PATTERNS,
}

local FORGE = { secret = SECRET, rules = { "table", required = true } }

local KNOWN = {}
for _, forge in ipairs(forges.ROWS) do
  KNOWN[forge.name] = { "table" }
end

-- Repositories are the same in upper and lower case at each forge.
local function lower(list)
  local result = {}
  for index, pattern in ipairs(list) do
    result[index] = pattern:lower()
  end
  return result
end

local function read_secrets(where, forge, given)
  local list = secrets.read(where, given)
  for _, secret in ipairs(list) do
    local signs = secret:find("^whsec_")
    if not signs and forge.standard and not forge.token
        or signs and forge.standard and not secrets.standard_key(secret) then
      errors.raise(where .. ": option \"secret\" must be \"whsec_\" and the key in Base64")
    end
  end
  return list
end

local function read_rule(where, forge, given, hook)
  options.check(where, given, RULE)
  local pipeline = hook.pipelines[given.pipeline]
  if not pipeline then
    errors.raise(where .. ": option \"pipeline\" must be a name in pipelines = { … } of the "
      .. "handler" .. options.did_you_mean(given.pipeline, hook.pipelines))
  elseif not pipeline.actions.start then
    errors.raise(where .. ": option \"pipeline\" names one whose actions do not include \"start\"")
  end
  local rule = { pipeline = given.pipeline, secrets = read_secrets(where, forge, given.secret) }
  for _, name in ipairs({ "event", "repository", "branch", "tag", "paths" }) do
    local list = given[name] and list_of(given[name])
    rule[name] = list and glob.compile(name == "repository" and lower(list) or list)
  end
  return rule
end

-- All secrets are tried for each message; a rule knows which of them it obeys.
local function join_secrets(forge_secrets, rules)
  local all, known = {}, {}
  local function add(list)
    local set = {}
    for _, secret in ipairs(list) do
      set[secret] = true
      if not known[secret] then
        known[secret], all[#all + 1] = true, secret
      end
    end
    return set
  end
  local own = add(forge_secrets)
  for _, rule in ipairs(rules) do
    rule.secrets = rule.secrets[1] and add(rule.secrets) or own
  end
  return all
end

--- Checks and prepares the option.
-- @tparam string operation for messages
-- @tparam ?table given
-- @tparam table hook `pipelines`
-- @treturn table name of a forge → `{ secrets = list, rules = list }`
-- @raise unknown options and wrong types
function forge_rules.read(operation, given, hook)
  local result = {}
  options.check(operation .. ": forges", given or {}, KNOWN)
  for _, forge in ipairs(forges.ROWS) do
    local own = given and given[forge.name]
    if own then
      local where, rules = ("%s: forges.%s"):format(operation, forge.name), {}
      options.check(where, own, FORGE)
      for index, rule in ipairs(own.rules) do
        rules[index] = read_rule(("%s.rules[%d]"):format(where, index), forge, rule, hook)
      end
      if not rules[1] then
        errors.raise(where .. ": option \"rules\" has none: write rules = { { repository = "
          .. "\"owner/name\", branch = \"main\", pipeline = \"web\" } }")
      end
      result[forge.name] = { rules = rules,
        secrets = join_secrets(read_secrets(where, forge, own.secret), rules) }
    end
  end
  return result
end

-- --- matching ---

local function matches(patterns, name)
  return not patterns or name ~= nil and glob.matches(patterns, name)
end

local PUSH = glob.compile({ "push" })

local function of_event(rule, event)
  local patterns = rule.event or PUSH
  return matches(patterns, event.name)
    or event.action and matches(patterns, tostring(event.name) .. "." .. event.action)
end

-- A rule with neither takes branches and tags, one with one of them only that.
local function of_reference(rule, change)
  if not rule.branch and not rule.tag then
    return true
  end
  return rule.branch and change.branch and matches(rule.branch, change.branch)
    or rule.tag and change.tag and matches(rule.tag, change.tag) or false
end

-- → does the rule take the change; why the path filter did not decide
local function of_paths(rule, change)
  if not rule.paths or not change.paths then
    return true, rule.paths and change.undecided
  end
  for _, path in ipairs(change.paths) do
    if matches(rule.paths, path) then
      return true
    end
  end
  return false
end

-- How far a message came, best last, and what the answer says.
local REASONS = {
  { code = "UNKNOWN_REPOSITORY", status = 404 },
  { code = "IGNORED_EVENT", message = "no rule takes this event" },
  { code = "IGNORED_REFERENCE", message = "no rule takes this branch or tag" },
  { code = "IGNORED_DELETION", message = "the branch or tag was deleted" },
  { code = "IGNORED_PATHS", message = "no changed path matches" },
}

-- → change, note; or nil, index of REASONS
local function take(rule, event, known)
  local obeyed = false
  for secret in pairs(known) do
    obeyed = obeyed or rule.secrets[secret] == true
  end
  if not obeyed or not matches(rule.repository, event.repository and event.repository:lower()) then
    return nil, 1
  elseif not of_event(rule, event) then
    return nil, 2
  end
  local far = 3
  for _, change in ipairs(event.changes) do
    if of_reference(rule, change) then
      local taken, note = of_paths(rule, change)
      if taken and not change.deleted then
        return change, note
      end
      far = math.max(far, change.deleted and 4 or 5)
    end
  end
  return nil, far
end

--- Which pipelines a message builds.
-- @tparam table rules of `forge_rules.read`
-- @tparam table event of `forges.read`
-- @tparam table known set of the secrets that the sender knows
-- @treturn table list of `{ pipeline = name, change, note }`, each pipeline once
-- @treturn table if it is empty: why, `{ code, message, status }`
function forge_rules.select(rules, event, known)
  local list, seen, far = {}, {}, 1
  for _, rule in ipairs(rules) do
    local change, note = take(rule, event, known)
    if not change then
      far = math.max(far, note)
    elseif not seen[rule.pipeline] then
      seen[rule.pipeline] = true
      list[#list + 1] = { pipeline = rule.pipeline, change = change, note = note }
    end
  end
  return list, REASONS[far]
end

return forge_rules
