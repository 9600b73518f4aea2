-- The commands of pipelines, against the emulator.
local cjson = require("cjson")
local runs = require("spec.support.command_run")
local scratch = require("spec.support.scratch")

local run, folder, file

local function write(path, text)
  local handle = assert(io.open(path, "w"))
  handle:write(text)
  handle:close()
end

scratch.each(before_each, after_each, function(path)
  folder, file = path, path .. "/web.json"
  write(file, '{"name": "web", "base_image": "m-bp1example", "base_image_type": "IMAGE", "tags": {"team": "web"}}')
  run = runs.new()
end)

local function json(line)
  line[#line + 1] = "--output"
  line[#line + 1] = "json"
  local code, out, err = run(line)
  return code, out ~= "" and cjson.decode(out) or out, err
end

local function create(...)
  local code, out = run({ "create", "-f", file, "-o", "id", ... })
  assert.equal(0, code)
  return (out:gsub("\n$", ""))
end

describe("create", function()
  it("creates from a file and prints the id", function()
    assert.matches("^ip%-%w+$", create())
  end)

  it("takes values over those of the file", function()
    local id = create("--set", "system_disk_size=60", "--set", "tags.team=db")
    local _, pipeline = json({ "show", id })
    assert.equal(60, pipeline.system_disk_size)
    assert.equal("db", pipeline.tags.team)
  end)

  it("sends nothing with --dry-run", function()
    local code, request = json({ "create", "-f", file, "--dry-run" })
    assert.equal(0, code)
    assert.equal("CreateImagePipeline", request.parameters.Action or request.headers["x-acs-action"])
    assert.equal(0, #run.emulator:state().requests)
  end)

  it("reports what the file lacks", function()
    local code, _, err = run({ "create", "-f", folder .. "/none.json" })
    assert.equal(12, code)
    assert.matches("none%.json", err)
  end)
end)

describe("list", function()
  it("gives all, or those that a filter names", function()
    local id, other = create(), create("--set", "name=db", "--set", "tags.team=db")
    local function ids(...)
      local code, out = run({ "list", "-o", "id", ... })
      assert.equal(0, code)
      local list = {}
      for word in out:gmatch("%S+") do
        list[#list + 1] = word
      end
      table.sort(list)
      return list
    end
    local both = { id, other }
    table.sort(both)
    assert.same(both, ids())
    assert.same({ id }, ids("--name-regex", "^w"))
    assert.same({ other }, ids("--tag", "team=db"))
    assert.same(both, ids("--tag", "team"))
    assert.same({}, ids("--resource-group", "rg-other"))
  end)

  it("of none is an empty list", function()
    local _, out = run({ "list", "-o", "json" })
    assert.equal("[]\n", out)
  end)
end)

describe("show", function()
  it("reads whatever the id is of", function()
    for id, action in pairs({ ["ip-x"] = "DescribeImagePipelines", ["exec-x"] = "DescribeImagePipelineExecutions",
      ["m-x"] = "DescribeImages", ["ic-x"] = "DescribeImageComponents" }) do
      assert.equal(10, (run({ "show", id })), id)
      local requests = run.emulator:state().requests
      assert.equal(action, requests[#requests].action)
    end
  end)
end)

describe("a name instead of an id", function()
  it("names the pipeline", function()
    local id = create()
    for _, line in ipairs({ { "show", "web" }, { "show", id } }) do
      local _, pipeline = json(line)
      assert.equal(id, pipeline.id)
    end
    assert.equal(10, (run({ "show", "other" })))
    assert.equal(0, (run({ "delete", "web", "--yes" })))
    assert.equal(0, #run.emulator:state().pipelines)
  end)
end)

describe("import", function()
  it("writes a file with which plan finds no changes", function()
    local id = create()
    local _, out = run({ "import", id })
    write(file, out)
    local code, plan = json({ "plan", "-f", file, "--detailed-exitcode" })
    assert.equal(0, code)
    assert.equal("none", plan.action)
  end)

  it("writes JSON whatever --output says, but an error as that says", function()
    local id = create()
    assert.matches("^{\n", select(2, run({ "import", id, "-o", "id" })))
    assert.matches("^ecs%-pipeline: shown ", select(3, run({ "import", "ip-bp1none" })))
    assert.matches("^{\"error\":", select(3, run({ "import", "ip-bp1none", "-o", "json" })))
  end)
end)

describe("plan", function()
  it("ends with 0 unless the exit code is asked for; then 0 none, 2 changes, errors as everywhere", function()
    assert.equal(0, (run({ "plan", "-f", file })))
    assert.equal("create", run.shown.action)
    assert.equal(2, (run({ "plan", "-f", file, "--detailed-exitcode" })))
    create()
    assert.equal(0, (run({ "plan", "-f", file, "--detailed-exitcode" })))
    assert.equal(2, (run({ "plan", "-f", file, "--detailed-exitcode", "--set", "system_disk_size=60" })))
    assert.equal(7, (run({ "plan", "-f", file, "--detailed-exitcode", "--set", "system_disk_size=1" })))
  end)

  it("shows the name of the file", function()
    run({ "plan", "-f", file })
    assert.equal(file, run.style.file)
  end)
end)

describe("ensure", function()
  it("creates at most one, and refuses to replace it unless it may", function()
    local _, first = json({ "ensure", "-f", file })
    local _, second = json({ "ensure", "-f", file })
    assert.is_true(first.created)
    assert.equal(first.id, second.id)
    assert.equal(9, (run({ "ensure", "-f", file, "--set", "system_disk_size=60" })))
    local archive = folder .. "/old-{id}.json"
    local code, third = json({ "ensure", "-f", file, "--set", "system_disk_size=60", "--replace", "retire",
      "--archive", archive, "--yes" })
    assert.equal(0, code)
    assert.equal(first.id, third.retired[1].id)
    assert.truthy(io.open(folder .. "/old-" .. first.id .. ".json")):close()
  end)

  it("wants an archive to retire: a mistake of the command line", function()
    local code, _, err = run({ "ensure", "-f", file, "--replace", "retire", "--yes" })
    assert.equal(64, code)
    assert.matches("archive", err)
  end)
end)

describe("delete", function()
  it("deletes, and a repetition is a success", function()
    local id = create()
    local _, first = json({ "delete", id, "--yes" })
    local _, second = json({ "delete", id, "--yes" })
    assert.same({ true, false }, { first.deleted, second.deleted })
  end)

  it("waits for a running execution, or cancels it", function()
    local id = create()
    assert.equal(0, (run({ "call", "Ecs", "2014-05-26", "StartImagePipelineExecution", "RegionId=cn-hangzhou",
      "ImagePipelineId=" .. id })))
    assert.equal(9, (run({ "delete", id, "--yes" })))
    local code, deleted = json({ "delete", id, "--yes", "--when-running", "cancel" })
    assert.equal(0, code)
    assert.equal(1, #deleted.cancelled)
  end)
end)

describe("bake", function()
  it("makes the pipeline and the image, with progress; a second time there is nothing to do", function()
    local code, first = json({ "bake", "-f", file })
    assert.equal(0, code)
    assert.equal("success", first.outcome)
    assert.is_true(#run.reports > 2)
    local _, second = json({ "bake", "-f", file })
    assert.equal("unchanged", second.outcome)
    assert.equal(first.image_id, second.image_id)
    local _, out = run({ "bake", "-f", file, "-o", "id", "-q" })
    assert.equal(first.image_id .. "\n", out)
  end)

  it("of a failing build ends with its exit code", function()
    run.emulator:script_build({ outcome = "FAILED" })
    assert.equal(2, (run({ "bake", "-f", file })))
  end)

  it("in a dry run sends nothing that writes", function()
    local code, out = json({ "bake", "-f", file, "--dry-run", "--on-end", "exit 3" })
    assert.equal(0, code)
    assert.equal("dry_run", out.outcome)
    assert.equal(0, #run.emulator:state().pipelines)
  end)
end)

it("what terraform cannot say is noted, and does no harm", function()
  local name = os.tmpname()
  local state = assert(io.open(name, "w"))
  state:write('{"format_version":"1.0","values":{"root_module":{"resources":[{"mode":"managed","address":"a.b",'
    .. '"type":"alicloud_ecs_image_pipeline","values":{"name":"web","base_image":"m-bp1example",'
    .. '"base_image_type":"IMAGE"}}]}}}')
  state:close()
  local code, _, err = run({ "plan", "-f", name, "--format", "json" })
  os.remove(name)
  assert.equal(0, code)
  assert.matches("note: build_content is not in this state", err)
end)
