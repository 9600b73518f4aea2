-- The completion, in a real bash. What readline does with a line is done here: it splits words at blanks, "=" and ":".
-- Runs alone: it starts nginx.
local commands = require("ecs_pipeline.command.commands")
local runs = require("spec.support.command_run")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local socket = require("socket")
local users = require("spec.support.command_shell")

local user, ids

local function create(name)
  local out, code = user:run(("ecs-pipeline call Ecs 2014-05-26 CreateImagePipeline RegionId=cn-hangzhou Name=%s"
    .. " BaseImageType=IMAGE BaseImage=m-1"):format(name))
  assert.equal(0, code, out)
  return out:match("ip%-%w+")
end

setup(function()
  user = users.new()
  local _, script = runs.new()({ "completion", "bash" })
  user:write("completion.sh", script)
  ids = { web = create("web"), api = create("api-1"), api2 = create("api-2") }
end)

teardown(function()
  user:close()
end)

local function split(line)
  local words = {}
  for part in line:gmatch("%S+") do
    for word, separator in (part .. "\0"):gmatch("([^=:%z]*)([=:%z]+)") do
      words[#words + 1] = word ~= "" and word or nil
      separator = separator:gsub("%z", "")
      words[#words + 1] = separator ~= "" and separator or nil
    end
  end
  if line:find(" $") then
    words[#words + 1] = ""
  end
  return words
end

-- What is offered after a line: sorted, with blanks between.
local function offered(line, before)
  local words = split(line)
  for index, word in ipairs(words) do
    words[index] = shell.quote(word)
  end
  local out, code = user:run(("%s\nsource ./completion.sh\nCOMP_WORDS=(%s) COMP_CWORD=%d COMP_LINE=%s COMP_POINT=%d\n"
    .. "_ecs_pipeline ecs-pipeline\nprintf '%%s\\n' \"${COMPREPLY[@]}\" | LC_ALL=C sort | tr '\\n' ' '"):format(
    before or "", table.concat(words, " "), #words - 1, shell.quote(line), #line))
  assert.equal(0, code, out)
  return (out:gsub(" $", ""))
end

local function all(field)
  local list = {}
  for _, row in ipairs(commands) do
    list[#list + 1] = row[field]
  end
  table.sort(list)
  return table.concat(list, " ")
end

describe("from the table, without the service,", function()
  it("commands are offered, also after global options and for help", function()
    assert.equal(all("name"), offered("ecs-pipeline "))
    assert.equal("bake build", offered("ecs-pipeline b"))
    assert.equal("wait", offered("ecs-pipeline --region cn-qingdao --endpoint https://127.0.0.1:1 -q --output=json w"))
    assert.equal("copy", offered("ecs-pipeline help cop"))
  end)

  it("every option of every command is offered, and its values", function()
    for _, row in ipairs(commands) do
      local shown = " " .. offered("ecs-pipeline " .. row.name .. " -") .. " "
      for _, list in ipairs({ row.options, commands.GLOBAL }) do
        for _, option in ipairs(list) do
          assert.truthy(shown:find(" " .. option[1] .. " ", 1, true), row.name .. " " .. option[1])
        end
      end
    end
    assert.equal("fail", offered("ecs-pipeline delete ip-1 --when-running f"))
    assert.equal("adopt", offered("ecs-pipeline bake --when-running a"))
    assert.equal("json", offered("ecs-pipeline bake --output=j"))
    assert.equal("id json table", offered("ecs-pipeline bake -o "))
    assert.equal("", offered("ecs-pipeline bake --max-age "))
    assert.equal("", offered("ecs-pipeline list foo"))
    assert.equal("", offered("ecs-pipeline nothing "))
  end)

  it("files and operations are offered where they are wanted", function()
    user:write("web pipeline.lua", "")
    assert.equal("web pipeline.lua", offered("ecs-pipeline bake -f we"))
    assert.equal("completion.sh", offered("ecs-pipeline lint com"))
    assert.equal("pipeline.create", offered("ecs-pipeline api pipeline.c"))
    assert.equal("image.copy", offered("ecs-pipeline policy pipeline.create image.c"))
  end)
end)

describe("from the service,", function()
  it("ids and names of pipelines are offered; a single name becomes its id", function()
    assert.equal(ids.web, offered("ecs-pipeline show we"))
    assert.equal(ids.web, offered("ecs-pipeline show " .. ids.web:sub(1, -2)))
    assert.equal("api-1 api-2", offered("ecs-pipeline delete api"))
    assert.equal(ids.api2, offered("ecs-pipeline prune --pipeline api-2"))
    local list = { "api-1", "api-2", "web", ids.web, ids.api, ids.api2 }
    table.sort(list)
    assert.equal(table.concat(list, " "), offered("ecs-pipeline import "))
    assert.equal("", offered("ecs-pipeline import " .. ids.web .. " "))
  end)

  it("so are executions, images, components and regions", function()
    local started = assert(user:run(("ecs-pipeline call Ecs 2014-05-26 StartImagePipelineExecution "
      .. "RegionId=cn-hangzhou ImagePipelineId=%s"):format(ids.web)):match("exec%-%w+"))
    user:control("POST", "image", { ImageId = "m-mine", ImageName = "mine" })
    assert.equal(started, offered("ecs-pipeline wait "))
    assert.equal("m-mine", offered("ecs-pipeline copy m-m"))
    assert.equal("cn-qingdao", offered("ecs-pipeline copy m-mine --to cn-q"))
    assert.equal("", offered("ecs-pipeline --region cn-qingdao import "))
    assert.equal("", (user:run("ecs-pipeline completion component")))
  end)

  it("a service that says no, or nothing, gives no words and no message, within a second", function()
    assert.equal("", offered("ecs-pipeline show we", "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=wrong"))
    assert.equal("", offered("ecs-pipeline --endpoint http://127.0.0.1:1 show we"))
    local silent = assert(socket.bind("127.0.0.1", 0)) -- it takes connections, and never answers
    finally(function() silent:close() end)
    local before = tonumber(shell.line("date +%s%N"))
    local out = user:run(("ecs-pipeline --endpoint http://127.0.0.1:%d completion pipeline"):format(
      select(2, silent:getsockname())))
    local seconds = (tonumber(shell.line("date +%s%N")) - before) / 1e9
    assert.equal("", out)
    assert.is_true(seconds > 0.5 and seconds < 15, tostring(seconds)) -- a machine may have much else to do
  end)
end)

it("the words of each kind are lines, with names that a shell leaves whole", function()
  local run = runs.new()
  local client = run.ecs.new({})
  local pipeline = assert(client.pipeline.create({ name = "web", base_image = "m-1", base_image_type = "IMAGE" })).id
  local execution = assert(client.execution.start(pipeline)).id
  local component = assert(client.component.create({ name = "nginx", content = "RUN true" })).id
  run.emulator:put("images", { ImageId = "m-1", ImageName = "a b" })
  run.emulator:put("images", { ImageId = "m-2", ImageName = "whole" })
  for kind, wanted in pairs({ pipeline = pipeline .. "\tweb\n", execution = execution .. "\n",
    component = component .. "\tnginx\n", image = "m-1\nm-2\twhole\n" }) do
    assert.same({ 0, wanted, "" }, { run({ "completion", kind }) })
  end
  assert.truthy(select(2, run({ "completion", "region" })):find("cn-qingdao\n", 1, true))
  assert.truthy(select(2, run({ "completion", "operation" })):find("\npipeline.create\n", 1, true))
  assert.same({ timeout = 0.7, user_agent = "ecs-pipeline" }, { timeout = run.client_options.timeout,
    user_agent = run.client_options.user_agent })
  assert.same({ 0, "", "" }, { run({ "--region", "NOT A REGION", "completion", "pipeline" }) })
end)

it("a line that is typed in a terminal is completed", function()
  user:write("rc", "PS1='$ '\nsource ./completion.sh\n")
  user:write("keys", "ecs-pipeline vers\t\n ecs-pipeline show we\t -o i\t\nexit\n")
  local out = user:run("script -qec 'bash --noprofile --rcfile ./rc -i' /dev/null < keys")
  assert.truthy(out:find("ecs-pipeline version", 1, true), out)
  assert.matches("\n" .. ids.web:gsub("%-", "%%-") .. "\r?\n", out) -- what `show web's id -o id` prints
end)
