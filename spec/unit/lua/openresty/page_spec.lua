-- What a handler shows: the metrics in Prometheus' format, the page.
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local openresty = require("ecs_pipeline.openresty")
local page = require("ecs_pipeline.openresty.page")

local MINUTE = 60

local NASTY = "<script>alert('x')</script>\"&$title"

describe("the page", function()
  local function html(bake)
    return page.html({ title = NASTY, bakes = { bake }, nonce = "abc123", every = 2, now = 1795491843,
      region = "cn-hangzhou", console = "https://ecs.console.aliyun.com" })
  end

  it("escapes everything that it shows", function()
    local text = html({ pipeline = NASTY, state = NASTY, phase = NASTY, message = NASTY, execution_id = NASTY,
      pipeline_id = NASTY, image_id = NASTY, images = { [NASTY] = NASTY }, region = NASTY, progress = 0.5,
      elapsed = 61, builds = { { execution_id = NASTY, outcome = NASTY, message = NASTY, ended_at = 0,
        image_id = NASTY } } })
    assert.is_nil(text:find("alert('x')", 1, true))
    assert.is_nil(text:find('"&$', 1, true))
    local _, shown = text:gsub("&lt;script&gt;alert%(&#39;x&#39;%)&lt;/script&gt;&quot;&amp;%$title", "")
    assert.equal(17, shown)
  end)

  it("shows how far a bake is, also without a script", function()
    local text = html({ pipeline = "web", state = "running", phase = "building", progress = 0.256, elapsed = 61 })
    assert.truthy(text:find('value="26" aria-label="Progress of web">26 %</progress>', 1, true))
    assert.truthy(text:find('<span class="word">building</span> <span class="time">1 min 1 s</span>', 1, true))
    text = html({ pipeline = "web", state = "ended", outcome = "failed", progress = 1, error_info = "exit code 1",
      message = "The execution failed." })
    assert.truthy(text:find('<span class="word">failed</span>', 1, true))
    assert.truthy(text:find('<p class="message">exit code 1</p>', 1, true))
  end)

  it("says what became of the last message to each receiver", function()
    local text = html({ pipeline = "web", state = "idle", progress = 0, notified = {
      { to = "ci.example.org", state = "delivered", attempts = 3, status = 204 },
      { to = "a.example", state = "waiting", attempts = 2, status = 500 },
      { to = "b.example", state = "failed", attempts = 8, message = "<refused>" },
      { to = "c.example", state = "waiting", attempts = 0 } } })
    assert.truthy(text:find("<dt>Notified</dt><dd class=\"id\">ci.example.org: delivered<br>"
      .. "a.example: waiting (attempt 2: HTTP status 500)<br>b.example: failed (attempt 8: &lt;refused&gt;)<br>"
      .. "c.example: waiting</dd>", 1, true), text)
    assert.is_nil(html({ pipeline = "web", state = "idle", progress = 0 }):find("Notified", 1, true))
  end)

  it("gives each state its word and its tone", function()
    local start_failed = { message = "The last start failed: no" }
    for _, case in ipairs({
      { { state = "idle" }, "rest", "idle" },
      { { state = "idle", lost = start_failed, message = start_failed.message }, "bad", "start failed" },
      { { state = "starting" }, "busy", "starting" },
      { { state = "running", phase = "testing" }, "busy", "testing" },
      { { state = "running", phase = "testing", stalled = true }, "warn", "testing (stalled)" },
      { { state = "running" }, "busy", "running" },
      { { state = "not_found", message = "no pipeline", outcome = "success" }, "bad", "not found" },
      { { state = "ended", outcome = "success" }, "good", "success" },
      { { state = "ended", outcome = "success", lost = start_failed }, "bad", "success" },
      { { state = "ended", outcome = "partial" }, "warn", "partial" },
      { { state = "ended", outcome = "cancelled" }, "warn", "cancelled" },
      { { state = "ended", outcome = "failed" }, "bad", "failed" },
      { { state = "ended", outcome = "test_failed" }, "bad", "test failed" },
      { { state = "ended", outcome = "lost" }, "bad", "lost" },
    }) do
      local bake = case[1]
      bake.pipeline, bake.progress = "web", 1
      local text = html(bake)
      assert.truthy(text:find('<section id="pipeline-1" class="' .. case[2] .. '"', 1, true), case[3])
      local _, count = text:gsub('class="word">' .. case[3]:gsub("[()]", "%%%0") .. "</span>", "")
      assert.equal(2, count, case[3]) -- in the overview, too
      assert.equal(bake.state == "running" or bake.state == "ended", text:find("<progress", 1, true) ~= nil, case[3])
    end
  end)

  it("has the last builds in a table that a screen reader understands", function()
    local builds = {}
    for index, seconds in ipairs({ 59, 60, 3599, 3600, 90 * MINUTE }) do
      builds[index] = { execution_id = "exec-" .. index, outcome = "success", ended_at = 1795491843.7 - index,
        elapsed = seconds, image_id = "m-1", images = { ["cn-hangzhou"] = "m-1", ["cn-beijing"] = "m-2" } }
    end
    builds[6] = { execution_id = "exec-6", outcome = "failed", ended_at = 0, message = "exit code 1" }
    local text = html({ pipeline = "web", state = "idle", progress = 0, builds = builds })
    assert.truthy(text:find("<caption>Last builds of web</caption>", 1, true))
    local columns, rows = select(2, text:gsub('<th scope="col">', "")), select(2, text:gsub('<th scope="row">', ""))
    assert.same({ 2, 6 }, { columns, rows })
    assert.truthy(text:find('aria-live="polite"', 1, true))
    assert.truthy(text:find('<time datetime="2026-11-24T03:44:02Z">2026-11-24 03:44 UTC</time>', 1, true))
    for _, took in ipairs({ "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "1 h 30 min" }) do
      assert.truthy(text:find("</span> after " .. took .. '<div class="id">', 1, true), took)
    end
    assert.truthy(text:find('<span class="word">failed</span>: exit code 1<div class="id">exec-6</div>', 1, true))
    local link = '<a href="https://ecs.console.aliyun.com/image/region/%s/imageList">%s</a>'
    assert.truthy(text:find(link:format("cn-hangzhou", "m-1") .. "<br>" .. link:format("cn-beijing", "m-2")
      .. " cn-beijing<br>exec-1", 1, true))
    assert.truthy(html({ pipeline = "web", state = "idle", progress = 0 }):find("No build has been seen to end yet.", 1,
      true))
  end)

  it("loads nothing, and lets no script run but its own", function()
    local text = html({ pipeline = "web", state = "idle", progress = 0 })
    assert.is_nil(text:find("src=", 1, true))
    assert.is_nil(text:find("<link", 1, true))
    assert.is_nil(text:find("@import", 1, true))
    assert.is_nil(text:find("url(", 1, true))
    assert.is_nil(text:find("https?://"))
    assert.is_nil(text:find("innerHTML", 1, true))
    local tags, with_nonce = 0, 0
    for attributes in text:gmatch("<s[ct][ry][il][pe]t?([^>]*)>") do
      tags = tags + 1
      with_nonce = with_nonce + (attributes == ' nonce="abc123"' and 1 or 0)
    end
    assert.same({ 2, 2 }, { tags, with_nonce })
    local policy = page.headers("abc123")["content-security-policy"]
    assert.truthy(policy:find("default-src 'none'; script-src 'nonce-abc123'; style-src 'nonce-abc123'", 1, true))
    assert.truthy(policy:find("frame-ancestors 'none'", 1, true))
  end)

  it("comes with a new nonce each time, and is not kept", function()
    local host = fake_ngx.new()
    host.get_phase = function() return "content" end
    local handler = openresty.handler({ secret = fake_request.SECRET, pipelines = { web = "ip-1" }, host = host,
      client = {}, title = "Our bakes", console = "https://ecs.console.alibabacloud.com" })
    local first = fake_request.serve(host, handler, {})
    local second = fake_request.serve(host, handler, {})
    assert.same({ 200, "no-store", "nosniff", "text/html; charset=utf-8" }, { first.status,
      first.headers["cache-control"], first.headers["x-content-type-options"], first.headers["content-type"] })
    assert.truthy(first.body:find("<h1>Our bakes</h1>", 1, true))
    local nonce = first.headers["content-security-policy"]:match("script%-src 'nonce%-(%x+)'")
    assert.equal(32, #nonce)
    assert.truthy(first.body:find('<script nonce="' .. nonce .. '">', 1, true))
    assert.not_equal(first.headers["content-security-policy"], second.headers["content-security-policy"])
  end)
end)
