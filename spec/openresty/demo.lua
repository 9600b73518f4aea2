-- What `make openresty-demo` shows: examples/openresty in nginx, the emulator behind another nginx over TLS; webhooks
-- as its webhook.sh sends them, JSON, metrics, the page, messages that are refused. Stops everything it started. Ends
-- with "N passed, N failed".
local bakes_harness = require("spec.openresty.bakes_harness")
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

  title("Metrics (samples that are not 0)")
  body = get(harness, "metrics")
  samples(body)
  check("they count it", body:find('ecs_pipeline_bakes_total{pipeline="web",outcome="success"} 1\n', 1, true))
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
