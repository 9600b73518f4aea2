-- Ctrl-C: what goes on, and the commands that follow it and cancel it. Real signals: spec/command/screens_spec.lua.
local runs = require("spec.support.command_run")
local scratch = require("spec.support.scratch")

local run, file

scratch.each(before_each, after_each, function(path)
  run, file = runs.new(), path .. "/it's.json"
  local handle = assert(io.open(file, "w"))
  handle:write('{"name": "web", "base_image": "m-bp1example", "base_image_type": "IMAGE"}')
  handle:close()
end)

-- Interrupts as the interpreters do, when a report has this phase.
local function interrupt_at(what)
  run.on_progress = function(report)
    if what(report) then
      run.on_progress = nil
      error("x.lua:1: interrupted!", 0)
    end
  end
end

local function building(report)
  return report.execution_id and report.status == "BUILDING"
end

-- The words of a command that was printed, as a shell reads them.
local function paste(text, title)
  return runs.words(assert(text:match("  " .. title .. ": +ecs%-pipeline ([^\n]+)\n"), text))
end

describe("an interrupted bake", function()
  it("ends with 130, and the printed command ends in the same image", function()
    interrupt_at(building)
    local code, out, err = run({ "bake", "-f", file, "--region", "cn-qingdao", "--accept", "partial" })
    assert.same({ 130, "" }, { code, out })
    assert.matches("\necs%-pipeline: interrupted; execution exec%-%w+ goes on, and costs money", err)
    local line = paste(err, "to follow it")
    assert.equal("wait", line[1])
    assert.equal(0, (run(line)))
    local followed = run.shown
    assert.equal(0, (run(paste(err, "the whole job"))))
    assert.same({ "unchanged", followed.image_id }, { run.shown.outcome, run.shown.image_id })
  end)

  it("is cancelled by the other printed command", function()
    interrupt_at(building)
    local _, _, err = run({ "bake", "-f", file })
    assert.equal(0, (run(paste(err, "to cancel it"))))
    assert.is_true(run.shown.cancelled)
  end)

  it("is cancelled with --on-interrupt cancel", function()
    interrupt_at(building)
    local code, _, err = run({ "bake", "-f", file, "--on-interrupt", "cancel" })
    assert.equal(130, code)
    local id = err:match("interrupted; execution (exec%-%w+) is being cancelled\n$")
    run.emulator:advance(3600)
    run({ "show", id })
    assert.equal("CANCELLED", run.shown.status)
  end)

  it("says so when the cancelling is refused", function()
    interrupt_at(building)
    run.emulator:fault({ kind = "error", action = "CancelImagePipelineExecution", code = "Forbidden.RAM", times = 9 })
    local code, _, err = run({ "bake", "-f", file, "--on-interrupt", "cancel" })
    assert.equal(130, code)
    assert.matches("Forbidden%.RAM.*goes on.*to cancel it", err)
  end)

  it("names the job again only if that begins no second build: --force does, without a journal", function()
    for _, row in ipairs({ { "--force" }, { "--force", "--journal", file .. ".journal" }, { "--max-age", "1" } }) do
      interrupt_at(building)
      local _, _, err = run({ "bake", "-f", file, row[1], row[2], row[3] })
      local id = assert(err:match("execution (exec%-%w+) goes on"), err)
      if row[2] then
        assert.equal(0, (run(paste(err, "the whole job"))))
      else
        assert.is_nil(err:find("the whole job", 1, true))
        assert.equal(0, (run(paste(err, "to follow it"))))
      end
      assert.equal(id, run.shown.execution_id)
    end
  end)

  it("before an execution is known names the job alone", function()
    interrupt_at(function(report) return report.phase == "ensuring" end)
    local code, _, err = run({ "bake", "-f", file })
    assert.equal(130, code)
    assert.is_nil(err:find("goes on", 1, true))
    assert.equal(0, (run(paste(err, "the whole job"))))
  end)

  it("runs neither the manifest nor the command at its end", function()
    interrupt_at(building)
    local ran = file:gsub("'", "") .. ".ran"
    local _, _, err = run({ "bake", "-f", file, "--manifest", file .. ".out", "--on-end", "touch " .. ran })
    assert.matches("goes on", err)
    assert.is_nil(io.open(file .. ".out"))
    assert.is_nil(io.open(ran))
  end)
end)

it("a wait that is interrupted when its execution has ended cancels nothing", function()
  run({ "bake", "-f", file, "--set", "name=other" })
  local id = run.shown.execution_id
  interrupt_at(function() return true end)
  local code, _, err = run({ "wait", id, "--on-interrupt", "cancel" })
  assert.equal(130, code)
  assert.equal("ecs-pipeline: interrupted; execution " .. id .. " had ended: SUCCESS\n", err)
end)

describe("progress", function()
  local function mode(...)
    run.progress_options = nil
    run({ "bake", "-f", file, ... })
    return run.progress_options and run.progress_options.mode
  end

  it("is automatic, JSON with JSON, none when quiet or off, or as it is asked for", function()
    assert.equal("auto", mode())
    assert.is_true(run.progress_ended)
    assert.equal("json", mode("-o", "json"))
    assert.is_nil(mode("-q", "-o", "json"))
    assert.is_nil(mode("--progress", "off"))
    assert.equal("lines", mode("--progress", "lines", "-q"))
  end)

  it("is lines without colours: a bar moves the cursor", function()
    assert.equal("lines", mode("--no-color"))
    assert.equal("bar", mode("--no-color", "--progress", "bar"))
    run.variables.NO_COLOR = "1"
    assert.equal("lines", mode())
  end)
end)
