-- Values that are secret by their name alone: another's, or too short to be looked for. A reply quotes them beside
-- their names, in its message, in fields, in headers and on an error page. And keys that were swapped.
local harness = require("spec.canary.harness")
local cjson = require("cjson")

local SHORT = "zQ7kX9" -- a letter of Base64 and hex each, so that none of them says it

local NAMES = { "password", "DBPasswd", "Pass-Phrase", "PrivateKey", "private_key", "credential", "ApiKey", "x-api-key",
  "AccessKey", "OAuthClientToken", "Access-Key-Secret", "authorization", "cookie" }

-- Ways to write it in a text.
local WAYS = { "%s=%s", "%s = %s&b=1", "{\"%s\":\"%s\"}", "{\\\"%s\\\":\\\"%s\\\"}", "{&quot;%s&quot;:&quot;%s&quot;}",
  "<%s>%s</x>", "a%%3D1%%26%s%%3D%s%%26b", "%s:%s", "'%s': '%s'", "map[%s]=%s" }

local REPLIES = {
  message = function(name)
    local texts = {}
    for index, way in ipairs(WAYS) do
      texts[index] = way:format(name, SHORT)
    end
    local body = { Code = "Bad.Thing", Message = table.concat(texts, "\n") }
    return { status = 400, headers = {}, body = cjson.encode(body) }
  end,
  fields = function(name)
    local body = { Code = "Bad.Thing", Message = "no", [name] = SHORT, Data = { { [name] = { SHORT, 1 } } } }
    return { status = 400, headers = {}, body = cjson.encode(body) }
  end,
  headers = function(name)
    return { status = 400, headers = { [name:lower()] = SHORT }, body = "{\"Code\":\"Bad.Thing\"}" }
  end,
  page = function(name) return { status = 502, headers = {}, body = name .. "=" .. SHORT } end,
}

local rows = {}

for place, answer in pairs(REPLIES) do
  local what = "a short value beside its name: " .. place
  rows[#rows + 1] = { what, says = "pipeline%.describe", run = function(see, watch)
    watch("short", SHORT)
    for _, name in ipairs(NAMES) do
      local client = harness.client(see, { transport = { send = function() return answer(name) end } })
      harness.try(see, client.pipeline.describe, "ip-bp1example")
    end
  end }
end
table.sort(rows, function(a, b) return a[1] < b[1] end)

rows[#rows + 1] = { "id and secret swapped", says = "are the two swapped%?", run = function(see)
  local keys = harness.KEYS
  for _, id in ipairs({ keys.access_key_id, "STS." .. keys.access_key_id }) do
    local swapped = { access_key_id = keys.access_key_secret, access_key_secret = id }
    local client = harness.client(see, { credentials = swapped })
    harness.try(see, client.pipeline.list)
    harness.try(see, client.pipeline.create, harness.arguments(), { dry_run = true })
    harness.try(see, client.identity)
  end
end }

return { name = "names", rows = rows }
