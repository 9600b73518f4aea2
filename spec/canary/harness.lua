--- Runs one path on which text can reach a reader, with canaries in every place of the input. Then searches everything
-- that can be read on this path for them.
--
-- A row: { what, run = function(see, watch), says = pattern that must be readable (it proves that the path was taken),
-- shows = { name = true } for canaries that may be readable there, leaks = name of the canary that must be found }.
-- `see(…)` takes the values that somebody reads. `watch(name, text)` adds another secret.
local canaries = require("spec.canary.canaries")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local texts = require("spec.canary.texts")

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local harness = {
  every = 1, -- of what rows have many of, all; rows_spec.lua takes fewer
}

local helpers = {}

--- Something that rows share (a server): started when first asked for, `stop` of it is called by `close`.
function harness.helper(name, start)
  helpers[name] = helpers[name] or start()
  return helpers[name]
end

function harness.close()
  for _, helper in pairs(helpers) do
    helper.stop()
  end
  helpers = {}
end

--- `pairs` in the order of the names, which are strings.
function harness.sorted(map)
  local names, at = {}, 0
  for name in pairs(map) do
    names[#names + 1] = name
  end
  table.sort(names)
  return function()
    at = at + 1
    return names[at], map[names[at]]
  end
end

local VALUES = canaries.VALUES

harness.KEYS = { access_key_id = VALUES.key_id, access_key_secret = VALUES.secret, security_token = VALUES.token }

harness.CONTENT = "FROM IMAGE:m-bp1example\n# set up\nRUN curl -H 'Authorization: " .. VALUES.content
  .. "' https://host/\nRUN true"

--- Arguments of a pipeline whose build content is marked.
function harness.arguments(more)
  local arguments = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE",
    build_content = harness.CONTENT }
  for name, value in pairs(more or {}) do
    arguments[name] = value
  end
  return arguments
end

--- Options of a client on which everything it says is seen: events, log lines of every level.
function harness.options(see, more)
  local platform = fake.platform()
  platform.log = function(level, text) see(level, text) end
  local options = { region = "cn-hangzhou", credentials = harness.KEYS, platform = platform,
    proxy = "http://user:" .. VALUES.proxy .. "@proxy.test:3128", log = "debug",
    retry = { attempts = 2, deadline = 60 }, on_event = function(event) see(event) end }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

--- A client of these options.
function harness.client(see, more)
  return ecs.new(harness.options(see, more))
end

--- Runs a function and shows what it returns, what `ecs.info` knows of it, or what it raises.
function harness.try(see, call, ...)
  local got = { pcall(call, ...) }
  see(tostring(got[2]), tostring(got[4]), unpack(got, 1, 4))
  if type(got[2]) == "table" then
    see(ecs.info(got[2]))
  end
  return got[2], got[3], got[4]
end

--- Runs a row.
-- @treturn table `{ read = bytes, found = name → where, problems = list of texts }`
function harness.run(row)
  local seen, watched = {}, {}
  local function see(...)
    seen[#seen + 1] = texts.of(...)
  end
  local function watch(name, text)
    watched[#watched + 1] = canaries.watch(name, text)
  end
  local ran, thrown = pcall(row.run, see, watch)
  local text = table.concat(seen, "\n")
  local outcome = { read = #text, found = {}, problems = {} }
  local function problem(...)
    outcome.problems[#outcome.problems + 1] = (...):format(select(2, ...))
  end
  for name, where in pairs(canaries.find(text, watched)) do
    outcome.found[name] = where
    if name ~= row.leaks and not (row.shows or {})[name] then
      problem("shows %s", where)
    end
  end
  if row.leaks and not outcome.found[row.leaks] then
    problem("%s leaks and is not found", row.leaks)
  end
  if not ran then
    problem("raised: %s", tostring(thrown))
  elseif not text:find(row.says or ".") then
    problem("does not say %s but %s", row.says or "anything", text:sub(1, 600))
  end
  return outcome
end

return harness
