-- make test-single-flight: 500 webhooks at the same moment, to the two workers of one nginx, or through a balancer to
-- those of two nginx whose monotonic clocks are far apart and that share nothing. Shows how many starts the service
-- sees. One line per row; ends with "N passed, N failed".
local cjson = require("cjson").new()
local hooks_harness = require("spec.openresty.hooks_harness")
local many_requests = require("spec.support.many_requests")
local openresty = require("ecs_pipeline.openresty")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local COUNT = 500

-- Seconds for which a worker is stopped: longer than its lease.
local STOP = 15

-- Stops the worker of the second machine that has asked what runs, and has no answer yet.
local function stop_a_starter(harness, pipeline)
  local pid
  assert(shell.wait(5, function()
    pid = harness:run(("return ngx.shared.notes:get('starter of %s')"):format(pipeline), harness.servers[2])
    return pid ~= nil
  end), "no worker of the second machine starts")
  shell.run(("kill -STOP %.0f; (sleep %d; kill -CONT %.0f) &"):format(pid, STOP, pid))
end

-- Seconds within which the handler promises an answer.
local PROMISED = 3

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
  { name = "both machines see that nothing runs", pipeline = "both", starts = 2, tokens = 1, machines = 2, starters = 2,
    fault = { kind = "slow", action = "DescribeImagePipelineExecutions", delay = 0.5, times = COUNT } },
  { name = "and one is stopped then, for 15 s", pipeline = "stopped", starts = 2, tokens = 1, machines = 2,
    starters = { 1, 2 }, starting = { 1, COUNT }, late = 1,
    fault = { kind = "slow", action = "DescribeImagePipelineExecutions", delay = 0.5, times = COUNT },
    meanwhile = stop_a_starter },
  { name = "nginx reloads in the middle", pipeline = "reload", starts = 1, workers = { 2, 4 },
    fault = { kind = "slow", action = "DescribeImagePipelineExecutions", delay = 0.5 },
    meanwhile = function(harness) harness.server.reload() end },
  -- who comes after a failure asks again, one at a time
  { name = "the service refuses", pipeline = "refused", starts = { 1, COUNT / 4 }, tokens = 1, status = 503,
    executions = 0, fault = { kind = "error", action = "StartImagePipelineExecution", code = "Forbidden.RAM",
      times = COUNT } },
}

local harness = hooks_harness.open({ machines = 2, pipelines = { "idle", "slow", "lost", "running", "two", "both",
  "stopped", "reload", "refused" } })

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

-- Worker → number of its machine.
local function machines()
  local machine_of = {}
  for number, server in ipairs(harness.servers) do
    for _, worker in ipairs(server.workers()) do
      machine_of[worker] = number
    end
  end
  return machine_of
end

-- What the answers say: executions named, workers that gave them, those that took longer than the handler promises,
-- machines that say that they started it, and how often that was said.
local function read(answers, row, machine_of)
  local found = { ids = {}, workers = {}, late = {}, starters = {}, started = 0, problems = {}, slowest = 0,
    starting = 0 }
  for _, answer in ipairs(answers) do
    local decoded, said = pcall(cjson.decode, answer.body)
    local worker = not answer.broken and answer.headers["x-worker"] or "none"
    if answer.broken or not decoded then
      found.problems[answer.broken or "no JSON: " .. answer.body:sub(1, 80)] = true
    elseif answer.status ~= (row.status or 202) then
      found.problems[("status %d: %s"):format(answer.status, answer.body:sub(1, 200))] = true
    elseif said.state == "starting" then
      found.starting = found.starting + 1
    elseif not row.status then
      found.ids[said.execution_id or "none"] = true
      if not said.adopted then
        found.starters[machine_of[worker] or "none"] = true
        found.started = found.started + 1
      end
    end
    if not answer.broken then
      found.workers[worker] = true
      found.late[worker] = answer.seconds > PROMISED or found.late[worker] or nil
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
  local requests, port = {}, row.machines and harness.balancer or harness.ports[1]
  for index = 1, COUNT do
    requests[index] = webhook(port, row.pipeline)
  end
  local machine_of = machines()
  local found = read(many_requests.run(requests, 60, row.meanwhile and function()
    row.meanwhile(harness, id)
  end), row, machine_of)
  assert(shell.wait(20, function() return #harness.server.workers() == 2 end), "workers that do not go")
  local starts, tokens, executions
  shell.wait(5, function() -- that of a worker which was stopped comes after the answers
    starts, tokens, executions = seen(id)
    starts = starts - starts_before
    return starts >= (type(row.starts) == "table" and row.starts[1] or row.starts)
  end)
  harness:ask("POST", "calm")
  local distinct = {}
  for index = starts_before + 1, #tokens do
    distinct[tokens[index]] = true
  end
  local problems, tokens_seen = found.problems, sizes(distinct)
  check(problems, "starts seen", row.starts, starts)
  check(problems, "ClientTokens", row.tokens or row.starts, tokens_seen)
  check(problems, "executions there are", row.executions or 1, executions)
  check(problems, "executions named", row.status and 0 or 1, sizes(found.ids))
  check(problems, "answers that do not name one yet", row.starting or 0, found.starting)
  check(problems, "workers that answered", row.workers or 2 * (row.machines or 1), sizes(found.workers))
  check(problems, ("workers that answered after %d s"):format(PROMISED), row.late or 0, sizes(found.late))
  if not row.status then
    local starters = row.starters or row.starts == 0 and 0 or { 1, row.machines or 1 }
    check(problems, "machines that say they started it", starters, sizes(found.starters))
    check(problems, "answers that say so", starters, found.started)
  end
  print(("%-40s %8d %7d %6d %6d %11d %9d %6.2f s  %s"):format(row.name, #requests, sizes(found.workers), starts,
    tokens_seen, executions - (row.begun and 0 or executions_before), sizes(found.ids), found.slowest,
    next(problems) and "FAILED" or "ok"))
  for problem in pairs(problems) do
    print("    " .. problem)
  end
  return next(problems) == nil
end

local passed, failed = 0, 0
print(("%-40s %8s %7s %6s %6s %11s %9s %8s"):format("webhooks at the same moment", "requests", "workers", "starts",
  "tokens", "executions", "ids told", "slowest"))
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
