-- What a handler shows: the metrics in Prometheus' format, the page.
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local openresty = require("ecs_pipeline.openresty")
local page = require("ecs_pipeline.openresty.page")

local NASTY = "<script>alert('x')</script>\"&$title"

describe("the page", function()
  local function html(bake)
    return page.html(NASTY, { bake }, "abc123", 2)
  end

  it("escapes everything that it shows", function()
    local text = html({ pipeline = NASTY, state = NASTY, phase = NASTY, message = NASTY, execution_id = NASTY,
      image_id = NASTY, progress = 0.5, elapsed = 61 })
    assert.is_nil(text:find("alert('x')", 1, true))
    assert.is_nil(text:find('"&$', 1, true))
    local _, shown = text:gsub("&lt;script&gt;alert%(&#39;x&#39;%)&lt;/script&gt;&quot;&amp;%$title", "")
    assert.equal(9, shown) -- the title twice; name and state also in an attribute
  end)

  it("shows how far a bake is, also without a script", function()
    local text = html({ pipeline = "web", state = "running", phase = "building", progress = 0.256, elapsed = 61 })
    assert.truthy(text:find('value="26">26 %%</progress>'))
    assert.truthy(text:find("<td>building</td>", 1, true))
    assert.truthy(text:find("<td>61 s</td>", 1, true))
    text = html({ pipeline = "web", state = "ended", outcome = "failed", progress = 1, error_info = "exit code 1",
      message = "The execution failed." })
    assert.truthy(text:find("<td>failed</td>", 1, true))
    assert.truthy(text:find("<td>exit code 1</td>", 1, true))
  end)

  it("loads nothing, and lets no script run but its own", function()
    local text = html({ pipeline = "web", state = "idle", progress = 0 })
    assert.is_nil(text:find("src=", 1, true))
    assert.is_nil(text:find("href=", 1, true))
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
      client = {}, title = "Our bakes" })
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
