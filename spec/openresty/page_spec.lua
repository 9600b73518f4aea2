-- The status page of examples/openresty in a headless Chromium: seen moving while a build proceeds.
local bakes_harness = require("spec.openresty.bakes_harness")
local chromium = require("spec.support.chromium")
local core = require("ecs_pipeline.core")

local HOSTILE = "<img src=x onerror=\"document.title='taken over'\">"

-- What a reader sees of the one row.
local STATE = "document.querySelector('#bakes tr td:nth-child(2)').textContent"
local PROGRESS = "document.querySelector('#bakes progress').value"
local TIME = "document.querySelector('#bakes tr td:nth-child(4)').textContent"
local ROW = "document.querySelector('#bakes').textContent"
local DOM = "document.querySelector('#bakes').innerHTML"
local NOTE = "document.getElementById('note').textContent"

describe("the page in a browser", function()
  local harness, browser, page

  setup(function()
    harness = bakes_harness.open()
    browser = chromium.start()
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
    assert.equal("ended-good", page:evaluate("document.querySelector('#bakes tr td:nth-child(2)').className"))
    assert.matches("^As of 20", page:evaluate(NOTE))
  end)

  it("shows what the service says as text, whatever it is", function()
    script_build('{"outcome":"FAILED","error_info":' .. require("cjson").encode(HOSTILE) .. "}")
    assert.equal(202, harness:webhook({ action = "start", pipeline = "web" }).status)
    harness:advance(86400)
    assert.is_true(page:wait_for(STATE .. " === 'failed'"), page:evaluate(ROW))
    local fresh = browser:open(harness.url) -- as the server writes it
    assert.is_true(fresh:wait_for("document.querySelector('#bakes tr') !== null"))
    for _, one in ipairs({ page, fresh }) do
      assert.truthy(one:evaluate(ROW):find(HOSTILE, 1, true))
      assert.equal(0, one:evaluate("document.images.length"))
      assert.equal("Image bakes", one:evaluate("document.title"))
    end
    assert.equal("ended-bad", page:evaluate("document.querySelector('#bakes tr td:nth-child(2)').className"))
  end)

  it("asked for nothing but its JSON, and broke no rule of its own", function()
    local complaints, addresses = page:noted()
    assert.same({}, complaints)
    local others = {}
    for _, address in ipairs(addresses) do
      if address ~= harness.url and address ~= harness.url .. "status.json" then
        others[#others + 1] = address
      end
    end
    assert.same({}, others)
    assert.is_true(#addresses > 5)
  end)

  it("says so when there is no news, and goes on when there is again", function()
    page:evaluate("window.fetch = (function (real) { window.real = real; "
      .. "return function () { return Promise.reject(new Error('nobody there')); }; })(window.fetch); true")
    assert.is_true(page:wait_for(NOTE .. ".startsWith('No news: nobody there')"), page:evaluate(NOTE))
    page:evaluate("window.fetch = window.real; true")
    assert.is_true(page:wait_for(NOTE .. ".startsWith('As of 20')"), page:evaluate(NOTE))
  end)

  it("says that a pipeline does not exist, that a start waits, and that one failed", function()
    local cjson = require("cjson")
    for _, row in ipairs({
      { { state = "not_found", message = "there is none" }, "not found", "there is none" },
      { { state = "starting", outcome = "success", message = "it waits" }, "starting", "it waits" },
      { { state = "ended", outcome = "success", lost = { message = "not permitted" } }, "success",
        "The last start failed: not permitted" },
    }) do
      row[1].pipeline, row[1].progress = "web", 0
      local json = cjson.encode(cjson.encode({ now = 1795491843, bakes = { row[1] } }))
      page:evaluate("window.fetch = function () { return Promise.resolve(new Response(" .. json .. ")); }; true")
      assert.is_true(page:wait_for(STATE .. " === '" .. row[2] .. "'"), page:evaluate(ROW))
      assert.is_true(page:wait_for(ROW .. ".includes('" .. row[3] .. "')"), page:evaluate(ROW))
    end
  end)
end)
