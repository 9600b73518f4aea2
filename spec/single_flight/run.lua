-- make test-single-flight: 500 webhooks at the same moment, to the two workers of one nginx or of two nginx. Shows how
-- many starts the service sees. One line per row; ends with "N passed, N failed".
local cjson = require("cjson").new()
local hooks_harness = require("spec.openresty.hooks_harness")
local many_requests = require("spec.support.many_requests")
local openresty = require("ecs_pipeline.openresty")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local COUNT = 500
local ROWS = {
  { name = "an idle pipeline", pipeline = "idle", starts = 1 },
  { name = "the same while it builds", pipeline = "idle", starts = 0 },
  { name = "the service is slow to start", pipeline = "slow", starts = 1,
    fault = { kind = "slow", action = "StartImagePipelineExecution", delay = 0.5 } },
  -- our transport's own resend on a connection that was kept is one more
  { name = "its answer to the start is lost", pipeline = "lost", starts = { 2, 3 }, tokens = 1,
    fault = { kind = "lost_answer", action = "StartImagePipelineExecution" } },
  { name = "it builds already, started elsewhere", pipeline = "running", starts = 0, begun = true },
  { name = "two machines, two workers each", pipeline = "two", starts = { 1, 2 }, tokens = 1, machines = 2 },
  { name = "nginx reloads in the middle", pipeline = "reload", starts = 1, workers = { 2, 4 },
    fault = { kind = "slow", action = "DescribeImagePipelineExecutions", delay = 0.5 },
    meanwhile = function(harness) harness.server.reload() end },
  -- who comes after a failure asks again, one at a time
  { name = "the service refuses", pipeline = "refused", starts = { 1, COUNT / 4 }, tokens = 1, status = 503,
    executions = 0, fault = { kind = "error", action = "StartImagePipelineExecution", code = "Forbidden.RAM",
      times = COUNT } },
}

local harness = hooks_harness.open({ machines = 2, pipelines = { "idle", "slow", "lost", "running", "two", "reload",
  "refused" } })

local numbers = 0

local function webhook(port, pipeline)
  numbers = numbers + 1
  local body = cjson.encode({ action = "start", pipeline = pipeline, nonce = ("%d"):format(numbers) })
  local lines = { "POST /bakes/webhook HTTP/1.1", "Host: test", "Connection: close", "Content-Type: application/json",
    "Content-Length: " .. #body }
  for name, value in pairs(openresty.sign(harness.secret, body)) do
    lines[#lines + 1] = name .. ": " .. value
  end
  return { port = port, text = table.concat(lines, "\r\n") .. "\r\n\r\n" .. body }
end

-- Starts of a pipeline that the service has seen, and their ClientTokens.
local function seen(id)
  local state = harness:ask("GET", "state")
  local executions = 0
  for _, execution in ipairs(state.executions) do
    executions = executions + (execution.ImagePipelineId == id and 1 or 0)
  end
  local starts, tokens = 0, {}
  for _, request in ipairs(state.requests) do
    if request.action == "StartImagePipelineExecution" then
      starts = starts + 1
      tokens[#tokens + 1] = request.client_token
    end
  end
  return starts, tokens, executions
end

local function sizes(set)
  local count = 0
  for _ in pairs(set) do
    count = count + 1
  end
  return count
end

-- What the answers say: executions named, workers that gave them, how many say that they started it.
local function read(answers, row)
  local found = { ids = {}, workers = {}, starters = 0, problems = {}, slowest = 0, starting = 0 }
  for _, answer in ipairs(answers) do
    local decoded, said = pcall(cjson.decode, answer.body)
    if answer.broken or not decoded then
      found.problems[answer.broken or "no JSON: " .. answer.body:sub(1, 80)] = true
    elseif answer.status ~= (row.status or 202) then
      found.problems[("status %d: %s"):format(answer.status, answer.body:sub(1, 200))] = true
    elseif said.state == "starting" then
      found.starting = found.starting + 1
    elseif not row.status then
      found.ids[said.execution_id or "none"] = true
      found.starters = found.starters + (said.adopted and 0 or 1)
    end
    if not answer.broken then
      found.workers[answer.headers["x-worker"] or "none"] = true
      found.slowest = math.max(found.slowest, answer.seconds)
    end
  end
  return found
end

local function check(problems, name, wanted, is)
  local low, high = wanted, wanted
  if type(wanted) == "table" then
    low, high = wanted[1], wanted[2]
  end
  if is < low or is > high then
    problems[("%s: %d instead of %d"):format(name, is, low)] = true
  end
end

local function run(row)
  local id = harness.pipelines[row.pipeline]
  if row.begun then
    assert(harness.client.execution.start(id))
  end
  if row.fault then
    harness:ask("POST", "fault", row.fault)
  end
  local starts_before, _, executions_before = seen(id)
  local requests = {}
  for index = 1, COUNT do
    requests[index] = webhook(harness.ports[index % (row.machines or 1) + 1], row.pipeline)
  end
  local found = read(many_requests.run(requests, 60, row.meanwhile and function()
    row.meanwhile(harness)
  end), row)
  assert(shell.wait(20, function() return #harness.server.workers() == 2 end), "workers that do not go")
  local starts, tokens, executions = seen(id)
  starts = starts - starts_before
  local distinct = {}
  for index = starts_before + 1, #tokens do
    distinct[tokens[index]] = true
  end
  local problems = found.problems
  check(problems, "starts seen", row.starts, starts)
  check(problems, "ClientTokens", row.tokens or row.starts, sizes(distinct))
  check(problems, "executions there are", row.executions or 1, executions)
  check(problems, "executions named", row.status and 0 or 1, sizes(found.ids))
  check(problems, "answers that do not name one yet", 0, found.starting)
  check(problems, "workers that answered", row.workers or 2 * (row.machines or 1), sizes(found.workers))
  if not row.status then
    check(problems, "answers that say they started it", row.starts == 0 and 0 or { 1, row.machines or 1 },
      found.starters)
  end
  print(("%-40s %8d %7d %6d %11d %9d %6.2f s  %s"):format(row.name, #requests, sizes(found.workers), starts,
    executions - (row.begun and 0 or executions_before), sizes(found.ids), found.slowest,
    next(problems) and "FAILED" or "ok"))
  for problem in pairs(problems) do
    print("    " .. problem)
  end
  return next(problems) == nil
end

local passed, failed = 0, 0
print(("%-40s %8s %7s %6s %11s %9s %8s"):format("webhooks at the same moment", "requests", "workers", "starts",
  "executions", "ids told", "slowest"))
local ok, why = pcall(function()
  for _, row in ipairs(ROWS) do
    if run(row) then
      passed = passed + 1
    else
      failed = failed + 1
    end
  end
end)
harness:close()
if not ok then
  print(tostring(why))
  failed = failed + 1
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
