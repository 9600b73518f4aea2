-- What `make openresty-demo` shows: examples/openresty in nginx, the emulator behind another nginx over TLS; webhooks
-- as its webhook.sh sends them, JSON, metrics, the page, messages that are refused. Stops everything it started. Ends
-- with "N passed, N failed".
local bakes_harness = require("spec.openresty.bakes_harness")
local forge_messages = require("spec.support.forge_messages")
local shell = require("ecs_pipeline.emulator.nginx.shell")

io.stdout:setvbuf("line")
local passed, failed = 0, 0

local function check(what, holds)
  passed, failed = passed + (holds and 1 or 0), failed + (holds and 0 or 1)
  print((holds and "ok: " or "FAILED: ") .. what)
end

local function title(text)
  print("\n--- " .. text)
end

-- What webhook.sh says, and whether it was content.
local function webhook(harness, body, secret)
  print("$ BAKES_SECRET=… examples/openresty/webhook.sh " .. harness.url .. "webhook '" .. body .. "'")
  local pipe = assert(io.popen(("no_proxy='*' NO_PROXY='*' BAKES_SECRET=%s sh examples/openresty/webhook.sh "
    .. "%swebhook %s 2>&1"):format(shell.quote(secret or bakes_harness.SECRET), harness.url, shell.quote(body))))
  local said = pipe:read("*a")
  pipe:close()
  print(said)
  return said
end

local function get(harness, path)
  print("$ curl " .. harness.url .. path)
  local answer = harness:get(path)
  return answer.body, answer
end

