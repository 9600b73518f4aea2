-- Nothing is deleted or cancelled without a yes: on a terminal by an answer, elsewhere by --yes.
local runs = require("spec.support.command_run")

local run

before_each(function()
  run = runs.new()
end)

local function requests()
  return #run.emulator:state().requests
end

local LINES = {
  { "delete", "ip-bp1example" },
  { "cancel", "exec-bp1example" },
  { "share", "m-bp1example", "--remove", "1234567890123456" },
  { "prune", "--family", "web", "--keep", "1", "--apply" },
  { "ensure", "-f", "no.json", "--replace", "retire", "--archive", "x.json" },
  { "bake", "-f", "no.json", "--replace", "retire", "--archive", "x.json" },
}

describe("without a terminal", function()
  for _, line in ipairs(LINES) do
    it(line[1] .. " refuses without --yes, and sends nothing", function()
      local code, out, err = run(line)
      assert.equal(64, code)
      assert.equal("", out)
      assert.equal("ecs-pipeline: " .. line[1] .. ": nothing was done: without a terminal to ask on it wants --yes\n",
        err)
      assert.equal(0, requests())
    end)
  end

  it("--yes is enough", function()
    assert.equal(0, (run({ "delete", "ip-bp1example", "--yes" })))
    assert.equal(1, requests())
  end)
end)

describe("on a terminal", function()
  before_each(function()
    run.terminal = true
  end)

  for _, line in ipairs(LINES) do
    it(line[1] .. " asks, and a no sends nothing", function()
      for _, answer in ipairs({ "n\n", "\n", "nay\n", false }) do
        run.answer = answer or nil
        local code, _, err = run(line)
        assert.equal(5, code)
        assert.matches("%? %[y/N%] " .. (answer and "" or "\n") .. "ecs%-pipeline: " .. line[1]
          .. ": nothing was done\n$", err)
      end
      assert.equal(0, requests())
    end)
  end

  it("names what is deleted, and a yes deletes it", function()
    run.answer = "Yes\n"
    local code, _, err = run({ "delete", "ip-bp1example" })
    assert.equal(0, code)
    assert.equal("Delete the pipeline ip-bp1example and the records of its executions? [y/N] ", err)
    assert.equal(1, requests())
  end)
end)

describe("what deletes nothing is not asked about:", function()
  for _, line in ipairs({
    { "prune", "--family", "web", "--keep", "1" },
    { "share", "m-bp1example", "--add", "1234567890123456" },
    { "ensure", "-f", "no.json", "--replace", "never" },
    { "bake", "-f", "no.json", "--replace", "retire", "--archive", "x.json", "--dry-run" },
  }) do
    it(table.concat(line, " "), function()
      local _, _, err = run(line)
      assert.is_nil(err:find("--yes", 1, true))
    end)
  end
end)
