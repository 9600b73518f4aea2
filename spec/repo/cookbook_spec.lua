-- Every block of docs/cookbook.md is run: scripts and the lines of CI files by a shell, against the emulator. A block
-- names its file after its language; `/srv/images` is the folder in which all of them are.
-- Runs alone: it starts nginx.
local blocks = require("spec.support.markdown_blocks").of("docs/cookbook.md")
local cjson = require("cjson")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local users = require("spec.support.command_shell")
local yaml = require("lyaml")

local user, files = nil, {}
local run_blocks = { ["web.json"] = true, ["web.build"] = true } -- all others use them

local function here(text)
  return (text:gsub("/srv/images", user.folder .. "/work"))
end

-- What a block says; it counts as run.
local function block(name)
  run_blocks[name] = true
  return here(assert(files[name], name))
end

local function count(kind)
  return #user:control("GET", "state")[kind]
end

local function fail_next_build()
  user:control("POST", "build", { outcome = "FAILED", error_code = "CommandFailed", error_info = "line 2: exit 100" })
end

setup(function()
  user = users.new()
end)

before_each(function()
  user:fresh()
  for _, item in ipairs(blocks) do
    local name = assert(item.flags:match("^%S+ (%S+)$"), "a block without a name at line " .. item.line)
    files[name] = item.text
    user:write(name:match("[^/]+$"), here(item.text))
  end
  shell.run(("chmod +x %s/work/*.sh"):format(user.folder))
end)

teardown(function()
  user:close()
end)

it("a nightly build: three runs, two of them at the same time, start one execution", function()
  assert.truthy(block("nightly.sh"))
  local out, code = user:run("./nightly.sh >1 & ./nightly.sh >2 || echo second $?; wait $! || echo first $?\n"
    .. "./nightly.sh >3")
  assert.same({ "", 0 }, { out, code })
  local images = {}
  for run = 1, 3 do
    images[run] = cjson.decode(user:read(tostring(run))).image_id
  end
  assert.matches("^m%-", images[1])
  assert.same({ images[1], images[1] }, { images[2], images[3] })
  assert.equal("unchanged", cjson.decode(user:read("3")).outcome)
  assert.same({ 1, 1, 1 }, { count("pipelines"), count("executions"), count("images") })
  assert.equal(images[1], cjson.decode(user:read("web.image.json")).image_id)
end)

describe("cron", function()
  local command

  before_each(function()
    user:script("mail", "{ printf '%s\\n' \"$@\"; cat; } >>mails")
    block("nightly-mail.sh")
    local minute, hour, who, rest = block("/etc/cron.d/images"):match("^(%d+) (%d+) %* %* %* (%l+) (%S.*)\n$")
    assert.is_true(tonumber(minute) < 60 and tonumber(hour) < 24 and who == "images")
    command = rest
  end)

  it("says nothing and sends no mail after a good build", function()
    assert.same({ "", 0 }, { user:run(command, "sh") })
    assert.is_nil(user:read("mails"))
    assert.equal(1, count("images"))
  end)

  it("mails the reason after a failed one, and keeps the exit code", function()
    fail_next_build()
    assert.same({ "", 2 }, { user:run(command, "sh") })
    local mail = user:read("mails")
    assert.matches("^%-s\nweb: the image was not built %(exit code 2%)\nops@example%.com\n{", mail)
    local result = cjson.decode(mail:match("\n({.*)$"))
    assert.same({ "failed", "CommandFailed" }, { result.outcome, result.error_code })
    assert.truthy(result.hint)
  end)
end)

describe("systemd", function()
  -- "[Section]" and "Key=value" lines, nothing else → { section = { key = value } }
  local function unit(name)
    local parsed, section = {}, nil
    for line in block(name):gmatch("[^\n]+") do
      if line:find("^%[%u%l+%]$") then
        section = line:sub(2, -2)
        parsed[section] = {}
      else
        local key, value = line:match("^(%u%a+)=(%S.*)$")
        parsed[section][assert(key, line)] = value
      end
    end
    return parsed
  end

  it("starts the job from a timer", function()
    local service, timer = unit("bake-web.service"), unit("bake-web.timer")
    assert.equal("oneshot", service.Service.Type)
    assert.equal("timers.target", timer.Install.WantedBy)
    assert.same({ 0, 1 }, { select(2, user:run("cd " .. service.Service.WorkingDirectory .. " && exec "
      .. service.Service.ExecStart, "sh")), count("images") })
    if shell.line("command -v systemd-analyze") then
      assert.same({ "", 0 }, { user:run("systemd-analyze verify ./bake-web.service ./bake-web.timer") })
      local out, code = user:run("systemd-analyze calendar '" .. timer.Timer.OnCalendar .. "'")
      assert.same(0, code)
      assert.matches("Normalized form: %*%-%*%-%* 02:17:00", out)
    end
  end)
end)