-- A page as a reader sees it, a row of its table a line.
local function text_of(html)
  html = html:gsub("<style.-</style>", ""):gsub("<script.-</script>", ""):gsub("<title.-</title>", "")
  html = html:gsub("</t[dh]>%s*<t[dh][^>]*>", " | "):gsub("</dt>", ": "):gsub("%s*\n%s*", " ")
  html = html:gsub("</[hpld][12id]?>", "\n"):gsub("</caption>", "\n"):gsub("</tr>", "\n")
  html = html:gsub("<[^>]*>", ""):gsub("[ ]+", " ")
  local lines = {}
  for line in html:gmatch("[^\n]+") do
    if line:find("%S") then
      lines[#lines + 1] = "  " .. line:gsub("^%s+", "")
    end
  end
  return table.concat(lines, "\n")
end

local function samples(text)
  for line in text:gmatch("[^\n]+") do
    if not line:find("^#") and not line:find(" 0$") then
      print("  " .. line)
    end
  end
end

-- Sends the webhook of a forge. `body`, `headers`: the same again.
local function deliver(harness, what, name, given, body, headers)
  local answer
  if body then
    answer = harness:send("POST", "webhook", body, headers)
  else
    answer, body, headers = harness:push(name, given)
  end
  print(("(%s) HTTP status %d\n  %s"):format(what, answer.status, (answer.body:gsub("%s+$", ""))))
  return answer, body, headers
end

local function build_ends(harness)
  harness:advance(86400)
  harness:wait_for(function(bake) return bake.state == "ended" end)
end

-- The webhook of one forge: signed, unsigned, once more, and once more after a failure.
local function forge(harness, name)
  title("Webhooks of " .. name)
  local before = harness:starts()
  local answer, body, headers = deliver(harness, "a push without the right secret", name,
    { secret = "a secret of somebody else" })
  check("refused", answer.status == 401 and answer.json.error.code == "BAD_SIGNATURE")
  for header in pairs(headers) do
    headers[header] = not header:find("signature") and headers[header] or nil
  end
  answer = deliver(harness, "a push without a signature", name, nil, body, headers)
  check("refused", answer.status == 401 and answer.json.error.code == "NOT_SIGNED")
  harness:fault('{"kind":"error","code":"Forbidden.RAM","status":403,"action":"StartImagePipelineExecution"}')
  answer, body, headers = deliver(harness, "a push, while the service refuses starts", name,
    { after = ("%040d"):format(before + 1) })
  check("failed", answer.status == 503 and harness:starts() == before)
  answer = deliver(harness, "redelivered", name, nil, body, headers)
  check("started", answer.status == 202 and answer.json.pipelines[1].state == "started"
    and harness:starts() == before + 1)
  for _, header in ipairs({ "x-github-delivery", "x-gitea-delivery", "x-forgejo-delivery", "x-request-uuid",
    "x-gitlab-event-uuid" }) do
    headers[header] = headers[header] and "another-delivery"
  end
  answer = deliver(harness, "the same with a new id of the delivery, where that is not signed", name, nil, body,
    headers)
  check("a duplicate, nothing started", answer.status == 200 and answer.json.duplicate == true
    and harness:starts() == before + 1)
  build_ends(harness)
end

local function odd_pushes(harness)
  title("Pushes that are not for us, and one whose paths are not known")
  local before = harness:starts()
  local answer = deliver(harness, "another branch", "github", { branch = "dev" })
  check("ignored", answer.status == 200 and answer.json.code == "IGNORED_REFERENCE")
  answer = deliver(harness, "other paths", "github", { paths = { "docs/a.md" } })
  check("ignored", answer.status == 200 and answer.json.code == "IGNORED_PATHS")
  answer = deliver(harness, "another event", "gitlab", { payload = { object_kind = "issue",
    project = { path_with_namespace = "acme/web" } } })
  check("ignored", answer.status == 200 and answer.json.code == "IGNORED_EVENT")
  answer = deliver(harness, "another repository", "gitea", { repository = "acme/other" })
  check("unknown", answer.status == 404 and answer.json.error.code == "UNKNOWN_REPOSITORY")
  check("none of them started anything", harness:starts() == before)
  answer = deliver(harness, "Bitbucket, under a path filter", "bitbucket", { after = ("f"):rep(40) })
  check("it builds, and says why", answer.status == 202
    and answer.json.pipelines[1].note:find("Bitbucket lists no changed paths", 1, true))
  build_ends(harness)
  local lines = {}
  for line in harness.server.log():gmatch("[^\n]*webhook of [^\n]*") do
    lines[#lines + 1] = line
  end
  title("What nginx's log says of the refused ones (its level is warn)")
  print("  " .. table.concat(lines, "\n  "))
  check("a line for each", #lines == 3 * #forge_messages.NAMES + 1)
end

local function story(harness)
  title("examples/openresty/nginx.conf on port " .. harness.server.port .. ", changed for this machine in these lines")
  for _, change in ipairs(harness.changed) do
    print("  " .. change[1]:gsub("^%s+", ""))
  end

  title("A webhook starts a bake")
  local start = '{"action":"start","pipeline":"web","key":"3f2a91c"}'
  local said = webhook(harness, start)
  local id = said:match('"execution_id":"(exec%-%w+)"')
  check("it was started, and is followed", said:find("HTTP status 202", 1, true) and id)

  title("The same again: the one that runs is adopted")
  said = webhook(harness, '{"action":"start","pipeline":"web","key":"3f2a91c","nonce":"2"}')
  check("no second one", said:find('"adopted":true', 1, true) and harness:starts() == 1)

  title("Status as JSON, 10 minutes later")
  harness:advance(600)
  harness:wait_for(function(bake) return bake.phase == "building" end)
  local body, answer = get(harness, "status.json")
  print(body)
  check("it is building", answer.json.bakes[1].phase == "building" and answer.json.bakes[1].execution_id == id)

  title("The page as text")
  body = get(harness, "")
  print(text_of(body))
  check("it shows the same", body:find('<span class="word">building</span>', 1, true) and body:find(id, 1, true))

  title("Refused: another secret, no signature, a message that came before")
  said = webhook(harness, start, "somebody else's secret")
  check("another secret", said:find("HTTP status 401", 1, true) and said:find("BAD_SIGNATURE", 1, true))
  answer = harness:send("POST", "webhook", start)
  print("$ curl --data '…' " .. harness.url .. "webhook\n" .. answer.body)
  check("no signature", answer.status == 401)
  local headers = require("ecs_pipeline.openresty").sign(bakes_harness.SECRET, start)
  harness:send("POST", "webhook", start, headers)
  answer = harness:send("POST", "webhook", start, headers)
  print("(a message once more, as somebody on the way could)\n" .. answer.body)
  check("a message that came before", answer.status == 409)

  title("Half an hour later")
  harness:advance(2400)
  local bake = harness:wait_for(function(seen) return seen.state == "ended" end)
  print(("  %s %s, image %s"):format(bake.execution_id, tostring(bake.outcome), tostring(bake.image_id)))
  check("it has ended with an image", bake.outcome == "success" and bake.image_id)

  for _, name in ipairs(forge_messages.NAMES) do
    forge(harness, name)
  end
  odd_pushes(harness)

  title("Metrics (samples that are not 0)")
  body = get(harness, "metrics")
  samples(body)
  check("they count it", body:find('ecs_pipeline_bakes_total{pipeline="web",outcome="success"} 8\n', 1, true))
end

local harness = bakes_harness.open()
local pids = { harness.server.pid, harness.service.pid }
local ran, why = pcall(story, harness)
if not ran then
  check("the demo goes on: " .. tostring(why), false)
  print(harness.server.log())
end
title("Stopping")
local gone = harness:close()
for _, pid in ipairs(pids) do
  gone = gone and not shell.alive(pid)
end
check("both nginx and their folders are gone", gone)
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
