-- From a command line to options, and what is said about a wrong one.
local commands = require("ecs_pipeline.command.commands")
local parser = require("ecs_pipeline.command.parser")

local function parse(line)
  local words = {}
  for word in line:gmatch("%S+") do
    words[#words + 1] = word
  end
  return parser.parse(commands, words)
end

local function gives(line, name, wanted)
  it(("%q"):format(line), function()
    local row, options, wrong = parse(line)
    assert.equal(name, row and row.name, wrong)
    options.command_name, options.found = nil, nil
    assert.same(wanted, options)
  end)
end

describe("a command line gives its options:", function()
  gives("list", "list", {})
  gives("list --name-regex ^web --tag a=b --tag c", "list", { name_regex = "^web", tag = { "a=b", "c" } })
  gives("--region cn-qingdao list -o json -q", "list", { region = "cn-qingdao", output = "json", quiet = true })
  gives("list --region cn-qingdao", "list", { region = "cn-qingdao" })
  gives("create -f - --set a=b=c --dry-run", "create", { file = "-", set = { "a=b=c" }, dry_run = true })
  gives("plan --file=x.lua --detailed-exitcode", "plan", { file = "x.lua", detailed_exitcode = true })
  gives("wait exec-1 --timeout 90.5 --accept partial", "wait",
    { execution = "exec-1", timeout = 90.5, accept = { "partial" } })
  gives("copy m-1 --to cn-qingdao --to cn-beijing --wait", "copy",
    { image = "m-1", to = { "cn-qingdao", "cn-beijing" }, wait = true })
  gives("executions", "executions", {})
  gives("policy ecs.bake image.prune", "policy", { operation = { "ecs.bake", "image.prune" } })
  gives("call Ecs 2014-05-26 X A=1 B=2", "call",
    { product = "Ecs", version = "2014-05-26", action = "X", parameter = { "A=1", "B=2" } })
  gives("call Ecs 2014-05-26 X", "call", { product = "Ecs", version = "2014-05-26", action = "X" })
  gives("lint -", "lint", { file = "-" })
  gives("delete --yes -- -x", "delete", { pipeline = "-x", yes = true })
  gives("bake --help", "bake", { help = true })
end)

local function refuses(line, says)
  it(("%q"):format(line), function()
    local row, _, wrong = parse(line)
    assert.is_nil(row)
    assert.truthy(wrong:find(says, 1, true), wrong)
  end)
end

describe("a wrong command line is refused:", function()
  refuses("", "a command is missing; see ecs-pipeline help")
  refuses("bak", "unknown command 'bak'")
  refuses("bake", "missing option '-f'; see ecs-pipeline help bake")
  refuses("delete", "missing argument 'pipeline'; see ecs-pipeline help delete")
  refuses("delete a b", "too many arguments")
  refuses("list --output xml", "must be one of 'table', 'json', 'id'")
  refuses("list --outptu json", "; did you mean '--output'? See ecs-pipeline help list")
  refuses("lint -f web.json", "unknown option '-f'; see ecs-pipeline help lint")
  for _, word in ipairs({ "x", "0x10", "1e3", "inf", "nan", "1,5", "-1" }) do
    refuses("prune --keep=" .. word, "--keep wants a number, such as 30; see ecs-pipeline help prune")
  end
  refuses("build ip-1 --poll -1", "unknown option '-1'")
end)

it("argparse that is missing is named", function()
  local there, searchers = package.loaded.argparse, package.path
  package.loaded.argparse, package.path = nil, ""
  local row, _, wrong = parse("list")
  package.loaded.argparse, package.path = there, searchers
  assert.is_nil(row)
  assert.matches("apt%-get install lua%-argparse", wrong)
end)