-- Runs the lines of a job like the runners of CI do: the first failure ends it.
local function job(lines)
  return user:run("set -e\n" .. (type(lines) == "table" and table.concat(lines, "\n") or lines))
end

it("GitLab CI plans, bakes and keeps the manifest; a failed build fails the job", function()
  local jobs = yaml.load(block(".gitlab-ci.yml"))
  assert.same({ "web.json: no findings\n", 0 }, { job(jobs.plan.script) })
  assert.equal("create", cjson.decode(user:read(jobs.plan.artifacts.paths[1])).action)
  assert.equal(0, count("pipelines"))
  fail_next_build()
  assert.equal(2, select(2, job(jobs.bake.script)))
  assert.equal(0, select(2, job(jobs.bake.script)))
  assert.equal("success", cjson.decode(user:read(jobs.bake.artifacts.paths[1])).outcome)
  assert.same({ "none", "3h" }, { select(2, job(jobs.plan.script)) == 0
    and cjson.decode(user:read("plan.json")).action, jobs.bake.timeout })
end)

it("GitHub Actions lint, bake and hand the image on", function()
  local bake = yaml.load(block(".github/workflows/image.yml")).jobs.bake
  user.variables.GITHUB_OUTPUT = "output"
  finally(function() user.variables.GITHUB_OUTPUT = nil end)
  for _, step in ipairs(bake.steps) do
    if step.run then
      assert.equal(0, select(2, job(step.run)))
    end
  end
  assert.matches("^image=m%-%w+\n$", user:read("output"))
  for name in pairs(bake.env) do
    assert.truthy(user.variables[name], name)
  end
end)

it("Jenkins bakes and keeps the manifest", function()
  local text, steps = block("Jenkinsfile"), 0
  for line in text:gmatch("\n +sh '([^'\n]+)'\n") do
    steps = steps + 1
    assert.equal(0, select(2, job(line)))
  end
  assert.equal(1, steps)
  assert.truthy(user:read(text:match("archiveArtifacts artifacts: '([^']+)'")))
  assert.equal(select(2, text:gsub("{", "")), select(2, text:gsub("}", "")))
end)

it("several accounts: each profile bakes, and the exit code is the worst", function()
  block("accounts.sh")
  local function profile(name, secret)
    return { name = name, mode = "AK", access_key_id = "emulator-key", access_key_secret = secret,
      region_id = "cn-hangzhou" }
  end
  shell.run("mkdir " .. user.folder .. "/work/.aliyun")
  user:write(".aliyun/config.json", cjson.encode({ current = "shop", profiles = {
    profile("shop", "emulator-secret"), profile("warehouse", "emulator-secret") } }))
  local out, code = user:run("./accounts.sh")
  assert.equal(0, code, out)
  assert.matches("^shop: (m%-%w+) %(exit code 0%)\nwarehouse: %1 %(exit code 0%)\n$", out)
  user:write("web.build", "RUN other\n")
  fail_next_build()
  out, code = user:run("./accounts.sh")
  assert.equal(2, code, out)
  assert.matches("^shop: no image %(exit code 2%)\nwarehouse: m%-%w+ %(exit code 0%)\n$", out)
end)

-- The image of a family, as a good build leaves it.
local function bake()
  local out, code = user:run("ecs-pipeline bake -f web.json --quiet --output id")
  assert.equal(0, code, out)
  return (out:gsub("\n", ""))
end

it("an image is shared with another account", function()
  block("share.sh")
  local image = bake()
  assert.same({ "", 0 }, { user:run("./share.sh") })
  local shared = {}
  for _, item in ipairs(user:control("GET", "state").images) do
    shared[item.ImageId or item.id] = cjson.encode(item):find("1234567890123456", 1, true) ~= nil
  end
  assert.same({ [image] = true }, shared)
end)

it("an image is promoted once, however often", function()
  block("promote.sh")
  local image = bake()
  local copy, code = user:run("./promote.sh")
  assert.equal(0, code, copy)
  assert.matches("^m%-%w+\n$", copy)
  assert.same({ copy, 0 }, { user:run("./promote.sh") })
  local list = cjson.decode((user:run("ecs-pipeline images --region cn-beijing --output json")))
  assert.same({ 1, "web-" .. image }, { #list, list[1].name })
  assert.equal(2, count("images"))
end)

it("the clean-up keeps the three newest images", function()
  block("prune.sh")
  for number = 1, 5 do
    user:control("POST", "image", { ImageId = "m-" .. number, ImageName = "web-" .. number, ImageFamily = "web",
      CreationTime = ("2025-0%d-01T00:00:00Z"):format(number) })
  end
  local out, code = user:run("./prune.sh | sort; exit ${PIPESTATUS[0]}")
  assert.same({ "m-1\nm-2\n", 0 }, { out, code })
  assert.equal(3, count("images"))
end)

it("no block is left out", function()
  for name in pairs(files) do
    assert.is_true(run_blocks[name], name)
  end
end)
