-- The status page of examples/openresty in a headless Chromium: seen moving while a build proceeds.
local bakes_harness = require("spec.openresty.bakes_harness")
local chromium = require("spec.support.chromium")
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local html = require("ecs_pipeline.openresty.page").html

local HOSTILE = "<img src=x onerror=\"document.title='taken over'\">"

-- What a reader sees of the one pipeline.
local STATE = "document.querySelector('#bakes section .word').textContent"
local TONE = "document.querySelector('#bakes section').className"
local PROGRESS = "document.querySelector('#bakes progress').value"
local TIME = "document.querySelector('#bakes .time').textContent"
local ROW = "document.querySelector('#bakes').textContent"
local DOM = "document.querySelector('#list').innerHTML"
local NOTE = "document.getElementById('note').textContent"
local TROUBLE = "document.getElementById('trouble').textContent"
local BUILDS = "document.querySelectorAll('#bakes tbody tr').length"

describe("the page in a browser", function()
  local harness, browser, page

  setup(function()
    harness = bakes_harness.open()
    browser = chromium.start()
  end)

  before_each(function()
    if page then -- tabs that others cover ask for nothing
      page:call("Page.bringToFront")
    end
  end)

  teardown(function()
    assert.is_true(browser:stop())
    assert.is_true(harness:close())
  end)

  local function script_build(json)
    assert(harness.transport.send({ method = "POST", headers = {}, body = json,
      url = ("http://127.0.0.1:%d/_emulator/build"):format(harness.service.http_port) }, core.clock() + 20))
  end

  it("shows a build from its start to its image, and moves by itself", function()
    page = browser:open(harness.url)
    assert.is_true(page:wait_for("document.title === 'Image bakes' && document.querySelector('#bakes') !== null"))
    assert.equal("idle", page:evaluate(STATE))
    local id = harness:webhook({ action = "start", pipeline = "web" }).json.execution_id

    assert.is_true(page:wait_for(STATE .. " === 'preparing'"), page:evaluate(ROW))
    assert.truthy(page:evaluate(ROW):find(id, 1, true))
    local seen = { { dom = page:evaluate(DOM), progress = page:evaluate(PROGRESS) } }
    local time = page:evaluate(TIME)
    assert.is_true(page:wait_for(TIME .. " !== '" .. time .. "'"), "its clock stands still")

    for _, step in ipairs({ { 400, "building" }, { 1800, "releasing" }, { 400, "success" } }) do
      harness:advance(step[1])
      assert.is_true(page:wait_for(STATE .. " === '" .. step[2] .. "'"), page:evaluate(ROW))
      local before = seen[#seen]
      seen[#seen + 1] = { dom = page:evaluate(DOM), progress = page:evaluate(PROGRESS) }
      assert.not_equal(before.dom, seen[#seen].dom)
      assert.is_true(seen[#seen].progress > before.progress)
    end
    assert.equal(100, seen[#seen].progress)
    assert.matches("m%-bp1%w+", page:evaluate(ROW))
    assert.equal("good", page:evaluate(TONE))
    assert.equal(1, page:evaluate(BUILDS))
    assert.equal("https://ecs.console.aliyun.com/image/region/cn-hangzhou/imageList",
      page:evaluate("document.querySelector('#bakes dd a').href"))
  end)

  it("shows what the service says as text, whatever it is", function()
    script_build('{"outcome":"FAILED","error_info":' .. cjson.encode(HOSTILE) .. "}")
    assert.equal(202, harness:webhook({ action = "start", pipeline = "web" }).status)
    harness:advance(86400)
    assert.is_true(page:wait_for(STATE .. " === 'failed'"), page:evaluate(ROW))
    local fresh = browser:open(harness.url) -- as the server writes it
    assert.is_true(fresh:wait_for("document.querySelector('#bakes section') !== null"))
    page:call("Page.bringToFront")
    for _, one in ipairs({ page, fresh }) do
      assert.truthy(one:evaluate(ROW):find(HOSTILE, 1, true))
      assert.equal(0, one:evaluate("document.images.length"))
      assert.equal("Image bakes", one:evaluate("document.title"))
    end
    assert.equal("bad", page:evaluate(TONE))
    assert.equal(2, page:evaluate(BUILDS))
  end)

  it("leaves focus and selection where they are", function()
    page:evaluate("window.link = document.querySelector('#bakes a'); link.focus(); "
      .. "getSelection().selectAllChildren(document.querySelector('caption')); true")
    local note = page:evaluate(NOTE)
    assert.is_true(page:wait_for(NOTE .. " !== " .. cjson.encode(note)))
    assert.is_true(page:evaluate("document.activeElement === window.link && window.link.isConnected"))
    assert.equal("Last builds of web", page:evaluate("getSelection().toString()"))
  end)

  it("writes the times in the reader's zone, and keeps the server's as a title", function()
    local there = browser:open("about:blank")
    there:call("Emulation.setTimezoneOverride", { timezoneId = "Asia/Shanghai" })
    there:call("Emulation.setLocaleOverride", { locale = "en-GB" })
    there:call("Page.navigate", { url = harness.url })
    local TIMES = "document.querySelectorAll('#list time')"
    assert.is_true(there:wait_for(TIMES .. ".length === 2 && " .. TIMES .. "[0].title !== ''"))
    for index = 0, 1 do
      local one = ("%s[%d]"):format(TIMES, index)
      assert.matches("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d UTC$", there:evaluate(one .. ".title"))
      assert.is_true(there:evaluate(("%s.textContent === new Date(%s.dateTime).toLocaleString('en-GB', "
        .. "{ dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Shanghai' })"):format(one, one)),
        there:evaluate(one .. ".outerHTML"))
    end
  end)

  it("is whole without scripts, and reloads itself", function()
    local plain = browser:open("about:blank")
    plain:call("Emulation.setScriptExecutionDisabled", { value = true })
    plain:call("Page.navigate", { url = harness.url })
    assert.is_true(plain:wait_for("document.querySelector('#bakes section') !== null"))
    assert.same({ "failed", 2 }, { plain:evaluate(STATE), plain:evaluate(BUILDS) })
    assert.matches(" UTC$", plain:evaluate("document.querySelector('#bakes time').textContent"))
    assert.equal("30", plain:evaluate("document.querySelector('meta[http-equiv=refresh]').content"))
    assert.same({}, (plain:noted()))
  end)

  it("fits on a phone, a tablet and a desk, light and dark, and what is bad is red", function()
    local id = ("exec-bp1%020d"):format(1)
    local build = { execution_id = id, outcome = "failed", ended_at = 1795491843, elapsed = 2461,
      message = ("InvalidVSwitchId.NotFound"):rep(8), image_id = "m-bp1abcdefghijklmnopqrst" }
    local bakes = {
      { pipeline = ("long-name-"):rep(12), state = "ended", outcome = "failed", progress = 1, execution_id = id,
        pipeline_id = "ip-bp1abcdefghijklmnopqrst", builds = { build, build } },
      { pipeline = "web", state = "ended", outcome = "lost", progress = 1, error = { message = ("x"):rep(200) } },
      { pipeline = "api", state = "running", phase = "building", progress = 0.4, elapsed = 61, estimate = 4000 },
    }
    local text = html({ title = ("Bakes"):rep(30), bakes = bakes, nonce = "n", every = 1000, now = 1795491843,
      region = "cn-hangzhou", console = "https://ecs.console.aliyun.com" })
    local path = assert(browser.folder) .. "/page.html"
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
    local tab = browser:open("file://" .. path)
    assert.is_true(tab:wait_for("document.querySelectorAll('#bakes section').length === 3"))
    local function color(selector)
      local red, green, blue = tab:evaluate(("getComputedStyle(document.querySelector(%s)).color")
        :format(cjson.encode(selector))):match("^rgb%((%d+), (%d+), (%d+)%)$")
      return { red = tonumber(red), green = tonumber(green), blue = tonumber(blue) }
    end
    local grounds = {}
    for _, width in ipairs({ 375, 768, 1280 }) do
      for _, scheme in ipairs({ "light", "dark" }) do
        tab:call("Emulation.setDeviceMetricsOverride", { width = width, height = 800, deviceScaleFactor = 1,
          mobile = width == 375 })
        tab:call("Emulation.setEmulatedMedia", { features = { { name = "prefers-color-scheme", value = scheme } } })
        assert.is_true(tab:evaluate("innerWidth === " .. width
          .. " && document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
          width .. " " .. scheme .. ": scrolls sideways")
        grounds[scheme] = tab:evaluate("getComputedStyle(document.body).backgroundColor")
        for index = 1, 2 do
          local bar = color("#pipeline-" .. index .. " progress")
          assert.is_true(bar.red > 1.5 * bar.green and bar.red > 1.5 * bar.blue, "the bar is not red")
        end
        local bar = color("#pipeline-3 progress")
        assert.is_true(bar.blue > 1.2 * bar.red)
      end
    end
    assert.same({ light = "rgb(255, 255, 255)", dark = "rgb(13, 17, 23)" }, grounds)
  end)

  it("asked for nothing but itself, and broke no rule of its own", function()
    local complaints, addresses = page:noted()
    assert.same({}, complaints)
    local others = {}
    for _, address in ipairs(addresses) do
      if address ~= harness.url then
        others[#others + 1] = address
      end
    end
    assert.same({}, others)
    assert.is_true(#addresses > 5)
  end)

  it("says so when there is no news, and goes on when there is again", function()
    page:evaluate("window.setTimeout = (function (real) { " -- from the next look on
      .. "return function (fn, delay) { return real(fn, delay / 20); }; })(window.setTimeout); true")
    page:evaluate("window.fetch = (function (real) { window.real = real; "
      .. "return function () { return Promise.reject(new Error('nobody there')); }; })(window.fetch); true")
    assert.is_true(page:wait_for(TROUBLE .. ".startsWith('No news: nobody there')"), page:evaluate(TROUBLE))
    page:evaluate("window.fetch = function () { return Promise.resolve(new Response('<p>log in')); }; true")
    assert.is_true(page:wait_for(TROUBLE .. ".startsWith('No news: the answer is another page')"),
      page:evaluate(TROUBLE))
    page:evaluate("window.fetch = window.real; true")
    assert.is_true(page:wait_for(TROUBLE .. " === ''"), page:evaluate(TROUBLE))

    page:evaluate("window.asked = 0; window.fetch = function () { window.asked += 1; return window.real(''); }; "
      .. "Object.defineProperty(document, 'hidden', { value: true, configurable: true }); true")
    core.sleep(1) -- of ten looks; one may be on its way
    local asked = page:evaluate("window.asked")
    assert.is_true(asked <= 1, asked)
    page:evaluate("delete document.hidden; true")
    assert.is_true(page:wait_for("window.asked > 2"))
  end)

  it("says that a pipeline does not exist, that a start waits, and that one failed", function()
    for _, row in ipairs({
      { { state = "not_found", message = "there is none" }, "not found", "there is none" },
      { { state = "starting", outcome = "success", message = "it waits" }, "starting", "it waits" },
      { { state = "ended", outcome = "success", lost = { message = "not permitted" } }, "success",
        "The last start failed: not permitted" },
    }) do
      row[1].pipeline, row[1].progress = "web", 0
      local text = cjson.encode(html({ title = "x", bakes = { row[1] }, nonce = "n", every = 2, now = 1795491843,
        console = "https://ecs.console.aliyun.com" }))
      page:evaluate("window.fetch = function () { return Promise.resolve(new Response(" .. text .. ")); }; true")
      assert.is_true(page:wait_for(STATE .. " === '" .. row[2] .. "'"), page:evaluate(ROW))
      assert.is_true(page:wait_for(ROW .. ".includes('" .. row[3] .. "')"), page:evaluate(ROW))
    end
  end)
end)
