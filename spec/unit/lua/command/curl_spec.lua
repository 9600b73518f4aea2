-- `call … --dry-run --curl`: a shell takes the line apart again, and the emulator accepts what it says. A real curl
-- sends it in spec/command/screens_spec.lua.
local runs = require("spec.support.command_run")

local run

before_each(function()
  run = runs.new()
end)

it("the line has the signed request, and nothing was sent", function()
  local code, out, err = run({ "call", "Ecs", "2014-05-26", "DescribeImages", "RegionId=cn-hangzhou",
    "ImageName=it's $HOME", "--dry-run", "--curl" })
  assert.equal(0, code)
  assert.equal("# signed: it holds for 15 minutes, and can be sent once\n", err)
  assert.equal(0, #run.emulator:state().requests)
  local list = runs.words((out:gsub("\n$", "")))
  assert.equal("curl", list[1])
  local headers, method, body = {}, nil, ""
  for index, word in ipairs(list) do
    if word == "-H" then
      local name, value = list[index + 1]:match("^([^:]+): (.*)$")
      headers[name:lower()] = value
    elseif word == "-X" then
      method = list[index + 1]
    elseif word == "--data-raw" then
      body = list[index + 1]
    end
  end
  local status, _, reply = run.emulator:handle(method, list[#list]:match("^%w+://[^/]+(.*)$"), headers, body)
  assert.equal(200, status, reply)
end)

it("wants --dry-run too", function()
  local code, _, err = run({ "call", "Ecs", "2014-05-26", "DescribeImages", "--curl" })
  assert.equal(64, code)
  assert.matches("wants %-%-dry%-run too", err)
end)

it("reports what keeps it from signing", function()
  local code, out, err = run({ "call", "Ecs", "2014-05-26", "DescribeImages", "--dry-run", "--curl", "--region",
    "no region" })
  assert.not_equal(0, code)
  assert.equal("", out)
  assert.matches("region", err)
end)

it("has a body where the request has one", function()
  local _, out = run({ "call", "Ecs", "2014-05-26", "RunInstances", "UserData=" .. ("x"):rep(5000), "--dry-run",
    "--curl" })
  assert.matches(" %-%-data%-raw '?[^ ]*UserData=x", out)
end)
