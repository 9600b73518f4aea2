-- ecs.progress: what each mode writes.
local child_lua = require("spec.support.child_lua")
local columns = require("ecs_pipeline.show.columns")
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local platform = require("ecs_pipeline.platform")
local virtual = require("spec.support.virtual")

child_lua.build_module("terminal")
local terminal = require("terminal")

local function stream()
  local written = {}
  return { write = function(_, ...) for _, text in ipairs({ ... }) do written[#written + 1] = text end end,
    flush = function() end, text = function() return table.concat(written) end }
end

local function wide(cells)
  return function() return cells end
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
    assert.equal("\r\27[J[=====>              ] 2:05 of about 8:20  building: Creat…\r", out.text())
    finish()
    finish()
    assert.equal("\r\27[J", out.text():sub(-4))
    local before = #out.text()
    show(with({ phase = "ended", message = "The image has been created.", image_id = "m-1", elapsed = 4000,
      estimate = 0 }))
    assert.equal("\r\27[J1:06:40  ended: The image has been created. (m-1)\n",
      out.text():sub(before):match("\r\27%[J[^\r]*$"))
    before = #out.text()
    finish()
    assert.equal(before, #out.text())
  end)

  it("draws a shorter bar, or none, where the time and the phase need the room", function()
    for cells, wanted in pairs({ [50] = "[====>            ] 2:05 of about 8:20  building…",
      [40] = "[=>     ] 2:05 of about 8:20  building…", [37] = "[=>  ] 2:05 of about 8:20  building…",
      [36] = "2:05 of about 8:20  building: Crea…", [20] = "2:05 of about 8:20…" }) do
      local out = stream()
      ecs.progress({ stream = out, mode = "bar", columns = wide(cells) })(REPORT)
      local line = out.text():match("\27%[J(.*)\r$")
      assert.equal(wanted, line)
      assert.is_true(columns.width(line) < cells)
    end
  end)

  it("draws what is known: percent, nothing at all, more than there is", function()
    local function drawn(more, cells)
      local out = stream()
      ecs.progress({ stream = out, mode = "bar", columns = wide(cells or 200) })(with(more))
      return (out.text():gsub("\r\27%[J", ""):gsub("\r$", ""))
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

  it("has a state for each region that is waited for, and takes no percentage for a change", function()
    local out = stream()
    local show = ecs.progress({ stream = out, mode = "lines" })
    for percent = 1, 3 do
      for _, region in ipairs({ "cn-beijing", "cn-qingdao" }) do
        show({ phase = "creating", message = ("m-1 is Creating (%d %%)"):format(percent), elapsed = percent,
          image_id = "m-1", region = region, progress = percent })
      end
    end
    assert.equal(("   0:01  creating: m-1 is Creating (1 %) (m-1)\n"):rep(2), out.text())
  end)

  it("masks secrets in every mode", function()
    for _, mode in ipairs({ "bar", "lines", "json" }) do
      local out = stream()
      ecs.progress({ stream = out, mode = mode })(with({ message = "x --password c4nary" }))
      assert.is_truthy(out.text():find("x --password ***", 1, true), out.text())
      assert.is_nil(out.text():find("c4nary", 1, true))
    end
  end)

  it("accepts any object with write, and no other", function()
    local written = {}
    local object = { write = function(_, ...) written[#written + 1] = table.concat({ ... }) end }
    for _, mode in ipairs({ "bar", "lines", "json" }) do
      local show, finish = ecs.progress({ stream = object, mode = mode })
      show(REPORT)
      finish()
    end
    assert.equal(4, #written)
    for _, wrong in ipairs({ 1, {}, "stderr", core.regex("a") }) do
      assert.error_matches(function() ecs.progress({ stream = wrong }) end, 'option "stream" must be a file, or an')
    end
  end)

  it("follows the width of a real terminal, and leaves the cursor before the bar", function()
    local screen, path, other = terminal.open(100)
    local file = assert(io.open(path, "w"))
    local show, finish = ecs.progress({ stream = file, mode = "bar" })
    for columns_left = 100, 1, -1 do
      terminal.resize(screen, columns_left)
      show(with({ message = "正在安装镜像组件" }))
      local line = terminal.read(screen):match("^\r\27%[J(.*)\r$")
      assert.is_true(columns.width(line) <= math.max(columns_left - 1, 1), line)
    end
    finish()
    assert.equal("\r\27[J", terminal.read(screen))
    file:close()
    terminal.close(screen)
    terminal.close(other)
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
