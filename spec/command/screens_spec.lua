-- The real command as a process: what it shows, piped and in a terminal. UPDATE=1 writes spec/command/expected/ anew.
local commands = require("ecs_pipeline.command.commands")
local harness = require("spec.command.harness")
local repo = require("spec.support.repo")
local rows = require("spec.command.rows")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local open

setup(function()
  open = harness.open()
end)

teardown(function()
  open:close()
end)

describe("the screen of", function()
  for _, row in ipairs(rows) do
    it(row.name .. " is the expected one", function()
      local shown = row.terminal and open:show(row) or open:play(row)
      if os.getenv("UPDATE") == "1" then
        shell.write(harness.expected(row), shown)
      end
      assert.equal(repo.read(harness.expected(row)), shown)
    end)
  end

  it("no row is left over", function()
    local known = {}
    for _, row in ipairs(rows) do
      known[harness.expected(row)] = true
    end
    for _, path in ipairs(repo.files("spec/command/expected", "")) do
      assert.is_true(known[path], path)
    end
  end)
end)

describe("Ctrl-C in a terminal", function()
  local real

  setup(function()
    real = harness.open("real")
  end)

  teardown(function()
    real:close()
  end)

  -- A build of some seconds of the real clock.
  local ROW = { builds = { { durations = { PREPARING = 0, BUILDING = 4, RELEASING = 0, CANCELLING = 1 } } },
    files = { ["web.json"] = '{"name": "web", "base_image": "m-bp1example", "base_image_type": "IMAGE"}' } }

  local function interrupted(line)
    ROW[1] = line
    real:terminal(ROW)
    real:sees(" building: Running") -- the bar
    real:type("C-c")
    real:sees("[end]")
    local text = real:screen()
    real:close_terminal()
    assert.is_nil(text:find("building", 1, true), text)
    assert.truthy(text:find("[exit 130]", 1, true), text)
    return text
  end

  it("leaves the build running; the printed command, pasted, ends in its image", function()
    local text = interrupted("ecs-pipeline bake -f web.json --poll 1")
    local follow = assert(text:match("to follow it: +(%S+ wait [^\n]+)"), text)
    local id = follow:match("exec%-%w+")
    local code, image = real:run(ROW, follow:gsub("^%S+", "ecs-pipeline") .. " --progress off -o id --poll 1")
    assert.equal(0, code)
    local _, shown = real:run(ROW, "ecs-pipeline show " .. id .. " -o json")
    assert.equal(image:match("%S+"), shown:match('"image_id": "(m%-%w+)"'))
  end)

  it("cancels it with --on-interrupt cancel", function()
    local text = interrupted("ecs-pipeline bake -f web.json --poll 1 --on-interrupt cancel")
    local id = assert(text:match("execution (exec%-%w+) is being cancelled"), text)
    local code = real:run(ROW, "ecs-pipeline wait " .. id .. " --progress off -q --poll 1")
    assert.equal(5, code)
  end)
end)

it("every command is run by a row", function()
  local typed = {}
  for _, row in ipairs(rows) do
    for _, line in ipairs(row) do
      for name in line:gmatch("ecs%-pipeline (%l+)") do
        typed[name] = true
      end
    end
  end
  -- Of others: spec/command/emulator_spec.lua and the specs of what they write.
  local elsewhere = { api = true, completion = true, emulator = true, man = true }
  for _, row in ipairs(commands) do
    assert.is_true(typed[row.name] or elsewhere[row.name] or false, row.name)
  end
end)

describe("version and help", function()
  for _, words in ipairs({ "version", "help", "help bake" }) do
    it(words .. " maps no C module, and costs at most 15 million instructions", function()
      local program = require("spec.support.child_lua").interpreter .. " bin/ecs-pipeline " .. words
      local pipe = assert(io.popen("setarch -R valgrind --tool=callgrind --callgrind-out-file=/dev/null " .. program
        .. " 2>&1 >/dev/null"))
      local count = tonumber((pipe:read("*a"):match("Collected : (%d+)")))
      pipe:close()
      assert.is_true(count < 15e6, tostring(count))
      local linker = assert(io.popen("LD_DEBUG=files " .. program .. " 2>&1 >/dev/null"))
      local opened = linker:read("*a")
      linker:close()
      assert.truthy(opened:find("libc.so", 1, true))
      assert.is_nil(opened:find("core.so", 1, true))
    end)
  end
end)
