-- lint, policy, doctor and call.
local cjson = require("cjson")
local runs = require("spec.support.command_run")
local scratch = require("spec.support.scratch")

local run, folder

scratch.each(before_each, after_each, function(path)
  run, folder = runs.new(), path
end)

local function file(name, text)
  local handle = assert(io.open(folder .. "/" .. name, "w"))
  handle:write(text)
  handle:close()
  return folder .. "/" .. name
end

describe("lint", function()
  it("of a script that is good ends with 0", function()
    local code, out = run({ "lint", file("build.sh", "RUN true\n"), "-o", "json" })
    assert.same({ 0, "[]\n" }, { code, out })
    local path = file("build.sh", "RUN true\n")
    assert.equal(path .. ": no findings\n", select(2, run({ "lint", path })))
    run.answer = "RUN true\n"
    assert.equal("no findings\n", select(2, run({ "lint", "-" })))
  end)

  it("of a script with errors ends with 7, and the findings are shown with the name of the file", function()
    local path = file("build.sh", "yum install nginx\n")
    assert.equal(7, (run({ "lint", path })))
    assert.equal("error", run.shown[1].severity)
    assert.equal(path, run.style.file)
  end)

  it("reads a script from stdin", function()
    run.answer = "yum install nginx\n"
    assert.equal(7, (run({ "lint", "-" })))
  end)

  it("reads arguments, by the name of the file", function()
    local path = file("web.json", '{"name": "web", "base_image": "m-1", "base_image_type": "IMAGE", '
      .. '"build_content": "yum install nginx"}')
    assert.equal(7, (run({ "lint", path })))
    assert.equal(0, (run({ "lint", path, "--set", "build_content=RUN true" })))
    assert.equal(0, (run({ "lint", path, "--disable", run.shown[1] and run.shown[1].code or "unknown_verb" })))
  end)

  it("takes YAML and JSON with Tasks for a content, and other for arguments", function()
    for name, text in pairs({ ["a.yaml"] = "# c\nTasks:\n- Name: a\n", ["b.yml"] = "---\n'Tasks' : []\n",
      ["c.json"] = '{"Tasks": [{"Name": "a"}]}', ["d.json"] = '{"Parameters": {}, "Tasks": []}' }) do
      assert.equal(0, (run({ "lint", file(name, text) })), text)
      assert.equal("yaml_tasks", run.shown[1].code, text)
    end
    assert.equal(0, (run({ "lint", file("e.yaml", "name: web\nbase_image: m-1\nbase_image_type: IMAGE\n"
      .. "build_content: |\n  Tasks:\n    - {Name: a, Action: Reboot}\n") })))
  end)

  it("of no file ends with 12, of a code that does not exist with 64", function()
    assert.equal(12, (run({ "lint", folder .. "/none.sh" })))
    local code, _, err = run({ "lint", file("build.sh", "RUN true"), "--disable", "nothing" })
    assert.equal(64, code)
    assert.matches("no code nothing", err)
  end)
end)

describe("policy", function()
  it("is JSON, and sends nothing", function()
    local code, out = run({ "policy", "pipeline.create", "image.list", "--account", "1234567890123456" })
    assert.equal(0, code)
    assert.same("1", cjson.decode(out).Version)
    assert.equal(0, #run.emulator:state().requests)
  end)

  it("of an unknown operation is a mistake of the command line", function()
    local code, _, err = run({ "policy", "pipeline.creat" })
    assert.equal(64, code)
    assert.matches("^ecs%-pipeline: [^\n]*pipeline%.creat", err)
  end)
end)

describe("doctor", function()
  it("makes its checks; offline it sends nothing", function()
    run({ "doctor", "--offline", "-o", "json" })
    assert.equal(0, #run.emulator:state().requests)
    run({ "doctor" })
    assert.is_true(#run.emulator:state().requests > 0)
    assert.equal("table", type(run.shown.checks))
  end)

  it("ends with 1 when a check fails", function()
    run.emulator:fault({ kind = "error", code = "InvalidAccessKeyId.NotFound", times = 99 })
    assert.equal(1, (run({ "doctor" })))
  end)
end)

describe("call", function()
  it("gives the reply as the service spells it", function()
    local code, out = run({ "call", "Ecs", "2014-05-26", "DescribeRegions" })
    assert.equal(0, code)
    assert.equal("table", type(cjson.decode(out).Regions.Region))
  end)

  it("shows a request that writes with --dry-run, and refuses a word that is no parameter", function()
    local _, out = run({ "call", "Ecs", "2014-05-26", "CreateImage", "Tag.1.Key=a", "--dry-run" })
    assert.equal("a", cjson.decode(out).parameters["Tag.1.Key"])
    assert.equal(0, #run.emulator:state().requests)
    assert.equal(64, (run({ "call", "Ecs", "2014-05-26", "DescribeRegions", "RegionId" })))
    assert.equal(64, (run({ "call", "Ecs", "2014-05-26", "DescribeRegions", "=x" })))
  end)
end)
