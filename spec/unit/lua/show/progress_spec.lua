-- ecs.progress: what each mode writes.
local ecs = require("ecs_pipeline")
local platform = require("ecs_pipeline.platform")
local virtual = require("spec.support.virtual")

local function stream()
  local written = {}
  return { write = function(_, ...) for _, text in ipairs({ ... }) do written[#written + 1] = text end end,
    flush = function() end, text = function() return table.concat(written) end }
end

local function wide(columns)
  return function() return columns end
end

local REPORT = { operation = "ecs.bake", phase = "building", message = "Creating\27 the image.", elapsed = 125.7,
  estimate = 375, execution_id = "exec-1", region = "cn-hangzhou" }

local function with(more)
  local report = {}
  for _, part in ipairs({ REPORT, more }) do
    for name, value in pairs(part) do report[name] = value end
  end
  return report
end

describe("ecs.progress", function()
  it("draws a bar on one line, cut to the width, and takes it away at the end", function()
    local out = stream()
    local show, finish = ecs.progress({ stream = out, mode = "bar", columns = wide(60) })
    show(REPORT)
    assert.equal("\r\27[K[=====>              ] 2:05 of about 8:20  building: Creat…", out.text())
    finish()
    finish()
    assert.equal("\r\27[K", out.text():sub(-4))
    local before = #out.text()
    show(with({ phase = "ended", message = "The image has been created.", image_id = "m-1", elapsed = 4000,
      estimate = 0 }))
    assert.equal("\r\27[K1:06:40  ended: The image has been created. (m-1)\n",
      out.text():sub(before):match("\r\27%[K[^\r]*$"))
    before = #out.text()
    finish()
    assert.equal(before, #out.text())
  end)

  it("draws what is known: percent, nothing at all, more than there is", function()
    local function drawn(more, columns)
      local out = stream()
      ecs.progress({ stream = out, mode = "bar", columns = wide(columns or 200) })(with(more))
      return (out.text():gsub("\r\27%[K", ""))
    end
    assert.matches("^%[==========>         %] ", drawn({ progress = 50 }))
    assert.matches("^%[====================%] ", drawn({ progress = 500 }))
    assert.matches("^%[>                   %] ", drawn({ progress = 0 }))
    assert.equal("0:00  building", drawn({ progress = false, estimate = false, elapsed = false, message = false }))
    assert.equal("…", drawn({}, 2))
    assert.equal("…", drawn({}, 1))
  end)

  it("writes a line for each change, without escape sequences, when piped", function()
    local out = stream()
    local show = ecs.progress({ stream = out, columns = wide(nil) })
    show(REPORT)
    show(with({ elapsed = 200 }))
    show(with({ elapsed = 300, phase = "ended", message = "Done.", image_id = "m-1" }))
    assert.equal("   2:05  building: Creating? the image. (exec-1)\n   5:00  ended: Done. (m-1)\n", out.text())
  end)

  it("writes one object a line as JSON, and nothing when off", function()
    local out = stream()
    ecs.progress({ stream = out, mode = "json" })(with({ fn = print, inner = {} }))
    assert.equal('{"elapsed":125.7,"estimate":375,"execution_id":"exec-1","message":"Creating\\u001b the image.",'
      .. '"operation":"ecs.bake","phase":"building","region":"cn-hangzhou"}\n', out.text())
    out = stream()
    local show, finish = ecs.progress({ stream = out, mode = "off" })
    show(REPORT)
    finish()
    assert.equal("", out.text())
  end)

  it("chooses by the stream and the environment", function()
    local env = platform.env
    finally(function() platform.env = env end)
    for _, case in ipairs({ { {}, 80, true }, { {}, nil, false }, { { NO_COLOR = "1" }, 80, false },
      { { TERM = "dumb" }, 80, false }, { { TERM = "xterm" }, 80, true } }) do
      platform.env = function(name) return case[1][name] end
      local out = stream()
      ecs.progress({ stream = out, columns = wide(case[2]) })(REPORT)
      assert.equal(case[3], out.text():find("\27", 1, true) ~= nil)
    end
  end)

  it("shows a whole bake", function()
    local client = virtual.client()
    local out = stream()
    local show, finish = ecs.progress({ stream = out, mode = "lines" })
    assert(client.bake(virtual.TEMPLATE, { on_progress = show }))
    finish()
    for _, part in ipairs({ "checking: ", "building: ", "ended: " }) do
      assert.is_truthy(out.text():find(part, 1, true), out.text())
    end
  end)

  it("raises for wrong options, and needs none", function()
    assert.is_function(ecs.progress())
    assert.error_matches(function() ecs.progress("x") end, "ecs.progress: options must be a table, not a string")
    assert.error_matches(function() ecs.progress({ color = true }) end, "unknown option \"color\"")
    assert.error_matches(function() ecs.progress({ mode = "fast" }) end, "option \"mode\" must be \"auto\"")
  end)
end)
